package bot

import (
	"context"
	"log/slog"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

const help = `remit asks here about what it may not do alone. Answer on its cards.
/remit status – what it did today, what it may do, and whether it is paused
/remit inbox – what waits for you and your team
/remit why ID – what it proposes or did about a decision, ticket or payment, and why
/remit override ID – say what to do instead
/remit search TEXT – decisions by their title, item or value
/remit review – the last seven days in figures
/remit pause DOMAIN WHY – the kill switch: it asks about everything; /remit resume DOMAIN WHY releases it
/remit tune – try a threshold on the past, and save it
/remit help – this`

// slash is a slash command as somebody typed it, however it came.
type slash struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	User        string `json:"user_id"`
	Team        string `json:"team_id"`
	Channel     string `json:"channel_id"`
	ResponseURL string `json:"response_url"`
	Trigger     string `json:"trigger_id"`
}

// command reads a slash command.
func (b *Bot) command(c slash) (work, error) {
	if c.Command == "" {
		return nil, models.FieldErrorf("command", "is missing")
	}
	return func(ctx context.Context, say answer) {
		text := b.commanded(ctx, c)
		if text == "" { // a form says it
			say(nil)
			return
		}
		if say(aside(text)) {
			return
		}
		if err := b.whisper(ctx, c.ResponseURL, c.Channel, c.User, text); err != nil {
			b.Logger.Warn("answer a command", slog.String("kind", string(models.KindOf(err))))
		}
	}, nil
}

// aside is an answer to a command that only its author sees.
func aside(text string) reply {
	return slack.Msg{
		ResponseType: slack.ResponseTypeEphemeral, Text: escape(cut(text, 2000)),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(cut(text, 2900)), nil, nil)}},
	}
}

// verbs are what a command can ask for. Each gives what is said to whoever typed it; "" where a form says it.
var verbs = map[string]func(*Bot, context.Context, slash, models.Person, string) (string, error){
	"status":   (*Bot).status,
	"inbox":    (*Bot).inbox,
	"why":      (*Bot).whyCommand,
	"override": (*Bot).overrideCommand,
	"search":   (*Bot).search,
	"review":   (*Bot).reviewCommand,
	"pause":    (*Bot).pauseCommand,
	"resume":   (*Bot).resumeCommand,
	"tune":     (*Bot).tuneCommand,
}

func (b *Bot) commanded(ctx context.Context, c slash) string {
	p, err := b.person(ctx, c.Team, "", c.User)
	if err != nil {
		return models.SentenceOf(err) + whomToAsk(nil)
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(c.Text), " ")
	do := verbs[strings.ToLower(verb)]
	if do == nil {
		return help
	}
	said, err := do(b, ctx, c, p, strings.TrimSpace(rest))
	if err != nil {
		return b.explain(models.Decision{}, err)
	}
	return said
}

// why tells a decision as a text.
func (o CardOptions) why(d models.Decision) string {
	if d.Auditable() {
		return line(d.Title, 150) + "\nPeople are being asked what they would have done about this. What remit did, and why, is told once somebody has answered."
	}
	lines := []string{
		line(d.Title, 150), topic(d.Action) + ": " + change(d, 100) + " · " + sure(d.Confidence),
		reasons(d, rooms[0]),
	}
	for _, w := range d.Ruling.Why[:min(len(d.Ruling.Why), 3)] {
		lines = append(lines, line(w, 200))
	}
	if d.State.Open() {
		lines = append(lines, asked(d, rooms[0]), o.silence(d))
	} else {
		lines = append(lines, o.settled(models.Case{}, d))
	}
	if o.ConsoleURL != "" {
		lines = append(lines, o.page(d.ID))
	}
	return joinLines(lines)
}
