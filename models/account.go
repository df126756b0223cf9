package models

import (
	"maps"
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
}

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
	if n.UpdatedAt.After(a.UpdatedAt) {
		out.UpdatedAt = n.UpdatedAt
	}
	return out
}

// Stale reports whether the account was last heard of longer than maxAge before now. An account never heard of is stale.
func (a Account) Stale(now time.Time, maxAge time.Duration) bool {
	return now.Sub(a.UpdatedAt) > maxAge
}
