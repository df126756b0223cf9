package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"remit/models"
)

// Report says what Verify found.
type Report struct {
	Lines   int64  `json:"lines"`
	Writers int    `json:"writers"`
	Erased  int64  `json:"erased"` // lines whose texts were erased
	Broken  *Break `json:"broken,omitempty"`
}

// OK reports a ledger in which every chain holds.
func (r Report) OK() bool { return r.Broken == nil }

// Break is the first line at which a chain does not hold.
type Break struct {
	Writer string `json:"writer"`
	Seq    int64  `json:"seq"`
	Why    string `json:"why"`
}

// String says where and why.
func (b Break) String() string {
	return fmt.Sprintf("line %d of writer %s: %s", b.Seq, b.Writer, b.Why)
}

const verifyPage = 1000

// Verify walks every chain of the ledger and reports the first line that was changed, removed or put in. The error is of the
// database alone: a broken chain is a report.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	var r Report
	var writers []string
	err := s.db.WithContext(ctx).Raw(`SELECT writer FROM ledger UNION SELECT writer FROM ledger_heads ORDER BY writer`).Scan(&writers).Error
	if err != nil {
		return r, classify(err)
	}
	r.Writers = len(writers)
	for _, w := range writers {
		if err := s.verifyChain(ctx, w, &r); err != nil || r.Broken != nil {
			return r, err
		}
	}
	return r, nil
}

type ledgerHead struct {
	Seq int64
	Sum []byte
}

func (s *Store) verifyChain(ctx context.Context, writer string, r *Report) error {
	want := ledgerRow{Seq: 1, Prev: make([]byte, sha256.Size)}
	for {
		var rows []ledgerRow
		err := s.db.WithContext(ctx).Where("writer = ? AND seq >= ?", writer, want.Seq).Order("seq").Limit(verifyPage).Find(&rows).Error
		if err != nil {
			return classify(err)
		}
		for _, row := range rows {
			if why := row.flaw(want); why != "" {
				r.Broken = &Break{Writer: writer, Seq: want.Seq, Why: why}
				return nil
			}
			r.Lines++
			if row.erased() {
				r.Erased++
			}
			want.Seq, want.Prev = row.Seq+1, row.Sum
		}
		if len(rows) < verifyPage {
			return s.verifyHead(ctx, writer, want, r)
		}
	}
}

// flaw says what is wrong with a line that should follow want, or "".
func (r ledgerRow) flaw(want ledgerRow) string {
	switch {
	case r.Seq != want.Seq:
		return "it is missing"
	case !bytes.Equal(r.Prev, want.Prev):
		return "it does not follow the line before"
	case !bytes.Equal(r.Sum, r.sum()):
		return "it was changed"
	case !r.erased() && !bytes.Equal(r.Digest, r.digest()):
		return "its text was changed"
	}
	return ""
}

// verifyHead makes sure that the chain ends where its head says: next is the line that would come after the last. Lines
// written since the last page are not its concern.
func (s *Store) verifyHead(ctx context.Context, writer string, next ledgerRow, r *Report) error {
	var heads []ledgerHead
	err := s.db.WithContext(ctx).Raw(`SELECT seq, sum FROM ledger_heads WHERE writer = ?`, writer).Scan(&heads).Error
	if err != nil {
		return classify(err)
	}
	broken := func(why string) error {
		r.Broken = &Break{Writer: writer, Seq: next.Seq, Why: why}
		return nil
	}
	switch {
	case len(heads) == 0 || heads[0].Seq < next.Seq-1:
		return broken("the head of the chain is behind its lines")
	case heads[0].Seq == next.Seq-1 && !bytes.Equal(heads[0].Sum, next.Prev):
		return broken("the head of the chain is of another line")
	case heads[0].Seq == next.Seq-1:
		return nil
	}
	var n int64
	if err := s.db.WithContext(ctx).Model(&ledgerRow{}).Where("writer = ? AND seq = ?", writer, next.Seq).Count(&n).Error; err != nil {
		return classify(err)
	}
	if n == 0 {
		return broken("it is missing")
	}
	return nil
}

// Erase takes what a customer wrote about an item out of the store: the texts of its ledger lines and who they name, its
// snapshots and facts, the drafts and notes on its decisions, what searches find them by, its deliveries' bodies. What was decided, when and in which
// state stays, and the ledger still verifies.
func (s *Store) Erase(ctx context.Context, item string) error {
	err := s.alone(ctx, func(ctx context.Context, t *txn) error {
		for _, text := range []string{
			`UPDATE ledger SET "by" = NULL, "text" = NULL, salt = NULL WHERE item = ?`,
			`UPDATE tickets SET subject = '', "text" = '', thread = NULL, requester_id = '' WHERE id = ?`,
			`UPDATE decisions SET title = '', note = '', answers = NULL, reasons = NULL WHERE item = ?`,
			`UPDATE decisions SET "value" = '', "final" = '', options = NULL WHERE item = ? AND "action" = 'reply'`,
			`UPDATE inbox SET body = NULL WHERE subject = ? AND state = 'done'`,
			`UPDATE dead_letters SET body = NULL WHERE subject = ?`,
		} {
			if _, err := t.exec(ctx, text, item); err != nil {
				return err
			}
		}
		if err := t.dropBlocks(ctx, item); err != nil {
			return err
		}
		return t.eraseSnapshots(ctx, item)
	})
	if err != nil {
		return fmt.Errorf("erase %s: %w", item, err)
	}
	s.recent.touch(item)
	return nil
}

func (t *txn) eraseSnapshots(ctx context.Context, item string) error {
	var snaps []models.Snapshot
	if err := t.gorm.WithContext(ctx).Where("item = ?", item).Find(&snaps).Error; err != nil {
		return classify(err)
	}
	for _, snap := range snaps {
		if snap.Facts.Ticket == nil {
			continue
		}
		ticket := *snap.Facts.Ticket
		ticket.Subject, ticket.Text, ticket.RequesterID = "", "", ""
		ticket.Thread = slices.Clone(ticket.Thread)
		for i := range ticket.Thread {
			ticket.Thread[i].Text, ticket.Thread[i].Author.Name, ticket.Thread[i].Author.ID = "", "", ""
		}
		snap.Facts.Ticket = &ticket
		if err := t.gorm.WithContext(ctx).Model(&snap).Where("id = ?", snap.ID).Select("facts").Updates(&snap).Error; err != nil {
			return classify(err)
		}
	}
	return nil
}
