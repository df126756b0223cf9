package standard

import (
	"encoding/json"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// envelope is the outer shape of every event.
type envelope struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      data   `json:"data"`
}

// data holds the fields of every kind; which of them are there is the schemas' business.
type data struct {
	ID       string   `json:"id"`
	Actor    *actor   `json:"actor"`
	Changes  []change `json:"changes"`
	Entity   string   `json:"entity"`
	Amount   string   `json:"amount"`
	Currency string   `json:"currency"`
	Status   string   `json:"status"`
	Name     string   `json:"name"`

	Subject     string            `json:"subject"`
	Text        string            `json:"text"`
	Priority    string            `json:"priority"`
	Group       string            `json:"group"`
	Assignee    string            `json:"assignee"`
	Tags        []string          `json:"tags"`
	Fields      map[string]string `json:"fields"`
	RequesterID string            `json:"requester_id"`
	AccountID   string            `json:"account_id"`
	Language    string            `json:"language"`
	Channel     string            `json:"channel"`
	URL         string            `json:"url"`
	CreatedAt   string            `json:"created_at"`
	Attachments files             `json:"attachments"`
	Comment     *comment          `json:"comment"`

	Tier        string  `json:"tier"`
	ARR         *money  `json:"arr"`
	RenewalOn   string  `json:"renewal_on"`
	PastDue     *money  `json:"past_due"`
	ChurnRisk   float64 `json:"churn_risk"`
	VIP         bool    `json:"vip"`
	OpenIssues  int     `json:"open_issues"`
	Escalations int     `json:"escalations"`

	Vendor        *vendor `json:"vendor"`
	CustomerID    string  `json:"customer_id"`
	CustomerName  string  `json:"customer_name"`
	Invoice       string  `json:"invoice"`
	PO            string  `json:"po"`
	IssuedOn      string  `json:"issued_on"`
	DueOn         string  `json:"due_on"`
	PayOn         string  `json:"pay_on"`
	PaidOn        string  `json:"paid_on"`
	ExpectedOn    string  `json:"expected_on"`
	Cancelled     bool    `json:"cancelled"`
	DiscountBPS   int64   `json:"discount_bps"`
	DiscountUntil string  `json:"discount_until"`
	LateFee       string  `json:"late_fee"`
	BankAccount   string  `json:"bank_account"`
	Requester     string  `json:"requester"`
	Approver      string  `json:"approver"`

	Account    string   `json:"account"`
	BookedOn   string   `json:"booked_on"`
	Party      string   `json:"party"`
	References []string `json:"references"`
	Reversal   bool     `json:"reversal"`
	Aliases    []string `json:"aliases"`
	AsOf       string   `json:"as_of"`
	Class      string   `json:"class"`
	BankSince  string   `json:"bank_since"`
	FirstSeen  string   `json:"first_seen"`

	Domain     string      `json:"domain"`
	Action     string      `json:"action"`
	Item       string      `json:"item"`
	Title      string      `json:"title"`
	Value      string      `json:"value"`
	Before     string      `json:"before"`
	Options    []string    `json:"options"`
	Facts      models.Told `json:"facts"`
	Confidence *float64    `json:"confidence"`
	Reasons    []reason    `json:"reasons"`
	Reversible bool        `json:"reversible"`
	Segment    string      `json:"segment"`
	Model      string      `json:"model"`
	Reason     string      `json:"reason"`
}

type actor struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

type comment struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Public *bool  `json:"public"`
	Author *actor `json:"author"`
	At     string `json:"at"`

	Attachments files `json:"attachments"`
}

// files is how many files came with a message: a number, or a list of them. What the schema does not speak of is none.
type files int

// UnmarshalJSON takes anything.
func (n *files) UnmarshalJSON(b []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) == nil {
		*n = files(len(list))
		return nil
	}
	var count int
	_ = json.Unmarshal(b, &count)
	*n = files(count)
	return nil
}

type money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type vendor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// reader reads fields and keeps the first fault, so that a translation reads as a list of fields.
type reader struct{ err error }

func (r *reader) fail(field string, err error) {
	if r.err == nil && err != nil {
		r.err = models.FieldErrorf("data."+field, "%s", models.SentenceOf(err))
	}
}

func (r *reader) day(field, s string) models.Day {
	if s == "" {
		return ""
	}
	d, err := models.ParseDay(s)
	r.fail(field, err)
	return d
}

func (r *reader) time(field, s string, otherwise time.Time) time.Time {
	t, err := connector.Time("data."+field, s)
	if err != nil && r.err == nil {
		r.err = err
	}
	if t.IsZero() {
		return otherwise
	}
	return t
}

func (r *reader) money(field, amount, currency string) models.Money {
	if amount == "" {
		return models.Money{}
	}
	m, err := models.ParseAmount(amount, currency)
	r.fail(field, err)
	return m
}

func (r *reader) moneyOf(field string, m *money) models.Money {
	if m == nil {
		return models.Money{}
	}
	return r.money(field+".amount", m.Amount, m.Currency)
}

var priorities = map[string]models.Priority{
	"urgent": models.P1, "high": models.P2, "normal": models.P3, "low": models.P4,
	"p1": models.P1, "p2": models.P2, "p3": models.P3, "p4": models.P4,
}

func priority(s string) models.Priority { return priorities[strings.ToLower(s)] }

var statuses = map[string]models.TicketStatus{
	"new": models.TicketOpen, "open": models.TicketOpen, "pending": models.TicketPending, "hold": models.TicketPending,
	"solved": models.TicketSolved, "closed": models.TicketSolved,
}
