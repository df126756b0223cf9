package assess

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"remit/decision"
)

var update = flag.Bool("update", false, "write the reports as they are now to testdata")

var today = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// TestReportsSayWhatTheyDid holds the reports on the two public sets. The extracts are shipped; the whole sets are
// measured where they are (bench/README.md says where they come from).
func TestReportsSayWhatTheyDid(t *testing.T) {
	sets := map[string]struct{ tickets, payments string }{
		"extract": {"testdata/hadoop.csv", "testdata/oxford.csv"},
	}
	dir := cmp.Or(os.Getenv("REMIT_BENCH_DATA"), "../../shared/data")
	hadoop, oxford := filepath.Join(dir, "text/gitbugs/hadoop.csv"), filepath.Join(dir, "finance/oxford_ledger.csv")
	if _, err := os.Stat(hadoop); err == nil {
		sets["whole"] = struct{ tickets, payments string }{hadoop, oxford}
	}
	for name, set := range sets {
		t.Run(name, func(t *testing.T) {
			r, err := Of(open(t, set.tickets), open(t, set.payments), Options{Now: today, Currency: "GBP", Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := r.WriteText(&got); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("the report has changed (go test ./assess -update writes it anew), -want +got:\n%s", diff)
			}
			loads(t, r.Policy)
		})
	}
}

func open(t *testing.T, name string) *File {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return &File{Name: filepath.Base(name), Data: data}
}

// loads holds a suggestion to its promise: at most 25 lines, and a policy.
func loads(t *testing.T, policy string) *decision.Policy {
	t.Helper()
	if n := strings.Count(policy, "\n"); n > 25 {
		t.Errorf("the suggestion has %d lines, want at most 25:\n%s", n, policy)
	}
	p, err := decision.LoadPolicy([]byte(policy), everybody{}, today)
	if err != nil {
		t.Fatalf("the suggestion does not load: %v\n%s", err, policy)
	}
	return p
}
