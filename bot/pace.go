package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

// pace is how fast one channel is written to.
type pace struct {
	limit *rate.Limiter
	until time.Time // when Slack has asked for a pause: its end
}

// Turns shares the pace of a channel with other processes that write to it.
type Turns interface {
	// Turn takes one of the turns of the channel, perSecond of them, or says how long to wait for the next.
	Turn(ctx context.Context, channel string, perSecond float64, now time.Time) (wait time.Duration, err error)
}

// turn takes the channel's turn, or says when it comes.
func (b *Bot) turn(ctx context.Context, channel string) error {
	now := b.Now()
	if err := b.ownTurn(channel, now); err != nil || b.Turns == nil {
		return err
	}
	wait, err := b.Turns.Turn(ctx, channel, b.PerSecond, now)
	if err != nil {
		return fmt.Errorf("take a turn in a channel: %w", err)
	}
	if wait > 0 {
		return &RetryAfter{D: wait, Why: "another process writes to the channel", Channel: channel}
	}
	return nil
}

func (b *Bot) ownTurn(channel string, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.paceOf(channel)
	if wait := p.until.Sub(now); wait > 0 {
		return &RetryAfter{D: wait, Why: "Slack asks for a slower pace", Channel: channel}
	}
	r := p.limit.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return &RetryAfter{D: wait, Why: "the channel's pace", Channel: channel}
	}
	return nil
}

func (b *Bot) paceOf(channel string) *pace {
	p := b.paces[channel]
	if p == nil {
		p = &pace{limit: rate.NewLimiter(rate.Limit(b.PerSecond), max(1, int(b.PerSecond)))}
		b.paces[channel] = p
	}
	return p
}

// slower keeps a pause that Slack has asked for in a channel.
func (b *Bot) slower(channel string, err error) error {
	later, ok := errors.AsType[*RetryAfter](err)
	if !ok {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.paceOf(channel)
	if until := b.Now().Add(later.D); until.After(p.until) {
		p.until = until
	}
	return &RetryAfter{D: later.D, Why: later.Why, Channel: channel}
}
