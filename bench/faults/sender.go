package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"remit/bench/hook"
)

const (
	workers       = 16
	sendTimeout   = 3 * time.Second // after which a provider takes a webhook for not delivered
	sendPatience  = 2 * time.Minute // after which it is not sent again
	firstPause    = 50 * time.Millisecond
	longestPause  = time.Second
	resendOneIn   = 10 // of what was accepted
	commentOneIn  = 10 // events
	reorderOneIn  = 20
	askOneIn      = 50
	urgentOneIn   = 10
	peacefulShare = .05 // of the events come after the last fault
)

const (
	asking = "I will write to the ombudsman about this."
	plain  = "Where can I find my invoice of last month? Thank you."
	urgent = "The whole system is down, nobody in our company can log in and all 300 users are blocked. This is urgent."
	again  = "I still cannot find it. Could you send it to me, please?"
)

// sender is a helpdesk that sends its events, and sends again what was not answered 2xx.
type sender struct {
	order     []hook.Ticket
	every     time.Duration
	addrs     []string
	client    *http.Client
	total     int
	reordered int
	peace     chan struct{} // closed when there are no faults any more

	mu     sync.Mutex
	rnd    *rand.Rand
	begun  int
	took   map[string]string // event to its ticket
	gaveUp []string
	resent int
}

func newSender(w *world, f flags) *sender {
	s := &sender{
		every: time.Second / time.Duration(f.perSecond), total: f.n, peace: make(chan struct{}), took: map[string]string{},
		client: &http.Client{Timeout: sendTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: workers}},
		rnd:    rand.New(rand.NewPCG(f.seed, 1)),
	}
	for _, n := range w.nodes {
		s.addrs = append(s.addrs, n.addr)
	}
	s.order, s.reordered = events(f.n, time.Now())
	return s
}

// events gives n events, and how many come before an older one of their ticket. Each tenth is a second word on the ticket
// before it.
func events(n int, now time.Time) (order []hook.Ticket, reordered int) {
	for i := range n {
		t := hook.Ticket{
			Key: fmt.Sprint("event-", i), ID: fmt.Sprint(i), Subject: fmt.Sprint("Ticket ", i), Text: plain, At: now.Add(time.Duration(i-n) * time.Second),
		}
		switch {
		case i%commentOneIn == commentOneIn-1:
			before := order[i-1]
			t.ID, t.Subject, t.Text, t.Again = before.ID, before.Subject, again, true
		case i%askOneIn == 0:
			t.Text = asking
		case i%urgentOneIn == urgentOneIn/2:
			t.Text = urgent
		}
		order = append(order, t)
	}
	const later = 5 // events after the comment comes what it is about
	for i := reorderOneIn - 1; i+later < n; i += reorderOneIn {
		order[i-1], order[i+later] = order[i+later], order[i-1]
		reordered++
	}
	return order, reordered
}

// run sends everything at an even pace. The last events wait until there are no faults any more.
func (s *sender) run(ctx context.Context) error {
	todo := make(chan hook.Ticket)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for t := range todo {
				s.deliver(ctx, t)
			}
		})
	}
	defer working.Wait()
	defer close(todo)
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for i, t := range s.order {
		if i == s.faulty() {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-s.peace:
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		s.note(func() { s.begun = i + 1 })
		select {
		case <-ctx.Done():
			return ctx.Err()
		case todo <- t:
		}
	}
	return nil
}

// faulty gives how many events are sent beside faults.
func (s *sender) faulty() int { return int(float64(s.total) * (1 - peacefulShare)) }

// nearlyDone reports that only what is for peaceful times is left.
func (s *sender) nearlyDone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun >= s.faulty()
}

// inPeace says that there are no faults any more.
func (s *sender) inPeace() { close(s.peace) }

func (s *sender) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// deliver sends an event until it is accepted, and some of them once more.
func (s *sender) deliver(ctx context.Context, t hook.Ticket) {
	deadline, pause := time.Now().Add(sendPatience), firstPause
	for tries := 0; ; tries++ {
		if tries > 0 {
			s.note(func() { s.resent++ })
		}
		if s.post(ctx, t) {
			break
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			s.note(func() { s.gaveUp = append(s.gaveUp, t.Key) })
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
	var twice bool
	s.note(func() {
		s.took[t.Key] = t.ID
		twice = s.rnd.IntN(resendOneIn) == 0
		if twice {
			s.resent++
		}
	})
	if twice {
		s.post(ctx, t)
	}
}

// post sends the event to any of the nodes and reports whether it was answered 2xx.
func (s *sender) post(ctx context.Context, t hook.Ticket) bool {
	var addr string
	s.note(func() { addr = s.addrs[s.rnd.IntN(len(s.addrs))] })
	req, err := t.Request(ctx, "http://"+addr+"/v1/webhooks/"+source, deskSecret, time.Now())
	if err != nil {
		return false
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode/100 == 2
}

// accepted gives the events that were answered 2xx, each with its ticket.
func (s *sender) accepted() map[string]string { return s.took }

// refused gives how many were not in the end.
func (s *sender) refused() int { return len(s.gaveUp) }
