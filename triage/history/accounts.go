package history

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

var accountColumns = map[string][]string{
	"id":          {"id", "accountid", "organizationid", "externalid", "customerid", "account", "companyid"},
	"name":        {"name", "accountname", "organization", "organisation", "company", "customer"},
	"tier":        {"tier", "plan", "segment", "edition"},
	"arr":         {"arr", "annualrevenue", "acv", "contractvalue", "revenue"},
	"currency":    {"currency", "arrcurrency"},
	"renewal_on":  {"renewalon", "renewal", "renewaldate", "renewsat", "contractend"},
	"past_due":    {"pastdue", "overdue", "owed", "owes"},
	"churn_risk":  {"churnrisk", "churn", "churnscore"},
	"vip":         {"vip", "keyaccount"},
	"open":        {"openissues", "openincidents", "incidents"},
	"escalations": {"escalations", "escalated", "earlierescalations"},
	"updated":     {"updatedat", "updated", "asof"},
}

// Accounts reads accounts from CSV.
type Accounts struct {
	sheet  *sheet
	source string
	now    time.Time
}

// ReadAccounts opens a file. It is Invalid where its first line does not name a column with an id.
func ReadAccounts(r io.Reader, o Options) (*Accounts, error) {
	s, err := openSheet(r, accountColumns, o.Map)
	if err != nil {
		return nil, err
	}
	if !s.has("id") {
		return nil, models.FieldErrorf("header", "no column is called id or account_id: name it, as in --map id=Number (the file has %s)", headers(s.columns))
	}
	return &Accounts{sheet: s, source: o.Source, now: o.Now}, nil
}

// Columns says what each column of the file is taken for; what is not of an account is left out.
func (a *Accounts) Columns() []Column {
	out := make([]Column, len(a.sheet.columns))
	for i, c := range a.sheet.columns {
		if out[i] = c; c.As == asField {
			out[i].As = ""
		}
	}
	return out
}

// Next gives the next account; io.EOF at the end. A row that cannot be used is Invalid, with its line and why: a wrong
// amount is not read as none. It says what the file has columns for, and nothing else.
func (a *Accounts) Next() (models.Account, error) {
	r, err := a.sheet.next()
	if err != nil {
		return models.Account{}, err
	}
	p := cells{r.cells, nil}
	out := models.Account{
		ID: models.AccountItem(a.source, r.cells["id"]), Name: r.cells["name"], Tier: strings.ToLower(r.cells["tier"]),
		ARR: p.money("arr"), PastDue: p.money("past_due"), RenewalOn: p.day("renewal_on"), ChurnRisk: p.share("churn_risk"),
		VIP: p.yes("vip"), OpenIssues: p.count("open"), Escalations: p.count("escalations"), UpdatedAt: a.now,
	}
	if s := r.cells["updated"]; s != "" {
		if out.UpdatedAt, err = moment(s); err != nil {
			p.wrong("updated", "%s", err)
		}
	}
	switch {
	case r.cells["id"] == "":
		return models.Account{}, skip(r.line, "id", "it has no id")
	case p.err != nil:
		return models.Account{}, skip(r.line, models.FieldOf(p.err), "%s", models.SentenceOf(p.err))
	}
	return out.Says(a.says), nil
}

// says reports that the file has a column for the field: an empty cell of it is none, or no.
func (a *Accounts) says(field string) bool {
	if field == "open_issues" {
		field = "open"
	}
	return a.sheet.has(field)
}

// cells reads values and keeps the first thing that is wrong.
type cells struct {
	of  map[string]string
	err error
}

func (c *cells) wrong(field, format string, args ...any) {
	if c.err == nil {
		c.err = &models.Error{Kind: models.Invalid, Field: field, Message: field + ": " + fmt.Sprintf(format, args...)}
	}
}

func (c *cells) money(field string) models.Money {
	s := c.of[field]
	if s == "" {
		return models.Money{}
	}
	if !strings.Contains(s, " ") && c.of["currency"] != "" {
		s += " " + c.of["currency"]
	}
	m, err := models.ParseMoney(s)
	if err != nil {
		c.wrong(field, "%s", models.SentenceOf(err))
	}
	return m
}

func (c *cells) day(field string) models.Day {
	if c.of[field] == "" {
		return ""
	}
	t, err := moment(c.of[field])
	if err != nil {
		c.wrong(field, "%s", err)
	}
	return models.DayOf(t)
}

// share reads .35, 35 % or 35%.
func (c *cells) share(field string) float64 {
	s, percent := strings.CutSuffix(strings.TrimSpace(c.of[field]), "%")
	if s == "" {
		return 0
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if percent {
		x /= 100
	}
	if err != nil || !(x >= 0 && x <= 1) {
		c.wrong(field, "%q is not a share within 0 and 1", clip(c.of[field]))
		return 0
	}
	return x
}

func (c *cells) yes(field string) bool {
	switch strings.ToLower(c.of[field]) {
	case "", "0", "no", "false", "n":
		return false
	case "1", "yes", "true", "y", "x":
		return true
	}
	c.wrong(field, "%q is neither yes nor no", clip(c.of[field]))
	return false
}

func (c *cells) count(field string) int {
	if c.of[field] == "" {
		return 0
	}
	n, err := strconv.Atoi(c.of[field])
	if err != nil || n < 0 {
		c.wrong(field, "%q is not a number", clip(c.of[field]))
		return 0
	}
	return n
}
