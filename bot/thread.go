package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// mentionMost is how many people of a group are named one by one, where a group has no user group of Slack's.
const mentionMost = 6

// Remind says in the thread of the decision's card that it still waits, to those whom it is asked of: not to who has answered
// already, nor to who asked for it and may not. A card that is not there yet needs no reminder. The errors are those of Notify.
func (b *Bot) Remind(ctx context.Context, d models.Decision) error {
	if len(d.Answers) == 0 {
		return b.call(ctx, d, d.Ruling.Approval.From, "This still waits for an answer")
	}
	choice := d.Choice(d.Answers[len(d.Answers)-1])
	var of []string
	for _, q := range d.LackingFor(choice) {
		of = append(of, q.From...)
	}
	return b.call(ctx, d, of, fmt.Sprintf("This still waits: %d more must answer", d.MissingFor(choice)))
}

// Turn says the same way that the decision is now asked of the next of its chain, who are the last it is asked of. The errors
// are those of Notify.
func (b *Bot) Turn(ctx context.Context, d models.Decision) error {
	from := d.Ruling.Approval.From
	return b.call(ctx, d, from[max(0, len(from)-1):], "Nobody has answered this in time: it is asked of you now")
}

// call says something about a decision to those of the names who may answer it.
func (b *Bot) call(ctx context.Context, d models.Decision, names []string, said string) error {
	if !b.On() {
		return nil
	}
	ref, err := b.ref(ctx, d.Item)
	if err != nil || !ref.Posted() {
		return err
	}
	text := b.mentions(ctx, names, func(p models.Person) bool {
		return !slices.ContainsFunc(d.Answers, func(a models.Answer) bool { return a.By.ID == p.ID }) &&
			!(d.Ruling.Approval.NotRequester && p.Called(d.Requester))
	}) + " " + said
	if !d.ExpiresAt.IsZero() {
		text += ", until " + d.ExpiresAt.In(b.Zone).Format("Mon 2 Jan 15:04")
	}
	return b.say(ctx, ref, text+".")
}

// mentions names groups, and people who are waited for, so that Slack tells them. Nobody is named who is not one of ours.
func (b *Bot) mentions(ctx context.Context, names []string, awaited func(models.Person) bool) string {
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
		reached := slices.DeleteFunc(slices.Clone(b.reached(ctx, name)), func(p models.Person) bool { return !awaited(p) })
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
func (b *Bot) say(ctx context.Context, ref models.CardRef, text string, more ...slack.MsgOption) error {
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	_, _, err := b.api.PostMessageContext(ctx, ref.Channel, append(more, slack.MsgOptionText(strings.TrimSpace(text), false), slack.MsgOptionTS(ref.TS),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())...)
	if err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}

// noteType marks what was said in a thread once, by which it is found again.
const noteType = "remit_note"

// note says something in the thread of an item's card, once for the key. That it is about to be said is written down before,
// and that it was said after: where the process dies in between, the next call looks whether it is there. A card whose
// thread is gone has nobody to tell. The errors are those of Notify.
func (b *Bot) note(ctx context.Context, item, key, text string) error {
	ref, err := b.ref(ctx, item)
	if err != nil || !ref.Posted() || hasMark(ref, key) {
		return err
	}
	said := false
	if hasMark(ref, begun+key) {
		said, err = b.said(ctx, ref, key)
	} else {
		ref, err = b.mark(ctx, ref, begun+key)
	}
	if err == nil && !said {
		err = b.say(ctx, ref, text, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: noteType, EventPayload: map[string]any{"item": item, "key": key}}))
	}
	if err != nil && !isLost(err) {
		return err
	}
	_, err = b.mark(ctx, ref, key)
	return err
}

// begun is before the key of what is about to be said.
const begun = "~"

func hasMark(ref models.CardRef, key string) bool {
	return slices.Contains(strings.Fields(ref.Noted), key)
}

// notedMost is how many keys are kept of a card: it shows no more decisions.
const notedMost = 12

// mark keeps a key with the card, in place of what said that it was begun.
func (b *Bot) mark(ctx context.Context, ref models.CardRef, key string) (models.CardRef, error) {
	keys := slices.DeleteFunc(strings.Fields(ref.Noted), func(k string) bool { return k == begun+key })
	keys = append(keys, key)
	ref.Noted = strings.Join(keys[max(0, len(keys)-notedMost):], "\n")
	return b.save(ctx, ref)
}

// said looks in the thread of a card for what was said under the key.
func (b *Bot) said(ctx context.Context, ref models.CardRef, key string) (bool, error) {
	who, err := b.identity(ctx)
	if err != nil {
		return false, err
	}
	query := &slack.GetConversationRepliesParameters{ChannelID: ref.Channel, Timestamp: ref.TS, Limit: 200, IncludeAllMetadata: true}
	for range pages {
		ms, more, next, err := b.api.GetConversationRepliesContext(ctx, query)
		if err != nil {
			return false, slackError("conversations.replies", err)
		}
		for _, m := range ms {
			if m.Metadata.EventType == noteType && m.Metadata.EventPayload["key"] == key && (who.BotID == "" || m.BotID == who.BotID) {
				return true, nil
			}
		}
		if query.Cursor = next; !more || next == "" {
			break
		}
	}
	return false, nil
}

// tellRequesters tells whoever asked for a payment what was answered, in the thread of its card. Only somebody who is
// known here by id or address is told.
func (b *Bot) tellRequesters(ctx context.Context, c models.Case) error {
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
		if err := b.note(ctx, c.Item, key, text); err != nil {
			return err
		}
	}
	return nil
}
