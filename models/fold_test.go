package models_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"remit/models"
)

func ticketEvent(minute int, n models.Ticket) models.Event {
	n.ID, n.Source, n.ExternalID = "ticket:helpdesk:1", "helpdesk", "1"
	return models.Event{At: noon.Add(time.Duration(minute) * time.Minute), Ticket: &n}
}

func TestTicketFold(t *testing.T) {
	known := models.Ticket{}.Fold(ticketEvent(10, models.Ticket{
		Subject: "Help", Priority: models.P2, Group: "Billing", Status: models.TicketSolved, Tags: []string{"a"}, CreatedAt: noon,
	}))
	cases := map[string]struct {
		ev   models.Event
		want func(*models.Ticket)
	}{
		"a newer word overwrites": {ticketEvent(11, models.Ticket{Priority: models.P1}), func(t *models.Ticket) {
			t.Priority, t.UpdatedAt = models.P1, noon.Add(11*time.Minute)
		}},
		"a word of the same moment does too": {ticketEvent(10, models.Ticket{Group: "Legal"}), func(t *models.Ticket) { t.Group = "Legal" }},
		"an older word overwrites nothing": {ticketEvent(9, models.Ticket{
			Priority: models.P4, Group: "Legal", Status: models.TicketOpen, Tags: []string{"b"}, CreatedAt: noon.Add(-time.Hour), Subject: "Old",
		}), func(*models.Ticket) {}},
		"an older word fills what was never said": {ticketEvent(9, models.Ticket{Language: "de", URL: "https://x"}), func(t *models.Ticket) { t.Language, t.URL = "de", "https://x" }},
		"what is not spoken of stays":             {ticketEvent(11, models.Ticket{}), func(t *models.Ticket) { t.UpdatedAt = noon.Add(11 * time.Minute) }},
		"tags taken away are gone":                {ticketEvent(11, models.Ticket{Tags: []string{}}), func(t *models.Ticket) { t.Tags, t.UpdatedAt = []string{}, noon.Add(11*time.Minute) }},
		"a solved ticket opened again is counted": {ticketEvent(11, models.Ticket{Status: models.TicketOpen}), func(t *models.Ticket) {
			t.Status, t.Reopens, t.UpdatedAt = models.TicketOpen, 1, noon.Add(11*time.Minute)
		}},
		"an older opening is not":                            {ticketEvent(9, models.Ticket{Status: models.TicketOpen}), func(*models.Ticket) {}},
		"an event about something else moves the time alone": {models.Event{At: noon.Add(time.Hour)}, func(t *models.Ticket) { t.UpdatedAt = noon.Add(time.Hour) }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := known
			tc.want(&want)
			if diff := cmp.Diff(want, known.Fold(tc.ev)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// saidWhole is a ticket event that speaks of every field, each value telling which event said it.
func saidWhole(i int) models.Event {
	s := func(field string) string { return fmt.Sprintf("%s-%d", field, i) }
	return ticketEvent(i, models.Ticket{
		Subject: s("subject"), Text: s("text"), Status: models.TicketPending, Priority: models.Priorities()[i%4], Group: s("group"), Assignee: s("assignee"),
		Tags: []string{s("tag")}, RequesterID: s("req"), AccountID: s("acc"), Language: s("lang"), Channel: s("chan"), URL: s("url"), CreatedAt: noon,
		Thread: []models.Comment{{ID: s("c"), At: noon.Add(time.Duration(i%7) * time.Second), Text: s("text")}},
	})
}

func TestWholeTicketEventsFoldTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		var evs []models.Event
		for i := range n {
			evs = append(evs, saidWhole(i))
		}
		var inOrder, shuffled models.Ticket
		for _, ev := range evs {
			inOrder = inOrder.Fold(ev)
		}
		for _, ev := range rapid.Permutation(evs).Draw(t, "order") {
			shuffled = shuffled.Fold(ev)
			shuffled = shuffled.Fold(ev) // a redelivery
		}
		if diff := cmp.Diff(inOrder, shuffled); diff != "" {
			t.Fatalf("in order -, shuffled +:\n%s", diff)
		}
	})
}

func TestCommentsJoinOnceInTheOrderOfTheirTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tk models.Ticket
		latest := map[string]time.Time{}
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			k := rapid.IntRange(0, 30).Draw(t, "comment")
			c := models.Comment{ID: fmt.Sprint("c", k), At: noon.Add(time.Duration(k*37%31) * time.Minute)}
			latest[c.ID] = c.At
			was := slices.Clone(tk.Thread)
			kept := tk
			tk = tk.Fold(models.Event{At: noon, Comment: &c})
			if diff := cmp.Diff(was, kept.Thread); diff != "" {
				t.Fatalf("folding changed the ticket folded from:\n%s", diff)
			}
		}
		if want := min(len(latest), 20); len(tk.Thread) != want {
			t.Fatalf("got %d comments, want the newest %d", len(tk.Thread), want)
		}
		for i := 1; i < len(tk.Thread); i++ {
			if !tk.Thread[i-1].At.Before(tk.Thread[i].At) {
				t.Fatalf("comment %d is not after the one before: %v", i, tk.Thread)
			}
		}
		for id, at := range latest {
			in := slices.ContainsFunc(tk.Thread, func(c models.Comment) bool { return c.ID == id })
			if !in && at.After(tk.Thread[0].At) {
				t.Fatalf("%s of %s is missing though older ones are kept", id, at)
			}
		}
	})
}

func TestTheCustomersFilesAreCounted(t *testing.T) {
	customer, agent := models.Actor{Kind: models.ByCustomer}, models.Actor{Kind: models.ByPerson}
	var first models.Ticket
	first.Attach(2)
	tk := models.Ticket{}.Fold(models.Event{At: noon, Ticket: &first})
	tk = tk.Fold(models.Event{At: noon, Ticket: &models.Ticket{}}) // says nothing of files
	for id, c := range map[string]models.Comment{
		"a": {Author: customer, Public: true, Files: 1}, "b": {Author: agent, Public: true, Files: 4}, "c": {Author: customer, Files: 8},
	} {
		c.ID = id
		tk = tk.Fold(models.Event{At: noon, Comment: &c})
	}
	if got := tk.Attachments(); got != 3 {
		t.Errorf("got %d, want the 2 of the first message and the customer's 1", got)
	}
	own := models.Ticket{Fields: map[string]string{models.FieldAttachments: "by post"}}
	own.Attach(2)
	if got := own.Attachments(); got != 0 || own.Fields[models.FieldAttachments] != "by post" {
		t.Errorf("got %d and %v, want the helpdesk's own field left as it is", got, own.Fields)
	}
}

func TestLatestIsTheCustomersLastPublicWord(t *testing.T) {
	customer, agent := models.Actor{Kind: models.ByCustomer}, models.Actor{Kind: models.ByPerson}
	tk := models.Ticket{Text: "first"}
	if got := tk.Latest(); got != "first" {
		t.Errorf("got %q, want the first message", got)
	}
	tk.Thread = []models.Comment{
		{ID: "1", Author: customer, Public: true, Text: "second"},
		{ID: "2", Author: agent, Public: true, Text: "reply"},
		{ID: "3", Author: customer, Text: "internal"},
	}
	if got := tk.Latest(); got != "second" {
		t.Errorf("got %q, want the customer's last public word", got)
	}
}

func TestTicketFields(t *testing.T) {
	tk := models.Ticket{Priority: models.P3, Group: "Billing", Tags: []string{"b", "a", "b"}}
	for action, want := range map[models.Action]string{models.ActionPriority: "P3", models.ActionRoute: "Billing", models.ActionTag: "a,b", models.ActionReply: "", models.ActionHold: ""} {
		if got := tk.Field(action); got != want {
			t.Errorf("%s: got %q, want %q", action, got, want)
		}
	}
	if tk.Tags[0] != "b" {
		t.Error("joining the tags changed their order on the ticket")
	}
	if got := models.P1.Steps(models.P4); got != 3 || models.P4.Steps(models.P1) != 3 {
		t.Errorf("P1 and P4 are %d apart, want 3 either way", got)
	}
}

func payableEvent(minute int, n models.Payable) models.Event {
	n.ID, n.Source, n.ExternalID = "payable:erp:1", "erp", "1"
	return models.Event{At: noon.Add(time.Duration(minute) * time.Minute), Payable: &n}
}

func TestPayableFold(t *testing.T) {
	usd := models.Money{Minor: 100, Currency: "USD"}
	known := models.Payable{}.Fold(payableEvent(10, models.Payable{Entity: "acme", Amount: usd, DueOn: "2026-12-20", Bank: "b1"}))
	if known.Status != models.PayableOpen || known.PayOn != "2026-12-20" || !known.Open() || known.Pool() != "cash:acme:USD" || !known.CreatedAt.Equal(noon.Add(10*time.Minute)) {
		t.Errorf("got %+v, want it open, to be paid on the day it is due, since it was first heard of", known)
	}
	cases := map[string]struct {
		ev   models.Event
		want func(*models.Payable)
	}{
		"a newer word overwrites": {payableEvent(11, models.Payable{PayOn: "2026-12-10", Bank: "b2"}), func(p *models.Payable) {
			p.PayOn, p.Bank, p.UpdatedAt = "2026-12-10", "b2", noon.Add(11*time.Minute)
		}},
		"an older word overwrites nothing": {payableEvent(9, models.Payable{
			Entity: "old", Amount: models.Money{Minor: 1, Currency: "USD"}, DueOn: "2026-01-01", Bank: "old", Status: models.PayableHeld,
		}), func(*models.Payable) {}},
		"an older word fills what was never said": {payableEvent(9, models.Payable{PO: "po-1"}), func(p *models.Payable) { p.PO = "po-1" }},
		"a payment counts even when it is told late": {payableEvent(9, models.Payable{Status: models.PayablePast, PaidOn: "2026-12-02"}), func(p *models.Payable) {
			p.Status, p.PaidOn, p.Booked.Told = models.PayablePast, "2026-12-02", "2026-12-02"
		}},
		"an event about something else changes nothing": {models.Event{At: noon.Add(time.Hour)}, func(*models.Payable) {}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := known
			tc.want(&want)
			if diff := cmp.Diff(want, known.Fold(tc.ev)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestWhatWasPaidOrCancelledStaysSo(t *testing.T) {
	all := []models.PayableStatus{"", models.PayableOpen, models.PayableHeld, models.PayablePast, models.PayableVoid}
	rapid.Check(t, func(t *rapid.T) {
		var p models.Payable
		for range rapid.IntRange(1, 20).Draw(t, "events") {
			was := p.Status
			minute := rapid.IntRange(0, 60).Draw(t, "minute")
			updated := p.UpdatedAt
			p = p.Fold(payableEvent(minute, models.Payable{Status: rapid.SampledFrom(all).Draw(t, "status")}))
			if (was == models.PayablePast || was == models.PayableVoid) && p.Status != was {
				t.Fatalf("from %s to %s", was, p.Status)
			}
			if p.UpdatedAt.Before(updated) || p.Status == "" {
				t.Fatalf("got %+v, want a status, and time that never goes back", p)
			}
		}
	})
}

func TestPayableFields(t *testing.T) {
	p := models.Payable{PayOn: "2026-12-10", Status: models.PayableHeld}
	if got := p.Field(models.ActionHold); got != models.ValueHold {
		t.Errorf("a held payable: got %q, want hold", got)
	}
	p.Status = models.PayableOpen
	if got := p.Field(models.ActionHold); got != models.ValueRelease {
		t.Errorf("an open payable: got %q, want release", got)
	}
	if got := p.Field(models.ActionSchedule); got != "2026-12-10" || p.Field(models.ActionRoute) != "" {
		t.Errorf("got %q, want the day it is to be paid, and nothing for a ticket's field", got)
	}
}

func TestTermsDiscount(t *testing.T) {
	terms, amount := models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-10"}, models.Money{Minor: 10_000, Currency: "USD"}
	for day, want := range map[models.Day]int64{"2026-12-09": 200, "2026-12-10": 200, "2026-12-11": 0} {
		if got := terms.Discount(amount, day); got.Minor != want || got.Currency != "USD" {
			t.Errorf("paid on %s: got %v, want %d cents", day, got, want)
		}
	}
	if got := (models.Terms{}).Discount(amount, "2026-12-01"); !got.IsZero() {
		t.Errorf("no terms: got %v, want nothing", got)
	}
}

func TestReceivableFold(t *testing.T) {
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	known := models.Receivable{ID: "receivable:s:1", Source: "s", DueOn: "2026-12-20", PaidOn: "2026-12-18", Booked: models.Booked{Told: "2026-12-18"}, UpdatedAt: at(10)}
	cases := map[string]struct {
		n    models.Receivable
		want func(*models.Receivable)
	}{
		"what was paid stays paid":                {models.Receivable{UpdatedAt: at(11)}, func(r *models.Receivable) { r.UpdatedAt = at(11) }},
		"an older word overwrites nothing":        {models.Receivable{DueOn: "2026-01-01", PaidOn: "2026-01-01", UpdatedAt: at(9)}, func(*models.Receivable) {}},
		"an older word fills what was never said": {models.Receivable{ExpectedOn: "2026-12-19", UpdatedAt: at(9)}, func(r *models.Receivable) { r.ExpectedOn = "2026-12-19" }},
		"a late word of cancelling counts":        {models.Receivable{Cancelled: true, UpdatedAt: at(9)}, func(r *models.Receivable) { r.Cancelled = true }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.n.ID, tc.n.Source = known.ID, known.Source
			want := known
			tc.want(&want)
			if diff := cmp.Diff(want, known.Fold(tc.n)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
	if r := (models.Receivable{DueOn: "2026-12-20"}); r.Expected() != "2026-12-20" || !r.Open() || known.Open() {
		t.Errorf("got expected %s, want the due day where nothing else was said", r.Expected())
	}
}

func TestBalanceFoldGivesTheLaterInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 1000), 1, 10, rapid.ID).Draw(t, "minutes")
		var got models.Balance
		for _, m := range minutes {
			got = got.Fold(models.Balance{ID: "b", Amount: models.Money{Minor: int64(m), Currency: "USD"}, AsOf: noon.Add(time.Duration(m) * time.Minute)})
		}
		if want := int64(slices.Max(minutes)); got.Amount.Minor != want {
			t.Fatalf("got the balance of minute %d, want of %d", got.Amount.Minor, want)
		}
	})
}

func TestWhatIsNotSaidOfAnAccountStays(t *testing.T) {
	usd := func(minor int64) models.Money { return models.Money{Minor: minor, Currency: "USD"} }
	known := models.Account{
		ID: "account:h:1", Name: "Acme", Tier: "enterprise", ARR: usd(9), RenewalOn: "2027-01-31", PastDue: usd(100), ChurnRisk: 0.4, VIP: true,
		OpenIssues: 2, Escalations: 3, UpdatedAt: noon,
	}
	says := func(minutes int, n models.Account, fields ...string) models.Account {
		n.ID, n.UpdatedAt = known.ID, noon.Add(time.Duration(minutes)*time.Minute)
		return n.Says(func(f string) bool { return slices.Contains(fields, f) })
	}
	later := noon.Add(2 * time.Minute)
	for name, c := range map[string]struct {
		words []models.Account
		want  func(*models.Account)
	}{
		"one field alone changes it alone": {[]models.Account{says(2, models.Account{Tier: "free"})}, func(a *models.Account) { a.Tier, a.UpdatedAt = "free", later }},
		"nothing, no and none are taken where they were said": {
			[]models.Account{says(2, models.Account{}, "past_due", "vip", "open_issues", "churn_risk", "arr", "tier", "name", "renewal_on", "escalations")},
			func(a *models.Account) { *a = models.Account{ID: known.ID, UpdatedAt: later} },
		},
		"an older word overwrites nothing": {[]models.Account{says(-2, models.Account{Tier: "free"}, "vip", "past_due")}, func(*models.Account) {}},
		"an older word about what the newer did not speak of is taken": {
			[]models.Account{says(2, models.Account{ChurnRisk: 0.9}), says(1, models.Account{ChurnRisk: 0.1}, "vip")},
			func(a *models.Account) { a.ChurnRisk, a.VIP, a.UpdatedAt = 0.9, false, later },
		},
		"an older yes does not overwrite a newer no": {
			[]models.Account{says(2, models.Account{}, "vip"), says(1, models.Account{VIP: true, OpenIssues: 7})},
			func(a *models.Account) { a.VIP, a.OpenIssues, a.UpdatedAt = false, 7, later },
		},
		"of two words of a moment the last is taken": {
			[]models.Account{says(2, models.Account{Tier: "free"}), says(2, models.Account{Tier: "pro"})},
			func(a *models.Account) { a.Tier, a.UpdatedAt = "pro", later },
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := known, known
			for _, w := range c.words {
				got = got.Fold(w)
			}
			c.want(&want)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(models.Account{}, "Said")); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestWordsAboutAnAccountFoldTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var words []models.Account
		for i := range rapid.IntRange(1, 8).Draw(t, "n") {
			a := models.Account{ID: "account:h:1", UpdatedAt: noon.Add(time.Duration(i) * time.Minute)}
			if rapid.Bool().Draw(t, "tells a tier") {
				a.Tier = rapid.SampledFrom([]string{"", "free", "pro"}).Draw(t, "tier")
				a = a.Says(func(f string) bool { return f == "tier" })
			}
			if rapid.Bool().Draw(t, "tells a debt") {
				a.PastDue = models.Money{Minor: int64(rapid.IntRange(0, 2).Draw(t, "debt"))}
				a = a.Says(func(f string) bool { return f == "past_due" })
			}
			a.OpenIssues = rapid.IntRange(0, 2).Draw(t, "issues") // none is not a word here
			words = append(words, a)
		}
		var inOrder, shuffled models.Account
		for _, w := range words {
			inOrder = inOrder.Fold(w)
		}
		for _, w := range rapid.Permutation(words).Draw(t, "order") {
			shuffled = shuffled.Fold(w).Fold(w)
		}
		if diff := cmp.Diff(inOrder, shuffled); diff != "" {
			t.Fatalf("in order -, shuffled +:\n%s", diff)
		}
	})
}

func TestAccountsGoStale(t *testing.T) {
	a := models.Account{UpdatedAt: noon}
	if a.Stale(noon.Add(time.Hour), time.Hour) || !a.Stale(noon.Add(time.Hour+1), time.Hour) {
		t.Error("want an account stale once it is older than the age, not before")
	}
	if !(models.Account{}).Stale(noon, 1000*time.Hour) {
		t.Error("want an account never heard of stale")
	}
}

func TestVendorsKeepTheHistoryOfTheirAccounts(t *testing.T) {
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	v := models.Vendor{ID: "vendor:erp:1"}.Seen("a", day(1))
	if v.Bank() != "a" || !v.BankChangedAt().IsZero() {
		t.Errorf("the first account: got %q changed at %s, want a, never changed", v.Bank(), v.BankChangedAt())
	}
	v = v.Seen("a", day(2)).Seen("", day(3)).Seen("b", day(4)).Seen("c", day(3))
	if v.Bank() != "b" || !v.BankChangedAt().Equal(day(4)) || len(v.Banks) != 2 {
		t.Errorf("got %v, want b since day 4: an account known, none, and an older word add nothing", v.Banks)
	}
	if back := v.Seen("a", day(5)); back.Bank() != "a" || len(back.Banks) != 3 || len(v.Banks) != 2 {
		t.Errorf("got %v, want a change back to be a change, and the vendor it came from untouched", back.Banks)
	}
}

func TestVendorFold(t *testing.T) {
	known := models.Vendor{ID: "vendor:erp:1", Name: "Volt", Class: "utility", FirstSeen: noon, UpdatedAt: noon, Banks: []models.BankUse{{Bank: "a", Since: noon}, {Bank: "b", Since: noon}}}
	if diff := cmp.Diff(known, known.Fold(known)); diff != "" {
		t.Errorf("the same word again: want -, got +:\n%s", diff)
	}
	older := known.Fold(models.Vendor{ID: known.ID, Name: "Old", FirstSeen: noon.Add(-time.Hour), UpdatedAt: noon.Add(-time.Minute), Banks: []models.BankUse{{Bank: "z", Since: noon.Add(-time.Hour)}}})
	want := known
	want.FirstSeen = noon.Add(-time.Hour)
	if diff := cmp.Diff(want, older); diff != "" {
		t.Errorf("an older word: want -, got +:\n%s", diff)
	}
	newer := known.Fold(models.Vendor{ID: known.ID, Name: "Volt AG", UpdatedAt: noon.Add(time.Minute), Banks: []models.BankUse{{Bank: "c", Since: noon.Add(time.Minute)}}})
	if newer.Name != "Volt AG" || newer.Class != "utility" || newer.Bank() != "c" || !newer.FirstSeen.Equal(noon) || !newer.BankChangedAt().Equal(noon.Add(time.Minute)) {
		t.Errorf("got %+v, want the new name and account, and the rest kept", newer)
	}
}
