package triage_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/models"
)

func TestTheClockOfAnAnswerIsTold(t *testing.T) {
	rules := models.TriageRules{SLA: map[models.Priority]time.Duration{models.P1: time.Hour, models.P2: 4 * time.Hour, models.P3: 8 * time.Hour}}
	f := written("I would like to change the billing address of our company.")
	f.Ticket.CreatedAt = now.Add(-time.Hour)
	j := judge.Decide(f, rules)
	p, _ := j.For(models.ActionPriority)
	if p.Value != "P3" || !j.Facts.Due.Equal(now.Add(7*time.Hour)) {
		t.Errorf("got %s due %s, want P3 due in seven hours", p.Value, j.Facts.Due)
	}
	if !slices.ContainsFunc(p.Reasons, func(r models.Reason) bool { return r.Text == "As P3, an answer is due Wed 2 Dec 16:00" }) {
		t.Errorf("no reason says when: %v", p.Reasons)
	}
	for name, c := range map[string]struct {
		waited time.Duration
		want   float64
	}{"fresh": {time.Hour, 0}, "at three quarters": {6 * time.Hour, 0.5}, "late": {9 * time.Hour, 1}} {
		f.Ticket.CreatedAt = now.Add(-c.waited)
		if got := judge.Decide(f, rules).Facts.Signal("sla"); got != c.want {
			t.Errorf("%s: got %.2f, want %.2f", name, got, c.want)
		}
	}
	if j := judge.Decide(f, models.TriageRules{}); j.Facts.Signal("sla") != 0 || !j.Facts.Due.IsZero() {
		t.Error("without a target something is late")
	}
}

func TestWhoeverWaitsLongIsTold(t *testing.T) {
	f := written("You charged me twice for the same order last week.")
	f.Ticket.CreatedAt = now.AddDate(0, 0, -5)
	has := func() bool {
		p, _ := judge.Decide(f, models.TriageRules{}).For(models.ActionPriority)
		return slices.ContainsFunc(p.Reasons, func(r models.Reason) bool { return strings.HasPrefix(r.Text, "Has waited 5 days") })
	}
	if !has() {
		t.Error("five days without an answer are not told")
	}
	f.Ticket.Thread = []models.Comment{
		{ID: "1", Author: models.Actor{Kind: models.ByPerson}, Text: "It is done.", Public: true, At: now.AddDate(0, 0, -1)},
		{ID: "2", Author: models.Actor{Kind: models.ByCustomer}, Text: "You charged me twice for the same order again.", Public: true, At: now.Add(-time.Hour)},
	}
	f.Event = models.TicketCommented
	f.EventAt = now
	if has() {
		t.Error("a customer who was answered yesterday is said to have waited five days")
	}
}

func TestAccountsAreWeighedByDocumentedRules(t *testing.T) {
	told := func(edit func(*models.Account)) string {
		f := written("The dashboard has been a bit slow since the last update of the app.")
		edit(f.Account)
		p, _ := judge.Decide(f, models.TriageRules{AccountAge: 90 * 24 * time.Hour}).For(models.ActionPriority)
		for _, r := range p.Reasons {
			if strings.HasPrefix(r.Code, "account.") {
				return r.Text
			}
		}
		return ""
	}
	for name, c := range map[string]struct {
		edit func(*models.Account)
		want string
	}{
		"an enterprise":                {func(a *models.Account) { a.Tier = "enterprise" }, "Enterprise account"},
		"a free account":               {func(a *models.Account) { a.Tier = "free" }, "Free account"},
		"a plan that nobody knows":     {func(a *models.Account) { a.Tier = "galactic" }, ""},
		"a renewal within the month":   {func(a *models.Account) { a.RenewalOn = models.DayOf(now).Add(20) }, "Renewal in 20 days"},
		"a renewal next year":          {func(a *models.Account) { a.RenewalOn = models.DayOf(now).Add(300) }, ""},
		"a VIP":                        {func(a *models.Account) { a.VIP = true }, "Is marked as VIP"},
		"likely to leave":              {func(a *models.Account) { a.ChurnRisk = 0.8 }, "Likely to leave (risk 0.80)"},
		"not likely to leave":          {func(a *models.Account) { a.ChurnRisk = 0.3 }, ""},
		"worth a hundred thousand":     {func(a *models.Account) { a.ARR = models.Money{Minor: 100_000_00, Currency: "EUR"} }, "Worth 100,000.00 EUR a year"},
		"worth little":                 {func(a *models.Account) { a.ARR = models.Money{Minor: 9_999_99, Currency: "EUR"} }, ""},
		"past due":                     {func(a *models.Account) { a.PastDue = models.Money{Minor: 100, Currency: "USD"} }, "Owes 1.00 USD past due"},
		"open incidents":               {func(a *models.Account) { a.OpenIssues = 2 }, "Has 2 open incidents"},
		"had to be escalated before":   {func(a *models.Account) { a.Escalations = 2 }, "Had to be escalated 2 times before"},
		"not heard of for a year":      {func(a *models.Account) { a.UpdatedAt = now.AddDate(-1, 0, 0) }, "What is known of this account is 365 days old"},
		"an account without a feature": {func(*models.Account) {}, ""},
	} {
		if got := told(c.edit); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAnAccountWeighsByTheOrderOfMagnitudeOfItsRevenue(t *testing.T) {
	beside := func(arr models.Money) float64 { // its weight, of that of a VIP
		f := written("Since this morning nobody of us can sign in, the whole service is down.")
		f.Account.ARR, f.Account.VIP = arr, true
		weights := map[string]float64{}
		p, _ := judge.Decide(f, models.TriageRules{}).For(models.ActionPriority)
		for _, r := range p.Reasons {
			weights[r.Code] = r.Weight
		}
		return math.Round(100*1.25*weights["account.arr"]/weights["account.vip"]) / 100
	}
	for _, c := range []struct {
		minor    int64
		currency models.Currency
		want     float64
	}{
		{10_000_00, "EUR", 0.25}, {100_000_00, "EUR", 0.5}, {1_000_000_00, "EUR", 0.75}, {1_000_000_000_00, "EUR", 0.75}, {10_000_000, "JPY", 0.5}, {0, "EUR", 0},
	} {
		if got := beside(models.Money{Minor: c.minor, Currency: c.currency}); got != c.want {
			t.Errorf("%d of %s: got %g points, want %g", c.minor, c.currency, got, c.want)
		}
	}
}
