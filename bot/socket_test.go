package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"remit/bot/slackfake"
	"remit/models"
)

func TestWhatComesOverEitherWayIsTheSame(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		m := w.card(ticketCase(priorityAsk(), routeAsk()))
		t.Run("a command is answered", func(t *testing.T) {
			a, err := w.slack.Command(t.Context(), priya, triageChannel, "/remit", "why "+priorityAsk().ID)
			if err != nil || !strings.Contains(string(a.Body), "nobody can log in") {
				t.Errorf("got %s %v, want the decision", a.Body, err)
			}
		})
		t.Run("a mention is answered in its thread", func(t *testing.T) {
			if _, err := w.slack.Mention(t.Context(), priya, triageChannel, "what of "+priorityAsk().ID+" ?"); err != nil {
				t.Fatal(err)
			}
			w.bot.Wait()
			all := w.slack.Visible(triageChannel)
			last := all[len(all)-1]
			if len(all) != 2 || last.ThreadTS == "" || !strings.Contains(last.Words(), "nobody can log in") {
				t.Errorf("got %d messages, the last %q in thread %q", len(all), last.Words(), last.ThreadTS)
			}
		})
		t.Run("the home is drawn", func(t *testing.T) {
			if _, err := w.slack.OpenHome(t.Context(), priya); err != nil {
				t.Fatal(err)
			}
			w.bot.Wait()
			if w.slack.Home(priya) == nil {
				t.Error("no home")
			}
		})
		t.Run("a form takes an override", func(t *testing.T) {
			w.press(priya, m, "Override")
			w.submit(map[string]string{"value:" + priorityAsk().ID: "P2"})
		})
		t.Run("a click approves", func(t *testing.T) {
			w.press(priya, m, "Approve")
		})
		if w.desk.settled() == 0 {
			t.Error("nothing was answered")
		}
	})
}

func TestAnEventThatComesTwiceIsAnsweredOnce(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		p := w.slack.EventPayload(map[string]any{"type": "app_mention", "user": priya, "channel": triageChannel, "text": "help", "ts": "1.000001"})
		for range 3 {
			w.clock.add(1e9) // Slack signs what it sends again anew
			if _, err := w.slack.SendEvent(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			w.bot.Wait()
		}
		w.only()
	})
}

func TestAnEnvelopeOnEveryConnectionActsOnce(t *testing.T) {
	w := newWorld(t)
	stop := w.listen(3)
	w.slack.Twice = true
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Approve")
	if err := stop(); err != nil { // what is on its way is heard out
		t.Fatal(err)
	}
	w.bot.Wait()
	if n := w.desk.settled(); n != 1 || w.told() != "" {
		t.Errorf("%d answers, told %q: want one, and nobody bothered", n, w.told())
	}
}

func TestClicksGoOnWhileSlackEndsConnections(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested"} {
		t.Run(reason, func(t *testing.T) {
			w := newWorld(t)
			w.listen(2)
			w.desk.gate = make(chan struct{})
			m := w.card(ticketCase(priorityAsk()))
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, err := w.slack.Press(context.Background(), priya, m, "Approve"); err != nil {
					t.Error("the click that was under way:", err)
				}
			})
			<-w.desk.came
			w.slack.Disconnect(reason)
			close(w.desk.gate)
			wg.Wait()
			w.linked(2)
			if w.desk.settled() != 1 {
				t.Errorf("%d answers, want 1", w.desk.settled())
			}
		})
	}
}

func TestBrokenConnectionsAreOpenedAgain(t *testing.T) {
	w := newWorld(t)
	w.listen(2)
	w.slack.Fail(slackfake.Fault{Method: "apps.connections.open", Times: 2, Undone: true, Status: 503})
	w.slack.CutLinks()
	w.linked(2)
	w.press(priya, w.card(ticketCase(priorityAsk())), "Approve")
	if w.desk.settled() != 1 {
		t.Error("a click after it was not taken")
	}
}

func TestSocketModeTurnedOffEndsTheListening(t *testing.T) {
	for name, off := range map[string]func(*world){
		"while it listens": func(w *world) { w.slack.Disconnect("link_disabled") },
		"before it could": func(w *world) {
			w.slack.AppToken = "another"
			w.slack.CutLinks()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.slack.AppToken = "xapp-fake"
			ended := make(chan error, 1)
			go func() { ended <- w.bot.Listen(t.Context()) }()
			w.linked(2)
			off(w)
			if err := <-ended; models.KindOf(err) != models.Denied {
				t.Errorf("got %v, want Denied", err)
			}
		})
	}
}

func TestAnAnswerThatSlackWouldDropGoesAnotherWay(t *testing.T) {
	w := newWorld(t)
	w.listen(1)
	d := priorityAsk()
	d.Title = strings.Repeat("<", 150) // each is six bytes and more in JSON
	for i := range d.Reasons {
		d.Reasons[i].Text = strings.Repeat("<", 300)
	}
	d.Ruling.Why = []string{d.Reasons[0].Text, d.Reasons[0].Text, d.Reasons[0].Text}
	w.card(ticketCase(d))
	if _, err := w.slack.Command(t.Context(), priya, triageChannel, "/remit", "why "+d.ID); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	if n := w.slack.Dropped(); n != 0 {
		t.Errorf("%d answers were dropped", n)
	}
	if !strings.Contains(w.told(), "<<<<") {
		t.Errorf("the answer was not told otherwise; told %q", w.told())
	}
}

func TestStoppingWaitsForTheClickUnderWay(t *testing.T) {
	w := newWorld(t)
	stop := w.listen(1)
	w.desk.gate = make(chan struct{})
	m := w.card(ticketCase(priorityAsk()))
	acked := make(chan error, 1)
	go func() {
		_, err := w.slack.Press(context.Background(), priya, m, "Approve")
		acked <- err
	}()
	<-w.desk.came
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	close(w.desk.gate)
	if err := <-acked; err != nil {
		t.Error("the click was not acknowledged:", err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestEnvelopesThatArriveOutOfOrderAnswerWhatWasSeen(t *testing.T) {
	w := newWorld(t)
	w.listen(2)
	m := w.card(ticketCase(priorityAsk()))
	first := w.slack.ClickPayload(priya, m, m.Buttons()[0])
	// Something newer is on the card by the time the click arrives.
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { d.Value = "P2" })
	w.notify(ticketItem)
	second := w.slack.ClickPayload(priya, w.only(), w.only().Buttons()[0])
	for _, p := range []map[string]any{second, first} {
		if _, err := w.slack.SendPayload(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		w.bot.Wait()
	}
	if w.desk.settled() != 1 || w.decision(priorityAsk().ID).Final != "P2" {
		t.Errorf("%d answers, settled on %s: want the one that was seen last", w.desk.settled(), w.decision(priorityAsk().ID).Final)
	}
}
