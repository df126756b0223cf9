package bot

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// factBlocks shows the facts that a person needs to answer.
func factBlocks(c models.Case, r room, open bool) []slack.Block {
	if !open {
		return nil
	}
	if len(audits(c)) > 0 {
		c.Facts = unplanned(c.Facts)
	}
	var blocks []slack.Block
	fields := append(append(ticketFacts(c.Facts), paymentFacts(c.Facts)...), submissionFacts(c.Facts)...)
	if fields = fields[:min(len(fields), r.facts, 10)]; len(fields) > 0 {
		blocks = append(blocks, fieldBlock("facts", fields))
	}
	if p, e := c.Facts.Payable, c.Facts.Earlier; p != nil && e != nil {
		blocks = append(blocks, fieldBlock("twins", []string{invoice("This invoice", *p), invoice("Earlier invoice", *e)}))
	}
	if t := c.Facts.Ticket; t != nil && r.text > 0 && strings.TrimSpace(t.Latest()) != "" {
		blocks = append(blocks, slack.NewSectionBlock(plain("The customer wrote:\n"+show(t.Latest(), r.text)), nil, nil, slack.SectionBlockOptionBlockID("wrote")))
	}
	return blocks
}

func fieldBlock(id string, texts []string) slack.Block {
	var fields []*slack.TextBlockObject
	for _, t := range texts {
		fields = append(fields, plain(t))
	}
	return slack.NewSectionBlock(nil, fields, nil, slack.SectionBlockOptionBlockID(id))
}

func fact(name, said string) string { return name + ": " + line(said, 140) }

func ticketFacts(f models.Facts) []string {
	var out []string
	if a := f.Account; a != nil {
		name := a.Name
		if a.Tier != "" {
			name += " (" + a.Tier + ")"
		}
		out = append(out, fact("Account", name))
		if a.VIP {
			out = append(out, "VIP")
		}
		if !a.ARR.IsZero() {
			out = append(out, fact("Worth a year", a.ARR.Display()))
		}
		if a.RenewalOn != "" {
			out = append(out, fact("Renewal", a.RenewalOn.Display()))
		}
		if owes := a.Owes(); owes != "" {
			out = append(out, fact("Past due", owes))
		}
		if a.OpenIssues > 0 {
			out = append(out, fmt.Sprintf("Open incidents: %d", a.OpenIssues))
		}
	} else if f.Ticket != nil {
		out = append(out, "Account: not known")
	}
	if f.Tone != nil {
		if name, strength := f.Tone.Strongest(); strength >= 0.5 {
			out = append(out, fmt.Sprintf("Tone: %s %.0f %%", name, strength*100))
		}
	}
	if f.Similar > 0 {
		out = append(out, fmt.Sprintf("Alike in the last hour: %d", f.Similar))
	}
	return out
}

func paymentFacts(f models.Facts) []string {
	p := f.Payable
	switch {
	case p == nil && f.Cash != nil:
		return []string{cashLine(*f.Cash)}
	case p == nil:
		return nil
	}
	out := []string{fact("Supplier", p.VendorName), fact("Amount", p.Amount.Display())}
	if p.DueOn != "" {
		out = append(out, fact("Due", p.DueOn.Display()))
	}
	if p.PayOn != "" {
		out = append(out, fact("Set to be paid", p.PayOn.Display()))
	}
	if d := p.Terms.Discount(p.Amount, p.Terms.DiscountUntil); !d.IsZero() {
		out = append(out, fact("Discount", d.Display()+" until "+p.Terms.DiscountUntil.Display()))
	}
	if !p.LateFee.IsZero() {
		out = append(out, fact("Late fee", p.LateFee.Display()))
	}
	if p.Requester != "" {
		out = append(out, fact("Asked for by", p.Requester))
	}
	if f.Cash != nil {
		out = append(out, cashLine(*f.Cash))
	}
	return out
}

// unplanned gives the facts without what remit's own plan would make of the cash, which would tell its answer.
func unplanned(f models.Facts) models.Facts {
	if f.Cash == nil {
		return f
	}
	c := *f.Cash
	c.Low, c.LowOn, c.Breach, c.Days = c.Before, c.BeforeOn, 0, nil
	f.Cash = &c
	if c.Low.IsZero() {
		f.Cash = nil
	}
	return f
}

func cashLine(c models.Cash) string {
	if c.Unknown != "" {
		return fact("Cash", "not known: "+c.Unknown)
	}
	s := "lowest " + c.Low.Display() + " on " + c.LowOn.Display() + ", floor " + c.Floor.Display()
	if c.Breach > 0 {
		s += fmt.Sprintf(", %.0f %% likely to fall below it", c.Breach*100)
	}
	return fact("Cash", s)
}

// submissionFacts are what another system told with its proposal, as a small table.
func submissionFacts(f models.Facts) []string {
	s := f.Submission
	if s == nil {
		return nil
	}
	var out []string
	if !s.Amount.IsZero() {
		out = append(out, fact("Spends", s.Amount.Display()))
	}
	for _, r := range s.Facts.Rows() {
		out = append(out, fact(r.Name, r.Said))
	}
	return out
}

// invoice tells an invoice in a column, to be compared with the one beside it.
func invoice(head string, p models.Payable) string {
	lines := []string{head, line(p.Invoice, 60), line(p.VendorName, 60), p.Amount.Display()}
	if p.IssuedOn != "" {
		lines = append(lines, "issued "+p.IssuedOn.Display())
	}
	switch {
	case p.PaidOn != "":
		lines = append(lines, "paid "+p.PaidOn.Display())
	case p.DueOn != "":
		lines = append(lines, "due "+p.DueOn.Display())
	}
	return joinLines(lines)
}
