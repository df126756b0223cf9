package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"remit/models"
)

// factGroup is facts about one thing.
type factGroup struct {
	Name string
	Rows []factRow
	Text string // a customer's own words
}

// factRow is one fact. Value may be a customer's word.
type factRow struct{ Label, Value string }

func (g *factGroup) add(label, value string) {
	if value != "" {
		g.Rows = append(g.Rows, factRow{label, value})
	}
}

func (g *factGroup) day(label string, d models.Day) {
	if d.Valid() {
		g.add(label, d.Time().Format("Mon 2 Jan 2006"))
	}
}

func (g *factGroup) money(label string, m models.Money) {
	if m != (models.Money{}) {
		g.add(label, m.Display())
	}
}

// factGroups gives the facts as a person reads them: what is not known is left out.
func factGroups(f models.Facts, loc *time.Location) []factGroup {
	var out []factGroup
	if f.Ticket != nil {
		out = append(out, ticketFacts(*f.Ticket, f, loc))
	}
	if f.Account != nil {
		out = append(out, accountFacts(*f.Account))
	}
	if f.Payable != nil {
		out = append(out, payableFacts("Invoice", *f.Payable))
	}
	if f.Earlier != nil {
		out = append(out, payableFacts("Looks like this earlier invoice", *f.Earlier))
	}
	if f.Vendor != nil {
		out = append(out, vendorFacts(*f.Vendor, loc))
	}
	if f.Submission != nil {
		out = append(out, submissionFacts(*f.Submission))
	}
	if f.Cash != nil {
		out = append(out, cashFacts(*f.Cash, loc))
	}
	if len(f.Signals) > 0 {
		out = append(out, signalFacts(f.Signals))
	}
	return out
}

func ticketFacts(t models.Ticket, f models.Facts, loc *time.Location) factGroup {
	g := factGroup{Name: "Ticket", Text: t.Latest()}
	g.add("Subject", t.Subject)
	g.add("Status", string(t.Status))
	g.add("Priority", string(t.Priority))
	g.add("Queue", t.Group)
	g.add("Tags", strings.Join(t.Tags, ", "))
	g.add("Language", t.Language)
	g.add("Channel", t.Channel)
	g.add("Number", t.ExternalID)
	if !t.CreatedAt.IsZero() {
		g.add("Created", t.CreatedAt.In(loc).Format("2 Jan 2006 15:04"))
	}
	if t.Reopens > 0 {
		g.add("Reopened", fmt.Sprintf("%d times", t.Reopens))
	}
	if f.Similar > 0 {
		g.add("Alike in the last hour", fmt.Sprint(f.Similar))
	}
	if f.Tone != nil {
		if name, strength := f.Tone.Strongest(); strength >= 0.05 {
			g.add("Tone", fmt.Sprintf("%s, %.0f%%", name, strength*100))
		}
	}
	return g
}

func accountFacts(a models.Account) factGroup {
	g := factGroup{Name: "Account"}
	g.add("Name", a.Name)
	g.add("Plan", a.Tier)
	g.money("Yearly revenue", a.ARR)
	g.day("Renews", a.RenewalOn)
	g.add("Past due", a.Owes())
	if a.VIP {
		g.add("VIP", "yes")
	}
	if a.ChurnRisk > 0 {
		g.add("Churn risk", fmt.Sprintf("%.0f%%", a.ChurnRisk*100))
	}
	if a.OpenIssues > 0 {
		g.add("Open incidents", fmt.Sprint(a.OpenIssues))
	}
	if a.Escalations > 0 {
		g.add("Escalated before", fmt.Sprint(a.Escalations))
	}
	return g
}

func payableFacts(name string, p models.Payable) factGroup {
	g := factGroup{Name: name}
	g.add("Vendor", cmp.Or(p.VendorName, p.VendorID))
	g.add("Invoice", cmp.Or(p.Invoice, p.ExternalID))
	g.money("Amount", p.Amount)
	g.day("Issued", p.IssuedOn)
	g.day("Due", p.DueOn)
	g.day("Set to be paid", p.PayOn)
	g.day("Paid", p.PaidOn)
	if p.Terms.DiscountBPS > 0 {
		g.add("Discount", fmt.Sprintf("%.4g%% until %s", float64(p.Terms.DiscountBPS)/100, p.Terms.DiscountUntil.Display()))
	}
	g.money("Late fee", p.LateFee)
	g.add("Purchase order", p.PO)
	g.add("Asked for by", p.Requester)
	g.add("Approved in the books by", p.Approver)
	g.add("Paid by", p.Entity)
	g.add("Status", string(p.Status))
	return g
}

func vendorFacts(v models.Vendor, loc *time.Location) factGroup {
	g := factGroup{Name: "Vendor"}
	g.add("Name", v.Name)
	g.add("Class", v.Class)
	if !v.FirstSeen.IsZero() {
		g.add("Known since", v.FirstSeen.In(loc).Format("2 Jan 2006"))
	}
	if at := v.BankChangedAt(); !at.IsZero() {
		g.add("Bank details changed", at.In(loc).Format("2 Jan 2006"))
	}
	return g
}

func cashFacts(c models.Cash, loc *time.Location) factGroup {
	g := factGroup{Name: "Cash"}
	if c.Unknown != "" {
		g.add("Not known", c.Unknown)
		return g
	}
	g.money("Balance", c.Balance)
	if !c.AsOf.IsZero() {
		g.add("As of", c.AsOf.In(loc).Format("2 Jan 2006 15:04"))
	}
	g.money("Floor", c.Floor)
	if c.LowOn.Valid() {
		g.add("Lowest", c.Low.Display()+" on "+c.LowOn.Display())
	}
	if c.BeforeOn.Valid() {
		g.add("Lowest without the plan", c.Before.Display()+" on "+c.BeforeOn.Display())
	}
	if short := c.Short(); !short.IsZero() {
		g.add("Short of the floor by", short.Display())
	}
	g.add("Risk of falling below", fmt.Sprintf("%.1f%%", c.Breach*100))
	return g
}

func signalFacts(signals []models.Signal) factGroup {
	g := factGroup{Name: "Findings"}
	for _, s := range signals {
		value := fmt.Sprintf("%.0f%%", s.Strength*100)
		if s.Other != "" {
			value += ", see " + s.Other
		}
		g.add(strings.ReplaceAll(s.Name, "_", " "), value)
	}
	return g
}

// cashPicture is the projected balance as SVG paths in a box of 600 by 160.
type cashPicture struct {
	Mid, Band, Area string
	Floor           string // y of the floor
	LowX, LowY      string
	From, To        string
	Caption         string
}

const cashWidth, cashHeight = 600.0, 160.0

// drawCash draws the path of the balance, nil where there is none to draw.
func drawCash(c *models.Cash) *cashPicture {
	if c == nil || c.Unknown != "" || len(c.Days) < 2 {
		return nil
	}
	lowest, highest := c.Floor.Minor, c.Floor.Minor
	at := 0
	for i, d := range c.Days {
		lowest, highest = min(lowest, d.Low, d.Mid), max(highest, d.Mid)
		if d.Low < c.Days[at].Low {
			at = i
		}
	}
	lowest -= (highest - lowest) / 5 // some air below the floor
	span := max(float64(highest-lowest), 1)
	x := func(i int) string { return fmt.Sprintf("%.1f", float64(i)*cashWidth/float64(len(c.Days)-1)) }
	y := func(v int64) string {
		return fmt.Sprintf("%.1f", 8+(cashHeight-16)*(1-float64(v-lowest)/span))
	}
	var mid, low strings.Builder
	for i, d := range c.Days {
		mid.WriteString(x(i) + "," + y(d.Mid) + " ")
		j := len(c.Days) - 1 - i
		low.WriteString(x(j) + "," + y(c.Days[j].Low) + " ")
	}
	return &cashPicture{
		Mid: mid.String(), Band: mid.String() + low.String(), Area: mid.String() + fmt.Sprintf("%g,%g 0,%g", cashWidth, cashHeight, cashHeight),
		Floor: y(c.Floor.Minor), LowX: x(at), LowY: y(c.Days[at].Low),
		From: c.Days[0].Day.Display(), To: c.Days[len(c.Days)-1].Day.Display(),
		Caption: fmt.Sprintf("Projected balance over %d days; the dashed line is the floor of %s.", len(c.Days), c.Floor.Display()),
	}
}
