package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/decision"
	"remit/models"
	"remit/store"
	"remit/store/pgtest"
)

// words are what texts and queries are made of: some that a database takes for the same, and some that mean something to one.
var words = []string{
	"order ", "refund", "REFUND", "0012", "12", "007", "a", "Ä", "ä", "rger", "\u212A", "k", "ſ", "s", "ı", "İ", "I", "i\u0307", "Σ", "ς", "日本語", "本",
	"%", "_", `\`, "'", `"`, "*", " NEAR ", " OR ", "-", "(", "\x00", "\xff", " ",
}

func text(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, "words"), "")
}

// history is a log that grows, changes and is indexed at random.
type history struct {
	s    *opened
	all  []models.Decision
	made int
}

func (h *history) decide(t *rapid.T) {
	var ds []models.Decision
	for range rapid.IntRange(1, 40).Draw(t, "n") {
		h.made++
		d := decided(fmt.Sprint("ticket:h:", h.made), models.ActionPriority, fmt.Sprint("ev_", h.made), rapid.SampledFrom([]models.State{models.Observed, models.Asked, models.Superseded}).Draw(t, "state"))
		d.Title, d.Value = text(t, 6), text(t, 2)
		d.CreatedAt = day.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "at")+h.made/3) * time.Second)
		d.Domain = rapid.SampledFrom([]models.Domain{models.Triage, models.Finance}).Draw(t, "domain")
		ds = append(ds, d)
	}
	h.all = append(h.all, ds...)
	if err := h.s.Commit(context.Background(), decision.Changes{Decisions: ds}); err != nil {
		t.Fatal(err)
	}
}

func (h *history) change(t *rapid.T) {
	for range rapid.IntRange(1, 4).Draw(t, "n") {
		if len(h.all) == 0 {
			return
		}
		d := &h.all[rapid.IntRange(0, len(h.all)-1).Draw(t, "which")]
		from := d.Version
		d.Version++
		d.Title, d.Value = text(t, 6), text(t, 2)
		if err := h.s.Commit(context.Background(), decision.Changes{Moves: []decision.Move{{Decision: *d, From: from}}}); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *history) erase(t *rapid.T) {
	if len(h.all) > 0 {
		if err := h.s.Erase(context.Background(), rapid.SampledFrom(h.all).Draw(t, "which").Item); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *history) index(t *rapid.T) {
	if _, err := h.s.IndexLog(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (h *history) search(t *rapid.T) {
	q := models.LogQuery{
		Text: text(t, 4), Limit: rapid.IntRange(1, 60).Draw(t, "limit"),
		State:  rapid.SampledFrom([]models.State{"", models.Observed, models.Asked, models.Superseded}).Draw(t, "state"),
		Domain: rapid.SampledFrom([]models.Domain{"", models.Finance}).Draw(t, "domain"),
	}
	if rapid.Bool().Draw(t, "older") {
		q.Before = day.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "before")) * time.Second)
	}
	sameAsWalked(t, h.s, q)
}

// sameAsWalked makes sure that a search finds what walking the whole log finds, in the same order, and gives it.
func sameAsWalked(t rapid.TB, s *opened, q models.LogQuery) []models.Decision {
	t.Helper()
	want, err := s.WalkLog(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Log(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ids(want), ids(got)); diff != "" {
		t.Fatalf("%+v (-walked +found)\n%s", q, diff)
	}
	return got
}

func ids(ds []models.Decision) (ids []string) {
	for _, d := range ds {
		ids = append(ids, d.ID)
	}
	return ids
}

var _ = claim("a search finds what a walk finds, whatever was decided, changed, erased and indexed before", func(t *testing.T, s *opened) {
	s.SmallIndex()
	rapid.Check(t, func(t *rapid.T) {
		if rapid.IntRange(0, 2).Draw(t, "left out") > 0 {
			return // a third of the histories is enough for every day: each is some thirty commits
		}
		s.EmptyLog(t)
		h := &history{s: s}
		t.Repeat(map[string]func(*rapid.T){
			"decide": h.decide, "decide more": h.decide, "change": h.change, "erase": h.erase, "index": h.index, "search": h.search, "search again": h.search,
		})
	})
})

// titled puts so many decisions into the log, each of a ticket of its own, a second apart.
func titled(t *testing.T, s *opened, n int, title func(i int) string) {
	t.Helper()
	var ds []models.Decision
	for i := range n {
		d := decided(fmt.Sprint("ticket:h:", i), models.ActionPriority, fmt.Sprint("ev_", i), models.Observed)
		d.Title, d.CreatedAt = title(i), day.Add(time.Duration(i)*time.Second)
		ds = append(ds, d)
	}
	mustCommit(t, s, decision.Changes{Decisions: ds})
}

func order(i int) string { return fmt.Sprintf("Where is order %05d?", i) }

func indexAll(t *testing.T, s *opened) (blocks int) {
	t.Helper()
	for {
		did, err := s.IndexLog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			return blocks
		}
		blocks++
	}
}

var _ = claim("whole blocks are indexed, and then there is nothing to do", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order) // numbers 1 to 200, of which 192 to 200 are not a whole block
	if n := indexAll(t, s); n != 3 {
		t.Errorf("got %d blocks, want 3", n)
	}
	if got := s.Candidates(t, "order 00100"); got != 1 {
		t.Errorf("%d decisions look as if they had the number of one", got)
	}
	if got := s.Candidates(t, "order 00195"); got != 0 {
		t.Errorf("the newest are indexed before their block is whole: %d", got)
	}
	for _, i := range []int{0, 62, 63, 64, 126, 127, 190, 191, 199} {
		if got := sameAsWalked(t, s, models.LogQuery{Text: order(i)}); len(got) != 1 || got[0].Title != order(i) {
			t.Errorf("%q: got %v", order(i), got)
		}
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: "WHERE IS", Limit: 200}); len(got) != 200 {
		t.Errorf("got %d of 200", len(got))
	}
})

var _ = claim("hostile searches are text", func(t *testing.T, s *opened) {
	s.SmallIndex()
	texts := []string{`say "NEAR(a b)" OR 'x'`, "100% of_it", `back\slash`, "title:abc* -def", "nul\x00byte", "bad\xffutf8", "ends in \xf0\x9f", strings.Repeat("long ", 2000)}
	titled(t, s, 160, func(i int) string {
		if i < len(texts) {
			return texts[i]
		}
		return order(i)
	})
	for _, indexed := range []bool{false, true} {
		if indexed && indexAll(t, s) != 2 {
			t.Fatal("want two blocks indexed")
		}
		for i, text := range texts {
			got := sameAsWalked(t, s, models.LogQuery{Text: text})
			if len(got) != 1 || got[0].ID != models.DecisionID(fmt.Sprint("ev_", i), fmt.Sprint("ticket:h:", i), models.ActionPriority) {
				t.Errorf("indexed %v, %.30q: got %d", indexed, text, len(got))
			}
		}
		for _, text := range []string{"___", "%%%", `\\\`, `"""`, "'''", "***", "order%00100", "\x00\x00\x00", strings.Repeat("\U0001F642", 10000)} {
			if got := sameAsWalked(t, s, models.LogQuery{Text: text}); len(got) != 0 {
				t.Errorf("indexed %v, %.30q: got %d", indexed, text, len(got))
			}
		}
	}
})

// dying is a context that ends when it has been asked so often whether it has.
type dying struct {
	context.Context
	left atomic.Int64
}

func (d *dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return d.Context.Err()
}

var _ = claim("filling the index that was cut off anywhere is gone on with, and nothing is missed meanwhile", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order)
	cut := 0
	for n, done := int64(0), 0; done < 3; n++ {
		if n > 200 {
			t.Fatal("it never comes to its end")
		}
		ctx := &dying{Context: t.Context()}
		ctx.left.Store(n)
		did, err := s.IndexLog(ctx)
		switch {
		case err != nil:
			cut++
			s.reopen(t)
			s.SmallIndex()
		case did:
			done++
			n = 0
		}
		for _, i := range []int{5, 70, 130, 199} {
			if got := sameAsWalked(t, s, models.LogQuery{Text: order(i)}); len(got) != 1 {
				t.Fatalf("cut off %d times, %d blocks made: %q is found %d times", cut, done, order(i), len(got))
			}
		}
	}
	if cut == 0 {
		t.Error("it was never cut off")
	}
	if n := indexAll(t, s); n != 0 {
		t.Errorf("%d more blocks were made", n)
	}
})

var _ = claim("blocks of which many decisions have changed are made anew, and what changes again meanwhile stays to be looked at", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order)
	indexAll(t, s)
	change := func(n int, title string) {
		for i := range n {
			d, err := s.Decision(t.Context(), models.DecisionID(fmt.Sprint("ev_", 10+i), fmt.Sprint("ticket:h:", 10+i), models.ActionPriority))
			if err != nil {
				t.Fatal(err)
			}
			d.Title, d.Version = title, d.Version+1
			mustCommit(t, s, decision.Changes{Moves: []decision.Move{{Decision: d, From: d.Version - 1}}})
		}
	}
	change(4, "Something else")
	if n := indexAll(t, s); n != 0 || s.Candidates(t, "Something else") != 0 {
		t.Errorf("%d blocks were made anew for four changes", n)
	}
	for text, want := range map[string]int{"Something else": 4, order(10): 0, order(14): 1} {
		if got := sameAsWalked(t, s, models.LogQuery{Text: text}); len(got) != want {
			t.Errorf("%q is found %d times, want %d", text, len(got), want)
		}
	}
	change(5, "Another thing")
	if n := indexAll(t, s); n != 1 || s.Candidates(t, "Another thing") != 5 || s.Candidates(t, "Something else") != 0 {
		t.Errorf("%d blocks were made anew for five changes, want one with what they are now", n)
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: "Another thing"}); len(got) != 5 {
		t.Errorf("got %d of 5", len(got))
	}
	if n := s.Changed(t); n != 0 {
		t.Errorf("%d are still looked at by themselves", n)
	}
	change(1, "Another thing")
	if n := s.Changed(t); n != 0 {
		t.Error("a decision that moves with its texts as they were counts as changed")
	}
})

var _ = claim("a decision that changes while its block is made is found by what it says now", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order)
	d, err := s.Decision(t.Context(), models.DecisionID("ev_20", "ticket:h:20", models.ActionPriority))
	if err != nil {
		t.Fatal(err)
	}
	move := func(title string) {
		d.Title, d.Version = title, d.Version+1
		mustCommit(t, s, decision.Changes{Moves: []decision.Move{{Decision: d, From: d.Version - 1}}})
	}
	move("Once")
	s.WhileIndexing(t, func() { move("Twice") })
	if did, err := s.IndexLog(t.Context()); err != nil || !did {
		t.Fatal(did, err)
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: "Twice"}); len(got) != 1 {
		t.Errorf("it is found %d times", len(got))
	}
})

var _ = claim("what is erased is in the index no more, at once and when its block is made anew", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order)
	indexAll(t, s)
	if s.Candidates(t, order(100)) != 1 {
		t.Fatal("want it indexed")
	}
	if err := s.Erase(t.Context(), "ticket:h:100"); err != nil {
		t.Fatal(err)
	}
	if n := s.Candidates(t, order(100)); n != 0 {
		t.Errorf("the erased is in the index: %d", n)
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: order(99)}); len(got) != 1 {
		t.Errorf("a neighbour of the erased is found %d times", len(got))
	}
	if n := indexAll(t, s); n != 1 || s.Candidates(t, order(100)) != 0 || s.Candidates(t, order(99)) != 1 {
		t.Errorf("%d blocks were made anew, want one without the erased", n)
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: order(100)}); len(got) != 0 {
		t.Errorf("the erased is found %d times", len(got))
	}
})

var _ = claim("what is erased while its block is made is not in the index either", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 200, order)
	erased := make(chan error, 1)
	s.WhileIndexing(t, func() {
		go func() { erased <- s.Erase(t.Context(), "ticket:h:20") }()
		select { // it waits for the block; if it did not, it would be done soon
		case err := <-erased:
			erased <- err
		case <-time.After(200 * time.Millisecond):
		}
	})
	if did, err := s.IndexLog(t.Context()); err != nil || !did {
		t.Fatal(did, err)
	}
	if err := <-erased; err != nil {
		t.Fatal(err)
	}
	if n := s.Candidates(t, order(20)); n != 0 {
		t.Errorf("the erased is in the index: %d", n)
	}
})

var _ = claim("searches find all there is while the index is filled and decisions are made", func(t *testing.T, s *opened) {
	s.SmallIndex()
	titled(t, s, 100, order)
	var wg sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for range 2 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.IndexLog(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 30 {
		var ds []models.Decision
		for j := range 20 {
			d := decided(fmt.Sprintf("ticket:n:%d-%d", i, j), models.ActionPriority, fmt.Sprintf("new_%d_%d", i, j), models.Observed)
			d.Title, d.CreatedAt = fmt.Sprintf("A new one, %03d %03d", i, j), day.Add(time.Hour)
			ds = append(ds, d)
		}
		mustCommit(t, s, decision.Changes{Decisions: ds})
		for _, text := range []string{order(i), fmt.Sprintf("new one, %03d 013", i), fmt.Sprintf("new one, %03d 007", i/2)} {
			if got, err := s.Log(t.Context(), models.LogQuery{Text: text}); err != nil || len(got) != 1 {
				t.Errorf("%q is found %d times, %v", text, len(got), err)
			}
		}
	}
	stop()
	wg.Wait()
})

func TestADecisionThatAnotherNodeIsStillCommittingIsNotLeftOutOfTheIndex(t *testing.T) {
	s := openAt(t, pgtest.URL(t))
	s.SmallIndex()
	titled(t, s, 1, order)
	tx, err := raw(t, s).Begin()
	if err != nil {
		t.Fatal(err)
	}
	late := s.Columns(t, "decisions")
	delete(late, "seq")
	var into, from []string
	for c := range late {
		into = append(into, `"`+c+`"`)
		switch c {
		case "id", "event_id", "item", "title":
			from = append(from, "'late'")
		default:
			from = append(from, `"`+c+`"`)
		}
	}
	if _, err := tx.Exec(`INSERT INTO decisions (` + strings.Join(into, ", ") + `) SELECT ` + strings.Join(from, ", ") + ` FROM decisions`); err != nil {
		t.Fatal(err)
	}
	var ds []models.Decision
	for i := range 100 {
		d := decided(fmt.Sprint("ticket:x:", i), models.ActionPriority, fmt.Sprint("x_", i), models.Observed)
		d.CreatedAt = day.Add(time.Hour)
		ds = append(ds, d)
	}
	mustCommit(t, s, decision.Changes{Decisions: ds})
	if did, err := s.IndexLog(t.Context()); did || err != nil {
		t.Errorf("a block was made without what is being committed: %v, %v", did, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if did, err := s.IndexLog(t.Context()); !did || err != nil {
		t.Errorf("the block is not made when all of it is there: %v, %v", did, err)
	}
	if got := sameAsWalked(t, s, models.LogQuery{Text: "late"}); len(got) != 1 || s.Candidates(t, "late") != 1 {
		t.Errorf("it is found %d times", len(got))
	}
}

func TestOneNodeAtATimeMakesABlock(t *testing.T) {
	url := pgtest.URL(t)
	a, b := openAt(t, url), openAt(t, url)
	a.SmallIndex()
	b.SmallIndex()
	titled(t, a, 200, order)
	asked := false
	a.WhileIndexing(t, func() {
		asked = true
		if did, err := b.IndexLog(t.Context()); did || err != nil {
			t.Errorf("both make blocks: %v, %v", did, err)
		}
	})
	if did, err := a.IndexLog(t.Context()); !did || err != nil || !asked {
		t.Errorf("got %v, %v", did, err)
	}
	if did, err := b.IndexLog(t.Context()); !did || err != nil {
		t.Errorf("the other does not go on: %v, %v", did, err)
	}
}

func TestTwoNodesFillOneIndex(t *testing.T) {
	url := pgtest.URL(t)
	a, b := openAt(t, url), openAt(t, url)
	a.SmallIndex()
	b.SmallIndex()
	titled(t, a, 1000, order)
	var wg sync.WaitGroup
	for _, s := range []*opened{a, b} {
		wg.Go(func() {
			for range 40 {
				if _, err := s.IndexLog(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 200 {
		d, err := a.Decision(t.Context(), models.DecisionID(fmt.Sprint("ev_", i), fmt.Sprint("ticket:h:", i), models.ActionPriority))
		if err != nil {
			t.Fatal(err)
		}
		d.Title, d.Version = fmt.Sprintf("Changed %03d", i), d.Version+1
		mustCommit(t, b, decision.Changes{Moves: []decision.Move{{Decision: d, From: d.Version - 1}}})
	}
	wg.Wait()
	indexAll(t, a)
	for i := range 200 {
		for text, want := range map[string]int{fmt.Sprintf("Changed %03d", i): 1, order(i): 0, order(999 - i): 1} {
			if got, err := b.Log(t.Context(), models.LogQuery{Text: text}); err != nil || len(got) != want {
				t.Errorf("%q is found %d times, %v, want %d", text, len(got), err, want)
			}
		}
	}
}

// What a search looks at by its number, or of the small tables that say what is indexed, does not grow with the log.
func TestASearchWalksTheNewestAlone(t *testing.T) {
	s := openSQLite(t)
	s.SmallIndex()
	titled(t, s, 200, order)
	indexAll(t, s)
	for _, q := range []models.LogQuery{{Text: order(3)}, {Text: "nowhere"}, {Text: order(3), Domain: models.Triage, State: models.Observed, Before: day.Add(100 * time.Second)}} {
		var texts []string
		texts, err := store.Queries(t.Context(), s.Store, func() { _, _ = s.Log(t.Context(), q) })
		if err != nil || len(texts) < 6 {
			t.Fatalf("got %d queries, %v", len(texts), err)
		}
		for _, text := range texts {
			plan := explain(t, raw(t, s), text)
			for detail := range strings.Lines(plan) {
				small := strings.HasPrefix(detail, "SCAN log_blocks") || strings.HasPrefix(detail, "SCAN log_changed")
				first := strings.HasPrefix(detail, "SCAN decisions USING COVERING INDEX decisions_log") && strings.Contains(text, "LIMIT 1")
				if strings.HasPrefix(detail, "SCAN") && !small && !first {
					t.Errorf("%s\n\t%s", text, detail)
				}
			}
			byTime := strings.Contains(text, "created_at >=")
			if strings.Contains(text, "lower(") && !byTime && !strings.Contains(plan, "SEARCH decisions USING INTEGER PRIMARY KEY") {
				t.Errorf("%s\n\t%s", text, plan)
			}
			if byTime && !strings.Contains(plan, "SEARCH decisions USING INDEX decisions_log (created_at>?") {
				t.Errorf("%s\n\t%s", text, plan)
			}
		}
	}
}

func TestASearchForWhatIsCommonAsksTheNewestBlocksAlone(t *testing.T) {
	s := openSQLite(t)
	s.SmallIndex()
	titled(t, s, 64*30, order)
	indexAll(t, s)
	for limit, want := range map[int]int{5: 0, 50: 3, 200: 5} {
		texts, err := store.Queries(t.Context(), s.Store, func() {
			if ds, err := s.Log(t.Context(), models.LogQuery{Text: "where is order", Limit: limit}); err != nil || len(ds) != limit {
				t.Errorf("got %d of %d, %v", len(ds), limit, err)
			}
		})
		texts = slices.DeleteFunc(texts, func(text string) bool { return !strings.Contains(text, "log_grams") })
		if err != nil || len(texts) != want {
			t.Errorf("for %d the index was asked %d times, %v, want %d", limit, len(texts), err, want)
		}
	}
}

// Letters that a database takes for the same when it makes them small have the same grams.
var _ = claim("no letter is another one to the index than to the database", func(t *testing.T, s *opened) {
	db := raw(t, s)
	lowers := []string{"lower(x)"}
	if rows, err := db.Query(`SELECT collname FROM pg_collation WHERE collname IN ('und-x-icu', 'tr-x-icu', 'lt-x-icu', 'en_US.utf8', 'C.utf8', 'tr_TR.utf8')`); err == nil {
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			lowers = append(lowers, `lower(x COLLATE "`+name+`")`)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, lower := range lowers {
		for from := rune(1); from < 0x20000; from += 0x800 {
			var b strings.Builder
			for r := from; r < from+0x800; r++ {
				if r < 0xD800 || r > 0xDFFF {
					b.WriteString("xy" + string(r) + "zw\n")
				}
			}
			var low string
			if err := db.QueryRow(`SELECT ` + strings.Replace(lower, "x", "'"+strings.ReplaceAll(b.String(), "'", "''")+"'", 1)).Scan(&low); err != nil {
				t.Fatal(err)
			}
			upper, lower := strings.Split(b.String(), "\n"), strings.Split(low, "\n")
			for i := range upper {
				if !slices.Equal(store.Grams(upper[i]), store.Grams(lower[i])) {
					t.Errorf("%q and %q have other grams", upper[i], lower[i])
				}
			}
		}
	}
})
