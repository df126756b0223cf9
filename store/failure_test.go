package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"remit/decision"
	"remit/models"
	"remit/queue"
	"remit/store"
	"remit/store/pgtest"
)

func TestADatabaseThatSomebodyElseHoldsIsUnavailable(t *testing.T) {
	s := openSQLite(t)
	db := raw(t, s)
	db.SetMaxOpenConns(1)
	mustExec(t, db, `BEGIN IMMEDIATE`)
	_, err := s.Accept(t.Context(), deliveries(1, item))
	wantKind(t, err, models.Unavailable)
	wantKind(t, s.Commit(t.Context(), decision.Changes{Switches: []models.Switch{{Domain: models.Triage}}}), models.Unavailable)
	mustExec(t, db, `ROLLBACK`)
	mustAccept(t, s, deliveries(1, item)...)
}

func TestADatabaseThatIsFullIsUnavailable(t *testing.T) {
	s := openSQLite(t)
	store.LimitPages(t, s.Store)
	big := delivery("big", item)
	big.Body = []byte(strings.Repeat("x", 1<<20))
	_, err := s.Accept(t.Context(), []models.Delivery{big})
	wantKind(t, err, models.Unavailable)
	if _, err := s.Delivery(t.Context(), big.ID); models.KindOf(err) != models.NotFound {
		t.Errorf("got %v: what was refused is there", err)
	}
}

func TestWhoCallsAgainIsNotToldOfTheFailureBefore(t *testing.T) {
	s := openSQLite(t)
	store.LimitPages(t, s.Store)
	big := delivery("big", item)
	big.Body = []byte(strings.Repeat("x", 1<<20))
	for i := range 500 {
		_, err := s.Accept(t.Context(), []models.Delivery{big})
		wantKind(t, err, models.Unavailable)
		mustAccept(t, s, delivery(fmt.Sprintf("small%d", i%10), item))
	}
}

func TestALockedTableIsUnavailableOnPostgres(t *testing.T) {
	s := openAt(t, pgtest.URL(t))
	tx, err := raw(t, s).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	_, err = s.Accept(t.Context(), deliveries(1, item))
	wantKind(t, err, models.Unavailable)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	mustAccept(t, s, deliveries(1, item)...)
}

func TestAServerThatIsAwayIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), store.Options{URL: "postgres://u:hunter2@127.0.0.1:1/none?connect_timeout=1", Now: func() time.Time { return day }})
	wantKind(t, err, models.Unavailable)
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password is told: %v", err)
	}
}

func TestAnAddressThatCannotBeReadIsInvalidAndNotRepeated(t *testing.T) {
	for _, url := range []string{"", "mysql://x", "sqlite://", "sqlite://:memory:", "postgres://u:hunter2@[:bad/x"} {
		_, err := store.Open(t.Context(), store.Options{URL: url, Now: func() time.Time { return day }})
		wantKind(t, err, models.Invalid)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestASecondProcessOnOneFileIsToldSo(t *testing.T) {
	s := openSQLite(t)
	_, err := store.Open(t.Context(), s.opts)
	wantKind(t, err, models.Conflict)
	if !strings.Contains(models.SentenceOf(err), "another process") {
		t.Errorf("got %q", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), s.opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestASQLiteFileInAFolderThatIsNotThereIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(t.TempDir(), "none", "x.db"), Now: func() time.Time { return day }})
	wantKind(t, err, models.Unavailable)
}

func TestACancelledCallerIsToldWithoutHarm(t *testing.T) {
	s := openSQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		if _, err := s.Accept(ctx, deliveries(1, item)); err != nil {
			wantKind(t, err, models.Unavailable)
		}
	}
	wantKind(t, s.Commit(ctx, decision.Changes{}), models.Unavailable)
	_, err := s.Drain(ctx, 10, nothing(new([]string)))
	if err != nil {
		wantKind(t, err, models.Unavailable)
	}
	mustAccept(t, s, delivery("after", item))
}

func TestTwoNodesDrainSideBySideAndNeverOneSubjectTogether(t *testing.T) {
	url := pgtest.URL(t)
	a, b := openAt(t, url), openAt(t, url)
	for i := range 40 {
		mustAccept(t, a, delivery(fmt.Sprintf("k%03d", i), fmt.Sprintf("ticket:helpdesk:%d", i%4)))
	}
	// While a holds the first subjects, b gets none of them but all of the others.
	var first, second []models.Delivery
	_, err := a.Drain(t.Context(), 2, func(ctx context.Context, _ decision.Reader, ds []models.Delivery) (decision.Changes, error) {
		first = ds
		_, err := b.Drain(ctx, 100, func(_ context.Context, _ decision.Reader, ds []models.Delivery) (decision.Changes, error) {
			second = ds
			return decision.Changes{At: day}, nil
		})
		return decision.Changes{At: day}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 2 || len(second) != 20 {
		t.Fatalf("got %d and %d, want 2 and the 20 of the other subjects", len(first), len(second))
	}
	held := map[string]bool{first[0].Subject: true, first[1].Subject: true}
	for _, d := range second {
		if held[d.Subject] {
			t.Errorf("%s was drained while another node held its subject", d.Key)
		}
	}
	n, err := b.Drain(t.Context(), 100, nothing(new([]string)))
	if n != 18 || err != nil {
		t.Errorf("got %d, %v; want the 18 that are left", n, err)
	}
}

func TestADrainLooksBeyondWhatOthersHold(t *testing.T) {
	url := pgtest.URL(t)
	a, b := openAt(t, url), openAt(t, url)
	mustAccept(t, a, deliveries(10, "ticket:helpdesk:busy")...)
	mustAccept(t, a, delivery("free", "ticket:helpdesk:free"))
	_, err := a.Drain(t.Context(), 3, func(ctx context.Context, _ decision.Reader, _ []models.Delivery) (decision.Changes, error) {
		var seen []string
		n, err := b.Drain(ctx, 3, nothing(&seen))
		if n != 1 || len(seen) != 1 || seen[0] != "free" {
			t.Errorf("got %v; want the free one", seen)
		}
		return decision.Changes{At: day}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachNodeWritesAChainOfItsOwn(t *testing.T) {
	url := pgtest.URL(t)
	a, b := openAt(t, url), openAt(t, url)
	for range 3 {
		writeLedger(t, a, 2)
		writeLedger(t, b, 1)
	}
	r, err := a.Verify(t.Context())
	if err != nil || !r.OK() || r.Lines != 9 || r.Writers != 2 {
		t.Errorf("got %+v, %v; want 9 lines of 2 writers", r, err)
	}
}

func TestNodesThatStartTogetherMigrateInTurn(t *testing.T) {
	url := pgtest.URL(t)
	errs := make([]error, 3)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Options{URL: url, Now: func() time.Time { return day }})
			if errs[i] = err; err == nil {
				errs[i] = s.Close()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

func TestClosingLeavesNoGoroutineBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) }) // runs last: after the store is closed
	s := openSQLite(t)
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{}})
	mustAccept(t, s, deliveries(3, item)...)
}
