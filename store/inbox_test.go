package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

var _ = claim("a delivery comes back byte for byte", func(t *testing.T, s *opened) {
	want := delivery("k1", "ticket:helpdesk:1")
	want.Body = []byte("{\"a\":\"\xff\x00\"}")
	mustAccept(t, s, want)
	got, err := s.Delivery(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	_, err = s.Delivery(t.Context(), "ev_none")
	wantKind(t, err, models.NotFound)
})

var _ = claim("a redelivery is stored once, also within one call", func(t *testing.T, s *opened) {
	d := delivery("k1", "ticket:helpdesk:1")
	for i, want := range []int{1, 0} {
		got, err := s.Accept(t.Context(), []models.Delivery{d, d})
		if err != nil || got != want {
			t.Errorf("call %d: got %d fresh, %v; want %d", i+1, got, err, want)
		}
	}
	var seen []string
	if n, err := s.Drain(t.Context(), 10, nothing(&seen)); n != 1 || err != nil {
		t.Errorf("drained %d, %v; want 1", n, err)
	}
	if fresh, err := s.Accept(t.Context(), []models.Delivery{d}); fresh != 0 || err != nil {
		t.Errorf("after the drain: got %d fresh, %v; want 0", fresh, err)
	}
})

var _ = claim("of the same delivery sent by many at once one is fresh", func(t *testing.T, s *opened) {
	const callers, each = 16, 20
	var wg sync.WaitGroup
	fresh := make([]int, callers)
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				n, err := s.Accept(t.Context(), []models.Delivery{delivery(fmt.Sprint(i), "ticket:helpdesk:1")})
				if err != nil {
					t.Error(err)
				}
				fresh[c] += n
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range fresh {
		total += n
	}
	if total != each {
		t.Errorf("%d were fresh, want %d", total, each)
	}
})

var _ = claim("a delivery without a key or subject is refused", func(t *testing.T, s *opened) {
	for _, d := range []models.Delivery{delivery("", "s"), delivery("k", "")} {
		_, err := s.Accept(t.Context(), []models.Delivery{d})
		wantKind(t, err, models.Invalid)
	}
})

var _ = claim("a drain shows deliveries in the order they came, each once", func(t *testing.T, s *opened) {
	var want []string
	for i := range 7 {
		d := delivery(fmt.Sprintf("k%d", i), fmt.Sprintf("ticket:helpdesk:%d", i%2))
		mustAccept(t, s, d)
		want = append(want, d.Key)
	}
	var seen []string
	for range 4 {
		if _, err := s.Drain(t.Context(), 3, nothing(&seen)); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(want, seen); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
})

var _ = claim("a drain that fails leaves everything as it was", func(t *testing.T, s *opened) {
	mustAccept(t, s, deliveries(3, "ticket:helpdesk:1")...)
	boom := models.Errorf(models.Invalid, "boom")
	n, err := s.Drain(t.Context(), 10, func(context.Context, decision.Reader, []models.Delivery) (decision.Changes, error) {
		return decision.Changes{}, boom
	})
	if n != 3 || !errors.Is(err, boom) {
		t.Errorf("got %d, %v; want 3 and the decider's error", n, err)
	}
	clash := decided("ticket:helpdesk:1", models.ActionPriority, "ev_1", models.Asked)
	n, err = s.Drain(t.Context(), 10, func(context.Context, decision.Reader, []models.Delivery) (decision.Changes, error) {
		return decision.Changes{Decisions: []models.Decision{clash, clash}, At: day}, nil
	})
	wantKind(t, err, models.Conflict)
	if n != 3 {
		t.Errorf("got %d tried, want 3", n)
	}
	if _, err := s.Decision(t.Context(), clash.ID); models.KindOf(err) != models.NotFound {
		t.Errorf("the decision of a failed drain is there: %v", err)
	}
	var seen []string
	if n, err := s.Drain(t.Context(), 10, nothing(&seen)); n != 3 || err != nil {
		t.Errorf("again: got %d, %v; want 3", n, err)
	}
})

var _ = claim("what a drain causes commits with its being done", func(t *testing.T, s *opened) {
	mustAccept(t, s, delivery("k1", "ticket:helpdesk:1"))
	d := decided("ticket:helpdesk:1", models.ActionPriority, models.DeliveryID("helpdesk", "k1"), models.Applying)
	_, err := s.Drain(t.Context(), 10, func(ctx context.Context, r decision.Reader, _ []models.Delivery) (decision.Changes, error) {
		if known, err := r.Tickets(ctx, []string{"ticket:helpdesk:1"}); err != nil || len(known) != 0 {
			t.Errorf("got %v, %v; want nothing known", known, err)
		}
		return decision.Changes{
			Tickets:   []models.Ticket{{ID: "ticket:helpdesk:1", Source: "helpdesk", ExternalID: "1", Subject: "Help"}},
			Decisions: []models.Decision{d},
			Effects:   []models.Effect{models.NewEffect(d, models.EffectApply, day, day)},
			Entries:   []models.Entry{models.EntryOf(d, models.EntryDecided, models.Remit, day, "Decided.")},
			At:        day,
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.reopen(t)
	got, err := s.Decision(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if known, err := s.Tickets(t.Context(), []string{"ticket:helpdesk:1"}); err != nil || known["ticket:helpdesk:1"].Subject != "Help" {
		t.Errorf("got tickets %v, %v", known, err)
	}
})

var _ = claim("an arrival is signalled", func(t *testing.T, s *opened) {
	<-s.Arrived() // at the start, for what was there before
	mustAccept(t, s, delivery("k1", "ticket:helpdesk:1"))
	<-s.Arrived()
})

var _ = claim("what was accepted is there after a close, and nothing is accepted after it", func(t *testing.T, s *opened) {
	var wg sync.WaitGroup
	accepted := make([]bool, 50)
	old := s.Store
	for i := range accepted {
		wg.Go(func() {
			_, err := old.Accept(t.Context(), []models.Delivery{delivery(fmt.Sprint(i), "ticket:helpdesk:1")})
			accepted[i] = err == nil
			if err != nil {
				wantKind(t, err, models.Unavailable)
			}
		})
	}
	s.reopen(t)
	wg.Wait()
	_, err := old.Accept(t.Context(), deliveries(1, "x"))
	wantKind(t, err, models.Unavailable)
	for i, ok := range accepted {
		_, err := s.Delivery(t.Context(), models.DeliveryID("helpdesk", fmt.Sprint(i)))
		if ok && err != nil {
			t.Errorf("delivery %d was accepted and is not there: %v", i, err)
		}
	}
})

var _ = claim("a poll's deliveries and its cursor are stored together", func(t *testing.T, s *opened) {
	if c, err := s.Cursor(t.Context(), "helpdesk"); c != "" || err != nil {
		t.Errorf("got cursor %q, %v before any poll", c, err)
	}
	for _, cursor := range []string{"c1", "c2"} {
		if err := s.AcceptPolled(t.Context(), "helpdesk", deliveries(2, "ticket:helpdesk:1"), cursor); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Cursor(t.Context(), "helpdesk"); c != cursor || err != nil {
			t.Errorf("got cursor %q, %v; want %q", c, err, cursor)
		}
	}
	var seen []string
	if n, err := s.Drain(t.Context(), 10, nothing(&seen)); n != 2 || err != nil {
		t.Errorf("drained %d, %v; want 2", n, err)
	}
})
