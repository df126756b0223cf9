package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"remit/models"
)

func TestTheFillLeavesWhatTheEngineDecided(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(dir, "sqlite://"+dir+"/"+file, flags{decisions: 6_000, tries: 1})
	defer w.close()
	a, err := w.open(t.Context(), "127.0.0.1:1", "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := w.fill(t.Context(), a, 6_000); err != nil {
		t.Fatal(err)
	}
	counts, err := a.Store.Counts(t.Context())
	if err != nil || counts["inbox_pending"] != 0 || counts["dead_letters"] != 0 {
		t.Fatalf("got %v, %v", counts, err)
	}
	if open := int(counts["state_asked"]); w.decisions < 6_000 || open < leaveFirst || open >= w.asked {
		t.Errorf("got %d decisions, %d asked, of which %d still do: want 6000, a page of them open and some answered", w.decisions, w.asked, open)
	}
	if r, err := a.Store.Verify(t.Context()); err != nil || !r.OK() || int(r.Lines) < w.decisions {
		t.Errorf("the ledger: %+v, %v", r, err)
	}
	first, err := a.Store.Case(t.Context(), models.TicketItem(source, "0"))
	if err != nil || first.Facts.Ticket == nil || len(first.Decisions) == 0 || len(first.Entries) == 0 {
		t.Fatalf("got %+v, %v", first, err)
	}
	if age := time.Since(first.Decisions[0].CreatedAt); age < span-24*time.Hour {
		t.Errorf("the first ticket was decided %s ago, want a year", age)
	}
}

func TestASearchKnowsWhatItMustShow(t *testing.T) {
	w := &world{tickets: 5000}
	seen := map[string]bool{}
	for i := range 100 {
		text, found := w.query(i)
		seen[text] = true
		if text != nowhere && !strings.Contains(found, text) && text != "parcel" {
			t.Errorf("%q is not in %q", text, found)
		}
	}
	if len(seen) < 50 || !seen[nowhere] || !seen["parcel"] {
		t.Errorf("got %d different searches, want many, and a common and an unknown word", len(seen))
	}
}

func TestTheWarmUpIsWorkThatIsNotMeasured(t *testing.T) {
	n := 0
	if _, _, err := timed(10, func(int) error { n++; return nil }); err != nil || n != 12 {
		t.Errorf("the work was done %d times, %v; want 2 and 10 times", n, err)
	}
	if _, _, err := timed(10, func(int) error { return errors.New("broken") }); err == nil {
		t.Error("got no error")
	}
}

func TestQuantilesAreInMilliseconds(t *testing.T) {
	var took []time.Duration
	for i := range 101 {
		took = append(took, time.Duration(100-i)*time.Millisecond)
	}
	if p50, p99 := quantiles(took); p50 != 50 || p99 != 99 {
		t.Errorf("got %v and %v, want 50 and 99", p50, p99)
	}
}
