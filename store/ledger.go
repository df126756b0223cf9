package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"remit/models"
	"remit/queue"
)

// ledgerRow is a line of the ledger as it is kept. By, Text and Salt can be erased; everything else is in Sum.
type ledgerRow struct {
	ID         int64 `gorm:"primaryKey"`
	Writer     string
	Seq        int64
	At         time.Time
	DecisionID string
	Version    int
	Item       string
	Kind       models.EntryKind
	State      models.State
	By         *string
	Text       *string
	Salt       []byte
	Digest     []byte
	Prev       []byte
	Sum        []byte
}

// TableName names the table to gorm.
func (ledgerRow) TableName() string { return "ledger" }

// entry gives the line as the rest of the program knows it; what was erased is empty.
func (r ledgerRow) entry() models.Entry {
	e := models.Entry{DecisionID: r.DecisionID, Version: r.Version, Item: r.Item, Kind: r.Kind, State: r.State, At: r.At}
	if r.Text != nil {
		e.Text = *r.Text
	}
	if r.By != nil {
		// What is not JSON here was tampered with, and Verify says so.
		_ = json.Unmarshal([]byte(*r.By), &e.By)
	}
	return e
}

// erased reports a line whose texts were taken out.
func (r ledgerRow) erased() bool { return r.By == nil && r.Text == nil && len(r.Salt) == 0 }

// digest covers what can be erased, under a salt so that what was erased cannot be guessed from it.
func (r ledgerRow) digest() []byte {
	h := sha256.New()
	h.Write(r.Salt)
	for _, s := range []*string{r.By, r.Text} {
		if s == nil {
			h.Write([]byte{0})
			continue
		}
		h.Write([]byte{1})
		writeString(h, *s)
	}
	return h.Sum(nil)
}

// sum covers the line before and everything of this line that is never erased.
func (r ledgerRow) sum() []byte {
	h := sha256.New()
	h.Write(r.Prev)
	writeString(h, r.Writer)
	writeInt(h, r.Seq)
	writeInt(h, r.At.UnixMicro())
	writeString(h, r.DecisionID)
	writeInt(h, int64(r.Version))
	writeString(h, r.Item)
	writeString(h, string(r.Kind))
	writeString(h, string(r.State))
	h.Write(r.Digest)
	return h.Sum(nil)
}

// writeString writes the length first, so that no two lists of strings read the same.
func writeString(h hash.Hash, s string) {
	writeInt(h, int64(len(s)))
	_, _ = io.WriteString(h, s)
}

func writeInt(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}

// appendLedger adds the entries to this writer's chain. On PostgreSQL the head stays locked until the transaction ends,
// so it comes last.
func (t *txn) appendLedger(ctx context.Context, entries []models.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	writer := t.s.opts.Node
	_, err := t.exec(ctx, `INSERT INTO ledger_heads (writer, seq, sum) VALUES (?, 0, ?) ON CONFLICT DO NOTHING`, writer, make([]byte, sha256.Size))
	if err != nil {
		return fmt.Errorf("start the ledger: %w", err)
	}
	q := `SELECT seq, sum FROM ledger_heads WHERE writer = ?`
	if t.s.dialect == queue.Postgres {
		q += ` FOR UPDATE`
	}
	var seq int64
	var prev []byte
	if err := t.gorm.WithContext(ctx).Raw(q, writer).Row().Scan(&seq, &prev); err != nil {
		return fmt.Errorf("read the head of the ledger: %w", classify(err))
	}
	rows := make([]ledgerRow, len(entries))
	for i, e := range entries {
		seq++
		if rows[i], err = newLine(e, writer, seq, prev); err != nil {
			return err
		}
		prev = rows[i].Sum
	}
	if err := put(ctx, t, t.s.tables.ledger, rows, nil); err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE ledger_heads SET seq = ?, sum = ? WHERE writer = ?`, seq, prev, writer)
	return err
}

// newLine gives the entry as the next line of a chain.
func newLine(e models.Entry, writer string, seq int64, prev []byte) (ledgerRow, error) {
	by, err := json.Marshal(e.By)
	if err != nil {
		return ledgerRow{}, fmt.Errorf("write a line of the ledger: %w", err)
	}
	who, text := models.CleanText(string(by)), models.CleanText(e.Text)
	r := ledgerRow{
		Writer: writer, Seq: seq, At: plainTime(e.At), DecisionID: models.CleanText(e.DecisionID), Version: e.Version,
		Item: models.CleanText(e.Item), Kind: e.Kind, State: e.State, By: &who, Text: &text, Salt: make([]byte, 16), Prev: prev,
	}
	_, _ = rand.Read(r.Salt) // never fails
	r.Digest = r.digest()
	r.Sum = r.sum()
	return r, nil
}
