package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func quietly(q bot.Quiet) func(*bot.Options) { return func(o *bot.Options) { o.Quiet = q } }

func TestQuietHoursHoldBackWhatCanWaitAndNothingElse(t *testing.T) {
	w := newWorld(t, quietly(bot.Quiet{From: 20 * time.Hour, To: 7 * time.Hour}))
	w.clock.add(8 * time.Hour) // 21:00
	items := w.escalations(6)
	w.deliver(9 * time.Hour)
	if got := titles(w.slack.Visible(triageChannel)); len(got) != 2 || got[0] != items[0] || got[1] != items[3] {
		t.Fatalf("in the night: %v, want the two urgent ones", got)
	}
	if n := len(w.slack.Calls("")); n > 20 {
		t.Errorf("Slack was called %d times in a quiet night", n)
	}
	w.deliver(2 * time.Hour)
	w.checkOnceInOrder(items, true)
}

func TestWhatBecomesUrgentInTheNightIsPosted(t *testing.T) {
	w := newWorld(t, quietly(bot.Quiet{From: 20 * time.Hour, To: 7 * time.Hour}))
	w.clock.add(8 * time.Hour)
	d := routeAsk()
	w.desk.put(ticketCase(d))
	w.desk.ask(w.clock.Now(), false, ticketItem)
	w.deliver(time.Hour)
	if n := len(w.slack.Visible("")); n != 0 {
		t.Fatalf("%d cards in the night", n)
	}
	w.desk.put(ticketCase(d, priorityAsk()))
	w.desk.ask(w.clock.Now(), true, ticketItem)
	w.deliver(time.Minute)
	w.only()
}

func TestWhenItIsQuiet(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	nights := bot.Quiet{From: 20 * time.Hour, To: 7 * time.Hour, Days: []time.Weekday{time.Saturday, time.Sunday}}
	noon := bot.Quiet{From: 12 * time.Hour, To: 13 * time.Hour}
	for name, c := range map[string]struct {
		quiet     bot.Quiet
		now, want string // "" for not quiet
	}{
		"in the day":                            {nights, "2026-12-02 19:59", ""},
		"from eight":                            {nights, "2026-12-02 20:00", "2026-12-03 07:00"},
		"after midnight":                        {nights, "2026-12-03 00:30", "2026-12-03 07:00"},
		"until seven":                           {nights, "2026-12-03 07:00", ""},
		"from Friday night to Monday morning":   {nights, "2026-12-04 22:00", "2026-12-07 07:00"},
		"on a Saturday":                         {nights, "2026-12-05 12:00", "2026-12-07 07:00"},
		"an hour at noon":                       {noon, "2026-12-02 12:30", "2026-12-02 13:00"},
		"after noon":                            {noon, "2026-12-02 13:00", ""},
		"never":                                 {bot.Quiet{}, "2026-12-05 03:00", ""},
		"seven is seven when clocks go forward": {nights, "2026-03-29 23:00", "2026-03-30 07:00"},
	} {
		t.Run(name, func(t *testing.T) {
			now, err := time.ParseInLocation("2006-01-02 15:04", c.now, berlin)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if end := c.quiet.Until(now); !end.IsZero() {
				got = end.Format("2006-01-02 15:04")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnHourThatHasHadEnoughCardsTellsTheRestInOneMessage(t *testing.T) {
	w := newWorld(t, quietly(bot.Quiet{PerHour: 3}))
	items := w.escalations(36) // twelve of them urgent
	w.deliver(time.Minute)
	all := w.slack.Visible(triageChannel)
	digest := all[len(all)-1]
	for _, m := range all {
		if strings.Contains(m.Words(), "can wait") {
			digest = m
		}
	}
	urgent := 0
	for _, title := range titles(all) {
		for i, item := range items {
			if i%3 == 0 && title == item {
				urgent++
			}
		}
	}
	if urgent != 12 || len(all) != 13 {
		t.Fatalf("%d messages with %d of 12 urgent cards, want those and one digest", len(all), urgent)
	}
	wantSaid(t, digest.Words(), "24 more can wait", "4 more are open in remit.", "Queue billing")
	if w.desk.waiting(models.EffectQueued) != 0 {
		t.Error("cards that the digest tells of are still pending")
	}
	t.Run("what is settled elsewhere goes from it", func(t *testing.T) {
		id := models.DecisionID("ev_1", items[1], models.ActionRoute)
		w.desk.change(id, func(d *models.Decision) { *d = answered(*d, models.Applied, models.AnswerApprove, "") })
		w.desk.ask(w.clock.Now(), false, items[1])
		w.deliver(time.Minute)
		m := w.message(digest.TS)
		wantSaid(t, m.Words(), "23 more can wait")
		if strings.Contains(m.Words(), items[1]+"\n") {
			t.Error("it is still listed")
		}
	})
	t.Run("a card is shown to whoever asks for it", func(t *testing.T) {
		m := w.message(digest.TS)
		w.press(priya, m, "Show")
		if n := len(w.slack.Visible(triageChannel)); n != 14 {
			t.Fatalf("%d messages, want one more card", n)
		}
		wantSaid(t, w.message(digest.TS).Words(), "22 more can wait")
		w.press(priya, m, "Show") // the old copy
		if n := len(w.slack.Visible(triageChannel)); n != 14 {
			t.Errorf("%d messages: the card was posted twice", n)
		}
	})
	t.Run("not to a stranger", func(t *testing.T) {
		w.press(nobody, w.message(digest.TS), "Show")
		if n := len(w.slack.Visible(triageChannel)); n != 14 {
			t.Errorf("%d messages", n)
		}
	})
	t.Run("what becomes urgent gets its card", func(t *testing.T) {
		item := items[5]
		w.desk.change(models.DecisionID("ev_1", item, models.ActionRoute), func(d *models.Decision) { d.Ruling.Escalated = true })
		w.desk.ask(w.clock.Now(), true, item)
		w.deliver(time.Minute)
		if n := len(w.slack.Visible(triageChannel)); n != 15 {
			t.Errorf("%d messages", n)
		}
	})
	t.Run("the next hour has cards again", func(t *testing.T) {
		w.deliver(2 * time.Hour)
		late := fmt.Sprintf("ticket:helpdesk:%d", 99)
		d := decisionOn(late, models.ActionRoute, "billing", "first line", "@support-leads")
		w.desk.put(models.Case{Item: late, Domain: models.Triage, Title: late, Decisions: []models.Decision{d}})
		w.desk.ask(w.clock.Now(), false, late)
		w.deliver(time.Minute)
		all := titles(w.slack.Visible(triageChannel))
		if all[len(all)-1] != late {
			t.Errorf("got %v", all)
		}
	})
}

// message gives a message as it is now.
func (w *world) message(ts string) slackfake.Message {
	w.t.Helper()
	for _, m := range w.slack.Visible("") {
		if m.TS == ts {
			return m
		}
	}
	w.t.Fatalf("there is no message %s", ts)
	return slackfake.Message{}
}

func TestADigestThatIsLostOnItsWayIsNotPostedTwice(t *testing.T) {
	w := newWorld(t, quietly(bot.Quiet{PerHour: 1}))
	items := w.escalations(9)
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 6, Cut: true})
	w.deliver(10 * time.Minute)
	n := 0
	for _, m := range w.slack.Visible(triageChannel) {
		if strings.Contains(m.Words(), "can wait") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d digests of %d, want 1", n, len(items))
	}
}
