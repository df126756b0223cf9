package models

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Account is what is known of the company or person that a ticket comes from.
type Account struct {
	ID          string    `json:"id" gorm:"primaryKey"` // "account:helpdesk:8447"
	Name        string    `json:"name"`
	Tier        string    `json:"tier"` // "enterprise", "business", "free", ... in the customer's own words, lower case
	ARR         Money     `json:"arr,omitzero" gorm:"embedded;embeddedPrefix:arr_"`
	RenewalOn   Day       `json:"renewal_on"`
	PastDue     Money     `json:"past_due,omitzero" gorm:"embedded;embeddedPrefix:past_due_"`
	ChurnRisk   float64   `json:"churn_risk"` // 0..1
	VIP         bool      `json:"vip"`
	OpenIssues  int       `json:"open_issues"`           // open incidents
	Escalations int       `json:"escalations,omitempty"` // how often somebody had to be brought in before
	UpdatedAt   time.Time `json:"updated_at" gorm:"autoUpdateTime:false"`
	// Said tells when each field was last spoken of, by its name in JSON. One that is not in it was said at UpdatedAt if it says
	// anything, and never if not.
	Said map[string]time.Time `json:"-" gorm:"serializer:json"`
	// AlsoDue is what it owes past due in other currencies than PastDue; as of a moment, see Owing.
	AlsoDue []Money `json:"also_due,omitempty" gorm:"-"`
	// Escalated are the newest tickets of it that remit escalated, newest first.
	Escalated []Escalation `json:"-" gorm:"serializer:json"`
}

// Escalation is when remit brought somebody in on a ticket.
type Escalation struct {
	Item string    `json:"item"`
	At   time.Time `json:"at"`
}

// mostEscalations bounds how many of an account's escalations are kept.
const mostEscalations = 50

// AccountItem is the id of an account.
func AccountItem(source, externalID string) string { return "account:" + source + ":" + externalID }

// accountField is what is known of an account beside its id, each told, and known since, by itself.
type accountField struct {
	name string
	none func(Account) bool // reports whether it says nothing, no or none
	take func(into *Account, from Account)
}

func accountFieldOf[T comparable](name string, of func(*Account) *T) accountField {
	return accountField{
		name: name,
		none: func(a Account) bool { return *of(&a) == *new(T) },
		take: func(into *Account, from Account) { *of(into) = *of(&from) },
	}
}

var accountFields = []accountField{
	accountFieldOf("name", func(a *Account) *string { return &a.Name }),
	accountFieldOf("tier", func(a *Account) *string { return &a.Tier }),
	accountFieldOf("arr", func(a *Account) *Money { return &a.ARR }),
	accountFieldOf("renewal_on", func(a *Account) *Day { return &a.RenewalOn }),
	accountFieldOf("past_due", func(a *Account) *Money { return &a.PastDue }),
	accountFieldOf("churn_risk", func(a *Account) *float64 { return &a.ChurnRisk }),
	accountFieldOf("vip", func(a *Account) *bool { return &a.VIP }),
	accountFieldOf("open_issues", func(a *Account) *int { return &a.OpenIssues }),
	accountFieldOf("escalations", func(a *Account) *int { return &a.Escalations }),
}

// Says gives the account with the fields whose names in JSON say reports told at UpdatedAt, whatever they say: a debt that was
// paid and a VIP who no longer is are words too.
func (a Account) Says(say func(field string) bool) Account {
	a.Said = maps.Clone(a.Said)
	if a.Said == nil {
		a.Said = map[string]time.Time{}
	}
	for _, f := range accountFields {
		if say(f.name) {
			a.Said[f.name] = a.UpdatedAt
		}
	}
	return a
}

// said gives when the field was told; ok is false where it never was.
func (a Account) said(f accountField) (at time.Time, ok bool) {
	if at, ok = a.Said[f.name]; ok {
		return at, true
	}
	return a.UpdatedAt, !f.none(a)
}

// Fold gives the account with what the other tells of it. What it does not speak of stays, and an older word about a field does not
// overwrite a newer one about it, in whatever order they come.
func (a Account) Fold(n Account) Account {
	out := a
	fold(&out.ID, n.ID, true)
	out.Said = make(map[string]time.Time, len(accountFields))
	for _, f := range accountFields {
		was, known := a.said(f)
		if known {
			out.Said[f.name] = was
		}
		if at, told := n.said(f); told && !(known && at.Before(was)) {
			f.take(&out, n)
			out.Said[f.name] = at
		}
	}
	for _, e := range n.Escalated {
		out = out.Escalate(e.Item, e.At)
	}
	if n.UpdatedAt.After(a.UpdatedAt) {
		out.UpdatedAt = n.UpdatedAt
	}
	return out
}

// Owing gives the account as it owes with these open invoices that are past due, at most one sum a currency: where they come to more
// than what was said of it in their currency, they count. PastDue is in the currency in which that was said, else in that of ARR,
// else the largest number; AlsoDue has the others.
func (a Account) Owing(invoices []Money) Account {
	owes := slices.DeleteFunc(append([]Money{a.PastDue}, invoices...), func(m Money) bool { return m.Minor <= 0 })
	if len(owes) == 0 {
		return a
	}
	first := func(m Money) int {
		switch {
		case a.PastDue.Minor > 0 && m.Currency == a.PastDue.Currency:
			return 2
		case m.Currency == a.ARR.Currency:
			return 1
		}
		return 0
	}
	slices.SortFunc(owes, func(x, y Money) int {
		return cmp.Or(cmp.Compare(first(y), first(x)), cmp.Compare(y.Minor, x.Minor), cmp.Compare(x.Currency, y.Currency))
	})
	seen := map[Currency]bool{}
	owes = slices.DeleteFunc(owes, func(m Money) bool { // the smaller of a currency, which come after
		was := seen[m.Currency]
		seen[m.Currency] = true
		return was
	})
	a.PastDue, a.AlsoDue = owes[0], owes[1:]
	return a
}

// Owes says what is past due, as in "500.00 EUR and 20.00 USD"; "" where nothing is.
func (a Account) Owes() string {
	if a.PastDue.IsZero() {
		return ""
	}
	says := []string{a.PastDue.Display()}
	for _, m := range a.AlsoDue {
		says = append(says, m.Display())
	}
	return strings.Join(says, " and ")
}

// Escalate gives the account with a ticket of it noted as escalated at a time; a ticket counts once, when it last was.
func (a Account) Escalate(item string, at time.Time) Account {
	all := append(slices.Clone(a.Escalated), Escalation{Item: item, At: at})
	slices.SortFunc(all, func(x, y Escalation) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.Item, y.Item)) })
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(e Escalation) bool {
		was := seen[e.Item]
		seen[e.Item] = true
		return was
	})
	a.Escalated = all[:min(len(all), mostEscalations)]
	return a
}

// EscalatedSince gives the account with Escalations as the more of what was told and of the other tickets of it than the item that
// remit escalated since.
func (a Account) EscalatedSince(since time.Time, item string) Account {
	n := 0
	for _, e := range a.Escalated {
		if e.Item != item && !e.At.Before(since) {
			n++
		}
	}
	a.Escalations = max(a.Escalations, n)
	return a
}

// Stale reports whether the account was last heard of longer than maxAge before now. An account never heard of is stale.
func (a Account) Stale(now time.Time, maxAge time.Duration) bool {
	return now.Sub(a.UpdatedAt) > maxAge
}
