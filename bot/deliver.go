package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

const (
	// flight bounds one post. A card that was begun less than inFlight ago, by whatever process, may still be on its way.
	flight   = 5 * time.Second
	inFlight = flight + time.Second
	// settle is how long after a doubtful post a late duplicate is looked for.
	settle = time.Minute
	// rounds is how often delivery starts over when somebody else saved the card's place in between.
	rounds = 3
)

// Notify brings the item's card in Slack up to date: posts it if something is open, changes it in place if it is there,
// and sends nothing if it would look the same. It may be called any number of times, at once and anywhere: one card stays
// visible. An error is a *RetryAfter where it says when to call again; its kind is Unavailable where a retry may help.
func (b *Bot) Notify(ctx context.Context, item string) error { return b.bring(ctx, item, false) }

// bring is Notify. With shown set the card is posted whatever a digest would make of it.
func (b *Bot) bring(ctx context.Context, item string, shown bool) error {
	if !b.On() {
		return nil
	}
	defer b.lock(item)()
	again := false
	for range rounds {
		err := b.deliver(ctx, item, again, shown)
		if models.KindOf(err) != models.Conflict {
			return err
		}
		// Somebody else moved the card meanwhile. What is on it now may be older than what we know: say it again.
		again = true
	}
	return &RetryAfter{D: time.Second, Why: "the card is being changed elsewhere"}
}

// deliver is one round of Notify. A Conflict means that the card's place was saved by somebody else in between.
func (b *Bot) deliver(ctx context.Context, item string, again, shown bool) error {
	c, err := b.Cases.Case(ctx, item)
	if err != nil {
		return fmt.Errorf("read the case of %s: %w", item, err)
	}
	ref, err := b.ref(ctx, item)
	if err != nil {
		return err
	}
	if err := b.place(ctx, ref, caseSheet{b, c}, again, shown); err != nil {
		return err
	}
	if err := b.tellRequesters(ctx, c); err != nil {
		return err
	}
	b.fan(ctx, c)
	return nil
}

// place puts a sheet where it belongs, or brings what is there up to date.
func (b *Bot) place(ctx context.Context, ref models.CardRef, s sheet, again, shown bool) error {
	k, err := b.drawn(s, ref.Channel)
	if err != nil {
		return err
	}
	doubtful := !ref.TriedAt.IsZero()
	switch {
	case !ref.Posted() && doubtful:
		return b.recover(ctx, ref, s)
	case !ref.Posted() && ref.Held != "" && !shown && !s.urgent():
		return b.digest(ctx, ref.Held)
	case !ref.Posted() && !k.open:
		return nil
	case !ref.Posted():
		if !shown {
			if held, err := b.hold(ctx, ref, s); held || err != nil {
				return err
			}
		}
		ref.Channel = "" // the configured one, also where an earlier try went elsewhere
		return b.post(ctx, ref, s)
	case doubtful:
		if ref, err = b.sweep(ctx, ref); err != nil {
			return err
		}
	}
	if ref.Digest == k.digest && !again {
		return b.lookLater(ref)
	}
	if err := b.update(ctx, ref, s, k); err != nil {
		return err
	}
	return b.lookLater(ref)
}

func (b *Bot) ref(ctx context.Context, item string) (models.CardRef, error) {
	ref, err := b.Refs.CardRef(ctx, item)
	if models.KindOf(err) == models.NotFound {
		return models.CardRef{Item: item}, nil
	}
	if err != nil {
		return ref, fmt.Errorf("read where the card of %s is: %w", item, err)
	}
	return ref, nil
}

// save moves the card's place one revision on.
func (b *Bot) save(ctx context.Context, ref models.CardRef) (models.CardRef, error) {
	from := ref.Revision
	ref.Revision++
	if err := b.Refs.SaveCardRef(ctx, ref, from); err != nil {
		return ref, fmt.Errorf("save where the card of %s is: %w", ref.Item, err)
	}
	return ref, nil
}

// post writes down what it is about to do, posts the card, and writes down where it is.
func (b *Bot) post(ctx context.Context, ref models.CardRef, s sheet) error {
	if ref.Channel == "" {
		ref.Channel = s.home()
	}
	if ref.Channel == "" {
		return errNowhere
	}
	k, err := b.drawn(s, ref.Channel)
	if err != nil {
		return err
	}
	if err := b.turn(ctx, ref.Channel); err != nil {
		return err
	}
	repeated := !ref.TriedAt.IsZero()
	if !repeated {
		ref.Nonce = models.NewID("card", ref.Item, ref.Channel, fmt.Sprint(ref.Revision))
	}
	ref.TriedAt = b.Now()
	if ref, err = b.save(ctx, ref); err != nil {
		return err
	}
	ts, err := b.send(ctx, ref, k)
	if err != nil {
		return b.notPosted(ctx, ref, s, repeated, err)
	}
	ref.TS, ref.Digest, ref.PostedAt, ref.Held = ts, k.digest, b.Now(), ""
	if !repeated {
		ref.TriedAt = time.Time{}
	}
	return b.posted(ctx, ref)
}

// posted saves where the card is. If somebody else took over meanwhile, theirs and ours are both looked for.
func (b *Bot) posted(ctx context.Context, ref models.CardRef) error {
	if saved, err := b.save(ctx, ref); err == nil {
		return b.lookLater(saved)
	} else if models.KindOf(err) != models.Conflict {
		return err // it is in doubt, and is looked for at the next call
	}
	now, err := b.ref(ctx, ref.Item)
	if err != nil {
		return err
	}
	if now.TriedAt.IsZero() {
		now.TriedAt = b.Now()
	}
	if _, err := b.sweep(ctx, now); err != nil {
		return err
	}
	return models.Errorf(models.Conflict, "the card of %s was posted elsewhere too", ref.Item)
}

func (b *Bot) send(ctx context.Context, ref models.CardRef, k card) (ts string, err error) {
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	_, ts, err = b.api.PostMessageContext(ctx, ref.Channel, append(content(k),
		slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType:    eventType,
			EventPayload: map[string]any{"item": ref.Item, "nonce": ref.Nonce},
		}))...)
	return ts, err
}

func content(k card) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(k.text, false), slack.MsgOptionBlocks(k.blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown(),
	}
}

// notPosted writes down what a failed post means: nothing happened, or nobody knows.
func (b *Bot) notPosted(ctx context.Context, ref models.CardRef, s sheet, repeated bool, err error) error {
	if ambiguous(err) {
		// It is over here, so that nobody need wait for it; whether it arrived is looked for at the next call.
		ref.TriedAt = ref.TriedAt.Add(-inFlight)
	} else if !repeated {
		ref.TriedAt = time.Time{}
	}
	channel, nowhere := ref.Channel, isLost(err) && !ambiguous(err)
	if nowhere && ref.TriedAt.IsZero() {
		ref.Channel = "" // where it belongs is tried again first
	}
	ref, saveErr := b.save(context.WithoutCancel(ctx), ref)
	if saveErr != nil {
		return fmt.Errorf("%w (and then: %w)", slackError("chat.postMessage", err), saveErr)
	}
	if nowhere && channel != b.Fallback && b.Fallback != "" {
		return b.elsewhere(ctx, ref, s)
	}
	return b.slower(channel, slackError("chat.postMessage", err))
}

// elsewhere posts the card anew in the fallback channel.
func (b *Bot) elsewhere(ctx context.Context, ref models.CardRef, s sheet) error {
	return b.post(ctx, models.CardRef{
		Item: ref.Item, Channel: b.Fallback, Revision: ref.Revision, Paged: ref.Paged, PagedOK: ref.PagedOK, Noted: ref.Noted,
	}, s)
}

// update changes the card where it is. A card that is gone is posted in the fallback channel, if it still asks something.
func (b *Bot) update(ctx context.Context, ref models.CardRef, s sheet, k card) error {
	_, _, _, err := b.api.UpdateMessageContext(ctx, ref.Channel, ref.TS, content(k)...)
	if err != nil && isLost(err) {
		if !k.open {
			return nil
		}
		if b.Fallback == "" {
			return slackError("chat.update", err)
		}
		return b.elsewhere(ctx, ref, s)
	}
	if err != nil {
		return slackError("chat.update", err)
	}
	ref.Digest = k.digest
	_, err = b.save(ctx, ref)
	return err
}

// itemLock keeps one item's deliveries of this process one after another.
type itemLock struct {
	sync.Mutex
	users int
}

func (b *Bot) lock(item string) (unlock func()) {
	b.mu.Lock()
	l := b.items[item]
	if l == nil {
		l = &itemLock{}
		b.items[item] = l
	}
	l.users++
	b.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		b.mu.Lock()
		defer b.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(b.items, item)
		}
	}
}
