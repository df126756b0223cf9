package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

// release lets a held payment go, with a reason and a note, either of which may be left out.
func (w *world) release(id, who, reason, note string) error {
	w.Helper()
	d := w.newest(payment(id), models.ActionHold)
	_, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person(who), models.Answer{
		Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: reason, Note: note, Via: "console", Version: d.Version,
	})
	return err
}

func TestAHoldIsReleasedWithAReasonAndTheSameCaseDoesNotAskTwice(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		t.Fatal(err)
	}
	w.invoice("first", "1713.17", map[string]any{"invoice": "G-4711"})
	w.clock.add(time.Minute)
	w.invoice("again", "1713.17", map[string]any{"invoice": "G-4711", "issued_on": "2026-11-27"})
	w.settled()
	hold := w.newest(payment("again"), models.ActionHold)
	if hold.State != models.Asked || hold.CaseID == "" {
		t.Fatalf("got %s of case %q: want a duplicate asked about", hold.State, hold.CaseID)
	}
	if err := w.release("again", "priya", "", ""); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "why the payment may go") {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.release("again", "priya", "facts_missing", "two deliveries under one number"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	w.money("payable.updated", map[string]any{"id": "again", "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-4711", "amount": "1713.17", "currency": "USD", "issued_on": "2026-11-27", "due_on": "2026-12-22", "bank_account": "DE001"})
	w.settled()
	d := w.newest(payment("again"), models.ActionHold)
	if d.ID == hold.ID || d.State != models.Observed || !strings.Contains(strings.Join(d.Ruling.Why, " "), "Priya has let this very case go on") {
		t.Errorf("after a change of its due day it is %s: %v", d.State, d.Ruling.Why)
	}
	w.money("payable.updated", map[string]any{"id": "again", "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-4711", "amount": "1713.17", "currency": "USD", "issued_on": "2026-11-27", "due_on": "2026-12-22", "bank_account": "DE666"})
	w.settled()
	if d := w.newest(payment("again"), models.ActionHold); d.State != models.Asked {
		t.Errorf("with another account it is another case, and it is %s: %v", d.State, d.Ruling.Why)
	}
}

func TestAPaymentOnAChangedAccountTakesANoteOfTheCallBack(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.settled()
	w.invoice("new", "1010.00", map[string]any{"bank_account": "DE999"})
	w.settled()
	if err := w.release("new", "priya", "facts_wrong", ""); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "whom you called back") {
		t.Errorf("without a note: %v", err)
	}
	if err := w.release("new", "priya", "facts_wrong", "Ms Weber, +49 30 901820, 2 Dec"); err != nil {
		t.Fatal(err)
	}
	if d := w.newest(payment("new"), models.ActionHold); d.Final != models.ValueRelease || d.Answers[0].Note == "" {
		t.Errorf("got %q with %v", d.Final, d.Answers)
	}
}

// bankOf gives the account on record of the vendor whom history has been paid to.
func (w *world) bankOf() (bank string, all []models.BankUse) {
	w.Helper()
	vs, err := w.app.Store.Vendors(w.Context(), []string{"vendor:erp:v1"})
	if err != nil {
		w.Fatal(err)
	}
	return vs["vendor:erp:v1"].Bank(), vs["vendor:erp:v1"].Banks
}

func TestAFalseAccountComesOnRecordOnlyByAPaymentOrAPersonsWord(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.settled()
	genuine, _ := w.bankOf()
	w.invoice("false", "1010.00", map[string]any{"bank_account": "DE999"})
	w.settled()
	if now, all := w.bankOf(); now != genuine || len(all) != 2 {
		t.Fatalf("a bill that is held has put its account on record: %+v", all)
	}
	w.clock.add(time.Hour)
	w.invoice("genuine", "1011.00", map[string]any{"issued_on": "2026-12-01"})
	w.invoice("again", "1012.00", map[string]any{"issued_on": "2026-12-01", "bank_account": "DE999"})
	w.settled()
	if d := w.newest(payment("again"), models.ActionHold); d.Reasons[0].Code != "bank.unlike_vendor" {
		t.Errorf("the false account again: %+v", d.Reasons)
	}
	for _, d := range w.log() {
		if d.Item == payment("genuine") && d.Action == models.ActionHold {
			t.Errorf("the genuine account: %+v", d.Reasons)
		}
	}
	if err := w.release("again", "priya", "facts_wrong", "Ms Weber, +49 30 901820, 2 Dec"); err != nil {
		t.Fatal(err)
	}
	if now, all := w.bankOf(); now == genuine || len(all) != 2 || all[1].Claimed {
		t.Errorf("after the call-back %q is on record of %+v", now, all)
	}
}

func TestAnAccountComesOnRecordWhenTheBankHasPaidOnIt(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.settled()
	genuine, _ := w.bankOf()
	for _, party := range []string{"DE777", "DE999"} {
		id := "to-" + party
		w.invoice(id, "1010.00", map[string]any{"bank_account": "DE999"})
		w.money("transaction.booked", map[string]any{
			"id": "t-" + id, "account": "giro", "entity": "acme", "amount": "-1010.00", "currency": "USD", "booked_on": "2026-12-01",
			"party": "Globex", "bank_account": party, "references": []string{id},
		})
		w.settled()
		if now, all := w.bankOf(); (now != genuine) != (party == "DE999") {
			t.Errorf("paid to %s, %q is on record of %+v", party, now, all)
		}
	}
}

func TestAFloorThatCannotBeHeldIsPutBeforePeopleWithTheCheapestWayOut(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	w.invoice("big", "24000.00", map[string]any{"due_on": "2026-12-14", "bank_account": "DE001", "amount": "1010.00"})
	w.settled()
	w.balance("50500.00")
	w.settled()
	d := w.newest(payment("big"), models.ActionHold)
	if d.State != models.Asked || d.Autonomous {
		t.Fatalf("got %s, autonomous %v (%v): want it asked", d.State, d.Autonomous, d.Ruling.Why)
	}
	said := d.Reasons[0].Text + " " + d.Reasons[1].Text
	for _, want := range []string{"Cash falls 510.00 USD short of the floor of 50,000.00 USD", "Cheapest way out: hold Globex 1,010.00 USD."} {
		if !strings.Contains(said, want) {
			t.Errorf("it says %q, want %q", said, want)
		}
	}
	asked := len(w.log())
	w.balance("50490.00")
	w.settled()
	if again := w.newest(payment("big"), models.ActionHold); again.ID != d.ID || again.State != models.Asked || len(w.log()) != asked {
		t.Errorf("planned again, it is %s and there are %d decisions after %d: want the same ask to stand", again.State, len(w.log()), asked)
	}
	w.balance("90000.00")
	w.settled()
	if now := w.newest(payment("big"), models.ActionHold); now.State != models.Superseded {
		t.Errorf("with cash enough the ask is %s", now.State)
	}
}

func TestWhatSomebodyPlansIsCountedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	w.invoice("inv", "1010.00", map[string]any{"due_on": "2026-12-14"})
	w.settled()
	rent := models.PlannedItem{Pool: "cash:acme:USD", What: "rent", Amount: models.Money{Minor: -9_500_00, Currency: "USD"}, On: "2026-12-04"}
	if _, err := w.app.Engine.Plan(t.Context(), rent, w.person("sam")); models.KindOf(err) != models.Denied {
		t.Errorf("somebody who does not answer for payments planned: %v", err)
	}
	made, err := w.app.Engine.Plan(t.Context(), rent, w.person("priya"))
	if err != nil {
		t.Fatal(err)
	}
	w.settled()
	d := w.newest(payment("inv"), models.ActionHold)
	if d.State != models.Asked || !strings.Contains(d.Reasons[0].Text, "short of the floor") {
		t.Fatalf("got %s: want the broken floor asked about", d.State)
	}
	w.clock.add(time.Second)
	if err := w.app.Engine.Unplan(t.Context(), made, w.person("priya")); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if d := w.newest(payment("inv"), models.ActionHold); d.State != models.Superseded {
		t.Errorf("once it is not planned any more the ask is %s", d.State)
	}
}

func TestRentThatWasPaidEarlyIsNotPlannedAgain(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	w.invoice("rent", "1010.00", map[string]any{"due_on": "2026-12-04", "pay_on": "2026-12-04"})
	rent := models.PlannedItem{Pool: "cash:acme:USD", What: "Globex", Amount: models.Money{Minor: -1_000_00, Currency: "USD"}, On: "2026-12-04"}
	if _, err := w.app.Engine.Plan(t.Context(), rent, w.person("priya")); err != nil {
		t.Fatal(err)
	}
	w.settled()
	low := func() string {
		w.Helper()
		o, err := w.app.Engine.Outlook(t.Context(), "cash:acme:USD", decision.WhatIf{})
		if err != nil {
			t.Fatal(err)
		}
		return o.Cash.Low.Display()
	}
	if got := low(); got != "58,990.00 USD" {
		t.Errorf("while the invoice is open cash goes down to %s", got)
	}
	w.clock.add(time.Minute)
	w.money("payable.paid", map[string]any{"id": "rent", "entity": "acme", "currency": "USD", "amount": "1010.00", "paid_on": "2026-12-01"})
	w.balance("58990.00")
	w.settled()
	if got := low(); got != "58,990.00 USD" {
		t.Errorf("once it is paid cash goes down to %s", got)
	}
}

func TestThePastOfAPoolIsReckonedFromItsBalances(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		w.balance("60000.00")
		w.clock.add(24 * time.Hour)
	}
	w.balance("61000.00")
	w.settled()
	if err := w.app.Recount(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool, err := w.app.Store.Pool(t.Context(), "cash:acme:USD")
	if err != nil || len(pool.Residual) != 9 {
		t.Fatalf("got %v, %v: want the nine days between the first balance and today", pool.Residual, err)
	}
}

func TestAPoolsOutlookIsThePlanAndTriesWithoutDeciding(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	w.invoice("disc", "1010.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.invoice("late", "1020.00", map[string]any{"due_on": "2026-12-02", "pay_on": "2026-12-02"})
	w.settled()
	w.clock.add(12 * time.Hour)
	before := len(w.log())
	o, err := w.app.Engine.Outlook(t.Context(), "cash:acme:USD", decision.WhatIf{})
	if err != nil || len(o.Lines) != 2 || o.Cash.Unknown != "" || o.If != nil {
		t.Fatalf("got %+v, %v", o, err)
	}
	disc := o.Lines[slices.IndexFunc(o.Lines, func(l decision.OutlookLine) bool { return l.Payable.ID == payment("disc") })]
	if disc.On != "2026-12-08" || !disc.Moves() || disc.Decision == nil {
		t.Errorf("the discount's payment is planned for %s, moves %v", disc.On, disc.Moves())
	}
	for name, c := range map[string]struct {
		try  decision.WhatIf
		cost int64
		kind models.Kind
	}{
		"another day costs the discount": {decision.WhatIf{Item: payment("disc"), Day: "2026-12-18"}, 30_30, ""},
		"a higher floor costs it too":    {decision.WhatIf{Floor: models.Money{Minor: 59_500_00, Currency: "USD"}}, 28_50, ""},
		"a Sunday":                       {decision.WhatIf{Item: payment("disc"), Day: "2026-12-06"}, 0, models.Invalid},
		"a floor below nothing":          {decision.WhatIf{Floor: models.Money{Minor: -1, Currency: "USD"}}, 0, models.Invalid},
	} {
		o, err := w.app.Engine.Outlook(t.Context(), "cash:acme:USD", c.try)
		if models.KindOf(err) != c.kind {
			t.Errorf("%s: got %v", name, err)
		}
		if c.kind == "" && (o.If == nil || o.If.Cost.Minor < c.cost-300 || o.If.Cost.Minor > c.cost+300) {
			t.Errorf("%s: want a cost of about %d, got %+v", name, c.cost, o.If)
		}
		if c.try.Floor.Minor > 0 && o.If.Cash.Breach != 1 {
			t.Errorf("%s: breach %v", name, o.If.Cash.Breach)
		}
	}
	if after := len(w.log()); after != before {
		t.Errorf("looking made %d decisions of %d", after, before)
	}
	if _, err := w.app.Engine.Outlook(t.Context(), "nowhere", decision.WhatIf{}); models.KindOf(err) != models.NotFound {
		t.Errorf("a pool that is none: %v", err)
	}
	w.clock.add(48 * time.Hour)
	if o, err = w.app.Engine.Outlook(t.Context(), "cash:acme:USD", decision.WhatIf{}); err != nil || len(o.Unconfirmed) != 1 || o.Unconfirmed[0].ID != payment("late") {
		t.Errorf("unconfirmed: %+v, %v", o.Unconfirmed, err)
	}
}

func TestThePayRunIsShownOnceAtItsHour(t *testing.T) {
	text := policyText
	policyText = []byte(strings.Replace(string(text), "  cash: {floor", "  pay_run: \"14:00\"\n  cash: {floor", 1))
	t.Cleanup(func() { policyText = text })
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		t.Fatal(err)
	}
	w.invoice("disc", "1010.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.card("C0FINANCE", "Globex")
	shown := func() int {
		w.Helper()
		if err := w.app.PayRuns(t.Context()); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, m := range w.cards("C0FINANCE") {
			if strings.Contains(m.Words(), "Pay run · Wed 2 Dec") {
				n++
			}
		}
		return n
	}
	if n := shown(); n != 0 { // 11:00 in Berlin
		t.Errorf("before its hour it was shown %d times", n)
	}
	w.clock.add(3 * time.Hour)
	for range 2 {
		if n := shown(); n != 1 {
			t.Errorf("at its hour it was shown %d times, want once", n)
		}
	}
	run := w.cardIn("C0FINANCE", "Pay run")
	w.press(priya, run, "Approve: pay")
	w.eventually("the run says who has approved, and asks no more", func() bool {
		now, ok := w.slack.Message(run.Channel, run.TS)
		return ok && strings.Contains(now.Words(), "Settled today:") && strings.Contains(now.Words(), "Priya") && len(now.Buttons()) == 0
	})
	w.press(priya, run, "Approve: pay") // still on somebody's screen
	w.eventually("the click that came too late is in the timeline", func() bool {
		c, err := w.app.Store.Case(t.Context(), payment("disc"))
		return err == nil && slices.ContainsFunc(c.Entries, func(e models.Entry) bool { return e.Kind == models.EntryRefused && e.By.ID == "priya" })
	})
}

func TestNobodyApprovesAPaymentAboveTheirOwnLimit(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		t.Fatal(err)
	}
	w.invoice("disc", "1010.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	d := w.newest(payment("disc"), models.ActionSchedule)
	approve := func(limit models.Money) error {
		nina := w.person("nina")
		nina.Limit = limit
		_, err := w.app.Engine.Resolve(t.Context(), d.ID, nina, models.Answer{Kind: models.AnswerApprove, Via: "console", Version: d.Version})
		return err
	}
	for _, c := range []struct {
		limit models.Money
		says  string
	}{
		{models.Money{Minor: 1009_99, Currency: "USD"}, "above your own limit of 1,009.99 USD"},
		{models.Money{Minor: 9000_00, Currency: "EUR"}, "cannot be said"}, // the policy has no rate
	} {
		if err := approve(c.limit); models.KindOf(err) != models.Denied || !strings.Contains(err.Error(), c.says) {
			t.Errorf("with a limit of %s: %v, want it denied: %s", c.limit.Display(), err, c.says)
		}
	}
	if err := approve(models.Money{Minor: 1010_00, Currency: "USD"}); err != nil {
		t.Errorf("within the limit: %v", err)
	}
}

func TestWhereTwoRulesHoldEachOfTheirPeopleMustAgree(t *testing.T) {
	text := policyText
	policyText = []byte(strings.Replace(string(text), "  cash: {floor", `    - when: vendor.bank_changed_within("90d")
      approvers: "@support-leads"
  cash: {floor`, 1))
	t.Cleanup(func() { policyText = text })
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("big", "40000.00", map[string]any{"bank_account": "DE999", "requester": "frank"})
	w.settled()
	hold := w.newest(payment("big"), models.ActionHold)
	if each := hold.Ruling.Approval.Each; len(each) != 2 {
		t.Fatalf("asked of %+v", hold.Ruling.Approval)
	}
	release := func(by string) models.Decision {
		t.Helper()
		d := w.newest(payment("big"), models.ActionHold)
		d, err := w.app.Engine.Resolve(t.Context(), d.ID, w.person(by), models.Answer{
			Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: "facts_wrong", Note: "called Globex on the number of last year", Via: "console", Version: d.Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := release("priya"); d.State != models.Asked || d.StillNeeded(models.ValueRelease) != "still needed: 1 of @finance-leads and 1 of @support-leads" {
		t.Errorf("after the first: %s, %s", d.State, d.StillNeeded(models.ValueRelease))
	}
	if d := release("nina"); d.State != models.Asked || d.StillNeeded(models.ValueRelease) != "still needed: 1 of @support-leads" {
		t.Errorf("after two of finance: %s, %s", d.State, d.StillNeeded(models.ValueRelease))
	}
	w.eventually("the card says who is missing", func() bool {
		all := w.cards("C0FINANCE")
		return strings.Contains(all[0].Words(), "still needed: 1 of @support-leads")
	})
	if d := release("sam"); d.State == models.Asked || d.Final != models.ValueRelease {
		t.Errorf("after all of them: %s %s", d.State, d.Final)
	}
}

func TestAnInvoiceThatComesOverdueIsPlannedForTheNextBankDayAndNeverForAPastOne(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("60000.00")
	w.invoice("old", "1010.00", map[string]any{"issued_on": "2026-11-02", "due_on": "2026-11-24", "pay_on": "2026-11-24"})
	w.invoice("stopped", "1020.00", map[string]any{"issued_on": "2026-11-02", "due_on": "2026-11-24", "pay_on": "2026-11-24"})
	w.settled()
	w.money("payable.updated", map[string]any{"id": "stopped", "status": "held"})
	w.settled()
	today := models.DayOf(w.clock.Now())
	if d := w.newest(payment("old"), models.ActionSchedule); models.Day(d.Value) != today {
		t.Errorf("its day is to be %q, want %s", d.Value, today)
	}
	o, err := w.app.Engine.Outlook(t.Context(), "cash:acme:USD", decision.WhatIf{})
	if err != nil || len(o.Lines) != 2 {
		t.Fatalf("got %+v, %v", o.Lines, err)
	}
	for _, l := range o.Lines {
		if l.On.Valid() && l.On < today {
			t.Errorf("%s is shown as planned for %s, which has passed", l.Payable.ID, l.On)
		}
	}
}
