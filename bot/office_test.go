package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// escalations puts n tickets before people, every third of them urgent, oldest first; it gives their items.
func (w *world) escalations(n int) []string {
	w.t.Helper()
	var items []string
	for i := range n {
		item := fmt.Sprintf("ticket:helpdesk:%d", i)
		d := decisionOn(item, models.ActionRoute, "billing", "first line", "@support-leads")
		d.Options = []string{"billing", "first line"}
		if i%3 == 0 {
			d.Ruling.Guardrails = []string{"legal"}
		}
		w.desk.put(models.Case{Item: item, Domain: models.Triage, Title: item, Decisions: []models.Decision{d}})
		w.desk.ask(w.clock.Now(), d.Urgent(), item)
		items = append(items, item)
		w.clock.add(time.Second)
	}
	return items
}

// deliver runs the office for so long, as its own loop would, in the clock's time.
func (w *world) deliver(length time.Duration) {
	w.t.Helper()
	for end := w.clock.Now().Add(length); w.clock.Now().Before(end); {
		wait := w.bot.Deliver(w.t.Context())
		w.clock.add(max(min(wait, end.Sub(w.clock.Now())), time.Millisecond))
	}
}

func titles(ms []slackfake.Message) []string {
	var out []string
	for _, m := range ms {
		title, _, _ := strings.Cut(m.Words(), "\n")
		out = append(out, strings.TrimPrefix(title, "Ticket · "))
	}
	return out
}

func TestSlackDownForAnHourThenEveryCardOnceUrgentFirstWithinThePace(t *testing.T) {
	const always = 1_000_000
	for name, down := range map[string]slackfake.Fault{
		"nothing arrives": {Times: always, Undone: true, Cut: true},
		"503":             {Times: always, Undone: true, Status: 503},
		"429":             {Times: always, Undone: true, Status: 429, RetryAfter: 30, Error: "ratelimited"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *bot.Options) { o.PerSecond = 1 })
			w.slack.Pace = time.Second
			w.slack.Fail(down)
			items := w.escalations(500)
			w.deliver(time.Hour)
			if n := len(w.slack.Visible(triageChannel)); n > 0 {
				t.Fatalf("%d cards while Slack was down", n)
			}
			if n := len(w.slack.Calls("")); n > 1000 {
				t.Errorf("a Slack that was down was called %d times in an hour", n)
			}
			w.slack.Mend()
			w.deliver(10 * time.Minute)
			w.checkOnceInOrder(items, true)
		})
	}
}

func TestPostsThatArriveWithoutAnAnswerAreNotPostedAgain(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.PerSecond = 1 })
	w.slack.Pace = time.Second
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 7, Cut: true})
	items := w.escalations(60)
	w.deliver(10 * time.Minute)
	w.checkOnceInOrder(items, false)
}

// checkOnceInOrder finds one card of each item, the urgent ones first and each the longest waiting first.
func (w *world) checkOnceInOrder(items []string, order bool) {
	w.t.Helper()
	got := titles(w.slack.Visible(triageChannel))
	seen := map[string]int{}
	for _, title := range got {
		seen[title]++
	}
	lost, doubled := 0, 0
	for _, item := range items {
		switch n := seen[item]; {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	if lost != 0 || doubled != 0 || w.desk.waiting(models.EffectQueued) != 0 {
		w.t.Errorf("%d lost, %d doubled, %d still pending", lost, doubled, w.desk.waiting(models.EffectQueued))
	}
	var want []string
	for _, urgent := range []bool{true, false} {
		for i, item := range items {
			if (i%3 == 0) == urgent {
				want = append(want, item)
			}
		}
	}
	if order && !slices.Equal(got, want) {
		w.t.Errorf("not in the order of urgency: got %v...", got[:min(12, len(got))])
	}
}

func TestThePaceOfAChannelIsNeverBroken(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.PerSecond = 1 })
	w.slack.Pace = time.Second // the fake answers 429 to whoever is faster
	w.escalations(40)
	w.deliver(5 * time.Minute)
	for _, c := range w.slack.Calls("chat.postMessage") {
		if c.Status == 429 {
			t.Fatal("Slack had to ask for a slower pace")
		}
	}
	if n := len(w.slack.Visible(triageChannel)); n != 40 {
		t.Errorf("%d cards, want 40", n)
	}
}

func TestABusyChannelHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.PerSecond = 1 })
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Channel: triageChannel, Times: 1000, Undone: true, Status: 429, RetryAfter: 600, Error: "ratelimited"})
	w.escalations(20)
	w.desk.put(payCase(holdAsk()))
	w.desk.ask(w.clock.Now(), false, payItem)
	w.deliver(time.Minute)
	if n := len(w.slack.Visible(financeChannel)); n != 1 {
		t.Errorf("%d cards in the other channel, want 1", n)
	}
	if n := len(w.slack.Calls("chat.postMessage")); n > 3 {
		t.Errorf("the channel that asked for a pause was written to %d times", n-1)
	}
}

func TestACardThatIsThereIsBroughtUpToDateBeforeOthersArePosted(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.PerSecond = 1 })
	w.card(ticketCase(priorityAsk()))
	w.escalations(50)
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { *d = answered(*d, models.Applied, models.AnswerApprove, "") })
	w.desk.ask(w.clock.Now(), false, ticketItem)
	w.bot.Deliver(t.Context())
	if m := w.slack.Visible(triageChannel)[0]; !strings.Contains(m.Words(), "Approved by Priya") {
		t.Errorf("the card still says %q", m.Words())
	}
}

func TestCardsOfAQueueGoToItsChannel(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Queues = map[string]string{"first line": fallback} })
	w.card(ticketCase(priorityAsk()))
	if n := len(w.slack.Visible(fallback)); n != 1 {
		t.Errorf("%d cards in the queue's channel, want 1", n)
	}
}

// pager notes what people were told.
type pager struct {
	mu    sync.Mutex
	pages []bot.Page
	fail  error
}

func (p *pager) Page(_ context.Context, page bot.Page) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	p.pages = append(p.pages, page)
	return nil
}

func TestWhatCannotWaitGoesAnotherWayOnceAfterTenMinutes(t *testing.T) {
	p := &pager{fail: errors.New("no mail today")}
	w := newWorld(t, func(o *bot.Options) { o.Elsewhere.Pager = p })
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 1_000_000, Undone: true, Cut: true})
	items := w.escalations(6) // two of them urgent
	w.deliver(9 * time.Minute)
	if len(p.pages) != 0 {
		t.Fatalf("%d pages before ten minutes", len(p.pages))
	}
	w.deliver(5 * time.Minute)
	p.fail = nil
	w.deliver(time.Hour)
	if len(p.pages) != 2 || p.pages[0].Key == p.pages[1].Key {
		t.Fatalf("got %d pages, want one for each of the two urgent cards", len(p.pages))
	}
	wantSaid(t, p.pages[0].Title+"\n"+p.pages[0].Text, items[0], "Queue", "If nobody answers", "https://remit.example.com/decisions/")
	w.slack.Mend()
	w.deliver(time.Hour)
	w.checkOnceInOrder(items, false)
	if len(p.pages) != 2 {
		t.Errorf("%d pages in the end, want 2", len(p.pages))
	}
}

func TestACardThatSlackRefusesForItselfIsGivenUpAndHoldsUpNobody(t *testing.T) {
	w := newWorld(t)
	items := w.escalations(2)
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 8, Undone: true, Error: "invalid_blocks"})
	w.deliver(time.Hour)
	if n := w.desk.waiting(models.EffectQueued); n != 0 {
		t.Errorf("%d of %d are pending for ever", n, len(items))
	}
}

func TestTheChannelsOfQueuesAreCheckedToo(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Queues = map[string]string{"billing": "C0QUEUE"} })
	w.slack.AddChannel("C0QUEUE", "billing")
	w.slack.Kick("C0QUEUE")
	for _, f := range w.bot.Check(t.Context()) {
		if strings.Contains(f.What, "C0QUEUE") {
			if f.OK || !strings.Contains(f.Says, "not a member") {
				t.Errorf("got %+v, want to hear that remit is not in the channel", f)
			}
			return
		}
	}
	t.Error("the channel of a queue was not looked at")
}

func TestACardWithoutAChannelWaitsForOneAndWhatCannotWaitIsToldMeanwhile(t *testing.T) {
	for name, back := range map[string]string{"back in its own channel": triageChannel, "back in the fallback": fallback} {
		t.Run(name, func(t *testing.T) {
			p := &pager{}
			w := newWorld(t, func(o *bot.Options) { o.Elsewhere.Pager = p })
			w.slack.Kick(triageChannel)
			w.slack.Kick(fallback)
			items := w.escalations(2) // the first is urgent
			for range 15 {
				w.deliver(time.Minute)
			}
			if n := w.desk.waiting(models.EffectQueued); n != len(items) {
				t.Errorf("%d cards wait for a channel, want %d", n, len(items))
			}
			if len(p.pages) != 1 || !strings.Contains(p.pages[0].Title, items[0]) {
				t.Errorf("people were told of %d cards another way, want the urgent one: %+v", len(p.pages), p.pages)
			}
			w.slack.Invite(back)
			w.deliver(time.Minute)
			for _, m := range w.slack.Visible("") {
				if m.Channel != back {
					t.Errorf("a card is in %s, want %s", m.Channel, back)
				}
			}
			if n := len(w.slack.Visible("")); n != len(items) {
				t.Errorf("%d cards are there, want %d", n, len(items))
			}
		})
	}
}

func TestAnUrgentCardThatSlackRefusesForItselfIsToldAnotherWayBeforeItIsGivenUp(t *testing.T) {
	p := &pager{}
	w := newWorld(t, func(o *bot.Options) { o.Elsewhere.Pager = p })
	w.escalations(1)
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 8, Undone: true, Error: "invalid_blocks"})
	w.deliver(9 * time.Minute)
	if n := w.desk.waiting(models.EffectQueued); n != 0 || len(p.pages) != 1 {
		t.Errorf("%d pending, %d told another way; want it given up and told", n, len(p.pages))
	}
}

// turnless gives nobody a turn until it is let.
type turnless struct{ wait time.Duration }

func (l *turnless) Turn(context.Context, string, float64, time.Time) (time.Duration, error) {
	return l.wait, nil
}

func TestAChannelThatAnotherProcessWritesToWaitsItsTurn(t *testing.T) {
	others := &turnless{wait: 700 * time.Millisecond}
	w := newWorld(t, func(o *bot.Options) { o.Turns = others })
	w.desk.put(ticketCase(priorityAsk()))
	err := w.bot.Notify(t.Context(), ticketItem)
	if later, ok := errors.AsType[*bot.RetryAfter](err); !ok || later.D != others.wait || later.Channel != triageChannel {
		t.Fatalf("Notify = %v, want to wait for the channel", err)
	}
	if n := len(w.slack.Visible("")); n != 0 {
		t.Fatalf("%d cards were posted out of turn", n)
	}
	others.wait = 0
	w.clock.add(time.Second)
	w.notify(ticketItem)
	w.only()
}
