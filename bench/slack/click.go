package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"remit/bot/slackfake"
)

// clickWhileDeciding has a person approve cards at an even pace while tickets are decided, and measures how soon each click
// is acknowledged.
func (w *world) clickWhileDeciding(ctx context.Context, f flags, r *result) error {
	cards := w.slack.Visible(channel)
	before, err := w.app.Store.Counts(ctx)
	if err != nil {
		return err
	}
	r.Open = int(before["state_asked"])
	length := time.Duration(f.seconds) * time.Second
	work, stop := context.WithTimeout(ctx, length)
	defer stop()
	var running sync.WaitGroup
	var sendErr error
	running.Go(func() { sendErr = w.tickets(work, f.perSecond) })
	acks, clickErr := w.clicks(work, cards, f.clicks)
	running.Wait()
	if sendErr != nil || clickErr != nil {
		return fmt.Errorf("under load: %v %v", sendErr, clickErr)
	}
	counts, err := w.app.Store.Counts(ctx)
	if err != nil {
		return err
	}
	sent := float64(w.seq.Load()) - float64(f.open)
	r.DecidedPerS = (sent - float64(counts["inbox_pending"])) / length.Seconds()
	r.Clicks = len(acks)
	slices.Sort(acks)
	r.AckP50, r.AckP99, r.AckMax = at(acks, 0.5), at(acks, 0.99), at(acks, 1)
	w.clicked = cards[:len(acks)]
	return nil
}

// answered counts the clicked cards that say so.
func (w *world) answered() (n int) {
	for _, m := range w.clicked {
		if now, ok := w.slack.Message(channel, m.TS); ok && strings.Contains(now.Words(), "Approved by") {
			n++
		}
	}
	return n
}

// at gives the quantile q of sorted durations, in ms.
func at(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Microseconds()) / 1000
}

// tickets sends tickets at an even pace: one in a hundred asks, one in ten is acted on, the rest need nothing.
func (w *world) tickets(ctx context.Context, perSecond int) error {
	const tick = 2 * time.Millisecond
	every := time.NewTicker(tick)
	defer every.Stop()
	slots := make(chan struct{}, senders*4)
	errs := make(chan error, 1)
	var sending sync.WaitGroup
	defer sending.Wait()
	began := time.Now()
	for i := 0; ; i++ {
		for float64(i) >= float64(perSecond)*time.Since(began).Seconds() { // what a late tick left is made up for
			select {
			case <-ctx.Done():
				return nil
			case err := <-errs:
				return err
			case <-every.C:
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		slots <- struct{}{}
		text := plain
		switch {
		case i%100 == 0:
			text = asking
		case i%10 == 5:
			text = urgent
		}
		sending.Go(func() {
			defer func() { <-slots }()
			if _, err := w.send(context.WithoutCancel(ctx), text); err != nil {
				select {
				case errs <- err:
				default:
				}
			}
		})
	}
}

// clicks approves one card after the other at an even pace, each click on its own.
func (w *world) clicks(ctx context.Context, cards []slackfake.Message, perSecond int) (acks []time.Duration, err error) {
	every := time.NewTicker(time.Second / time.Duration(max(perSecond, 1)))
	defer every.Stop()
	var mu sync.Mutex
	var clicking sync.WaitGroup
	for i := 0; i < len(cards) && ctx.Err() == nil; i++ {
		select {
		case <-ctx.Done():
			continue
		case <-every.C:
		}
		m := cards[i]
		clicking.Go(func() {
			began := time.Now()
			a, clickErr := w.slack.Press(context.WithoutCancel(ctx), clicker, m, "Approve")
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			acks = append(acks, took)
			if clickErr == nil && a.Status != http.StatusOK {
				clickErr = fmt.Errorf("a click was answered %d", a.Status)
			}
			if clickErr != nil && err == nil {
				err = clickErr
			}
		})
	}
	clicking.Wait()
	return acks, err
}
