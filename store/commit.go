package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

const (
	insertEcho = `INSERT INTO echoes (fingerprint, at) VALUES (?, ?) ON CONFLICT (fingerprint) DO UPDATE SET at = excluded.at`
	takeBudget = `INSERT INTO budgets (budget, n, at) VALUES (?, ?, ?)
		ON CONFLICT (budget) DO UPDATE SET n = budgets.n + excluded.n, at = excluded.at WHERE budgets.n + excluded.n <= ?`
)

// Commit commits changes that no delivery caused.
func (s *Store) Commit(ctx context.Context, c decision.Changes) error {
	return s.commit(ctx, c, func(context.Context, *txn) error { return nil })
}

// commit applies the changes and what else belongs to them in one transaction. It is short, so it is not cut off halfway.
func (s *Store) commit(ctx context.Context, c decision.Changes, also func(context.Context, *txn) error) error {
	if err := ctx.Err(); err != nil {
		return classify(err)
	}
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if err := also(ctx, t); err != nil {
			return err
		}
		return t.apply(ctx, c)
	})
	if err != nil {
		return err
	}
	s.recent.touchChanged(c)
	if len(c.Deliveries) > 0 {
		s.signal()
	}
	return nil
}

// apply writes the changes. Moves come before new decisions, of which at most one an item and action may be open; the
// ledger comes last, for its head is held until the end.
func (t *txn) apply(ctx context.Context, c decision.Changes) error {
	for _, step := range []func(context.Context, decision.Changes) error{
		t.checkRunning, t.move, t.settleEffects, t.foldShared, t.putFacts, t.putCash, t.putMembers, t.hear, t.putDecisions, t.putOpinions, t.putEffects,
		t.putEchoes, t.spend, t.putVerdicts, t.putStandings, t.putGrants, t.putSwitches, t.putDeadLetters, t.putDeliveries,
	} {
		if err := step(ctx, c); err != nil {
			return err
		}
	}
	return t.appendLedger(ctx, c.Entries)
}

// move replaces decisions that still have the version they were read at.
func (t *txn) move(ctx context.Context, c decision.Changes) error {
	if len(c.Moves) == 0 {
		return nil
	}
	tbl := t.s.tables.decisions
	text := tbl.update(t.s.dialect, "id", "version")
	for _, m := range inMoveOrder(c.Moves) {
		args, err := tbl.values(ctx, nil, reflect.ValueOf(&m.Decision).Elem())
		if err != nil {
			return err
		}
		res, err := t.sql.ExecContext(ctx, text, append(args, m.Decision.ID, m.From)...)
		if err != nil {
			return fmt.Errorf("move %s: %w", m.Decision.ID, classify(err))
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return conflict("The decision has changed meanwhile.")
		}
	}
	return nil
}

// inMoveOrder puts what ends closed before what ends open, since of an item and action one may be open; and the ids in one
// order everywhere, so that two nodes do not wait for each other in a ring. Moves of one decision stay as they are.
func inMoveOrder(moves []decision.Move) []decision.Move {
	open := make(map[string]int, len(moves))
	for _, m := range moves {
		open[m.Decision.ID] = 0
		if m.Decision.State.Open() {
			open[m.Decision.ID] = 1
		}
	}
	moves = slices.Clone(moves)
	slices.SortStableFunc(moves, func(a, b decision.Move) int {
		return cmp.Or(cmp.Compare(open[a.Decision.ID], open[b.Decision.ID]), cmp.Compare(a.Decision.ID, b.Decision.ID))
	})
	return moves
}

// checkRunning makes sure that no domain that must run is paused when this commits. On PostgreSQL a pause that is being
// committed elsewhere is waited for; a switch that was never touched has no row to lock, so its name is.
func (t *txn) checkRunning(ctx context.Context, c decision.Changes) error {
	if t.s.dialect == queue.Postgres {
		if err := t.lockSwitches(ctx, c); err != nil {
			return classify(err)
		}
	}
	if len(c.Running) == 0 {
		return nil
	}
	var paused []models.Switch
	if err := t.gorm.WithContext(ctx).Where("domain IN ? AND paused", c.Running).Order("domain").Find(&paused).Error; err != nil {
		return fmt.Errorf("read the switches: %w", classify(err))
	}
	if len(paused) > 0 {
		return conflict("%s", paused[0].Display())
	}
	return nil
}

// lockSwitches locks the names of the domains, in order: those that are switched alone, those that must run with others.
func (t *txn) lockSwitches(ctx context.Context, c decision.Changes) error {
	switched := map[models.Domain]bool{}
	for _, sw := range c.Switches {
		switched[sw.Domain] = true
	}
	all := maps.Clone(switched)
	for _, d := range c.Running {
		all[d] = true
	}
	for _, d := range slices.Sorted(maps.Keys(all)) {
		text := `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 7239))`
		if switched[d] {
			text = `SELECT pg_advisory_xact_lock(hashtextextended($1, 7239))`
		}
		if _, err := t.sql.ExecContext(ctx, text, string(d)); err != nil {
			return err
		}
	}
	return nil
}

// settleEffects recalls what is still queued, and notes what is about to leave, has left, or was given up.
func (t *txn) settleEffects(ctx context.Context, c decision.Changes) error {
	for _, step := range []struct {
		to    models.EffectState
		ids   []string
		from  []models.EffectState
		clash string // what it is when one of them is elsewhere; empty where that does not matter
	}{
		{models.EffectRecalled, c.Recalls, []models.EffectState{models.EffectQueued}, "An effect has left meanwhile and can only be undone."},
		{models.EffectLeaving, c.Leaving, []models.EffectState{models.EffectQueued, models.EffectLeaving}, "The effect was recalled, or is done."},
		{models.EffectSent, c.Sent, []models.EffectState{models.EffectQueued, models.EffectLeaving}, ""},
		{models.EffectDead, c.Dead, []models.EffectState{models.EffectQueued, models.EffectLeaving}, ""},
	} {
		if len(step.ids) == 0 {
			continue
		}
		ids := slices.Compact(slices.Sorted(slices.Values(step.ids)))
		n, err := t.exec(ctx, `UPDATE effects SET state = ? WHERE id IN ? AND state IN ?`, step.to, ids, step.from)
		if err != nil {
			return fmt.Errorf("note effects as %s: %w", step.to, err)
		}
		if step.clash != "" && n != int64(len(ids)) {
			return conflict("%s", step.clash)
		}
	}
	return nil
}

// foldShared folds what subjects share, accounts and vendors, onto what is there, and notes the names that they go by.
func (t *txn) foldShared(ctx context.Context, c decision.Changes) error {
	err := foldOnto(ctx, t, t.s.tables.accounts, c.Accounts, func(a models.Account) string { return a.ID }, models.Account.Fold)
	if err != nil {
		return err
	}
	err = foldOnto(ctx, t, t.s.tables.vendors, c.Vendors, func(v models.Vendor) string { return v.ID }, models.Vendor.Fold)
	if err != nil {
		return err
	}
	if err := t.nameVendors(ctx, c.Vendors); err != nil {
		return err
	}
	return t.nameCustomers(ctx, c.Accounts, c.Receivables)
}

func foldOnto[T any](ctx context.Context, t *txn, tbl *table, news []T, id func(T) string, fold func(T, T) T) error {
	if len(news) == 0 {
		return nil
	}
	said := map[string]bool{}
	for _, n := range news {
		said[id(n)] = true
	}
	ids := slices.Sorted(maps.Keys(said))
	if t.s.dialect == queue.Postgres {
		// A row that is not there yet cannot be locked, so the name is.
		if _, err := t.sql.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(s, 7238)) FROM unnest($1::text[]) AS s`, ids); err != nil {
			return classify(err)
		}
	}
	known, err := byID(ctx, reader{db: t.gorm}, ids, id)
	if err != nil {
		return err
	}
	for _, n := range news {
		known[id(n)] = fold(known[id(n)], n)
	}
	rows := make([]T, 0, len(ids))
	for _, k := range ids {
		rows = append(rows, known[k])
	}
	return put(ctx, t, tbl, rows, nil)
}

// putFacts replaces what one subject's drain alone changes, and keeps the snapshots.
func (t *txn) putFacts(ctx context.Context, c decision.Changes) error {
	tb := t.s.tables
	if err := put(ctx, t, tb.tickets, lastOf(c.Tickets, func(x models.Ticket) string { return x.ID }), nil); err != nil {
		return err
	}
	if err := put(ctx, t, tb.payables, lastOf(c.Payables, func(x models.Payable) string { return x.ID }), nil); err != nil {
		return err
	}
	if err := put(ctx, t, tb.receivables, lastOf(c.Receivables, func(x models.Receivable) string { return x.ID }), nil); err != nil {
		return err
	}
	if err := put(ctx, t, tb.balances, lastOf(c.Balances, func(x models.Balance) string { return x.ID }), nil); err != nil {
		return err
	}
	if err := put(ctx, t, tb.submissions, lastOf(c.Submissions, func(x models.Submission) string { return x.ID }), nil); err != nil {
		return err
	}
	if err := put(ctx, t, tb.transactions, lastOf(c.Transactions, func(x models.Transaction) string { return x.ID }), nil); err != nil {
		return err
	}
	return put(ctx, t, tb.snapshots, c.Snapshots, nil)
}

func (t *txn) putDecisions(ctx context.Context, c decision.Changes) error {
	err := put(ctx, t, t.s.tables.decisions, c.Decisions, nil)
	if models.KindOf(err) == models.Conflict {
		return because(models.Conflict, "This was decided already, or another decision on it is still open.", err)
	}
	return err
}

// putEffects inserts the effects that are not there yet, each with its job.
func (t *txn) putEffects(ctx context.Context, c decision.Changes) error {
	if len(c.Effects) == 0 {
		return nil
	}
	isNew := make(map[string]bool, len(c.Effects))
	if err := put(ctx, t, t.s.tables.effects, c.Effects, func(id string) { isNew[id] = true }); err != nil {
		return err
	}
	var jobs []models.Effect
	for _, e := range c.Effects {
		if isNew[e.ID] {
			jobs = append(jobs, e)
			delete(isNew, e.ID)
		}
	}
	return classify(t.s.jobs.Insert(ctx, t.sql, jobs))
}

func (t *txn) putEchoes(ctx context.Context, c decision.Changes) error {
	for _, fp := range c.Echoes {
		if _, err := t.exec(ctx, insertEcho, fp, plainTime(c.At)); err != nil {
			return fmt.Errorf("note an echo: %w", err)
		}
	}
	return nil
}

// spend takes what is asked of each budget, or is a Conflict that takes nothing of any.
func (t *txn) spend(ctx context.Context, c decision.Changes) error {
	sums := map[string]decision.Spend{}
	for _, sp := range c.Spends {
		sum, ok := sums[sp.Budget]
		if !ok {
			sum = decision.Spend{Budget: sp.Budget, Limit: sp.Limit}
		}
		sum.N, sum.Limit = sum.N+sp.N, min(sum.Limit, sp.Limit)
		sums[sp.Budget] = sum
	}
	for _, budget := range slices.Sorted(maps.Keys(sums)) {
		sp := sums[budget]
		if sp.N > sp.Limit {
			return overrun(sp)
		}
		n, err := t.exec(ctx, takeBudget, sp.Budget, sp.N, plainTime(c.At), sp.Limit)
		if err != nil {
			return fmt.Errorf("spend of %s: %w", sp.Budget, err)
		}
		if n != 1 {
			return overrun(sp)
		}
	}
	return nil
}

func overrun(sp decision.Spend) error {
	return conflict("The cap %q of %d would be overrun.", sp.Budget, sp.Limit)
}

func (t *txn) putSwitches(ctx context.Context, c decision.Changes) error {
	return put(ctx, t, t.s.tables.switches, c.Switches, nil)
}

func (t *txn) putDeadLetters(ctx context.Context, c decision.Changes) error {
	for _, l := range c.DeadLetters {
		if _, err := t.bury(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) putDeliveries(ctx context.Context, c decision.Changes) error {
	for _, d := range c.Deliveries {
		if err := checkDelivery(d); err != nil {
			return err
		}
	}
	if len(c.Deliveries) == 0 {
		return nil
	}
	_, err := t.insertInbox(ctx, c.Deliveries)
	return err
}
