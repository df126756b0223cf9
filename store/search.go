package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"

	"remit/models"
)

const (
	// walkedRows is how many of the newest decisions a search walks before it asks the index: what is common is among them.
	walkedRows = 2000
	// checkedRows is how many rows that may have a text are looked at at once.
	checkedRows = 500
	// rarestGrams is by how many of a text's grams all blocks are asked, the rarest of them: where those leave more than fewRows of
	// a block, it is asked for the others too.
	rarestGrams = 3
	fewRows     = 4
	// window is how many blocks are asked at once, at most.
	window = 64
)

// found gives the first decisions that a query with a text is for, newest first: it walks the newest, and where they do not
// fill the page, looks the rest up.
func (s *Store) found(ctx context.Context, q models.LogQuery) ([]models.Decision, error) {
	grams := askedOf(models.CleanText(q.Text))
	if len(grams) == 0 {
		return firstOf(s.logQuery(ctx, q), q.Before, q.Limit)
	}
	until, more, err := s.walkable(ctx, q)
	if err != nil {
		return nil, err
	}
	newest := s.logQuery(ctx, q)
	if more {
		newest = newest.Where("created_at >= ?", until).Session(&gorm.Session{})
	}
	ds, err := firstOf(newest, q.Before, q.Limit)
	if err != nil || !more || len(ds) == q.Limit {
		return ds, err
	}
	older, err := s.lookUp(ctx, q, grams, until, q.Limit-len(ds))
	return append(ds, older...), err
}

// walkable gives the moment down to which the log, or what there is of it in a rare state, is walked; more says whether there is
// anything before it.
func (s *Store) walkable(ctx context.Context, q models.LogQuery) (until time.Time, more bool, err error) {
	of := ofRareState(s.db.WithContext(ctx).Model(&models.Decision{}), q.State)
	if !q.Before.IsZero() {
		of = of.Where("created_at < ?", plainTime(q.Before))
	}
	var at []time.Time
	err = of.Order("created_at DESC, seq DESC").Offset(s.index.walked-1).Limit(1).Pluck("created_at", &at).Error
	if err != nil || len(at) == 0 {
		return time.Time{}, false, classify(err)
	}
	return at[0], true, nil
}

// hit is a decision that is as asked for.
type hit struct {
	Seq       int64
	CreatedAt time.Time
}

func newestFirst(a, b hit) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Seq, a.Seq))
}

// lookup looks for decisions in the index, and in what it lacks.
type lookup struct {
	db     *gorm.DB
	index  logIndex
	query  models.LogQuery
	grams  []gram
	before time.Time
	limit  int
	hits   []hit // newest first, at most limit
}

// lookUp gives the first decisions made before a moment that the query is for, newest first. All of it is read as it was at one
// time, so that a block that is made or dropped meanwhile is neither missed nor read by halves.
func (s *Store) lookUp(ctx context.Context, q models.LogQuery, grams []gram, before time.Time, limit int) (ds []models.Decision, err error) {
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		l := lookup{db: tx, index: s.index, query: q, grams: grams, before: before, limit: limit}
		if err := l.run(); err != nil || len(l.hits) == 0 {
			return err
		}
		seqs := make([]int64, len(l.hits))
		for i, h := range l.hits {
			seqs[i] = h.Seq
		}
		return tx.Where("seq IN ?", seqs).Order("created_at DESC, seq DESC").Find(&ds).Error
	}, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	return ds, classify(err)
}

func (l *lookup) run() error {
	var blocks []block
	if err := l.db.Order("block").Find(&blocks).Error; err != nil {
		return err
	}
	if err := l.walk(blocks); err != nil {
		return err
	}
	slices.SortFunc(blocks, func(a, b block) int { return b.Newest.Compare(a.Newest) })
	blocks = slices.DeleteFunc(blocks, func(b block) bool { return !b.Oldest.Before(l.before) })
	if len(blocks) > 0 {
		if err := l.rarestFirst(blocks[0]); err != nil {
			return err
		}
	}
	for n := 1; len(blocks) > 0 && !l.full(blocks[0].Newest); n = min(4*n, window) {
		some := blocks[:min(n, len(blocks))]
		blocks = blocks[len(some):]
		seqs, err := l.candidates(some)
		if err != nil {
			return err
		}
		if err := l.checkAll(seqs); err != nil {
			return err
		}
	}
	return nil
}

// walk looks at what the blocks do not hold, or not as it is now.
func (l *lookup) walk(blocks []block) error {
	for _, r := range lacking(blocks, l.index.rows) {
		if err := l.check("seq >= ? AND seq < ?", r.from, r.to); err != nil {
			return err
		}
	}
	var changed []int64 // as numbers: PostgreSQL might walk all decisions rather than join with so few
	if err := l.db.Table("log_changed").Pluck("seq", &changed).Error; err != nil {
		return err
	}
	return l.checkAll(changed)
}

// full reports that nothing made at a time or before would be among the first any more.
func (l *lookup) full(at time.Time) bool {
	return len(l.hits) == l.limit && l.hits[l.limit-1].CreatedAt.After(at)
}

// check adds those of some decisions that are as asked for. When they were made is no part of what the database is asked: it
// would walk them in that order.
func (l *lookup) check(which string, args ...any) error {
	var some []hit
	err := matching(l.db.Model(&models.Decision{}), l.query).Where(which, args...).Select("seq", "created_at").Scan(&some).Error
	for _, h := range some {
		if h.CreatedAt.Before(l.before) {
			l.hits = append(l.hits, h)
		}
	}
	slices.SortFunc(l.hits, newestFirst)
	l.hits = slices.CompactFunc(l.hits, func(a, b hit) bool { return a.Seq == b.Seq })
	l.hits = l.hits[:min(l.limit, len(l.hits))]
	return err
}

// rarestFirst puts the grams in the order of how rare they are in a block: what is rare in one is seldom common in the others.
func (l *lookup) rarestFirst(b block) error {
	encoded, err := l.read([]block{b}, l.grams)
	if err != nil {
		return err
	}
	n := make(map[gram]int, len(l.grams))
	for _, g := range l.grams {
		rows, err := rowsIn(encoded[b.Block*buckets+g.bucket()], g, l.index.rows)
		if err != nil {
			return err
		}
		n[g] = rows.count()
	}
	slices.SortStableFunc(l.grams, func(a, b gram) int { return cmp.Compare(n[a], n[b]) })
	return nil
}

// checkAll is check of decisions by their numbers.
func (l *lookup) checkAll(seqs []int64) error {
	for chunk := range slices.Chunk(seqs, checkedRows) {
		if err := l.check("seq IN ?", chunk); err != nil {
			return err
		}
	}
	return nil
}

// candidates gives the numbers of the decisions in blocks that may have the text: those that have its rarest grams, and all of them
// where that leaves many of a block.
func (l *lookup) candidates(blocks []block) (seqs []int64, err error) {
	sets, rarest := make(map[int64]bitmap, len(blocks)), min(rarestGrams, len(l.grams))
	if err := l.narrow(sets, blocks, l.grams[:rarest]); err != nil {
		return nil, err
	}
	many := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return sets[b.Block].count() <= fewRows })
	if err := l.narrow(sets, many, l.grams[rarest:]); err != nil {
		return nil, err
	}
	for _, b := range blocks {
		for _, row := range sets[b.Block].rows() {
			seqs = append(seqs, b.Block*l.index.rows+row)
		}
	}
	return seqs, nil
}

// narrow keeps of each block's rows those that have all of the grams too; of a block that has no set yet, all of its rows are one.
func (l *lookup) narrow(sets map[int64]bitmap, blocks []block, grams []gram) error {
	if len(blocks) == 0 || len(grams) == 0 {
		return nil
	}
	encoded, err := l.read(blocks, grams)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		for _, g := range grams {
			rows, err := rowsIn(encoded[b.Block*buckets+g.bucket()], g, l.index.rows)
			if err != nil {
				return err
			}
			if had, ok := sets[b.Block]; ok {
				rows = rows.and(had)
			}
			if sets[b.Block] = rows; rows == nil {
				break
			}
		}
	}
	return nil
}

// read reads of blocks the buckets that hold the grams.
func (l *lookup) read(blocks []block, grams []gram) (map[int64][]byte, error) {
	var ids []int64
	for _, b := range blocks {
		for _, g := range grams {
			ids = append(ids, b.Block*buckets+g.bucket())
		}
	}
	var rows []struct {
		ID    int64
		Grams []byte
	}
	err := l.db.Table("log_grams").Where("id IN ?", ids).Find(&rows).Error
	encoded := make(map[int64][]byte, len(rows))
	for _, r := range rows {
		encoded[r.ID] = r.Grams
	}
	return encoded, err
}

// span is of decisions by their numbers, to before the last.
type span struct{ from, to int64 }

// lacking gives what of the log no block holds: between blocks, which come in order, and after the last.
func lacking(blocks []block, size int64) (spans []span) {
	at := int64(0)
	for _, b := range blocks {
		if b.Block > at {
			spans = append(spans, span{at * size, b.Block * size})
		}
		at = b.Block + 1
	}
	return append(spans, span{at * size, maxSeq})
}

// maxSeq is more than any decision's number.
const maxSeq = 1 << 62
