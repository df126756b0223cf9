package decision

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

func ticketFactsOf(edit func(*models.Facts)) models.Facts {
	f := models.Facts{
		Now:    noon,
		Ticket: &models.Ticket{ID: "ticket:h:1", Subject: "Refund", Text: "Where is my money?"},
		Account: &models.Account{
			ID: "account:h:1", Tier: "business", UpdatedAt: noon.Add(-time.Hour),
		},
		Tone: &models.Tone{},
	}
	if edit != nil {
		edit(&f)
	}
	return f
}

func paymentFactsOf(edit func(*models.Facts)) models.Facts {
	usd := func(n int64) models.Money { return models.Money{Minor: n * 100, Currency: "USD"} }
	f := models.Facts{
		Now:     noon,
		Payable: &models.Payable{ID: "payable:erp:1", Amount: usd(900), VendorName: "Acme", Requester: "frank", Bank: "a"},
		Vendor:  &models.Vendor{ID: "vendor:erp:1", Banks: []models.BankUse{{Bank: "a", Since: noon.AddDate(-1, 0, 0)}}},
		Cash:    &models.Cash{Floor: usd(150_000), Low: usd(200_000)},
	}
	if edit != nil {
		edit(&f)
	}
	return f
}

var (
	toP2  = models.Proposal{Action: models.ActionPriority, Item: "ticket:h:1", Value: "P2", Before: "P3", Confidence: .95}
	later = models.Proposal{Action: models.ActionSchedule, Item: "payable:erp:1", Value: "2026-12-07", Before: "2026-12-05", Confidence: .95}
)

func TestTheGateFailsClosed(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	calm := Situation{Now: noon, Writable: true}
	for name, c := range map[string]struct {
		proposal  models.Proposal
		facts     models.Facts
		situation func(*Situation)
		want      models.Outcome
		why       string
	}{
		"a sure proposal within its remit acts": {proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAct, why: "granted"},
		"a sure pay day waits for its window":   {proposal: later, facts: paymentFactsOf(nil), want: models.OutcomeWait},
		"an unsure one asks": {
			proposal: with(toP2, func(p *models.Proposal) { p.Confidence = .85 }), facts: ticketFactsOf(nil),
			want: models.OutcomeAsk, why: "85 % sure; acting by itself takes 90 %",
		},
		"an action at ask asks however sure": {
			proposal: models.Proposal{Action: models.ActionRoute, Item: "ticket:h:1", Value: "billing", Confidence: 1},
			facts:    ticketFactsOf(nil), want: models.OutcomeAsk, why: "sets route to ask",
		},
		"an action that the policy does not name is only observed": {
			proposal: models.Proposal{Action: models.ActionReply, Item: "ticket:h:1", Value: "x", Confidence: 1},
			facts:    ticketFactsOf(nil), want: models.OutcomeObserve,
		},
		"a paused domain asks": {
			proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAsk, why: "was paused by Olga",
			situation: func(s *Situation) {
				s.Paused = map[models.Domain]models.Switch{models.Triage: {Domain: models.Triage, Paused: true, By: "Olga", Why: "test"}}
			},
		},
		"a pause of the other domain changes nothing": {
			proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAct,
			situation: func(s *Situation) {
				s.Paused = map[models.Domain]models.Switch{models.Finance: {Domain: models.Finance, Paused: true}}
			},
		},
		"a source that cannot be written to asks": {
			proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAsk, why: "cannot be written to",
			situation: func(s *Situation) { s.Writable = false },
		},
		"at the cap of actions everything asks": {
			proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAsk, why: "cap of 200 actions an hour",
			situation: func(s *Situation) { s.Spent = map[string]int64{"actions/2026-12-01T13": 200} },
		},
		"at the cap of actions on one item it asks, so that no loop of automations goes on": {
			proposal: toP2, facts: ticketFactsOf(nil), want: models.OutcomeAsk, why: "20 actions a day on one item",
			situation: func(s *Situation) { s.Spent = map[string]int64{"item/2026-12-01/ticket:h:1": 20} },
		},
		"at the cap of money everything asks": {
			proposal: later, facts: paymentFactsOf(nil), want: models.OutcomeAsk, why: "250,000.00 USD a day",
			situation: func(s *Situation) { s.Spent = map[string]int64{"money/2026-12-01": 25_000_000 - 89_999} },
		},
		"an amount in a currency without a rate asks": {
			proposal: later, want: models.OutcomeAsk, why: "no rate",
			facts: paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Currency = "SEK" }),
		},
		"an angry enterprise customer is escalated": {
			proposal: toP2, want: models.OutcomeAsk, why: "Escalated to @support-leads",
			facts: ticketFactsOf(func(f *models.Facts) { f.Tone.Anger, f.Account.Tier = .9, "enterprise" }),
		},
		"an angry customer of whom the tier is not known is escalated": {
			proposal: toP2, want: models.OutcomeAsk, why: "account.tier is not known",
			facts: ticketFactsOf(func(f *models.Facts) { f.Tone.Anger, f.Account.Tier = .9, "" }),
		},
		"an angry customer of whom nothing is known is escalated": {
			proposal: toP2, want: models.OutcomeAsk, why: "cannot be known",
			facts: ticketFactsOf(func(f *models.Facts) { f.Tone.Anger, f.Account = .9, nil }),
		},
		"account facts that are too old are unknown": {
			proposal: toP2, want: models.OutcomeAsk, why: "cannot be known",
			facts: ticketFactsOf(func(f *models.Facts) { f.Tone.Anger, f.Account.UpdatedAt = .9, noon.AddDate(-1, 0, 0) }),
		},
		"a tone that nobody judged is unknown": {
			proposal: toP2, want: models.OutcomeAsk, why: "cannot be known",
			facts: ticketFactsOf(func(f *models.Facts) { f.Tone = nil }),
		},
		"a calm customer of whom nothing is known is not escalated": {
			proposal: toP2, want: models.OutcomeAct,
			facts: ticketFactsOf(func(f *models.Facts) { f.Account = nil }),
		},
		"a word of law is escalated to those who know it": {
			proposal: toP2, want: models.OutcomeAsk, why: "Escalated to @ops",
			facts: ticketFactsOf(func(f *models.Facts) { f.Ticket.Text = "My LAWYER will write to you." }),
		},
		"a word within a word is none": {
			proposal: toP2, want: models.OutcomeAct,
			facts: ticketFactsOf(func(f *models.Facts) { f.Ticket.Text = "The lawyerly tone." }),
		},
		"an amount above the line asks": {
			proposal: later, want: models.OutcomeAsk, why: `payable.amount > money("25000 USD")`,
			facts: paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Minor = 2_500_001 }),
		},
		"an amount on the line does not": {
			proposal: later, want: models.OutcomeWait,
			facts: paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Minor = 2_500_000 }),
		},
		"changed bank details ask": {
			proposal: later, want: models.OutcomeAsk, why: "call the vendor back",
			facts: paymentFactsOf(func(f *models.Facts) { f.Payable.Bank = "b" }),
		},
		"an unknown vendor asks": {
			proposal: later, want: models.OutcomeAsk, why: "cannot be known",
			facts: paymentFactsOf(func(f *models.Facts) { f.Vendor = nil }),
		},
		"a finding of a judge asks whatever the policy says": {
			proposal: toP2, want: models.OutcomeAsk, why: "addresses the machine",
			facts: ticketFactsOf(func(f *models.Facts) { f.Signals = []models.Signal{{Name: "injection", Strength: 1}} }),
		},
		"cash that is not known asks": {
			proposal: later, want: models.OutcomeAsk, why: "balance is 3 days old",
			facts: paymentFactsOf(func(f *models.Facts) { f.Cash.Unknown = "balance is 3 days old" }),
		},
		"a plan below the floor asks": {
			proposal: later, want: models.OutcomeAsk, why: "below the floor",
			facts: paymentFactsOf(func(f *models.Facts) { f.Cash.Breach, f.Cash.Low.Minor = 1, 100 }),
		},
		"leaving it as it is bothers nobody": {
			proposal: with(toP2, func(p *models.Proposal) { p.Value = "P3"; p.Confidence = .3 }),
			facts:    ticketFactsOf(nil), want: models.OutcomeAct, why: "nothing to change",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := calm
			if c.situation != nil {
				c.situation(&s)
			}
			got, spends := p.Gate(c.proposal, c.facts, s)
			if why := strings.Join(got.Why, " "); got.Outcome != c.want || !strings.Contains(why, c.why) {
				t.Errorf("got %q because %q; want %q because %q", got.Outcome, why, c.want, c.why)
			}
			if !got.Acts() && len(spends) > 0 {
				t.Errorf("asking took %v of the caps", spends)
			}
		})
	}
}

func with(p models.Proposal, edit func(*models.Proposal)) models.Proposal {
	edit(&p)
	return p
}

func TestWhatIsNotHalfSureNeverActs(t *testing.T) {
	unsure := with(toP2, func(p *models.Proposal) { p.Confidence = .49 })
	for claim, c := range map[string]struct {
		policy string
		earned models.Earned
	}{
		"by a threshold that was earned":   {policy: smallPolicy, earned: models.Earned{Level: models.LevelAct, Cut: .1}},
		"by a grant under a lax max_error": {policy: strings.Replace(smallPolicy, "max_error: 10%", "max_error: 60%", 1)},
	} {
		t.Run(claim, func(t *testing.T) {
			got, _ := loadPolicy(t, c.policy).Gate(unsure, ticketFactsOf(nil), Situation{Now: noon, Writable: true, Earned: c.earned})
			if why := strings.Join(got.Why, " "); got.Outcome != models.OutcomeAsk || !strings.Contains(why, "49 % sure; what is not even half sure is asked") {
				t.Errorf("got %q because %q, want it asked", got.Outcome, why)
			}
		})
	}
}

func TestAGuardrailSaysWhoMustAgree(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r, _ := p.Gate(later, paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Minor, f.Payable.Bank = 9_000_000, "b" }), Situation{Now: noon, Writable: true})
	if a := r.Approval; a.Needed() != 2 || !a.NotRequester || a.Note != "call the vendor back on a known number" || !slices.Equal(a.From, []string{"@finance-leads"}) {
		t.Errorf("got %+v", a)
	}
	if len(r.Guardrails) != 2 {
		t.Errorf("got guardrails %q, want the two that fired", r.Guardrails)
	}
}

func TestNothingActsUnlessEverySingleConditionLetsIt(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	rapid.Check(t, func(t *rapid.T) {
		strength := rapid.SampledFrom([]float64{0, .4, .5, .9})
		f := ticketFactsOf(func(f *models.Facts) {
			f.Tone.Anger = strength.Draw(t, "anger")
			f.Account.Tier = rapid.SampledFrom([]string{"", "free", "enterprise"}).Draw(t, "tier")
			if rapid.Bool().Draw(t, "unknown account") {
				f.Account = nil
			}
			f.Ticket.Text = rapid.SampledFrom([]string{"hello", "my lawyer", "GDPR request"}).Draw(t, "text")
			f.Signals = []models.Signal{{Name: rapid.SampledFrom([]string{"security", "legal", "deadline"}).Draw(t, "signal"), Strength: strength.Draw(t, "strength")}}
		})
		pr := toP2
		pr.Confidence = rapid.Float64Range(0, 1).Draw(t, "confidence")
		s := Situation{
			Now: noon.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * time.Hour), Writable: rapid.Bool().Draw(t, "writable"),
			Spent: map[string]int64{},
		}
		s.Spent[p.Budgets(s.Now)[0]] = rapid.Int64Range(190, 210).Draw(t, "spent")
		if rapid.Bool().Draw(t, "paused") {
			s.Paused = map[models.Domain]models.Switch{models.Triage: {Paused: true}}
		}
		r, spends := p.Gate(pr, f, s)
		if !r.Acts() {
			return
		}
		angry := f.Tone.Anger >= .8 && (f.Account == nil || f.Account.Tier != "free")
		switch {
		case pr.Confidence < .9, !s.Writable, s.Paused != nil, angry, f.Ticket.Text != "hello",
			f.Signal("security") >= .5, f.Signal("legal") >= .5, s.Spent[p.Budgets(s.Now)[0]] >= 200,
			p.Today(s.Now) > "2026-12-20", len(spends) == 0:
			t.Fatalf("acted at %v with %+v on %+v", s, pr, f)
		}
	})
}

func TestARuleAddsToWhomAnotherHasAskedAndReplacesNobody(t *testing.T) {
	payment := strings.Replace(smallPolicy, `      approvers: {from: "@finance-leads", count: 2, not: requester}`, `      approvers: "@olga"`, 1)
	both := paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Minor, f.Payable.Bank = 9_000_000, "b" })
	angry := ticketFactsOf(func(f *models.Facts) {
		f.Ticket.Text, f.Tone.Anger, f.Account.Tier = "My lawyer will write to you.", .9, "enterprise"
	})
	for name, c := range map[string]struct {
		policy   string
		proposal models.Proposal
		facts    models.Facts
		want     []string
	}{
		"two guardrails with people of their own": {payment, later, both, []string{"1 of @olga", "2 of @finance-leads"}},
		"two escalations":                         {smallPolicy, toP2, angry, []string{"1 of @support-leads", "1 of @ops"}},
		"of the same people the larger number":    {smallPolicy, later, both, nil},
		"fewer than are asked without a rule": {
			strings.Replace(payment, `finance:
  approvers: "@finance-leads"`, `finance:
  approvers: {from: "@finance-leads", count: 2}`, 1), later,
			paymentFactsOf(func(f *models.Facts) { f.Payable.Amount.Minor = 9_000_000 }),
			[]string{"2 of @finance-leads", "1 of @olga"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := loadPolicy(t, c.policy).Gate(c.proposal, c.facts, Situation{Now: noon, Writable: true})
			var each []string
			for _, q := range got.Approval.Each {
				each = append(each, q.Display())
			}
			if !slices.Equal(each, c.want) {
				t.Errorf("asked of %v: %v, want %v", got.Approval.From, each, c.want)
			}
			for _, name := range c.want {
				if _, of, _ := strings.Cut(name, " of "); !slices.Contains(got.Approval.From, of) {
					t.Errorf("%s may not answer: asked of %v", of, got.Approval.From)
				}
			}
		})
	}
}

func TestWhatIsAskedOfACashPoolAsksWhateverThePolicySaysOfPayments(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	pr := models.Proposal{Action: models.ActionCash, Item: "cash:hq:USD", Value: models.ValueAttend, Before: models.ValueAttend, Confidence: 1}
	usd := func(n int64) models.Money { return models.Money{Minor: n * 100, Currency: "USD"} }
	for name, c := range map[string]struct {
		cash models.Cash
		want models.Outcome
		by   string
	}{
		"a floor that is not held": {models.Cash{Floor: usd(150_000), Low: usd(1), Breach: 1}, models.OutcomeAsk, "cash.floor"},
		"cash that is not known":   {models.Cash{Unknown: "no balance is known"}, models.OutcomeAsk, "cash.unknown"},
		"a floor that is held":     {models.Cash{Floor: usd(150_000), Low: usd(200_000)}, models.OutcomeObserve, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := p.Gate(pr, models.Facts{Now: noon, Cash: &c.cash}, Situation{Now: noon})
			if got := strings.Join(r.Guardrails, ", "); r.Outcome != c.want || got != c.by {
				t.Errorf("the outcome is %s by %q, want %s by %q: %v", r.Outcome, got, c.want, c.by, r.Why)
			}
			if want := p.Approval(models.ActionSchedule).From; !slices.Equal(r.Approval.From, want) || r.Approval.Needed() != 1 {
				t.Errorf("asks %+v, want one of %v", r.Approval, want)
			}
		})
	}
}

func TestOnlyAPersonLetsGoWhatIsHeld(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	release := models.Proposal{Action: models.ActionHold, Item: "payable:erp:1", Value: models.ValueRelease, Before: models.ValueHold, Confidence: .99}
	r, _ := p.Gate(release, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Earned: models.Earned{Level: models.LevelAct, Cut: .5}})
	if r.Outcome != models.OutcomeAsk || r.Level != models.LevelAct {
		t.Errorf("at level %s it is to %s, want it asked whatever the level: %v", r.Level, r.Outcome, r.Why)
	}
}
