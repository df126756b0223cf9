package decision

import (
	"context"
	"maps"
	"slices"
	"time"

	"remit/models"
)

// batch is the working set of one drain: what is known, as changed by the events handled so far, and what they cause.
type batch struct {
	*Engine
	ctx    context.Context
	reader Reader
	policy *Policy
	now    time.Time
	events []models.Event

	tickets      known[models.Ticket]
	accounts     known[models.Account]
	vendors      known[models.Vendor]
	payables     known[models.Payable]
	receivables  known[models.Receivable]
	balances     known[models.Balance]
	submissions  known[models.Submission]
	transactions known[models.Transaction]
	stated       map[string][]Stated                          // by action and model, see statedBefore
	beside       map[string][]Besides                         // by action and model, see besides
	newest       map[string]map[models.Action]models.Decision // by item
	paused       map[models.Domain]models.Switch
	spent        map[string]int64
	recent       []models.Seen                  // tickets of the last hour
	joined       map[string][]models.Membership // of the incidents that were read, by their id
	sizes        map[string]int                 // of incidents when people were last told, by the id of the facts
	norms        known[models.Norm]
	echoed       map[string]bool
	overdue      map[string][]models.Money // by account, of those that it was read of
	standings    map[Slice]*kept
	granted      []models.Grant

	moves     map[string]Move
	made      []string                // ids of new decisions, in order
	cards     map[string]string       // item to the decision that its card job is named by
	pools     map[string]models.Event // dirty pools, with the event that made them so
	unmatched map[string]models.Event // pools whose transactions are to be matched, with the event that calls for it
	paid      map[string]models.Event // payables that turned out to be paid, with the event that says so
	out       Changes
}

// known are facts by id, and which of them changed.
type known[T any] struct {
	facts map[string]T
	dirty map[string]bool
}

func (k *known[T]) get(id string) *T {
	if v, ok := k.facts[id]; ok {
		return &v
	}
	return nil
}

func (k *known[T]) put(id string, v T) {
	if k.dirty == nil {
		k.dirty = map[string]bool{}
	}
	k.facts[id], k.dirty[id] = v, true
}

func (k *known[T]) changed() []T {
	var out []T
	for _, id := range slices.Sorted(maps.Keys(k.dirty)) {
		out = append(out, k.facts[id])
	}
	return out
}

// load adds the facts of the ids that are not there yet.
func (k *known[T]) load(ctx context.Context, ids []string, read func(context.Context, []string) (map[string]T, error)) error {
	if k.facts == nil {
		k.facts = map[string]T{}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		_, ok := k.facts[id]
		return ok || id == ""
	})
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return nil
	}
	found, err := read(ctx, ids)
	maps.Copy(k.facts, found)
	return err
}

func (e *Engine) emptyBatch(ctx context.Context, r Reader) (*batch, error) {
	b := &batch{
		Engine: e, ctx: ctx, reader: r, policy: e.Policy(), now: e.Now(),
		newest: map[string]map[models.Action]models.Decision{}, moves: map[string]Move{}, cards: map[string]string{},
		pools: map[string]models.Event{}, unmatched: map[string]models.Event{}, paid: map[string]models.Event{}, standings: map[Slice]*kept{},
		overdue: map[string][]models.Money{},
	}
	b.out.At = b.now
	var err error
	if b.paused, err = r.Switches(ctx); err != nil {
		return nil, err
	}
	if b.granted, err = r.Grants(ctx, b.policy.Today(b.now)); err != nil {
		return nil, err
	}
	b.spent, err = r.Spent(ctx, append(b.policy.shared(b.now), b.policy.alertBudgets(models.ActionHold, b.now)...))
	return b, err
}

// newBatch translates the deliveries and reads what is known of all that they are about, a kind of fact at a time.
func (e *Engine) newBatch(ctx context.Context, r Reader, ds []models.Delivery) (*batch, error) {
	b, err := e.emptyBatch(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		evs, err := e.translate(d)
		if err != nil {
			b.bury(d, err)
			continue
		}
		b.events = append(b.events, evs...)
	}
	return b, b.prefetch()
}

func (b *batch) bury(d models.Delivery, err error) {
	c := b.Engine.bury(d, err)
	b.out.DeadLetters = append(b.out.DeadLetters, c.DeadLetters...)
	b.out.Entries = append(b.out.Entries, c.Entries...)
}

func (b *batch) prefetch() error {
	var tickets, accounts, vendors, payables, receivables, balances, submissions, transactions, items, fps []string
	for _, ev := range b.events {
		items = append(items, ev.Item)
		fps = append(fps, ev.Fingerprints()...)
		switch {
		case ev.Ticket != nil:
			tickets, accounts = append(tickets, ev.Ticket.ID), append(accounts, ev.Ticket.AccountID)
		case ev.Account != nil:
			accounts = append(accounts, ev.Account.ID)
		case ev.Vendor != nil:
			vendors = append(vendors, ev.Vendor.ID)
		case ev.Payable != nil:
			payables, vendors = append(payables, ev.Payable.ID), append(vendors, ev.Payable.VendorID)
		case ev.Receivable != nil:
			receivables = append(receivables, ev.Receivable.ID)
		case ev.Balance != nil:
			balances = append(balances, ev.Balance.ID)
		case ev.Transaction != nil:
			transactions = append(transactions, ev.Transaction.ID)
		case ev.Submission != nil:
			submissions = append(submissions, ev.Submission.ID)
		}
	}
	if err := b.loadTickets(tickets, accounts); err != nil {
		return err
	}
	if err := b.payables.load(b.ctx, payables, b.reader.Payables); err != nil {
		return err
	}
	for _, p := range b.payables.facts {
		vendors = append(vendors, p.VendorID)
	}
	if err := b.vendors.load(b.ctx, vendors, b.reader.Vendors); err != nil {
		return err
	}
	if err := b.receivables.load(b.ctx, receivables, b.reader.Receivables); err != nil {
		return err
	}
	if err := b.balances.load(b.ctx, balances, b.reader.Balances); err != nil {
		return err
	}
	if err := b.submissions.load(b.ctx, submissions, b.reader.Submissions); err != nil {
		return err
	}
	if err := b.transactions.load(b.ctx, transactions, b.reader.TransactionsByID); err != nil {
		return err
	}
	if err := b.loadNewest(items); err != nil {
		return err
	}
	if err := b.loadSpent(items); err != nil || len(fps) == 0 {
		return err
	}
	var err error
	b.echoed, err = b.reader.Echoed(b.ctx, fps, b.now.Add(-echoWindow))
	return err
}

// loadSpent adds what was spent of the items' own budgets. What is not read counts as nothing here, and is a Conflict at
// the commit if it was not.
func (b *batch) loadSpent(items []string) error {
	spent, err := b.reader.Spent(b.ctx, b.policy.Budgets(b.now, items...)[2:])
	maps.Copy(b.spent, spent)
	return err
}

// echoWindow is how long after a write of ours its coming back is taken for an echo.
const echoWindow = 15 * time.Minute

func (b *batch) loadTickets(tickets, accounts []string) error {
	if err := b.tickets.load(b.ctx, tickets, b.reader.Tickets); err != nil {
		return err
	}
	for _, t := range b.tickets.facts {
		accounts = append(accounts, t.AccountID)
	}
	if err := b.accounts.load(b.ctx, accounts, b.reader.Accounts); err != nil {
		return err
	}
	if len(tickets) == 0 || b.recent != nil {
		return nil
	}
	var err error
	b.recent, err = b.reader.Recent(b.ctx, b.now.Add(-alikeWithin))
	return err
}

func (b *batch) loadNewest(items []string) error {
	items = slices.DeleteFunc(items, func(item string) bool {
		_, ok := b.newest[item]
		return ok || item == ""
	})
	slices.Sort(items)
	if items = slices.Compact(items); len(items) == 0 {
		return nil
	}
	ds, err := b.reader.Newest(b.ctx, items)
	for _, item := range items {
		b.newest[item] = map[models.Action]models.Decision{}
	}
	for _, d := range ds {
		b.newest[d.Item][d.Action] = d
	}
	return err
}

// move keeps a changed decision for the commit. from is the version that the database has.
func (b *batch) move(d models.Decision, from int) {
	if m, ok := b.moves[d.ID]; ok {
		from = m.From
	}
	b.moves[d.ID] = Move{Decision: d, From: from}
	b.newest[d.Item][d.Action] = d
}

// card asks for the item's card to be brought up to date, once however much changed on it.
func (b *batch) card(d models.Decision) { b.cards[d.Item] = d.ID }

func (b *batch) entry(d models.Decision, kind models.EntryKind, by models.Actor, text string) {
	b.out.Entries = append(b.out.Entries, models.EntryOf(d, kind, by, b.now, text))
}

// changes gives all that the batch causes, in an order that does not depend on that of maps.
func (b *batch) changes() Changes {
	c := b.out
	c.Tickets, c.Accounts, c.Vendors = b.tickets.changed(), b.accounts.changed(), b.vendors.changed()
	c.Payables, c.Receivables, c.Balances = b.payables.changed(), b.receivables.changed(), b.balances.changed()
	c.Submissions, c.Transactions = b.submissions.changed(), b.transactions.changed()
	made := map[string]bool{}
	for _, id := range b.made {
		made[id] = true
		c.Decisions = append(c.Decisions, b.moves[id].Decision)
		c.Effects = append(c.Effects, b.tidings(b.moves[id].Decision)...)
	}
	for _, id := range slices.Sorted(maps.Keys(b.moves)) {
		if m := b.moves[id]; !made[id] && m.Decision.Version != m.From {
			c.Moves = append(c.Moves, b.moves[id])
			c.Effects = append(c.Effects, b.tidings(m.Decision)...)
		}
	}
	c.Standings = b.changedStandings()
	c.Effects = b.policy.reminded(c.Effects, b.now)
	for _, item := range slices.Sorted(maps.Keys(b.cards)) {
		d := b.moves[b.cards[item]].Decision
		c.Effects = append(c.Effects, models.NewEffect(d, models.EffectCard, time.Time{}, b.now))
	}
	return c
}
