package bot

import (
	"context"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

const help = `remit asks here about what it may not do alone. Answer on its cards.
/remit help – this
/remit why ID – what a decision proposes, why, and where it stands`

// command reads a slash command.
func (b *Bot) command(form url.Values) (work, error) {
	if form.Get("command") == "" {
		return nil, models.FieldErrorf("command", "is missing")
	}
	return func(ctx context.Context, say answer) { say(aside(b.commanded(ctx, form))) }, nil
}

// aside is an answer to a command that only its author sees.
func aside(text string) reply {
	return slack.Msg{
		ResponseType: slack.ResponseTypeEphemeral, Text: escape(cut(text, 2000)),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(cut(text, 2900)), nil, nil)}},
	}
}

func (b *Bot) commanded(ctx context.Context, form url.Values) string {
	if _, err := b.person(ctx, form.Get("team_id"), "", form.Get("user_id")); err != nil {
		return models.SentenceOf(err) + whomToAsk(nil)
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(form.Get("text")), " ")
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
