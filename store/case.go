package store

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"remit/models"
)

// entriesKept bounds a case's timeline; of a longer one the newest are given.
const entriesKept = 500

// Case gives all that is known of an item: the facts of its newest snapshot, the newest decision of each action with the
// open ones first, and its timeline, oldest first. The error is NotFound where nothing was ever decided on it.
func (s *Store) Case(ctx context.Context, item string) (models.Case, error) {
	c := models.Case{Item: item}
	snap, err := s.newestSnapshot(ctx, item)
	if err != nil && models.KindOf(err) != models.NotFound {
		return c, err
	}
	c.Facts = snap.Facts
	if c.Decisions, err = s.caseDecisions(ctx, item); err != nil {
		return c, err
	}
	if len(c.Decisions) == 0 && snap.ID == "" {
		return c, models.Errorf(models.NotFound, "nothing was decided on %q", item)
	}
	c.Domain, c.Title = describe(item, c)
	if c.Domain.Other() {
		if err := s.toldOf(ctx, &c); err != nil {
			return c, err
		}
	}
	c.Entries, err = s.timeline(ctx, item)
	return c, err
}

// toldOf has the case show the facts of what is open about its item: other systems tell of each of their proposals apart.
func (s *Store) toldOf(ctx context.Context, c *models.Case) error {
	var open []models.Submission
	for _, d := range c.Open() {
		snap, err := s.Snapshot(ctx, d.FactsID)
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
		if sub := snap.Facts.Submission; sub != nil {
			c.Facts = snap.Facts
			open = append(open, *sub)
		}
	}
	if len(open) > 1 {
		together := models.TellTogether(open)
		c.Facts.Submission = &together
	}
	return nil
}

func (s *Store) newestSnapshot(ctx context.Context, item string) (models.Snapshot, error) {
	var snap models.Snapshot
	err := s.db.WithContext(ctx).Where("item = ?", item).Order("seq DESC").Limit(1).Take(&snap).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Snapshot{}, models.Errorf(models.NotFound, "there are no facts about %q", item)
	}
	return snap, classify(err)
}

// caseDecisions gives the newest decision of each action, and the open one of an action where that is an older one.
func (s *Store) caseDecisions(ctx context.Context, item string) ([]models.Decision, error) {
	open, err := s.Open(ctx, []string{item})
	if err != nil {
		return nil, err
	}
	newest, err := s.Newest(ctx, []string{item})
	if err != nil {
		return nil, err
	}
	ds := open
	for _, d := range newest {
		if !slices.ContainsFunc(open, func(o models.Decision) bool { return o.Action == d.Action }) {
			ds = append(ds, d)
		}
	}
	slices.SortStableFunc(ds, func(a, b models.Decision) int {
		return cmp.Or(openFirst(a.State, b.State), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.Action, b.Action))
	})
	return ds, nil
}

func openFirst(a, b models.State) int {
	switch {
	case a.Open() == b.Open():
		return 0
	case a.Open():
		return -1
	}
	return 1
}

// describe gives the domain and title of a case, from its decisions or else from its facts.
func describe(item string, c models.Case) (models.Domain, string) {
	if len(c.Decisions) > 0 {
		d := c.Decisions[0]
		return d.Domain, cmp.Or(d.Title, item)
	}
	switch {
	case c.Facts.Ticket != nil || strings.HasPrefix(item, "ticket:"):
		title := item
		if c.Facts.Ticket != nil {
			title = cmp.Or(c.Facts.Ticket.Subject, item)
		}
		return models.Triage, title
	case c.Facts.Payable != nil:
		return models.Finance, strings.TrimSpace(c.Facts.Payable.VendorName + " " + c.Facts.Payable.Invoice)
	}
	return models.Finance, item
}

func (s *Store) timeline(ctx context.Context, item string) ([]models.Entry, error) {
	var rows []ledgerRow
	err := s.db.WithContext(ctx).Where("item = ?", item).Order("at DESC, id DESC").Limit(entriesKept).Find(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	var es []models.Entry
	for _, r := range slices.Backward(rows) {
		es = append(es, r.entry())
	}
	return es, nil
}

// Own gives the newest lines of the ledger that are about remit itself and no item: kill switches, caps that were reached,
// what was taken back in bulk. Newest first.
func (s *Store) Own(ctx context.Context, limit int) ([]models.Entry, error) {
	var rows []ledgerRow
	err := s.db.WithContext(ctx).Where("item = ''").Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	var es []models.Entry
	for _, r := range rows {
		es = append(es, r.entry())
	}
	return es, classify(err)
}

// OpenItems gives the items with open decisions, or with a decision that people are asked to audit, those whose oldest was
// made longest ago first; all domains for "".
func (s *Store) OpenItems(ctx context.Context, d models.Domain, limit int) ([]string, error) {
	oldest := map[string]time.Time{}
	for _, which := range []string{"state IN ('asked', 'waiting', 'expired', 'failed')", "audit_state = 'open'"} {
		q := s.db.WithContext(ctx).Model(&models.Decision{}).Where(which)
		if d != "" {
			q = q.Where("domain = ?", d)
		}
		var rows []models.Decision
		if err := q.Select("item", "created_at").Order("created_at, item").Limit(openKept).Find(&rows).Error; err != nil {
			return nil, classify(err)
		}
		for _, row := range rows {
			if at, ok := oldest[row.Item]; !ok || row.CreatedAt.Before(at) {
				oldest[row.Item] = row.CreatedAt
			}
		}
	}
	items := slices.SortedFunc(maps.Keys(oldest), func(a, b string) int {
		return cmp.Or(oldest[a].Compare(oldest[b]), cmp.Compare(a, b))
	})
	return items[:min(limit, len(items))], nil
}

// openKept bounds how many open decisions are looked at for the items that are shown first.
const openKept = 2000

// Log gives decisions, newest first. A page goes on to the end of the moment that it ends in, beyond its limit if need be,
// so that the next page, which is older than the last one's last moment, misses nothing.
func (s *Store) Log(ctx context.Context, q models.LogQuery) (ds []models.Decision, err error) {
	q = q.Clamp()
	if q.Text == "" || isActive(q.State) {
		ds, err = firstOf(s.logQuery(ctx, q), q.Before, q.Limit)
	} else {
		ds, err = s.found(ctx, q)
	}
	if err != nil || len(ds) < q.Limit {
		return ds, err
	}
	last := ds[len(ds)-1].CreatedAt
	ds = slices.DeleteFunc(ds, func(d models.Decision) bool { return d.CreatedAt.Equal(last) })
	var moment []models.Decision
	err = s.logQuery(ctx, q).Where("created_at = ?", last).Order("seq DESC").Find(&moment).Error
	return append(ds, moment...), classify(err)
}

// firstOf gives the first decisions of a query, newest first, that are older than a moment, where that is not zero.
func firstOf(of *gorm.DB, before time.Time, limit int) (ds []models.Decision, err error) {
	if !before.IsZero() {
		of = of.Where("created_at < ?", plainTime(before))
	}
	err = of.Order("created_at DESC, seq DESC").Limit(limit).Find(&ds).Error
	return ds, classify(err)
}

func (s *Store) logQuery(ctx context.Context, q models.LogQuery) *gorm.DB {
	of := ofRareState(s.db.WithContext(ctx).Model(&models.Decision{}), q.State)
	return matching(of, q).Session(&gorm.Session{})
}

// ofRareState narrows a query to a state that few decisions have, and leaves it as it is for another. Most states are rare among
// all that was ever decided: a query that names an index's states need not walk it all.
func ofRareState(of *gorm.DB, st models.State) *gorm.DB {
	switch {
	case isActive(st):
		return of.Where("state = ? AND state IN "+activeStates, st)
	case st == models.Superseded || st == models.Reverted:
		return of.Where("state = ? AND state IN "+undoneStates, st)
	}
	return of
}

// matching narrows a query to what is as the log's query asks, whenever it was made.
func matching(of *gorm.DB, q models.LogQuery) *gorm.DB {
	if q.Domain != "" {
		of = of.Where("domain = ?", q.Domain)
	}
	if q.State != "" {
		of = of.Where("state = ?", q.State)
	}
	if q.Text != "" {
		like := "%" + likeEscape.Replace(strings.ToLower(models.CleanText(q.Text))) + "%"
		of = of.Where(`(lower(title) LIKE ? ESCAPE '\' OR lower(item) LIKE ? ESCAPE '\' OR lower("value") LIKE ? ESCAPE '\' AND NOT `+audited+`)`, like, like, like)
	}
	return of
}

// audited is what models.Decision.Auditable says, of a row: what was chosen is not to be found out by searching for it.
const audited = `(audit_state = 'open' AND state IN ('applying', 'applied'))`

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// activeStates are those in which something is still to happen. They are few however many decisions there were, and have an
// index of their own; a query must name them for it to be used.
const activeStates = `('asked', 'waiting', 'applying', 'reverting', 'expired', 'failed')`

// undoneStates are those in which a decision ends without having come to anything. They have an index of their own too.
const undoneStates = `('superseded', 'reverted')`

// Counts gives how much there is of what waits: "inbox_pending", "dead_letters" (those not replayed), "state_asked" and so on
// for the states in which something is still to happen, "effects_queued", "effects_dead", and "effects_due": those not yet out
// whose time has come.
func (s *Store) Counts(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{"inbox_pending": 0, "dead_letters": 0, "effects_queued": 0, "effects_due": 0, "effects_dead": 0}
	for _, st := range append(models.OpenStates(), models.Applying, models.Reverting) {
		counts["state_"+string(st)] = 0
	}
	var rows []struct {
		Name string
		N    int64
	}
	err := s.db.WithContext(ctx).Raw(`SELECT 'inbox_pending' AS name, count(*) AS n FROM inbox WHERE state = 'pending'
		UNION ALL SELECT 'dead_letters', count(*) FROM dead_letters WHERE replayed_at <= at
		UNION ALL SELECT 'effects_' || state, count(*) FROM effects WHERE state IN ('queued', 'dead') GROUP BY state
		UNION ALL SELECT 'effects_due', count(*) FROM effects WHERE state IN ('queued', 'leaving') AND (run_at IS NULL OR run_at <= ?)
		UNION ALL SELECT 'state_' || state, count(*) FROM decisions WHERE state IN `+activeStates+` GROUP BY state`, plainTime(s.opts.Now())).Scan(&rows).Error
	for _, r := range rows {
		counts[r.Name] = r.N
	}
	return counts, classify(err)
}
