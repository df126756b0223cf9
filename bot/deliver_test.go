package bot_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// untilQuiet calls Notify as the queue does: again after what it asks for, or after a second.
func (w *world) untilQuiet(item string) {
	w.t.Helper()
	for range 20 {
		err := w.bot.Notify(w.t.Context(), item)
		if err == nil {
			return
		}
		wait := time.Second
		if later, ok := errors.AsType[*bot.RetryAfter](err); ok {
			wait = later.D
		} else if models.KindOf(err) != models.Unavailable {
			w.t.Fatalf("Notify = %v, which no retry mends", err)
		}
		w.clock.add(wait)
	}
	w.t.Fatal("Notify never ends")
}

func TestACardIsPostedOnceAndNotSentAgainUnchanged(t *testing.T) {
	w := newWorld(t)
	w.card(ticketCase(priorityAsk()))
	w.notify(ticketItem)
	if n := len(w.slack.Calls("chat.postMessage")) + len(w.slack.Calls("chat.update")); n != 1 {
		t.Errorf("got %d sends, want 1", n)
	}
}

func TestNothingOpenMakesNoNoise(t *testing.T) {
	w := newWorld(t)
	alone, seen := priorityAsk(), routeAsk()
	alone.State, alone.Autonomous, seen.State = models.Applied, true, models.Observed
	w.desk.put(ticketCase(alone, seen))
	w.notify(ticketItem)
	if n := len(w.slack.Calls("")); n != 0 {
		t.Errorf("got %d calls, want none", n)
	}
}

func TestCardsGoToTheChannelOfTheirDomain(t *testing.T) {
	w := newWorld(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.desk.put(payCase(holdAsk()))
	stock := decisionOn("sku:erp:7", "stock.reorder", "40 boxes", "", "@stock")
	w.desk.put(models.Case{Item: stock.Item, Domain: "stock", Title: "Boxes", Decisions: []models.Decision{stock}})
	for _, item := range []string{ticketItem, payItem, stock.Item} {
		w.notify(item)
	}
	for _, id := range []string{triageChannel, financeChannel, fallback} {
		if n := len(w.slack.Visible(id)); n != 1 {
			t.Errorf("%s has %d cards, want 1", id, n)
		}
	}
}

func TestAPostThatMayHaveArrivedIsLookedForBeforeItIsSentAgain(t *testing.T) {
	for name, f := range map[string]slackfake.Fault{
		"the connection was cut after it was stored":  {Cut: true},
		"the connection was cut before it was stored": {Cut: true, Undone: true},
		"502 after it was stored":                     {Status: http.StatusBadGateway},
		"502 instead of it":                           {Status: http.StatusBadGateway, Undone: true},
		"Slack says it failed half-way":               {Error: "internal_error"},
		"three cuts, all stored":                      {Cut: true, Times: 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			f.Method = "chat.postMessage"
			w.slack.Fail(f)
			w.desk.put(ticketCase(priorityAsk()))
			if err := w.bot.Notify(t.Context(), ticketItem); models.KindOf(err) != models.Unavailable {
				t.Fatalf("Notify = %v, want Unavailable", err)
			}
			w.untilQuiet(ticketItem)
			if n := len(w.slack.Calls("chat.delete")); n != 0 {
				t.Errorf("%d duplicates had been posted and had to be deleted", n)
			}
			w.press(priya, w.only(), "Approve")
			wantSaid(t, w.only().Words(), "Approved by Priya")
		})
	}
}

func TestACrashBetweenPostAndSaveLeavesOneCard(t *testing.T) {
	for name, stored := range map[string]bool{"the post had left": true, "the post had not left": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.desk.put(ticketCase(priorityAsk()))
			crash := errors.New("the process died")
			died := false
			w.desk.saving = func(ref models.CardRef) error {
				if died || ref.Posted() {
					died = true
					return crash
				}
				return nil
			}
			if !stored {
				w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Cut: true, Undone: true})
				w.desk.saving = func(ref models.CardRef) error {
					if died || ref.Revision > 1 {
						died = true
						return crash
					}
					return nil
				}
			}
			if err := w.bot.Notify(t.Context(), ticketItem); err == nil {
				t.Fatal("Notify = nil, want the crash")
			}
			w.desk.saving = nil
			w.untilQuiet(ticketItem)
			w.only()
		})
	}
}

func TestALateDuplicateIsDeleted(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.HTTP = &http.Client{Timeout: time.Second} })
	gate, done := make(chan struct{}), make(chan struct{})
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Wait: gate, Done: done})
	w.desk.put(ticketCase(priorityAsk()))
	if err := w.bot.Notify(t.Context(), ticketItem); models.KindOf(err) != models.Unavailable {
		t.Fatalf("Notify = %v, want Unavailable", err)
	}
	err := w.bot.Notify(t.Context(), ticketItem) // posts again: nothing is there yet
	later, ok := errors.AsType[*bot.RetryAfter](err)
	if !ok {
		t.Fatalf("Notify = %v, want to be called again: the first may still arrive", err)
	}
	first := w.only()
	close(gate) // now the first one arrives
	<-done
	if n := len(w.slack.Visible(triageChannel)); n != 2 {
		t.Fatalf("got %d cards, want the duplicate to be there", n)
	}
	w.clock.add(later.D)
	w.notify(ticketItem)
	if got := w.only().TS; got != first.TS {
		t.Errorf("kept %s, want the earlier %s", got, first.TS)
	}
}

func TestASlowerPaceIsObeyed(t *testing.T) {
	w := newWorld(t)
	w.slack.Storm("chat.postMessage", 3, 7)
	w.desk.put(ticketCase(priorityAsk()))
	err := w.bot.Notify(t.Context(), ticketItem)
	later, ok := errors.AsType[*bot.RetryAfter](err)
	if !ok || later.D != 7*time.Second || models.KindOf(err) != models.Unavailable {
		t.Fatalf("Notify = %v, want to be told 7 s", err)
	}
	w.untilQuiet(ticketItem)
	w.only()
	if n := len(w.slack.Calls("conversations.history")); n != 0 {
		t.Errorf("a refused post was looked for %d times: nothing was in doubt", n)
	}
}

func TestManyCardsInOneChannelKeepItsPaceAndNoneIsLost(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.PerSecond = 0.2 })
	w.slack.Pace = 5 * time.Second
	var items []string
	for i := range 12 {
		d := priorityAsk()
		d.Item = fmt.Sprintf("ticket:helpdesk:%d", i)
		d.ID = models.DecisionID("ev_1", d.Item, d.Action)
		c := ticketCase(d)
		c.Item = d.Item
		w.desk.put(c)
		items = append(items, d.Item)
	}
	for len(items) > 0 {
		var left []string
		for _, item := range items {
			if w.bot.Notify(t.Context(), item) != nil {
				left = append(left, item)
			}
		}
		items = left
		w.clock.add(5 * time.Second)
	}
	if n := len(w.slack.Visible(triageChannel)); n != 12 {
		t.Errorf("got %d cards, want 12", n)
	}
	for _, c := range w.slack.Calls("chat.postMessage") {
		if c.Status == http.StatusTooManyRequests {
			t.Error("Slack had to ask for a slower pace")
		}
	}
}

func TestManyCallsAtOnceGiveOneCard(t *testing.T) {
	w := newWorld(t)
	w.desk.put(ticketCase(priorityAsk()))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { _ = w.bot.Notify(t.Context(), ticketItem) })
	}
	all.Wait()
	w.untilQuiet(ticketItem)
	w.only()
}

func TestTwoProcessesAtOnceGiveOneCard(t *testing.T) {
	w := newWorld(t)
	one := w.bot
	w.start(one.APIURL)
	w.desk.put(ticketCase(priorityAsk()))
	var all sync.WaitGroup
	for _, b := range []*bot.Bot{one, w.bot, one, w.bot} {
		all.Go(func() { _ = b.Notify(t.Context(), ticketItem) })
	}
	all.Wait()
	w.untilQuiet(ticketItem)
	w.only()
}

func TestAnOlderChangeThatLandsLastIsSetRight(t *testing.T) {
	w := newWorld(t)
	w.card(ticketCase(priorityAsk()))
	slow := w.bot
	w.start(slow.APIURL)
	came, gate := make(chan struct{}), make(chan struct{})
	w.slack.Fail(slackfake.Fault{Method: "chat.update", Came: came, Wait: gate})
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { d.Confidence = 0.5 })
	var late sync.WaitGroup
	late.Go(func() {
		if err := slow.Notify(t.Context(), ticketItem); err != nil {
			t.Error(err)
		}
	})
	<-came
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { d.Confidence = 0.7 })
	w.notify(ticketItem)
	close(gate)
	late.Wait()
	wantSaid(t, w.only().Words(), "70 % sure")
}

func TestALostCardIsPostedInTheFallbackChannelAndSaysSo(t *testing.T) {
	for name, lose := range map[string]func(*world, slackfake.Message){
		"the message was deleted":  func(w *world, m slackfake.Message) { w.slack.Remove(m.Channel, m.TS) },
		"the channel was archived": func(w *world, m slackfake.Message) { w.slack.Archive(m.Channel); w.slack.Remove(m.Channel, m.TS) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.card(ticketCase(priorityAsk()))
			lose(w, m)
			w.desk.change(priorityAsk().ID, func(d *models.Decision) { d.Confidence = 0.5 })
			w.notify(ticketItem)
			now := w.only()
			if now.Channel != fallback {
				t.Errorf("the card is in %s, want %s", now.Channel, fallback)
			}
			wantSaid(t, now.Words(), "its own channel or message could not be used", "50 % sure")
		})
	}
}

func TestACardWhoseChannelIsGoneFromTheStartGoesToTheFallback(t *testing.T) {
	w := newWorld(t)
	w.slack.Archive(triageChannel)
	if m := w.card(ticketCase(priorityAsk())); m.Channel != fallback {
		t.Errorf("the card is in %s, want %s", m.Channel, fallback)
	}
}

func TestADeletedCardThatAsksNothingIsNotPostedAgain(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.slack.Remove(m.Channel, m.TS)
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { *d = answered(*d, models.Applied, models.AnswerApprove, "") })
	w.notify(ticketItem)
	if n := len(w.slack.Visible("")); n != 0 {
		t.Errorf("got %d cards, want none", n)
	}
}

func TestARefusedTokenIsNoMatterOfTryingAgain(t *testing.T) {
	w := newWorld(t)
	w.slack.Token = "xoxb-other"
	w.desk.put(ticketCase(priorityAsk()))
	err := w.bot.Notify(t.Context(), ticketItem)
	if models.KindOf(err) != models.Denied {
		t.Errorf("Notify = %v, want Denied", err)
	}
	if strings.Contains(fmt.Sprint(err), "xoxb") {
		t.Error("the token is in the error")
	}
}

func TestASlackThatIsNotThereIsTriedAgainWithoutDoubt(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.APIURL = "http://127.0.0.1:1/api/" })
	w.desk.put(ticketCase(priorityAsk()))
	if err := w.bot.Notify(t.Context(), ticketItem); models.KindOf(err) != models.Unavailable {
		t.Fatalf("Notify = %v, want Unavailable", err)
	}
	if ref := w.desk.refs[ticketItem]; !ref.TriedAt.IsZero() || ref.Posted() {
		t.Errorf("got %+v: a call that never left leaves no doubt", ref)
	}
}

func TestHostileTextOfCustomersMentionsNobody(t *testing.T) {
	w := newWorld(t)
	m := w.card(hostile())
	if c := slackfake.Control(m.Blocks, m.Text, "https://remit.example.com/"); len(c) != 0 {
		t.Errorf("Slack would act on %v", c)
	}
	w.press(priya, m, "Override")
	if len(w.slack.OpenViews()) != 1 {
		t.Error("the modal was refused")
	}
}
