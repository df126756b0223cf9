package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/store/pgtest"
)

// The benches take 1.6 KB tickets from 64 callers, as the bench of ingest does. Run them in one go and compare:
//
//	go test ./store -run '^$' -bench . -benchtime 20000x

const callers = 64

var body = []byte(`{"ticket":{"id":1,"subject":"Card arrived?","description":"` + strings.Repeat("My card has not arrived yet. ", 55) + `"}}`)

func benchDelivery(i int) models.Delivery {
	key := fmt.Sprintf("k%d", i)
	return models.Delivery{
		ID: models.DeliveryID("helpdesk", key), Source: "helpdesk", Key: key, Kind: "ticket.created",
		Subject: models.TicketItem("helpdesk", key), Body: body, ReceivedAt: day,
	}
}

// acceptAll has the callers send n deliveries between them.
func acceptAll(b *testing.B, n int, accept func(models.Delivery) error) {
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := range next {
				if err := accept(benchDelivery(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func perSecond(b *testing.B, n int) { b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "per_s") }

// BenchmarkRawGroupCommit is the floor: the same rows group-committed to the same kind of SQLite, and nothing else.
func BenchmarkRawGroupCommit(b *testing.B) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE inbox (seq INTEGER PRIMARY KEY, source TEXT, "key" TEXT, body BLOB, UNIQUE (source, "key"))`); err != nil {
		b.Fatal(err)
	}
	st, err := db.Prepare(`INSERT INTO inbox (source, "key", body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		b.Fatal(err)
	}
	type ask struct {
		d    models.Delivery
		done chan error
	}
	asks := make(chan ask, 1024)
	go func() {
		for a := range asks {
			batch := []ask{a}
			for len(asks) > 0 && len(batch) < 512 {
				batch = append(batch, <-asks)
			}
			tx, err := db.Begin()
			for _, a := range batch {
				if err == nil {
					_, err = tx.Stmt(st).Exec(a.d.Source, a.d.Key, a.d.Body)
				}
			}
			if err == nil {
				err = tx.Commit()
			}
			for _, a := range batch {
				a.done <- err
			}
		}
	}()
	b.ResetTimer()
	acceptAll(b, b.N, func(d models.Delivery) error {
		a := ask{d, make(chan error, 1)}
		asks <- a
		return <-a.done
	})
	b.StopTimer()
	close(asks)
	perSecond(b, b.N)
}

func BenchmarkAcceptSQLite(b *testing.B)   { benchAccept(b, benchOpen(b, sqliteURL(b))) }
func BenchmarkAcceptPostgres(b *testing.B) { benchAccept(b, benchOpen(b, pgtest.URL(b))) }
func BenchmarkDrainSQLite(b *testing.B)    { benchDrain(b, benchOpen(b, sqliteURL(b))) }
func BenchmarkDrainPostgres(b *testing.B)  { benchDrain(b, benchOpen(b, pgtest.URL(b))) }

// BenchmarkBothSQLite accepts and drains at once, as a running service does.
func BenchmarkBothSQLite(b *testing.B) { benchBoth(b, benchOpen(b, sqliteURL(b))) }

func sqliteURL(b *testing.B) string { return "sqlite://" + filepath.Join(b.TempDir(), "remit.db") }

func benchOpen(b *testing.B, url string) *opened {
	b.Helper()
	o := openAt(b, url)
	o.opts.Busy = 5 * time.Second
	return o
}

func benchAccept(b *testing.B, s *opened) {
	b.ResetTimer()
	acceptAll(b, b.N, s.acceptOne)
	perSecond(b, b.N)
}

func (o *opened) acceptOne(d models.Delivery) error {
	_, err := o.Accept(context.Background(), []models.Delivery{d})
	return err
}

// judge decides a ticket as the engine does: four decisions an event, one of ten of which is carried out.
func judge(ctx context.Context, r decision.Reader, ds []models.Delivery) (decision.Changes, error) {
	c := decision.Changes{At: day}
	var items []string
	for _, d := range ds {
		items = append(items, d.Subject)
	}
	if _, err := r.Tickets(ctx, items); err != nil {
		return c, err
	}
	if _, err := r.Open(ctx, items); err != nil {
		return c, err
	}
	for i, d := range ds {
		ticket := models.Ticket{ID: d.Subject, Source: d.Source, ExternalID: d.Key, Subject: "Card arrived?", Text: string(d.Body[:400]), CreatedAt: day, UpdatedAt: day}
		snap := models.Snapshot{ID: models.SnapshotID(d.ID, d.Subject, 0), Item: d.Subject, Facts: models.Facts{Now: day, Event: models.TicketCreated, Ticket: &ticket}, At: day}
		c.Tickets, c.Snapshots = append(c.Tickets, ticket), append(c.Snapshots, snap)
		for j, a := range []models.Action{models.ActionPriority, models.ActionRoute, models.ActionReply} {
			dec := decided(d.Subject, a, d.ID, models.Observed)
			dec.FactsID = snap.ID
			if i%10 == 0 && j == 0 {
				dec.State = models.Applying
				c.Effects = append(c.Effects, models.NewEffect(dec, models.EffectApply, time.Time{}, day))
			}
			c.Decisions = append(c.Decisions, dec)
			c.Entries = append(c.Entries, models.EntryOf(dec, models.EntryDecided, models.Remit, day, "Proposed P1, and only observed."))
		}
	}
	return c, nil
}

func benchDrain(b *testing.B, s *opened) {
	acceptAll(b, b.N, s.acceptOne)
	b.ResetTimer()
	s.drainAll(b, b.N)
	perSecond(b, b.N)
}

func (o *opened) drainAll(b *testing.B, n int) {
	for left := n; left > 0; {
		done, err := o.Drain(context.Background(), 256, judge)
		if err != nil {
			b.Error(err)
			return
		}
		if left -= done; done == 0 {
			<-o.Arrived()
		}
	}
}

func benchBoth(b *testing.B, s *opened) {
	b.ResetTimer()
	var wg sync.WaitGroup
	wg.Go(func() { s.drainAll(b, b.N) })
	acceptAll(b, b.N, s.acceptOne)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "accepted_per_s")
	wg.Wait()
	perSecond(b, b.N)
}
