package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"remit/models"
)

// Outbox is the cards that are to be brought up to date.
type Outbox interface {
	// PendingCards gives at most limit of them, one an item: those that are in Slack already, then the urgent ones, then
	// the others, each the longest waiting first.
	PendingCards(ctx context.Context, limit int) ([]models.PendingCard, error)
	// CardsDone notes that nothing is left to do for these effects; CardsDead that it was given up.
	CardsDone(ctx context.Context, effects []string) error
	CardsDead(ctx context.Context, effects []string, why string) error
}

const (
	// roundMost is how many pending cards are looked at in one round.
	roundMost = 1000
	// idle is how long the office waits when nothing is pending and nobody says that something is.
	idle = 5 * time.Second
	// longest is the longest pause after failures: what a Slack that comes back is found out by.
	longest = 30 * time.Second
	// giveUp is how often a card is tried that Slack refuses for itself; it stays in the console.
	giveUp = 8
)

// office is what the delivery of cards knows from one round to the next. It is of this process alone, and may be lost.
type office struct {
	until  time.Time            // when Slack fails: not before
	failed int                  // rounds in a row that failed
	later  map[string]time.Time // wishes that have to wait, each until when
	where  map[string]string    // the channel in which an item waits for its turn
	tries  map[string]int       // of items that Slack refuses
}

// Run delivers cards until ctx ends: whenever Nudge says that there is something, and whenever the last round said to.
func (b *Bot) Run(ctx context.Context) {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-b.nudged:
		}
		b.warm(ctx)
		t.Reset(b.Deliver(ctx))
	}
}

// Nudge says that a card is pending. It never waits.
func (b *Bot) Nudge() {
	select {
	case b.nudged <- struct{}{}:
	default:
	}
}

// Deliver brings up to date what is pending, the most urgent first, as far as the pace of the channels allows, and says
// when to be called again. A Slack that fails is left alone for a while, and longer with every failure; people are told
// another way of what cannot wait. It is not called twice at once.
func (b *Bot) Deliver(ctx context.Context) (again time.Duration) {
	pending, err := b.Outbox.PendingCards(ctx, roundMost)
	if err != nil {
		if ctx.Err() == nil {
			b.Logger.Error("read the cards that are pending", slog.Any("error", err))
		}
		return idle
	}
	if b.On() {
		b.page(ctx, pending)
	}
	now := b.Now()
	if wait := b.office.until.Sub(now); wait > 0 {
		return wait
	}
	r := round{Bot: b, now: now, next: now.Add(idle), busy: map[string]time.Time{}}
	for _, p := range pending {
		if ctx.Err() != nil || !r.deliver(ctx, p) {
			break
		}
	}
	r.forget(pending)
	return max(r.next.Sub(now), time.Millisecond)
}

// round is one pass over what is pending.
type round struct {
	*Bot
	now  time.Time
	next time.Time            // the earliest time at which something can be done that cannot be now
	busy map[string]time.Time // channels whose turn has not come, each until when
}

func (r *round) at(t time.Time) {
	if t.Before(r.next) {
		r.next = t
	}
}

// deliver takes one card. It reports false where Slack fails altogether, and the round is over.
func (r *round) deliver(ctx context.Context, p models.PendingCard) bool {
	if until, waits := r.office.later[wish(p)]; waits && until.After(r.now) {
		r.at(until)
		return true
	}
	if until, waits := r.busy[r.office.where[p.Item]]; waits && !p.Posted {
		r.at(until)
		return true
	}
	// A card that was begun is finished, also when remit is stopping: its outcome would be in doubt.
	whole := context.WithoutCancel(ctx)
	err := r.Notify(whole, p.Item)
	if err == nil {
		err = r.Outbox.CardsDone(whole, p.Effects)
	}
	return r.after(ctx, p, err)
}

// after makes of an error what it means for the rest of the round.
func (r *round) after(ctx context.Context, p models.PendingCard, err error) bool {
	if err == nil {
		r.office.failed = 0
		return true
	}
	if ctx.Err() != nil {
		return false
	}
	if later, ok := errors.AsType[*RetryAfter](err); ok {
		return r.wait(p, later)
	}
	switch models.KindOf(err) {
	case models.Unavailable, models.Denied, models.Unauthenticated:
		r.rest(err)
		return false
	case models.Conflict:
		r.office.later[wish(p)] = r.now.Add(time.Second)
		return true
	}
	r.refused(ctx, p, err)
	return true
}

// wait notes what has to wait: a channel, an item, or everything.
func (r *round) wait(p models.PendingCard, later *RetryAfter) bool {
	until := r.now.Add(later.D)
	r.at(until)
	switch {
	case later.Channel != "":
		r.office.where[p.Item] = later.Channel
		r.busy[later.Channel] = until
	case later.Paused:
		r.office.until = until
		return false
	default:
		r.office.later[wish(p)] = until
	}
	return true
}

// rest leaves Slack alone for a while.
func (r *round) rest(err error) {
	r.office.failed++
	pause := min(time.Second<<min(r.office.failed-1, 10), longest)
	r.office.until = r.now.Add(pause)
	r.next = r.office.until
	r.Logger.Warn("Slack takes no cards; it is tried again", slog.Duration("in", pause), slog.Any("error", err))
}

// refused counts a card that Slack, or we, cannot make work, and gives it up in the end; what cannot wait not before people
// were told another way. A card that has no channel to go to waits for one: whoever took remit out of it can ask it back.
func (r *round) refused(ctx context.Context, p models.PendingCard, err error) {
	r.office.tries[p.Item]++
	n := r.office.tries[p.Item]
	if n <= giveUp {
		r.Logger.Error("a card could not be delivered", slog.String("item", p.Item), slog.Int("try", n), slog.Any("error", err))
	}
	if n < giveUp || errors.Is(err, errNowhere) || models.KindOf(err) == models.NotFound || !r.toldOtherwise(ctx, p) {
		until := r.now.Add(min(time.Second<<min(n, 10), longest))
		r.office.later[wish(p)] = until
		r.at(until)
		return
	}
	if err := r.Outbox.CardsDead(ctx, p.Effects, models.SentenceOf(err)); err != nil {
		r.Logger.Error("give a card up", slog.String("item", p.Item), slog.Any("error", err))
	}
}

// toldOtherwise reports that a card need not be waited for: it can wait, or people were told of it another way.
func (r *round) toldOtherwise(ctx context.Context, p models.PendingCard) bool {
	if !p.Urgent || p.Posted || p.Paged || r.Elsewhere.Pager == nil {
		return true
	}
	if err := r.pageOne(ctx, p.Item); err != nil {
		r.Logger.Error("tell people another way of what cannot wait", slog.String("item", p.Item), slog.Any("error", err))
		return false
	}
	return true
}

// forget drops what is known of items that are not pending any more.
func (r *round) forget(pending []models.PendingCard) {
	if len(pending) >= roundMost {
		return // there are more than were read
	}
	there := map[string]bool{}
	for _, p := range pending {
		there[p.Item], there[wish(p)] = true, true
	}
	maps.DeleteFunc(r.office.later, func(k string, _ time.Time) bool { return !there[k] })
	maps.DeleteFunc(r.office.where, func(k, _ string) bool { return !there[k] })
	maps.DeleteFunc(r.office.tries, func(k string, _ int) bool { return !there[k] })
}

// wish names what is asked of an item's card: when more is, that need not wait for what came before.
func wish(p models.PendingCard) string { return fmt.Sprintf("%s#%d", p.Item, len(p.Effects)) }
