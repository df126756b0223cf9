package decision

import (
	"slices"
	"strings"

	"remit/models"
)

// handle folds one event into what is known, and decides what it calls for.
func (b *batch) handle(ev models.Event) error {
	if ev.Kind == kindApplied {
		b.applied(ev)
		return nil
	}
	switch {
	case ev.Kind == kindReplan:
		b.touchPool(ev.Subject, ev)
	case ev.Kind == kindSettle:
		return b.settleByHand(ev)
	case ev.Transaction != nil:
		b.transactionEvent(ev)
	case ev.Ticket != nil:
		return b.ticketEvent(ev)
	case ev.Payable != nil:
		return b.payableEvent(ev)
	case ev.Submission != nil:
		return b.submissionEvent(ev)
	case ev.Account != nil:
		return b.accountEvent(ev)
	case ev.Vendor != nil:
		return b.vendorEvent(ev)
	case ev.Receivable != nil:
		r := *ev.Receivable
		if was := b.receivables.get(r.ID); was != nil {
			r = was.Fold(r)
		}
		b.receivables.put(r.ID, r)
		b.touchPool(r.Pool(), ev)
		b.unmatched[r.Pool()] = ev
	case ev.Balance != nil:
		bal := *ev.Balance
		b.out.Told = append(b.out.Told, bal)
		if was := b.balances.get(bal.ID); was != nil {
			bal = was.Fold(bal)
		}
		b.balances.put(bal.ID, bal)
		b.touchPool(bal.Pool(), ev)
	}
	return nil
}

func (b *batch) accountEvent(ev models.Event) error {
	a := *ev.Account
	if was := b.accounts.get(a.ID); was != nil {
		a = was.Fold(a)
	}
	b.accounts.put(a.ID, a)
	return nil
}

func (b *batch) vendorEvent(ev models.Event) error {
	v := *ev.Vendor
	if was := b.vendors.get(v.ID); was != nil {
		v = was.Fold(v)
	}
	if v.FirstSeen.IsZero() {
		v.FirstSeen = ev.At
	}
	b.vendors.put(v.ID, v)
	return nil
}

// applied notes a write of ours in what is known, without touching the provider's time of the fact: the provider's own
// next word is not made older by it.
func (b *batch) applied(ev models.Event) {
	c := ev.Changes[0]
	if t := b.tickets.get(ev.Item); t != nil {
		switch models.Action(c.Field) {
		case models.ActionPriority:
			t.Priority = models.Priority(c.To)
		case models.ActionRoute:
			t.Group = c.To
			for _, also := range ev.Changes[1:] {
				t.Assignee = also.To
			}
		case models.ActionTag:
			t.Tags = strings.Split(c.To, ",")
			if c.To == "" {
				t.Tags = nil
			}
		}
		b.tickets.put(t.ID, *t)
	}
	if p := b.payables.get(ev.Item); p != nil {
		switch {
		case c.Field == string(models.ActionSchedule):
			p.PayOn = models.Day(c.To)
		case p.Open() && c.To == models.ValueHold:
			p.Status = models.PayableHeld
		case p.Open():
			p.Status = models.PayableOpen
		}
		b.payables.put(p.ID, *p)
		b.touchPool(p.Pool(), ev)
	}
}

func (b *batch) ticketEvent(ev models.Event) error {
	if ev.Advice != nil {
		return b.advised(ev)
	}
	was := b.tickets.get(ev.Ticket.ID)
	var t models.Ticket
	if was != nil {
		t = *was
	}
	t = t.Fold(ev)
	b.tickets.put(t.ID, t)
	if err := b.settleUpstream(ev); err != nil || b.isEcho(ev) {
		return err
	}
	if err := b.replied(ev); err != nil {
		return err
	}
	if was != nil && was.Closed() && !t.Closed() {
		if err := b.reopened(ev); err != nil {
			return err
		}
	}
	if t.Closed() {
		b.supersedeItem(t.ID, "the ticket was solved")
		return nil
	}
	if !decides(ev, was, t) {
		return nil
	}
	if b.fetches(ev, t) || b.seeks(ev, t) {
		return nil
	}
	return b.decideTicket(ev, t)
}

// decideTicket judges a ticket as it stands, and decides what that calls for.
func (b *batch) decideTicket(ev models.Event, t models.Ticket) error {
	if err := b.accounts.load(b.ctx, []string{t.AccountID}, b.reader.Accounts); err != nil {
		return err
	}
	t = b.mark(t)
	b.tickets.put(t.ID, t)
	j, err := b.judgeTicket(ev, t, ev.Advice, nil)
	if err != nil {
		return err
	}
	b.desk.give(j)
	b.hear(t, j.Facts)
	return b.decided(ev, t.ID, j, ticketActions)
}

var ticketActions = []models.Action{models.ActionPriority, models.ActionRoute, models.ActionTag, models.ActionReply}

// isEcho reports an event that is our own write coming back: by its actor, or by the fingerprints of what we wrote. A
// write by a person that happens to be the same is taken for an echo too; it changes nothing that we did not want.
func (b *batch) isEcho(ev models.Event) bool {
	if ev.Actor.Kind == models.ByRemit {
		return true
	}
	fps := ev.Fingerprints()
	return len(fps) > 0 && !slices.ContainsFunc(fps, func(fp string) bool { return !b.echoed[fp] })
}

// decides reports whether the event brings something to judge: a new ticket, words of the customer, a reopening, or the
// text of a ticket whose events came out of order. What agents and machines do upstream changes facts only.
func decides(ev models.Event, was *models.Ticket, t models.Ticket) bool {
	switch ev.Kind {
	case models.TicketCreated:
		return true
	case models.TicketCommented:
		return ev.Comment != nil && ev.Comment.Public && ev.Comment.Author.Kind == models.ByCustomer
	}
	reopened := was != nil && was.Closed() && !t.Closed()
	told := (was == nil || was.Latest() == "") && t.Latest() != ""
	return reopened || told
}

// fetches asks the provider for what the event lacks, where it can be asked, and reports whether deciding waits for it.
// An account that is known already lacks nothing.
func (b *batch) fetches(ev models.Event, t models.Ticket) bool {
	lacks := slices.DeleteFunc(slices.Clone(ev.Lacks), func(what string) bool {
		return what == "account" && (t.AccountID == "" || b.accounts.get(t.AccountID) != nil)
	})
	if len(lacks) == 0 {
		return false
	}
	if _, ok := b.Sources.Fetcher(ev.Source); !ok {
		return false
	}
	b.out.Effects = append(b.out.Effects, models.FetchEffect(ev, b.now))
	return true
}

// judgeTicket judges a ticket by what is known now, and by what another judge said where it did. Loads are counted where none
// are given.
func (b *batch) judgeTicket(ev models.Event, t models.Ticket, said *models.Advice, loads []models.Load) (models.Judgement, error) {
	f := models.Facts{Now: b.now, Event: ev.Kind, EventAt: ev.At, Ticket: &t, Loads: loads}
	alike := b.alike(t)
	f.Similar = len(alike)
	var err error
	if f.Account, err = b.account(t); err != nil {
		return models.Judgement{}, err
	}
	if f.Advice, err = b.weighAdvice(said, t); err != nil {
		return models.Judgement{}, err
	}
	if f.Usual, err = b.usual(t); err != nil {
		return models.Judgement{}, err
	}
	if f.Incident, err = b.incident(t, alike); err != nil {
		return models.Judgement{}, err
	}
	if rules := b.policy.TriageRules(); len(loads) == 0 && rules.Weighed() {
		if f.Loads, err = b.loads(rules, ev.Source); err != nil {
			return models.Judgement{}, err
		}
	}
	return b.Tickets.Decide(f, b.policy.TriageRules()), nil
}

func (b *batch) payableEvent(ev models.Event) error {
	was := b.payables.get(ev.Payable.ID)
	var p models.Payable
	if was != nil {
		p = *was
	}
	p = p.Fold(ev)
	if p.VendorID == "" {
		p.VendorID = models.VendorItem(p.Source, strings.ToLower(strings.TrimSpace(p.VendorName)))
	}
	b.payables.put(p.ID, p)
	if err := b.settleUpstream(ev); err != nil {
		return err
	}
	if was != nil || p.Open() || p.PaidOn >= models.DayOf(b.now.AddDate(0, 0, -movedDays)) {
		b.touchPool(p.Pool(), ev) // what is only heard of long after it was paid changes no plan
	}
	if was == nil || !sameInvoice(*was, p) {
		b.unmatched[p.Pool()] = ev
	}
	if b.isEcho(ev) {
		return nil
	}
	if err := b.vendors.load(b.ctx, []string{p.VendorID}, b.reader.Vendors); err != nil {
		return err
	}
	if !p.Open() {
		b.closed(ev, was, p)
		b.seeVendor(ev, p, p.Status == models.PayablePast && (was == nil || was.Open() || was.Bank == p.Bank))
		return nil
	}
	if was != nil && sameInvoice(*was, p) {
		return nil
	}
	j, err := b.judgePayable(ev, p)
	if err != nil {
		return err
	}
	b.seeVendor(ev, p, false)
	return b.decided(ev, p.ID, j, []models.Action{models.ActionHold})
}

// sameInvoice reports whether nothing changed that an anomaly could lie in.
func sameInvoice(a, b models.Payable) bool {
	return a.Amount == b.Amount && a.Bank == b.Bank && a.Invoice == b.Invoice && a.DueOn == b.DueOn &&
		a.VendorID == b.VendorID && a.PO == b.PO && a.Terms == b.Terms
}

func (b *batch) judgePayable(ev models.Event, p models.Payable) (models.Judgement, error) {
	history, err := b.reader.History(b.ctx, p)
	if err != nil {
		return models.Judgement{}, err
	}
	history = b.withBatch(p, history)
	same, err := b.reader.SameVendors(b.ctx, p)
	if err != nil {
		return models.Judgement{}, err
	}
	f := models.Facts{
		Now: b.now, Event: ev.Kind, EventAt: ev.At, Payable: &p, Vendor: b.vendors.get(p.VendorID), History: history, SameVendors: same,
	}
	return b.Payments.Decide(f, b.policy.CashRules(b.now)), nil
}

// withBatch adds to the payable's history the payables of this very batch, which the database does not have yet.
func (b *batch) withBatch(p models.Payable, history []models.Payable) []models.Payable {
	fresh := map[string]models.Payable{}
	for _, o := range b.payables.changed() {
		if o.ID != p.ID && (o.VendorID == p.VendorID || o.Amount == p.Amount || o.Bank != "" && o.Bank == p.Bank || o.PO != "" && o.PO == p.PO) {
			fresh[o.ID] = o
		}
	}
	for i, h := range history {
		if o, ok := fresh[h.ID]; ok {
			history[i] = o
			delete(fresh, h.ID)
		}
	}
	for _, o := range fresh {
		history = append(history, o)
	}
	slices.SortStableFunc(history, func(x, y models.Payable) int {
		if c := y.CreatedAt.Compare(x.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return history
}

// seeVendor notes the vendor and the account that the payable is to be paid on, after it was judged without them. Where it
// was paid on it, the account is on record since then; else a bill has merely claimed it.
func (b *batch) seeVendor(ev models.Event, p models.Payable, paid bool) {
	v := models.Vendor{ID: p.VendorID, Source: p.Source, Name: p.VendorName, FirstSeen: ev.At, UpdatedAt: ev.At}
	known := b.vendors.get(p.VendorID)
	if known != nil {
		v = *known
	}
	seen := v.Claims(p.Bank, ev.At)
	if paid {
		seen = v.Seen(p.Bank, ev.At)
	}
	if known == nil || !slices.Equal(seen.Banks, v.Banks) {
		b.vendors.put(seen.ID, seen)
	}
}
