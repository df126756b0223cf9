package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/models"
	"remit/store"
)

func TestAProcessKilledAroundAPostLeavesExactlyOneCard(t *testing.T) {
	for name, c := range map[string]struct{ stored bool }{
		"between the commit and the post":          {stored: false},
		"between the post and its acknowledgement": {stored: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newCrashWorld(t)
			w.start()
			came, done, hold := make(chan struct{}), make(chan struct{}), make(chan struct{})
			w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Came: came, Done: done, Hold: hold, Undone: !c.stored})
			if !w.send(0) { // a ticket that asks
				t.Fatal("the ticket was not accepted")
			}
			<-came
			<-done
			w.kill()
			close(hold)
			before := 0
			if c.stored {
				before = 1
			}
			if n := len(w.slack.Visible("C0TRIAGE")); n != before {
				t.Fatalf("%d cards when it was killed, want %d", n, before)
			}
			w.start()
			w.eventually("the card is known to be there", w.posted)
			if n := len(w.slack.Visible("C0TRIAGE")); n != 1 {
				t.Errorf("%d cards, want exactly 1", n)
			}
		})
	}
}

// posted reports whether the first ticket's card is known to be in Slack.
func (w *crashWorld) posted() bool {
	w.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(w.dir, "remit.db"), Now: time.Now, Beside: true})
	if err != nil {
		w.Fatal(err)
	}
	defer s.Close()
	ref, err := s.CardRef(ctx, models.TicketItem("helpdesk", "0"))
	return err == nil && ref.Posted()
}
