package review_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
	"remit/review"
)

var update = flag.Bool("update", false, "write the pages as they are now to testdata")

// busy is a review with something of everything, and hostile words where people and customers write.
func busy(t testing.TB) review.Review {
	t.Helper()
	d := newDesk(t)
	d.fill(2200, func(k *models.Ticket, a *models.Account) bool {
		return strings.Contains(k.Subject, "webhook") && a.Tier == "enterprise" && d.rng.IntN(10) < 9 || d.rng.IntN(100) < 3
	})
	for i := range d.in.Decisions {
		x := &d.in.Decisions[i]
		x.Segment = []string{"enterprise", `<b>"free"|`}[i%2]
		switch {
		case i%3 == 0 && x.CreatedAt.After(d.in.From):
			x.Autonomous, x.Answers, x.Final, x.Ruling.Level = true, nil, x.Value, models.LevelAct
		case i%2 == 1 && x.Answers[0].Kind == models.AnswerOverride:
			x.Title, x.Answers[0].Note = `<script>alert(1)</script> [click](http://evil) *`, "`rm -rf` | _now_"
		}
	}
	d.in.Records = []decision.Record{{
		Standing: decision.NewStanding(decision.Slice{Action: models.ActionPriority, Segment: "enterprise"}, .1, decision.Estimate{}, now), Ceiling: models.LevelAct, MaxError: .1,
		Force: decision.InForce{Level: models.LevelAsk}, PerMonth: 100, ActsMonth: 200,
	}}
	for i, item := range []string{"payable:erp:1", "payable:erp:2"} {
		d.in.Payables[item] = models.Payable{
			ID: item, PaidOn: "2026-11-27", DueOn: models.Day("2026-11-27").Add(-i), LateFee: models.Money{Minor: 1200, Currency: "USD"},
			Amount: models.Money{Minor: 500_000, Currency: "USD"}, Terms: models.Terms{DiscountBPS: 200, DiscountUntil: models.Day("2026-11-27").Add(-i)},
		}
		d.in.Decisions = append(d.in.Decisions, models.Propose(models.Event{ID: item}, models.Proposal{Action: models.ActionSchedule, Item: item, Value: "2026-11-27"}, d.in.To.Add(-48*time.Hour)))
	}
	d.in.Missed = 12
	return review.Of(d.in)
}

func TestAReviewReadsAsItDid(t *testing.T) {
	r := busy(t)
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"review.md": r.Markdown(), "review.html": string(page), "empty.md": review.Of(review.Input{From: now.AddDate(0, 0, -7), To: now}).Markdown()} {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("it has changed (go test ./review -update writes it anew), -want +got:\n%s", diff)
			}
		})
	}
}

func TestWordsOfOthersAreTextInEveryForm(t *testing.T) {
	r := busy(t)
	md := r.Markdown()
	if !strings.Contains(md, `&lt;script&gt;alert(1)&lt;/script&gt; \[click\](http`) {
		t.Error("the hostile title is not among the examples: nothing was shown")
	}
	for _, bad := range []string{"<script", `[^\\]\]\(http`, "[^\\\\]`rm", `[^\\]\| _now_`} {
		if regexp.MustCompile(bad).MatchString(md) {
			t.Errorf("the Markdown has %q in it", bad)
		}
	}
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", `<b>"free"`, "javascript:"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	if n := strings.Count(string(page), `<figure role="img" aria-label="`); n < 3 {
		t.Errorf("the page has %d charts with words for those who cannot see them, want at least 3", n)
	}
}
