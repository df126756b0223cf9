package models

import "time"

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
}

// AccountItem is the id of an account.
func AccountItem(source, externalID string) string { return "account:" + source + ":" + externalID }

// Fold gives the account as the newer of the two says; an older word overwrites nothing.
func (a Account) Fold(n Account) Account {
	newer := !n.UpdatedAt.Before(a.UpdatedAt)
	fold(&a.ID, n.ID, true)
	fold(&a.Name, n.Name, newer)
	fold(&a.Tier, n.Tier, newer)
	fold(&a.ARR, n.ARR, newer)
	fold(&a.RenewalOn, n.RenewalOn, newer)
	fold(&a.ChurnRisk, n.ChurnRisk, newer)
	fold(&a.Escalations, n.Escalations, newer)
	if newer {
		// For these nothing is a word too: a debt that was paid, a VIP who no longer is.
		a.PastDue, a.VIP, a.OpenIssues, a.UpdatedAt = n.PastDue, n.VIP, n.OpenIssues, n.UpdatedAt
	}
	return a
}

// Stale reports whether the account was last heard of longer than maxAge before now. An account never heard of is stale.
func (a Account) Stale(now time.Time, maxAge time.Duration) bool {
	return now.Sub(a.UpdatedAt) > maxAge
}
