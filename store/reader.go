package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"remit/decision"
	"remit/models"
)

// reader reads what is known: from the pool of readers, or within a PostgreSQL drain's own transaction.
type reader struct {
	db  *gorm.DB
	now func() time.Time
}

// byID reads the rows of a type whose primary key is among ids.
func byID[T any](ctx context.Context, r reader, ids []string, id func(T) string) (map[string]T, error) {
	if len(ids) == 0 {
		return map[string]T{}, nil
	}
	var rows []T
	if err := r.db.WithContext(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	m := make(map[string]T, len(rows))
	for _, row := range rows {
		m[id(row)] = row
	}
	return m, nil
}

// Tickets gives those of the tickets that are known.
func (r reader) Tickets(ctx context.Context, ids []string) (map[string]models.Ticket, error) {
	return byID(ctx, r, ids, func(t models.Ticket) string { return t.ID })
}

// Accounts gives those of the accounts that are known.
func (r reader) Accounts(ctx context.Context, ids []string) (map[string]models.Account, error) {
	return byID(ctx, r, ids, func(a models.Account) string { return a.ID })
}

// Vendors gives those of the vendors that are known.
func (r reader) Vendors(ctx context.Context, ids []string) (map[string]models.Vendor, error) {
	return byID(ctx, r, ids, func(v models.Vendor) string { return v.ID })
}

// Payables gives those of the payables that are known.
func (r reader) Payables(ctx context.Context, ids []string) (map[string]models.Payable, error) {
	return byID(ctx, r, ids, func(p models.Payable) string { return p.ID })
}

// Receivables gives those of the receivables that are known.
func (r reader) Receivables(ctx context.Context, ids []string) (map[string]models.Receivable, error) {
	return byID(ctx, r, ids, func(x models.Receivable) string { return x.ID })
}

// Balances gives those of the balances that are known.
func (r reader) Balances(ctx context.Context, ids []string) (map[string]models.Balance, error) {
	return byID(ctx, r, ids, func(b models.Balance) string { return b.ID })
}

// Submissions gives those of the proposals of other systems that are known.
func (r reader) Submissions(ctx context.Context, ids []string) (map[string]models.Submission, error) {
	return byID(ctx, r, ids, func(s models.Submission) string { return s.ID })
}

// Stated gives, newest first, the confidences that a model of another system stated for an action, each with the verdict of
// people on it where that counts.
func (r reader) Stated(ctx context.Context, a models.Action, model string, limit int) ([]decision.Stated, error) {
	var past []decision.Stated
	err := r.db.WithContext(ctx).Raw(`SELECT d.stated AS confidence, v.wrong FROM decisions d JOIN verdicts v ON v.decision_id = d.id
		WHERE d."action" = ? AND d.model = ? AND d.stated > 0 AND v.earns AND NOT v.unanswered ORDER BY d.seq DESC LIMIT ?`, a, model, limit).Scan(&past).Error
	return past, classify(err)
}

// Pool gives a cash pool's balances, its open payables and receivables, and what customers paid within the last year, the
// former in the order of their ids, the latter in that of their days; and what is planned, and its past.
func (r reader) Pool(ctx context.Context, id string) (models.Pool, error) {
	pool := models.Pool{ID: id, Now: r.now()}
	rest := strings.TrimPrefix(id, "cash:")
	cut := strings.LastIndexByte(rest, ':')
	if rest == id || cut < 0 {
		return pool, models.FieldErrorf("pool", "%q names no cash pool", id)
	}
	of := r.db.WithContext(ctx).Where("entity = ? AND amount_currency = ?", rest[:cut], rest[cut+1:]).Order("id").Session(&gorm.Session{})
	if err := of.Find(&pool.Balances).Error; err != nil {
		return pool, classify(err)
	}
	if err := of.Where("status IN ('open', 'held', '')").Find(&pool.Payables).Error; err != nil {
		return pool, classify(err)
	}
	if err := of.Where("paid_on = '' AND NOT cancelled").Find(&pool.Receivables).Error; err != nil {
		return pool, classify(err)
	}
	err := of.Where("paid_on >= ? AND NOT cancelled", models.DayOf(pool.Now.AddDate(-1, 0, 0))).Limit(settledKept).Find(&pool.Settled).Error
	slices.SortStableFunc(pool.Settled, func(a, b models.Receivable) int { return cmp.Compare(a.PaidOn, b.PaidOn) })
	if err != nil {
		return pool, classify(err)
	}
	if err := turnover(of, &pool); err != nil {
		return pool, err
	}
	if err := r.since(ctx, of, &pool); err != nil {
		return pool, err
	}
	return pool, r.past(ctx, &pool)
}

// settledKept bounds how many receivables that were paid within a year tell how late customers pay.
const settledKept = 2000

// historyKept bounds what a payable is judged against, per kind of likeness.
const historyKept = 150

// History gives, newest first, the earlier payables of the payable's vendor, those of its amount of the same vendor under other
// ids, and those of anybody with its amount, bank account or purchase order since the year before it. What has been paid counts as earlier,
// however late it came.
func (r reader) History(ctx context.Context, p models.Payable) ([]models.Payable, error) {
	until := p.CreatedAt
	if until.IsZero() {
		until = r.now()
	}
	base := r.db.WithContext(ctx).Where("id <> ? AND (created_at <= ? OR status = 'paid')", p.ID, until).
		Order("created_at DESC, id").Limit(historyKept).Session(&gorm.Session{})
	same, err := r.SameVendors(ctx, p)
	if err != nil {
		return nil, err
	}
	year := base.Where("created_at >= ?", until.AddDate(-1, 0, 0)).Session(&gorm.Session{})
	var all []models.Payable
	for _, like := range []struct {
		asked bool
		q     *gorm.DB
	}{
		{p.VendorID != "", base.Where("vendor_id = ?", p.VendorID)},
		{len(same) > 0, base.Where("vendor_id IN ? AND amount_minor = ? AND amount_currency = ?", same, p.Amount.Minor, p.Amount.Currency)},
		{true, year.Where("amount_minor = ? AND amount_currency = ?", p.Amount.Minor, p.Amount.Currency)},
		{p.Bank != "", year.Where("bank = ? AND bank <> ''", p.Bank)},
		{p.PO != "", year.Where("po = ? AND po <> ''", p.PO)},
	} {
		var some []models.Payable
		if !like.asked {
			continue
		}
		if err := like.q.Find(&some).Error; err != nil {
			return nil, classify(err)
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b models.Payable) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(all, func(a, b models.Payable) bool { return a.ID == b.ID }), nil
}

// Copies gives, oldest first and at most a few hundred, the other payables of the payable's amount that are still to be paid.
func (r reader) Copies(ctx context.Context, p models.Payable) ([]models.Payable, error) {
	var open []models.Payable
	err := r.db.WithContext(ctx).Where("status IN ('open', 'held', '') AND amount_minor = ? AND amount_currency = ? AND id <> ?", p.Amount.Minor, p.Amount.Currency, p.ID).
		Order("created_at, id").Limit(historyKept).Find(&open).Error
	return open, classify(err)
}

// Open gives the decisions on the items that are in an open state, oldest first.
func (r reader) Open(ctx context.Context, items []string) ([]models.Decision, error) {
	if len(items) == 0 {
		return nil, nil
	}
	var ds []models.Decision
	err := r.db.WithContext(ctx).Where("item IN ? AND state IN ('asked', 'waiting', 'expired', 'failed')", items).Order("seq").Find(&ds).Error
	return ds, classify(err)
}

// Newest gives, for each of the items, the newest decision of each action, in whatever state.
func (r reader) Newest(ctx context.Context, items []string) ([]models.Decision, error) {
	if len(items) == 0 {
		return nil, nil
	}
	var ds []models.Decision
	err := r.db.WithContext(ctx).Where(`seq IN (SELECT max(seq) FROM decisions WHERE item IN ? GROUP BY item, "action")`, items).Order("seq").Find(&ds).Error
	return ds, classify(err)
}

// Echoed gives those of the fingerprints that we wrote ourselves since.
func (r reader) Echoed(ctx context.Context, fingerprints []string, since time.Time) (map[string]bool, error) {
	echoed := map[string]bool{}
	if len(fingerprints) == 0 {
		return echoed, nil
	}
	var found []string
	err := r.db.WithContext(ctx).Table("echoes").Where("fingerprint IN ? AND at >= ?", fingerprints, since).Pluck("fingerprint", &found).Error
	for _, fp := range found {
		echoed[fp] = true
	}
	return echoed, classify(err)
}

// Switches gives the kill switches that were ever touched.
func (r reader) Switches(ctx context.Context) (map[models.Domain]models.Switch, error) {
	var rows []models.Switch
	if err := r.db.WithContext(ctx).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	m := make(map[models.Domain]models.Switch, len(rows))
	for _, row := range rows {
		m[row.Domain] = row
	}
	return m, nil
}

// Spent gives what was spent of each budget.
func (r reader) Spent(ctx context.Context, budgets []string) (map[string]int64, error) {
	spent := map[string]int64{}
	if len(budgets) == 0 {
		return spent, nil
	}
	var rows []struct {
		Budget string
		N      int64
	}
	err := r.db.WithContext(ctx).Table("budgets").Where("budget IN ?", budgets).Find(&rows).Error
	for _, row := range rows {
		spent[row.Budget] = row.N
	}
	return spent, classify(err)
}

// one reads a row by its primary key, or NotFound in the words given.
func one[T any](ctx context.Context, r reader, id, what string) (T, error) {
	var row T
	err := r.db.WithContext(ctx).Where("id = ?", id).Take(&row).Error
	if models.KindOf(classify(err)) == models.NotFound {
		return row, models.Errorf(models.NotFound, "there is no %s %q", what, id)
	}
	return row, classify(err)
}

// Decision gives a decision by its id, or NotFound.
func (r reader) Decision(ctx context.Context, id string) (models.Decision, error) {
	return one[models.Decision](ctx, r, id, "decision")
}

// Snapshot gives the facts by their id, or NotFound.
func (r reader) Snapshot(ctx context.Context, id string) (models.Snapshot, error) {
	return one[models.Snapshot](ctx, r, id, "snapshot")
}

// Effect gives an effect by its id, or NotFound.
func (r reader) Effect(ctx context.Context, id string) (models.Effect, error) {
	return one[models.Effect](ctx, r, id, "effect")
}

// Leaving gives the effects of a domain that write to a provider, in a state, made since; all domains for "".
func (r reader) Leaving(ctx context.Context, d models.Domain, s models.EffectState, since time.Time) ([]models.Effect, error) {
	q := r.db.WithContext(ctx).Where("state = ? AND made_at >= ? AND kind IN ?", s, since, []models.EffectKind{models.EffectApply, models.EffectRevert})
	if d != "" {
		q = q.Where("domain = ?", d)
	}
	var es []models.Effect
	err := q.Order("made_at, id").Find(&es).Error
	return es, classify(err)
}

// InState gives the decisions of a domain in a state, oldest first; all domains for "".
func (r reader) InState(ctx context.Context, d models.Domain, s models.State) ([]models.Decision, error) {
	q := r.db.WithContext(ctx).Where("state = ?", s)
	if isActive(s) {
		q = q.Where("state IN " + activeStates)
	}
	if d != "" {
		q = q.Where("domain = ?", d)
	}
	var ds []models.Decision
	err := q.Order("created_at, seq").Find(&ds).Error
	return ds, classify(err)
}

func isActive(s models.State) bool {
	return s.Open() || s == models.Applying || s == models.Reverting
}
