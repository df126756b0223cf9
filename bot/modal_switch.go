package bot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"remit/decision"
	"remit/models"
)

// askSwitch asks a manager why a domain is to be paused or to run again.
func (b *Bot) askSwitch(ctx context.Context, p press, ack func()) {
	if why := b.maySwitch(p.by); why != "" {
		ack()
		b.tell(ctx, p.InteractionCallback, why)
		return
	}
	deed := ActionPause
	if strings.HasPrefix(p.action.ActionID, ActionResume) {
		deed = ActionResume
	}
	view, err := b.look().switchView(deed, models.Domain(p.action.Value), p.Channel.ID)
	b.openForm(ctx, p, view, err, ack)
}

// maySwitch says why the person may not use the kill switch here, "" where they may. The engine checks it again.
func (b *Bot) maySwitch(p models.Person) string {
	switch {
	case !p.Has(models.RoleManager):
		return "Only a manager may pause or resume."
	case b.Switcher == nil:
		return "The kill switch is in the console."
	}
	return ""
}

func (o CardOptions) switchView(deed string, d models.Domain, channel string) (slack.ModalViewRequest, error) {
	name := line(string(d), 60)
	title, says := "Pause", "remit then asks about everything in "+name+" until a manager resumes it. What waits or is queued is recalled; what has left already is listed."
	if deed == ActionResume {
		title, says = "Resume", "remit then acts in "+name+" within its remit again. What was recalled stays asked."
	}
	why := slack.NewPlainTextInputBlockElement(nil, inputID+blockReason).WithMultiline(true).WithMaxLength(500)
	blocks := []slack.Block{
		slack.NewSectionBlock(plain(says), nil, nil, slack.SectionBlockOptionBlockID("what")),
		slack.NewInputBlock(blockReason, plain("Why"), plain("For everybody to read."), why),
	}
	return modal(callbackSwitch, title, title, origin{Deed: deed, Domain: cut(string(d), 100), Channel: channel}, blocks)
}

// switchForm uses the kill switch.
func (b *Bot) switchForm(ctx context.Context, f form, p models.Person) {
	why := strings.TrimSpace(clean(formValues(f.in)[blockReason]))
	if why == "" {
		b.mend(ctx, f, map[string]string{blockReason: "Say why."})
		return
	}
	said, err := b.switchTo(ctx, f.from.Deed == ActionPause, models.Domain(f.from.Domain), p, cut(why, 500))
	if err != nil {
		b.replace(ctx, f, b.explain(models.Decision{}, err))
		return
	}
	b.replaceTitled(ctx, f, "Done", said)
}

// switchTo pauses or resumes a domain, tells everybody by a card in the domain's channel, and says what it came to.
func (b *Bot) switchTo(ctx context.Context, pause bool, d models.Domain, p models.Person, why string) (string, error) {
	if no := b.maySwitch(p); no != "" {
		return "", models.Errorf(models.Denied, "%s", no)
	}
	turn := b.Switcher.Resume
	if pause {
		turn = b.Switcher.Pause
	}
	report, err := turn(ctx, d, p, why)
	if err != nil {
		return "", err
	}
	b.announceSwitches(ctx, report)
	return switchSentence(report), nil
}

func switchSentence(r decision.Report) string {
	var said []string
	for _, s := range r.Switches {
		said = append(said, s.Display())
	}
	if len(r.Recalled) > 0 {
		said = append(said, plural(len(r.Recalled), "decision")+" recalled and asked now.")
	}
	if len(r.Left) > 0 {
		said = append(said, plural(len(r.Left), "write")+" had left within a day: undo what must come back.")
	}
	return strings.Join(said, " ")
}

// announceSwitches tells each domain's channel. A card that Slack does not take now is not the kill switch's failure.
func (b *Bot) announceSwitches(ctx context.Context, r decision.Report) {
	for _, sw := range r.Switches {
		var recalled []models.Decision
		for _, d := range r.Recalled {
			if d.Domain == sw.Domain {
				recalled = append(recalled, d)
			}
		}
		var left []models.Effect
		for _, e := range r.Left {
			if e.Domain == sw.Domain {
				left = append(left, e)
			}
		}
		if err := b.AnnounceSwitch(ctx, sw, recalled, left); err != nil {
			b.Logger.Warn("tell of a kill switch", "domain", string(sw.Domain), "kind", string(models.KindOf(err)))
		}
	}
}
