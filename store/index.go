package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"remit/models"
	"remit/queue"
)

// The index of the log is filled behind what is decided, a block of consecutive decisions at a time, so that a decision costs no
// more for it. What no block holds, the newest above all, a search walks; so it misses nothing, however far behind the index is.

const (
	// blockRows is how many decisions a block is of: so few that the newest, which have none yet, are soon walked, and so many
	// that a million decisions are some 250 lookups for each of a text's grams. Tables that were filled know it.
	blockRows = 4096
	// piece is how many rows of a block's one transaction writes on SQLite: some 100 KB, for which others wait a few ms.
	piece = 64
	// changedKept is how many decisions may have changed since they were indexed before a block of them is made anew. A search
	// looks at each.
	changedKept = 512
	// settling bounds how long it is waited for decisions that other nodes are committing, and glance is between two looks.
	settling = 2 * time.Second
	glance   = 20 * time.Millisecond
)

// logIndex is how the log is indexed and walked; tests have smaller numbers.
type logIndex struct {
	rows     int64 // of a block
	walked   int   // how many of the newest decisions a search walks before it asks the index
	changed  int64 // how many may have changed
	piece    int64
	settling time.Duration
}

var usualIndex = logIndex{rows: blockRows, walked: walkedRows, changed: changedKept, piece: piece, settling: settling}

// block is one that the index has, and when the decisions in it were made.
type block struct {
	Block          int64 `gorm:"primaryKey"`
	Oldest, Newest time.Time
}

func (block) TableName() string { return "log_blocks" }

// change is a decision whose texts have changed, and how often by now.
type change struct{ Seq, Times int64 }

// Busy reports whether something waits to be stored or to be decided, for what can wait until nothing does.
func (s *Store) Busy(ctx context.Context) (bool, error) {
	if s.Accepting() > 0 {
		return true, nil
	}
	some, err := s.pending(ctx)
	return some, classify(err)
}

// IndexLog indexes one more block of the decisions that searches look for, and reports whether it did: if not, nothing is left
// to do for now, or another node is at it. It may be cut off anywhere: a block counts when all of it is there, and who comes
// next goes on. Each of its transactions is short.
func (s *Store) IndexLog(ctx context.Context) (did bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, classify(err)
	}
	if s.dialect == queue.Postgres {
		err = s.transact(ctx, func(t *txn) error {
			var mine bool
			if err := t.sql.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock(7240)`).Scan(&mine); err != nil || !mine {
				return classify(err)
			}
			did, err = s.indexNext(ctx, t.gorm, func(ctx context.Context, f func(context.Context, *txn) error) error { return f(ctx, t) })
			return err
		})
	} else {
		s.indexing.Lock()
		defer s.indexing.Unlock()
		did, err = s.indexNext(ctx, s.db, s.inTxn)
	}
	if err != nil {
		return false, fmt.Errorf("index the log: %w", err)
	}
	return did, nil
}

// alone runs f in a write transaction while no block is being made.
func (s *Store) alone(ctx context.Context, f func(context.Context, *txn) error) error {
	s.indexing.Lock()
	defer s.indexing.Unlock()
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if s.dialect == queue.Postgres {
			if _, err := t.sql.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7240)`); err != nil {
				return classify(err)
			}
		}
		return f(ctx, t)
	})
}

// indexNext makes the next block there is to make. write runs a transaction, or is a part of the one there is.
func (s *Store) indexNext(ctx context.Context, db *gorm.DB, write func(context.Context, func(context.Context, *txn) error) error) (bool, error) {
	n, ok, err := s.nextBlock(ctx, db)
	if err != nil || !ok {
		return false, err
	}
	size := s.index.rows
	var changed []change // before the texts: what changes after counts once more
	if err := db.WithContext(ctx).Table("log_changed").Where("seq >= ? AND seq < ?", n*size, (n+1)*size).Order("seq").Find(&changed).Error; err != nil {
		return false, classify(err)
	}
	b, encoded, err := s.readBlock(ctx, db, n)
	if err != nil {
		return false, err
	}
	for from := int64(0); from < buckets; from += s.index.piece {
		to := min(from+s.index.piece, buckets)
		if err := write(ctx, func(ctx context.Context, t *txn) error { return t.putGrams(ctx, n, from, to, encoded) }); err != nil {
			return false, err
		}
	}
	return true, write(ctx, func(ctx context.Context, t *txn) error { return t.finishBlock(ctx, b, changed) })
}

// nextBlock gives the first block that is missing and whose decisions are all there, or else the one of which most have changed,
// where many have.
func (s *Store) nextBlock(ctx context.Context, db *gorm.DB) (n int64, ok bool, err error) {
	db, size := db.WithContext(ctx), s.index.rows
	var last int64
	if err := db.Raw(`SELECT coalesce(max(seq), 0) FROM decisions`).Row().Scan(&last); err != nil {
		return 0, false, classify(err)
	}
	whole := (last + 1) / size
	var have []int64
	if err := db.Table("log_blocks").Order("block").Pluck("block", &have).Error; err != nil {
		return 0, false, classify(err)
	}
	for n = 0; n < whole; n++ {
		if n < int64(len(have)) && have[n] == n {
			continue
		}
		ok, err := s.settled(ctx, db)
		return n, ok, err
	}
	var most []struct{ Block, N int64 }
	err = db.Raw(`SELECT seq / ? AS block, count(*) AS n FROM log_changed WHERE seq < ? GROUP BY 1 ORDER BY n DESC, block`, size, whole*size).Scan(&most).Error
	all := int64(0)
	for _, m := range most {
		all += m.N
	}
	if err != nil || all <= s.index.changed {
		return 0, false, classify(err)
	}
	return most[0].Block, true, nil
}

const inserting = `SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
	AND relation = 'decisions'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// settled waits until every transaction is over that was writing decisions when it was called, and reports whether they are, in
// time: on PostgreSQL, one may still be about to commit a decision with a lower number than others that are there already. On
// SQLite they come in the order of their numbers.
func (s *Store) settled(ctx context.Context, db *gorm.DB) (bool, error) {
	if s.dialect != queue.Postgres {
		return true, nil
	}
	var first []string
	for tried := time.Duration(0); ; tried += glance {
		var now []string
		if err := db.Raw(inserting).Scan(&now).Error; err != nil {
			return false, classify(err)
		}
		if tried == 0 {
			first = now
		}
		if !slices.ContainsFunc(first, func(tx string) bool { return slices.Contains(now, tx) }) {
			return true, nil
		}
		if tried >= s.index.settling {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, classify(ctx.Err())
		case <-time.After(glance):
		}
	}
}

// readBlock reads the texts of a block's decisions, and gives their grams by bucket.
func (s *Store) readBlock(ctx context.Context, db *gorm.DB, n int64) (block, map[int64][]byte, error) {
	b, size, grams := block{Block: n}, s.index.rows, blockGrams{}
	rows, err := db.WithContext(ctx).Raw(`SELECT seq, created_at, title, item, "value" FROM decisions WHERE seq >= ? AND seq < ? ORDER BY seq`, n*size, (n+1)*size).Rows()
	if err != nil {
		return b, nil, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var at time.Time
		var title, item, value string
		if err := rows.Scan(&seq, &at, &title, &item, &value); err != nil {
			return b, nil, classify(err)
		}
		for _, text := range []string{title, item, value} {
			grams.add(int(seq-n*size), text)
		}
		if b.Oldest.IsZero() || at.Before(b.Oldest) {
			b.Oldest = at
		}
		if at.After(b.Newest) {
			b.Newest = at
		}
	}
	return b, grams.encode(size), classify(rows.Err())
}

const insertGrams = `INSERT INTO log_grams (id, grams) VALUES (?, ?)`

// putGrams writes some of a block's buckets in place of what may be there. While it is at it, a search may read some of the old
// and some of the new: a decision that has not changed is in both, and one that has is looked at by itself until the end.
func (t *txn) putGrams(ctx context.Context, n, from, to int64, encoded map[int64][]byte) error {
	if _, err := t.exec(ctx, `DELETE FROM log_grams WHERE id >= ? AND id < ?`, n*buckets+from, n*buckets+to); err != nil {
		return err
	}
	var ids []int64
	var grams [][]byte
	for b := from; b < to; b++ {
		if g := encoded[b]; g != nil {
			ids, grams = append(ids, n*buckets+b), append(grams, g)
		}
	}
	if t.s.dialect == queue.Postgres {
		_, err := t.sql.ExecContext(ctx, `INSERT INTO log_grams (id, grams) SELECT * FROM unnest($1::bigint[], $2::bytea[])`, ids, grams)
		return classify(err)
	}
	for i, id := range ids {
		if _, err := t.exec(ctx, insertGrams, id, grams[i]); err != nil {
			return err
		}
	}
	return nil
}

// finishBlock has the block count, and the decisions in it no longer as changed, save those that changed again. On PostgreSQL
// those being changed right now are passed over, too: who changes several must not wait for us while we wait for them.
func (t *txn) finishBlock(ctx context.Context, b block, changed []change) error {
	_, err := t.exec(ctx, `INSERT INTO log_blocks (block, oldest, newest) VALUES (?, ?, ?)
		ON CONFLICT (block) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest`, b.Block, plainTime(b.Oldest), plainTime(b.Newest))
	if err != nil {
		return err
	}
	which := `SELECT seq FROM log_changed WHERE seq = ? AND times = ?`
	if t.s.dialect == queue.Postgres {
		which += ` FOR UPDATE SKIP LOCKED`
	}
	for _, c := range changed {
		if _, err := t.exec(ctx, `DELETE FROM log_changed WHERE seq IN (`+which+`)`, c.Seq, c.Times); err != nil {
			return err
		}
	}
	return nil
}

// dropBlocks takes the blocks that hold decisions on an item out of the index, and with them what was written there: what is
// left of them is walked until they are made anew.
func (t *txn) dropBlocks(ctx context.Context, item string) error {
	var seqs []int64
	if err := t.gorm.WithContext(ctx).Model(&models.Decision{}).Where("item = ?", item).Pluck("seq", &seqs).Error; err != nil {
		return classify(err)
	}
	for i := range seqs {
		seqs[i] /= t.s.index.rows
	}
	for _, n := range slices.Compact(slices.SortedFunc(slices.Values(seqs), cmp.Compare)) {
		if _, err := t.exec(ctx, `DELETE FROM log_grams WHERE id >= ? AND id < ?`, n*buckets, (n+1)*buckets); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM log_blocks WHERE block = ?`, n); err != nil {
			return err
		}
	}
	return nil
}
