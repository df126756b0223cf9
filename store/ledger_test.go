package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"remit/decision"
	"remit/models"
)

// raw opens the database behind the store's back.
func raw(t *testing.T, s *opened) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", s.opts.URL
	if path, ok := strings.CutPrefix(dsn, "sqlite://"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func mustExec(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.Exec(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// unguarded takes the triggers away, as somebody with the database's password could.
func unguarded(t *testing.T, s *opened) *sql.DB {
	t.Helper()
	db := raw(t, s)
	if strings.HasPrefix(s.opts.URL, "sqlite") {
		mustExec(t, db, `DROP TRIGGER ledger_keeps`)
		mustExec(t, db, `DROP TRIGGER ledger_stays`)
	} else {
		mustExec(t, db, `ALTER TABLE ledger DISABLE TRIGGER USER`)
	}
	return db
}

func writeLedger(t *testing.T, s *opened, n int) {
	t.Helper()
	d := decided(item, models.ActionPriority, "ev_1", models.Asked)
	for i := range n {
		e := models.EntryOf(d, models.EntryMoved, models.Actor{Kind: models.ByPerson, ID: "priya", Name: "Priya"}, day, fmt.Sprintf("Step %d of the customer's matter.", i))
		mustCommit(t, s, decision.Changes{Entries: []models.Entry{e}})
	}
}

func mustVerify(t *testing.T, s *opened) (lines, erased int64) {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil || !r.OK() {
		t.Fatalf("got %+v, %v; want a ledger that verifies", r.Broken, err)
	}
	return r.Lines, r.Erased
}

// tamperings are what somebody could do to the fifth of nine lines, by what they would have to run.
var tamperings = map[string]string{
	"a changed text":            `UPDATE ledger SET "text" = 'Step 5 of the customer''s matter.' WHERE seq = 5`,
	"a changed actor":           `UPDATE ledger SET "by" = replace("by", 'priya', 'prixa') WHERE seq = 5`,
	"a changed decision":        `UPDATE ledger SET decision_id = 'dec_other' WHERE seq = 5`,
	"a changed version":         `UPDATE ledger SET version = version + 1 WHERE seq = 5`,
	"a changed item":            `UPDATE ledger SET item = 'ticket:helpdesk:2' WHERE seq = 5`,
	"a changed kind":            `UPDATE ledger SET kind = 'answered' WHERE seq = 5`,
	"a changed state":           `UPDATE ledger SET state = 'applied' WHERE seq = 5`,
	"a changed time":            `UPDATE ledger SET at = (SELECT first_seen FROM vendors) WHERE seq = 5`,
	"a changed salt":            `UPDATE ledger SET salt = digest WHERE seq = 5`,
	"a changed digest":          `UPDATE ledger SET digest = sum WHERE seq = 5`,
	"a changed sum":             `UPDATE ledger SET sum = digest WHERE seq = 5`,
	"a changed link":            `UPDATE ledger SET prev = digest WHERE seq = 5`,
	"a line taken out":          `DELETE FROM ledger WHERE seq = 5`,
	"the first line taken out":  `DELETE FROM ledger WHERE seq = 1`,
	"the last lines cut off":    `DELETE FROM ledger WHERE seq >= 8`,
	"all lines taken out":       `DELETE FROM ledger`,
	"a head taken out":          `DELETE FROM ledger_heads`,
	"a line given another name": `UPDATE ledger SET writer = 'else' WHERE seq = 9`,
	"half of an erasure":        `UPDATE ledger SET "text" = NULL WHERE seq = 5`,
}

var _ = claim("whatever is done to a line of the ledger is found", func(t *testing.T, s *opened) {
	writeLedger(t, s, 9)
	mustCommit(t, s, decision.Changes{Vendors: []models.Vendor{{ID: "v", FirstSeen: day.AddDate(0, 0, 1), UpdatedAt: day}}})
	mustVerify(t, s)
	db := unguarded(t, s)
	mustExec(t, db, `CREATE TABLE ledger_was AS SELECT * FROM ledger`)
	mustExec(t, db, `CREATE TABLE heads_was AS SELECT * FROM ledger_heads`)
	insert := `INSERT INTO ledger SELECT * FROM ledger_was`
	if !strings.HasPrefix(s.opts.URL, "sqlite") {
		insert = `INSERT INTO ledger OVERRIDING SYSTEM VALUE SELECT * FROM ledger_was`
	}
	for name, text := range tamperings {
		mustExec(t, db, text)
		if r, err := s.Verify(t.Context()); err != nil || r.OK() {
			t.Errorf("%s was not found: %+v, %v", name, r, err)
		}
		for _, restore := range []string{`DELETE FROM ledger`, insert, `DELETE FROM ledger_heads`, `INSERT INTO ledger_heads SELECT * FROM heads_was`} {
			mustExec(t, db, restore)
		}
		mustVerify(t, s)
	}
	for _, swap := range []string{
		`UPDATE ledger SET seq = 100 WHERE seq = 5`, `UPDATE ledger SET seq = 5 WHERE seq = 6`, `UPDATE ledger SET seq = 6 WHERE seq = 100`,
	} {
		mustExec(t, db, swap)
	}
	if r, err := s.Verify(t.Context()); err != nil || r.OK() || r.Broken.Seq != 5 {
		t.Errorf("two swapped lines: got %+v, %v; want line 5", r, err)
	}
})

var _ = claim("the ledger can be neither changed nor deleted, but erased", func(t *testing.T, s *opened) {
	writeLedger(t, s, 2)
	db := raw(t, s)
	for _, text := range []string{
		`DELETE FROM ledger`, `UPDATE ledger SET kind = 'answered'`, `UPDATE ledger SET "text" = 'other'`,
		`UPDATE ledger SET "text" = NULL, "by" = NULL, salt = NULL, item = 'x'`,
	} {
		if _, err := db.Exec(text); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want a refusal", text, err)
		}
	}
	mustExec(t, db, `UPDATE ledger SET "text" = NULL, "by" = NULL, salt = NULL WHERE seq = 1`)
	if lines, erased := mustVerify(t, s); lines != 2 || erased != 1 {
		t.Errorf("got %d lines of which %d erased, want 2 and 1", lines, erased)
	}
})

var _ = claim("a ledger that was erased verifies, and nothing of the text is left", func(t *testing.T, s *opened) {
	const words = "my secret illness"
	d := decided(item, models.ActionReply, "ev_1", models.Asked)
	d.Title, d.Value, d.Note = words, words, words
	d.Answers = []models.Answer{{Note: words}}
	ticket := models.Ticket{ID: item, Source: "helpdesk", ExternalID: "1", Subject: words, Text: words, Thread: []models.Comment{{ID: "c", Text: words}}}
	in := delivery("k1", item)
	in.Body = []byte(words)
	mustAccept(t, s, in)
	var seen []string
	if _, err := s.Drain(t.Context(), 1, nothing(&seen)); err != nil {
		t.Fatal(err)
	}
	other := delivery("k2", "ticket:helpdesk:2")
	mustCommit(t, s, decision.Changes{
		Tickets: []models.Ticket{ticket}, Decisions: []models.Decision{d}, At: day,
		Snapshots:   []models.Snapshot{{ID: "fct_1", Item: item, Facts: models.Facts{Ticket: &ticket}, At: day}},
		Entries:     []models.Entry{models.EntryOf(d, models.EntryDecided, models.Remit, day, words), {Item: "ticket:helpdesk:2", Text: "kept", At: day}},
		DeadLetters: []models.DeadLetter{models.BuryDelivery(in, models.Errorf(models.Invalid, "no"), day), models.BuryDelivery(other, models.Errorf(models.Invalid, "no"), day)},
	})
	if err := s.Erase(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if lines, erased := mustVerify(t, s); lines != 2 || erased != 1 {
		t.Errorf("got %d lines of which %d erased, want 2 and 1", lines, erased)
	}
	c, err := s.Case(t.Context(), item)
	if err != nil || c.Decisions[0].ID != d.ID || len(c.Entries) != 1 || c.Entries[0].Kind != models.EntryDecided {
		t.Errorf("got %+v, %v; want what was decided to stay", c, err)
	}
	db := raw(t, s)
	for table, columns := range map[string]string{
		"tickets": `subject || text || coalesce(thread, '')`, "snapshots": `facts`, "ledger": `coalesce("text", '')`,
		"decisions": `title || "value" || note || coalesce(answers, '')`, "inbox": `coalesce(cast(body AS TEXT), '')`,
	} {
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM ` + table + ` WHERE ` + columns + ` LIKE '%secret%'`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d rows still have it, %v", table, n, err)
		}
	}
})
