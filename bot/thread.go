package bot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// mentionMost is how many people of a group are named one by one, where a group has no user group of Slack's.
const mentionMost = 6

// Remind says in the thread of the decision's card that it still waits, to those whom it is asked of. A card that is not
// there yet needs no reminder. The errors are those of Notify.
func (b *Bot) Remind(ctx context.Context, d models.Decision) error {
	if !b.On() {
		return nil
	}
	ref, err := b.ref(ctx, d.Item)
	if err != nil || !ref.Posted() {
		return err
	}
	text := b.mentions(ctx, d.Ruling.Approval.From) + " This still waits for an answer"
	if !d.ExpiresAt.IsZero() {
		text += ", until " + d.ExpiresAt.In(b.Zone).Format("Mon 2 Jan 15:04")
	}
	return b.say(ctx, ref, text+".")
}

// mentions names groups and people so that Slack tells them. Nobody is named who is not one of ours.
func (b *Bot) mentions(ctx context.Context, names []string) string {
	var said []string
	add := func(s string) {
		if !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	for _, name := range names {
		if id := b.Groups[strings.TrimPrefix(name, "@")]; id != "" {
			add("<!subteam^" + id + ">")
			continue
		}
		reached := b.reached(ctx, name)
		for _, p := range reached[:min(len(reached), mentionMost)] {
			if p.Slack != "" {
				add("<@" + p.Slack + ">")
			}
		}
	}
	return strings.Join(said, " ")
}

// reached gives the people whom a name means now: of a rota whoever is on duty, or all of it where that is not known.
func (b *Bot) reached(ctx context.Context, name string) []models.Person {
	if b.Duty != nil {
		if on := b.Duty.Now(ctx, name, b.Now()); len(on) > 0 {
			return on
		}
	}
	return b.People.Reaches(name)
}

// say posts our own words in the thread of a card.
func (b *Bot) say(ctx context.Context, ref models.CardRef, text string) error {
	_, _, err := b.api.PostMessageContext(ctx, ref.Channel, slack.MsgOptionText(strings.TrimSpace(text), false), slack.MsgOptionTS(ref.TS),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}

// note says something in the thread of an item's card, once for the key. It is written down before it is said: what is lost
// in between stands on the card all the same.
func (b *Bot) note(ctx context.Context, item, key, text string) {
	ref, err := b.ref(ctx, item)
	if err == nil && ref.Posted() && !slices.Contains(strings.Fields(ref.Noted), key) {
		err = b.noteOnce(ctx, ref, key, text)
	}
	if err != nil && models.KindOf(err) != models.Conflict {
		b.Logger.Warn("say something in a thread", slog.String("item", item), slog.String("kind", string(models.KindOf(err))))
	}
}

// notedMost is how many keys are kept of a card: it shows no more decisions.
const notedMost = 12

func (b *Bot) noteOnce(ctx context.Context, ref models.CardRef, key, text string) error {
	keys := append(strings.Fields(ref.Noted), key)
	ref.Noted = strings.Join(keys[max(0, len(keys)-notedMost):], "\n")
	ref, err := b.save(ctx, ref)
	if err != nil {
		return err
	}
	return b.say(ctx, ref, text)
}

// tellRequesters tells whoever asked for a payment what was answered, in the thread of its card. Only somebody who is
// known here by id or address is told.
func (b *Bot) tellRequesters(ctx context.Context, c models.Case) {
	for _, d := range c.Decisions {
		a, settled := d.Settled()
		who, known := b.People.Named(d.Requester)
		if !settled || d.Requester == "" || !known || who.Slack == "" || a.By.ID == who.ID {
			continue
		}
		key, outcome := d.ID, fmt.Sprintf("%s %s", escape(line(a.By.Display(), 80)), escape(line(a.Verb(), 100)))
		if d.State == models.Reverted {
			key, outcome = d.ID+":undone", "undone"
		}
		text := fmt.Sprintf("<@%s>, you asked for this. %s: %s.", who.Slack, topic(d.Action), outcome)
		b.note(ctx, c.Item, key, text)
	}
}
