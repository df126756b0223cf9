package app_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/config"
	"remit/models"
	"remit/store/pgtest"
)

const (
	angry = "This is unacceptable and I am furious!!! The third time nobody answers, this is outrageous. Fix it now or we cancel!"
	down  = "Our whole company cannot log in, the service is down and all 200 users are blocked. This is urgent, we lose money every minute."
)

func hasAnswer(buttons []slackfake.Button) bool {
	for _, b := range buttons {
		if strings.HasPrefix(b.Label, "Approve") || strings.HasPrefix(b.Label, "Override") {
			return true
		}
	}
	return false
}

func item(ticket string) string { return models.TicketItem("helpdesk", ticket) }
func payment(id string) string  { return models.PayableItem("erp", id) }
func (w *world) person(id string) models.Person {
	w.Helper()
	p, ok := w.app.Config.ByID(id)
	if !ok {
		w.Fatalf("nobody is %q", id)
	}
	return p
}

func TestASureTicketIsActedOnWithoutAnybodyBeingBothered(t *testing.T) {
	w := newWorld(t)
	w.ticket("1", down)
	w.settled()
	d := w.newest(item("1"), models.ActionPriority)
	if d.State != models.Applied || !d.Autonomous || d.Final != "P1" {
		t.Fatalf("got %s, autonomous %v, %s: want P1 applied by itself (%v)", d.State, d.Autonomous, d.Final, d.Ruling.Why)
	}
	heard := w.desk.Writes()
	if len(heard) != 1 || heard[0].Ticket != "1" || heard[0].Fields["priority"] != "urgent" || !strings.Contains(heard[0].Note, "% sure") {
		t.Errorf("the helpdesk heard %v", heard)
	}
	if n := len(w.cards("C0TRIAGE")); n != 0 {
		t.Errorf("%d cards for what nobody needs to look at", n)
	}
}

func TestAnAngryCustomerIsPutBeforePeopleAndApproveWritesOnce(t *testing.T) {
	w := newWorld(t)
	w.ticket("2", angry)
	m := w.card("C0TRIAGE", "Ticket 2")
	w.press(sam, m, "Approve")
	w.card("C0TRIAGE", "Sam")
	w.settled()
	if heard := w.desk.Writes(); len(heard) > 1 {
		t.Errorf("the helpdesk was written to %d times", len(heard))
	}
	if b := w.card("C0TRIAGE", "Sam").Buttons(); hasAnswer(b) {
		t.Errorf("a settled card still has %v", b)
	}
	if d := w.newest(item("2"), models.ActionPriority); d.State != models.Applied || d.Answers[0].By.ID != "sam" {
		t.Errorf("got %s by %v", d.State, d.Answers)
	}
}

func TestOfTwoWhoClickAtOnceOneWinsAndTheOtherIsToldWho(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("big", "40000.00", map[string]any{"requester": "olga"})
	w.settled()
	w.ticket("3", angry)
	w.settled()
	d := w.newest(item("3"), models.ActionPriority)
	var won, lost int
	var said string
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := w.app.Engine.Resolve(context.WithoutCancel(t.Context()), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerApprove, Via: "console", Version: d.Version})
			mu.Lock()
			defer mu.Unlock()
			switch models.KindOf(err) {
			case "":
				won++
			case models.Conflict:
				lost++
				said = models.SentenceOf(err)
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if won != 1 || lost != 7 || !strings.Contains(said, "Already approved by Sam") {
		t.Errorf("%d won and %d lost, told %q: want one winner and the rest told who it was", won, lost, said)
	}
	w.settled()
	if heard := w.desk.Writes(); len(heard) > 1 {
		t.Errorf("the helpdesk was written to %d times", len(heard))
	}
}

func TestAClickOnASupersededCardChangesNothingAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	w.ticket("4", angry)
	old := w.card("C0TRIAGE", "Ticket 4")
	was := w.newest(item("4"), models.ActionPriority)
	w.zendesk("priority_changed", "4", map[string]any{"actor_id": "55", "priority": "LOW"}, map[string]any{"current": "LOW", "previous": "NORMAL"})
	w.settled()
	w.press(sam, old, "Approve")
	w.told(sam, "settled upstream as P4")
	d, err := w.app.Store.Decision(t.Context(), was.ID)
	if err != nil || d.State != models.Superseded {
		t.Fatalf("got %s %v: want it settled by whoever set it upstream", d.State, err)
	}
	if a := d.Answers; len(a) != 1 || a[0].Kind != models.AnswerUpstream || a[0].Value != "P4" {
		t.Errorf("got %v: want the answer that was given upstream", a)
	}
	w.settled()
	if heard := w.desk.Writes(); len(heard) != 0 {
		t.Errorf("the helpdesk heard %q", heard)
	}
}

func TestApproveAfterTheFactsChangedShowsWhatChangedInsteadOfActing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		says   string
		want   models.State
	}{
		"a balance too old to plan on withdraws it": {
			change: func(w *world) { w.clock.add(8 * 24 * time.Hour) }, says: "no longer propose", want: models.Superseded,
		},
		"changed bank details ask again under a guardrail": {
			change: func(w *world) {
				w.money("vendor.updated", map[string]any{"id": "v1", "name": "Globex", "bank_account": "DE777"})
				w.settled()
			}, says: "bank_changed", want: models.Asked,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.history()
			w.balance("400000.00")
			w.invoice("disc", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
			w.settled()
			if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
				t.Fatal(err)
			}
			m := w.card("C0FINANCE", "so that it asks")
			d := w.newest(payment("disc"), models.ActionSchedule)
			c.change(w)
			w.press(priya, m, "Approve")
			w.told(priya, c.says)
			now := w.newest(payment("disc"), models.ActionSchedule)
			if now.State != c.want || now.Version <= d.Version {
				t.Errorf("got %s at version %d after version %d, want %s", now.State, now.Version, d.Version, c.want)
			}
			if heard := w.erp.all(); len(heard) != 0 {
				t.Errorf("the ERP heard %q", heard)
			}
		})
	}
}

func TestTwoPeopleAreNeededAboveTheLineAndWhoAskedIsNeitherOfThem(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("big", "40000.00", map[string]any{"bank_account": "DE999"})
	m := w.card("C0FINANCE", "Globex")
	hold := w.newest(payment("big"), models.ActionHold)
	if hold.State != models.Asked || hold.Ruling.Approval.Needed() != 2 || hold.Requester != "frank" {
		t.Fatalf("got %s, needing %d, asked for by %q", hold.State, hold.Ruling.Approval.Needed(), hold.Requester)
	}
	w.press(stranger, m, "Approve")
	w.told(stranger, "finance-leads")
	pay := func(who string) (models.Decision, error) {
		now := w.newest(payment("big"), models.ActionHold)
		return w.app.Engine.Resolve(t.Context(), now.ID, w.person(who), models.Answer{
			Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: "checked", Via: "console", Version: now.Version,
			Note: "called Globex on the number of last year's contract",
		})
	}
	if _, err := pay("frank"); models.KindOf(err) != models.Denied || !strings.Contains(err.Error(), "yourself") {
		t.Errorf("whoever asked for the payment got %v", err)
	}
	if _, err := pay("sam"); models.KindOf(err) != models.Denied || !strings.Contains(err.Error(), "@finance-leads") {
		t.Errorf("somebody of another team got %v", err)
	}
	if d, err := pay("priya"); err != nil || d.State != models.Asked || len(d.Answers) != 1 {
		t.Fatalf("after the first of two: %s, %d answers, %v", d.State, len(d.Answers), err)
	}
	if _, err := pay("priya"); models.KindOf(err) != models.Conflict {
		t.Errorf("the same person twice got %v", err)
	}
	w.card("C0FINANCE", "Priya")
	if d, err := pay("nina"); err != nil || d.Final != models.ValueRelease {
		t.Fatalf("after the second of two: %s %q %v", d.State, d.Final, err)
	}
	w.settled()
	c, err := w.app.Store.Case(t.Context(), payment("big"))
	if err != nil {
		t.Fatal(err)
	}
	var refused int
	for _, e := range c.Entries {
		if e.Kind == models.EntryRefused {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("the timeline has %d refused attempts, want those of the stranger, of Frank and of Sam", refused)
	}
}

func TestAPauseRecallsWhatWaitsAndUndoTakesBackWhatLeft(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("disc", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	d := w.newest(payment("disc"), models.ActionSchedule)
	if d.State != models.Waiting {
		t.Fatalf("got %s (%v): want it waiting for its window", d.State, d.Ruling.Why)
	}
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("priya"), "no"); models.KindOf(err) != models.Denied {
		t.Errorf("somebody who is no manager paused: %v", err)
	}
	report, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "a drill")
	if err != nil || len(report.Recalled) != 1 || report.Recalled[0].ID != d.ID {
		t.Fatalf("got %+v %v: want the one that waited", report, err)
	}
	w.cardIn("C0FINANCE", "Note: finance was paused by Olga")
	w.notice("C0FINANCE", "Recalled, and asked now (1)")
	if now := w.newest(payment("disc"), models.ActionSchedule); now.State != models.Asked || now.Autonomous {
		t.Fatalf("after the pause it is %s", now.State)
	}
	w.ticket("5", down)
	w.settled()
	if tk := w.newest(item("5"), models.ActionPriority); tk.State != models.Applied {
		t.Errorf("pausing finance left a ticket %s", tk.State)
	}
	w.press(priya, w.cardIn("C0FINANCE", "Pay day:"), "Approve")
	w.settled()
	if heard := w.erp.all(); len(heard) != 1 || !strings.Contains(heard[0], "payment.schedule") {
		t.Fatalf("the ERP heard %q", heard)
	}
	applied := w.newest(payment("disc"), models.ActionSchedule)
	if _, err := w.app.Engine.Undo(t.Context(), applied.ID, w.person("priya"), "not yet"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	heard := w.erp.all()
	if len(heard) != 2 || !strings.Contains(heard[1], `"undo":true`) || !strings.Contains(heard[1], `"2026-12-21"`) {
		t.Errorf("the ERP heard %q", heard)
	}
	if now := w.newest(payment("disc"), models.ActionSchedule); now.State != models.Asked && now.State != models.Reverted {
		t.Errorf("after the undo it is %s", now.State)
	}
}

func TestOurOwnWriteComingBackDecidesNothing(t *testing.T) {
	w := newWorld(t)
	w.ticket("6", down)
	w.settled()
	before := len(w.log())
	w.zendesk("priority_changed", "6", map[string]any{"actor_id": ownActor, "priority": "URGENT"}, map[string]any{"current": "URGENT", "previous": "NORMAL"})
	w.zendesk("priority_changed", "6", map[string]any{"actor_id": "77", "priority": "URGENT"}, map[string]any{"current": "URGENT", "previous": "NORMAL"})
	w.settled()
	if after := len(w.log()); after != before {
		t.Errorf("%d decisions became %d", before, after)
	}
	if d := w.newest(item("6"), models.ActionPriority); d.State != models.Applied || len(d.Answers) != 0 {
		t.Errorf("an echo made it %s with answers %v", d.State, d.Answers)
	}
}

func (w *world) log() []models.Decision {
	w.Helper()
	ds, err := w.app.Store.Log(w.Context(), models.LogQuery{Limit: 200})
	if err != nil {
		w.Fatal(err)
	}
	return ds
}

func TestSilenceAsksTheNextAndThenEndsWithoutActing(t *testing.T) {
	w := newWorld(t)
	w.ticket("7", angry)
	w.settled()
	d := w.newest(item("7"), models.ActionPriority)
	if d.State != models.Asked || len(d.Ruling.Chain) != 1 {
		t.Fatalf("got %s with chain %v", d.State, d.Ruling.Chain)
	}
	w.clock.add(16 * time.Minute)
	w.expire(d)
	next := w.newest(item("7"), models.ActionPriority)
	if next.State != models.Asked || len(next.Ruling.Chain) != 0 || next.Ruling.Approval.From[len(next.Ruling.Approval.From)-1] != "@olga" {
		t.Fatalf("after a quarter of an hour: %s of %v", next.State, next.Ruling.Approval.From)
	}
	w.eventually("whose turn it is now is told", func() bool { return len(w.cards("C0TRIAGE")) == 3 })
	w.clock.add(9 * time.Hour)
	w.expire(next)
	if end := w.newest(item("7"), models.ActionPriority); end.State != models.Expired {
		t.Fatalf("in the end it is %s", end.State)
	}
	w.cardIn("C0TRIAGE", "Nobody answered")
	w.settled()
	if n := len(w.cards("C0TRIAGE")); n != 4 {
		t.Errorf("%d messages, want the card, a reminder for each of the two rungs, and that it is the second's turn", n)
	}
	if heard := w.desk.Writes(); len(heard) != 0 {
		t.Errorf("silence wrote %q", heard)
	}
}

// expire runs the reminder and the expiry of an ask, as the queue would when their time has come.
func (w *world) expire(d models.Decision) {
	w.Helper()
	if err := w.app.Engine.Remind(w.Context(), models.NewEffect(d, models.EffectRemind, d.ExpiresAt, d.UpdatedAt).ID, w.app.Bot); err != nil {
		w.Fatal(err)
	}
	e := models.NewEffect(d, models.EffectExpire, d.ExpiresAt, d.UpdatedAt)
	if err := w.app.Engine.Expire(w.Context(), e.ID); err != nil {
		w.Fatal(err)
	}
}

func TestAWindowThatNobodyStoppedActsAndOneWhoseFactsChangedAsks(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("quiet", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.invoice("moved", "1020.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	quiet, moved := w.newest(payment("quiet"), models.ActionSchedule), w.newest(payment("moved"), models.ActionSchedule)
	if quiet.State != models.Waiting || moved.State != models.Waiting {
		t.Fatalf("got %s and %s", quiet.State, moved.State)
	}
	w.clock.add(5 * time.Hour)
	act := func(d models.Decision) {
		if err := w.app.Engine.ActAt(t.Context(), models.NewEffect(d, models.EffectAct, d.ActAt, d.UpdatedAt).ID); err != nil {
			t.Fatal(err)
		}
	}
	act(quiet)
	w.money("payable.cancelled", map[string]any{"id": "moved", "entity": "acme", "currency": "USD"})
	w.eventually("the cancelled one is superseded", func() bool {
		return w.newest(payment("moved"), models.ActionSchedule).State == models.Superseded
	})
	act(moved)
	w.settled()
	if d := w.newest(payment("quiet"), models.ActionSchedule); d.State != models.Applied || !d.Autonomous {
		t.Errorf("what nobody stopped is %s", d.State)
	}
	if d := w.newest(payment("moved"), models.ActionSchedule); d.State != models.Superseded {
		t.Errorf("what was cancelled meanwhile is %s", d.State)
	}
	if heard := w.erp.all(); len(heard) != 1 {
		t.Errorf("the ERP heard %q", heard)
	}
}

func TestAWriteThatCannotGetOutIsPutBeforePeople(t *testing.T) {
	w := newWorld(t)
	w.desk.FailWith(http.StatusUnprocessableEntity)
	w.ticket("8", down)
	m := w.card("C0TRIAGE", "could not be written")
	w.desk.FailWith(0)
	w.press(sam, m, "Approve")
	w.eventually("the helpdesk hears of it", func() bool { return len(w.desk.Writes()) == 1 })
	w.settled()
	if d := w.newest(item("8"), models.ActionPriority); d.State != models.Applied || d.Autonomous {
		t.Errorf("got %s", d.State)
	}
}

func TestTheLedgerVerifiesAfterAllOfIt(t *testing.T) {
	w := newWorld(t)
	w.ticket("9", angry)
	w.ticket("10", down)
	m := w.card("C0TRIAGE", "Ticket 9")
	w.press(stranger, m, "Approve")
	w.told(stranger, "support-leads")
	w.press(sam, m, "Approve")
	w.card("C0TRIAGE", "Sam")
	w.settled()
	report, err := w.app.Store.Verify(t.Context())
	if err != nil || !report.OK() {
		t.Errorf("got %v %v", report, err)
	}
}

func TestTheMainJobRunsOnPostgreSQL(t *testing.T) {
	w := newWorldOn(t, pgtest.URL(t))
	w.history()
	w.balance("400000.00")
	w.invoice("disc", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.ticket("20", down)
	w.ticket("21", angry)
	w.settled()
	if d := w.newest(item("20"), models.ActionPriority); d.State != models.Applied || !d.Autonomous {
		t.Errorf("the outage is %s", d.State)
	}
	w.press(sam, w.card("C0TRIAGE", "Ticket 21"), "Approve")
	w.card("C0TRIAGE", "Sam")
	report, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "a drill")
	if err != nil || len(report.Recalled) != 1 {
		t.Errorf("the pause recalled %d (%v), want the pay day that waited", len(report.Recalled), err)
	}
	w.card("C0FINANCE", "a drill")
	w.settled()
	if r, err := w.app.Store.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("the ledger: %+v %v", r, err)
	}
}

func TestHostileTextIsShownAsTextAndMentionsNobody(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "remit.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldOn(t, database(t))
			subject := "<!channel> <@U0SAM> *bold* <script>alert(1)</script> \u202eRTL\u0000 😡 " + strings.Repeat("x", 10_000)
			w.zendesk("created", "30", map[string]any{"subject": subject, "description": angry + " <!here> \u0000 <https://evil.example|click>", "via": map[string]any{"channel": "email"}}, nil)
			m := w.card("C0TRIAGE", "Ticket")
			if found := slackfake.Control(m.Blocks, m.Text, w.app.Config.ConsoleURL.Reveal(), w.app.Config.Sources[0].BaseURL.Reveal()); len(found) > 0 {
				t.Errorf("Slack would act on %q", found)
			}
			w.press(sam, m, "Approve")
			w.card("C0TRIAGE", "Sam")
			w.settled()
		})
	}
}

func TestAPolledTicketIsDecidedWithoutAPublicAddress(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(cfg *config.Config, w *world) {
		cfg.Sources[0].Mode, cfg.Sources[0].Secrets = config.ModePoll, nil
		at := w.clock.Now().Add(-time.Minute).Format(time.RFC3339)
		w.desk.Organizations = map[string]map[string]any{"70": {"id": 70, "name": "Initech", "organization_fields": map[string]any{"tier": "enterprise"}, "updated_at": at}}
		w.desk.Add("40", map[string]any{"subject": "Ticket 40", "description": angry, "requester_id": 7, "organization_id": 70, "created_at": at, "updated_at": at})
		w.desk.Add("41", map[string]any{"subject": "Ticket 41", "description": down, "requester_id": 7, "created_at": at, "updated_at": at})
	})
	m := w.card("C0TRIAGE", "Ticket 40")
	if !strings.Contains(m.Words(), "enterprise") {
		t.Errorf("the card does not tell what is known of the account:\n%s", m.Words())
	}
	w.eventually("the outage is written back", func() bool { return len(w.desk.Writes()) == 1 })
	if one := w.desk.Writes()[0]; one.Ticket != "41" || one.Fields["priority"] != "urgent" {
		t.Errorf("the helpdesk heard %v", one)
	}
}

// outages are urgent, each about something else, so that many of them are no burst.
var outages = []string{
	down,
	"Checkout is broken in every shop since noon: customers are turned away at the till, an emergency.",
	"Production database outage, our engineers are blocked and the nightly batch never finished. Critical.",
	"Phones are dead at the call centre, eighty agents sit idle, urgent.",
	"The API returns 500 for each request, a complete outage for our integration partners.",
	"Payroll export crashes and salaries are due today, nobody in accounting can work, urgent.",
	"Warehouse scanners went offline, trucks are waiting at the gate, urgent outage right now.",
	"Your website is unreachable worldwide, total outage, thousands of dollars lost an hour.",
	"Every printer of the hospital stopped, emergency, the wards have no labels.",
	"Elevator monitoring is down in four towers, technicians blocked, urgent.",
}

func outage(n int) string { return outages[n%len(outages)] }
