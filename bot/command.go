package bot

import (
	"context"
	"log/slog"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

const help = `remit asks here about what it may not do alone. Answer on its cards.
/remit help – this
/remit why ID – what a decision proposes, why, and where it stands`

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

func (b *Bot) commanded(ctx context.Context, c slash) string {
	if _, err := b.person(ctx, c.Team, "", c.User); err != nil {
		return models.SentenceOf(err) + whomToAsk(nil)
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(c.Text), " ")
	if verb != "why" {
		return help
	}
	d, err := b.Cases.Decision(ctx, strings.TrimSpace(rest))
	if models.KindOf(err) == models.NotFound {
		return "There is no decision by that id."
	}
	if err != nil {
		return b.explain(d, err)
	}
	return b.look().why(d)
}

// why tells a decision as a text.
func (o CardOptions) why(d models.Decision) string {
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
