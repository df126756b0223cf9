package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/store"
)

// roster is a Directory of the office's people.
type roster []models.Person

// Reaches implements decision.Directory.
func (r roster) Reaches(name string) (out []models.Person) {
	for _, p := range r {
		if p.In(name) {
			out = append(out, p)
		}
	}
	return out
}

const holding = `finance:
  approvers: "@leads"
  hold: {level: act, max_error: 20%}
grants:
  - {action: hold, level: act, by: olga, until: 2026-12-20, reason: pilot}
`

// lived gives the office a past of n holds under its policy, one of them recorded by an older version.
func (o *office) lived(n int) {
	o.Helper()
	o.write("policy.yaml", holding)
	p, err := decision.LoadPolicy([]byte(holding), roster{
		{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"leads"}}, {ID: "olga", Roles: []models.Role{models.RoleManager}},
	}, o.now)
	if err != nil {
		o.Fatal(err)
	}
	s, err := store.Open(o.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: func() time.Time { return o.now }})
	if err != nil {
		o.Fatal(err)
	}
	defer s.Close()
	c := decision.Changes{At: o.now}
	for i := range n {
		at := o.now.Add(-time.Duration(n-i) * time.Hour)
		item := models.PayableItem("erp", fmt.Sprint(i))
		pay := models.Payable{ID: item, Source: "erp", VendorName: "Globex", Amount: models.Money{Minor: 100_00, Currency: "USD"}, Status: models.PayableHeld}
		f := models.Facts{Now: at, Payable: &pay}
		pr := models.Proposal{Action: models.ActionHold, Item: item, Value: models.ValueHold, Before: models.ValueRelease, Confidence: .9, Model: "finance-rules/1"}
		d := models.Propose(models.Event{ID: fmt.Sprint("ev", i), Source: "erp", Subject: "cash:acme:USD"}, pr, at)
		d.Ruling, _ = p.Gate(pr, f, decision.Situation{Now: at, Writable: true})
		d.Policy, d.FactsID, d.Title = p.Version, models.SnapshotID(d.EventID, item, 0), "Globex: 100.00 USD"
		d.State, d.Final, d.Autonomous = models.Applied, d.Value, true
		if i == 0 {
			d.Ruling.Basis = models.Basis{}
		}
		c.Payables = append(c.Payables, pay)
		c.Decisions = append(c.Decisions, d)
		c.Snapshots = append(c.Snapshots, models.Snapshot{ID: d.FactsID, Item: item, Facts: f, At: at})
	}
	if err := s.Commit(o.Context(), c); err != nil {
		o.Fatal(err)
	}
}

func TestReplaySaysWhatIsTheSameAndWhatARecordLacks(t *testing.T) {
	o := newOffice(t, nil)
	o.lived(6)
	out := o.must("6 decisions on record, 5 ruled on again", "replay", "--since", "30d")
	for _, want := range []string{"to the last word: 5", "the record lacks something: 1", "ruling.basis.sum"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	o.must("3 decisions on record", "replay", "--since", "3h")
	o.must("0 decisions on record", "replay", "--since", "2026-11-01", "--until", "2026-11-02T00:00:00Z")
	var report struct{ Ruled, Same, Lacking int }
	if out := o.must("{", "replay", "--since", "30d", "--json"); json.Unmarshal([]byte(out), &report) != nil || report.Same != 5 || report.Lacking != 1 {
		t.Errorf("got %+v of %s", report, out)
	}
	o.must("Judged again on the recorded facts: 6", "replay", "--since", "30d", "--rejudge")
}

func TestReplayAndBacktestUnderAChangedPolicy(t *testing.T) {
	o := newOffice(t, nil)
	o.lived(6)
	asking := filepath.Join(o.dir, "asking.yaml")
	o.write("asking.yaml", strings.Replace(holding, "level: act, max", "level: ask, max", 1))
	out := o.must("otherwise:                  5", "replay", "--since", "30d", "--policy", asking)
	if !strings.Contains(out, "hold    act  ask       5") {
		t.Errorf("it does not count what would be asked:\n%s", out)
	}
	out = o.must("5 would be ruled otherwise", "backtest", "--policy", asking)
	for _, want := range []string{"500.00 USD", "0 of 5: 0.0 %", "People have judged none"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	var report decision.BacktestReport
	if out := o.must("{", "backtest", "--policy", asking, "--json"); json.Unmarshal([]byte(out), &report) != nil || report.After.Asked.N != 5 || report.Lacking != 1 {
		t.Errorf("got %+v", report)
	}
}

func TestAReplayOfARecordThatWasChangedFails(t *testing.T) {
	o := newOffice(t, nil)
	o.lived(3)
	o.execute(`UPDATE decisions SET confidence = 0.1 WHERE seq = 2`)
	out, err := o.run("replay", "--since", "30d")
	if models.KindOf(err) != models.Conflict || exitCode(err) != 2 || !strings.Contains(out, "hold hold, act -> ask") {
		t.Errorf("got %v\n%s", err, out)
	}
}

func TestTheCommandsOnThePastSayWhatIsWrong(t *testing.T) {
	o := newOffice(t, nil)
	o.lived(1)
	o.write("broken.yaml", "finance:\n  approvers: \"@leads\"\n  hold: {level: perhaps}\n")
	broken := filepath.Join(o.dir, "broken.yaml")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no time":                          {[]string{"replay"}, "since"},
		"a time that is none":              {[]string{"replay", "--since", "yesterday"}, `"yesterday" is not a time`},
		"a policy that is broken":          {[]string{"replay", "--since", "1d", "--policy", broken}, "broken.yaml: the policy was refused"},
		"a broken policy has a line":       {[]string{"backtest", "--policy", broken}, "line 3"},
		"a policy that is not there":       {[]string{"backtest", "--policy", filepath.Join(o.dir, "none.yaml")}, "cannot be read"},
		"a backtest without a policy":      {[]string{"backtest"}, "policy"},
		"a backtest since what is no time": {[]string{"backtest", "--policy", broken, "--since", "x"}, `"x" is not a time`},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := o.run(c.args...); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v %s, want it to say %q", err, out, c.says)
			}
		})
	}
}

func TestUndoShowsWhatItWouldDoAndDoesItOnceAgreed(t *testing.T) {
	o := newOffice(t, func(cfg map[string]any) {
		cfg["sources"].([]any)[0].(map[string]any)["deliver_to"] = "https://erp.example.com/remit"
	})
	o.lived(4)
	undo := func(more ...string) []string {
		return append([]string{"undo", "--since", "1d", "--as", "olga", "--why", "a wrong rule"}, more...)
	}
	out := o.must("4 would be taken back", undo()...)
	if !strings.Contains(out, "Nothing was changed.") {
		t.Errorf("the end of the input was taken for a yes:\n%s", out)
	}
	o.must("0 would be taken back", undo("--policy", "pol_other")...)
	o.stdin = "no\n"
	o.must("Nothing was changed.", undo()...)
	o.stdin = "yes\n"
	o.must("4 are being put back, 0 are left", undo()...)
	o.must("0 would be taken back", undo("--yes")...)
	for name, args := range map[string][]string{
		"neither one nor since": {"undo", "--as", "olga"},
		"both":                  {"undo", "dec_1", "--since", "1d", "--as", "olga"},
		"no reason":             {"undo", "--since", "1d", "--as", "olga"},
	} {
		if _, err := o.run(args...); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAPolicyIsTriedOutFromTheCommandLine(t *testing.T) {
	o := newOffice(t, nil)
	o.lived(2)
	o.must("Nothing is tried out", "shadow", "list")
	asking := filepath.Join(o.dir, "asking.yaml")
	o.write("asking.yaml", strings.Replace(holding, "level: act, max", "level: ask, max", 1))
	o.must(`is tried out as "asking"`, "shadow", "add", "--policy", asking, "--name", "asking", "--as", "olga")
	o.must("level: ask", "shadow", "show", "asking")
	o.must("people have judged none of them yet", "shadow", "list")
	var report struct{ Policies []struct{ Name string } }
	if out := o.must("{", "shadow", "list", "--json"); json.Unmarshal([]byte(out), &report) != nil || len(report.Policies) != 1 || report.Policies[0].Name != "asking" {
		t.Errorf("got %+v", report)
	}
	if _, err := o.run("shadow", "end", "asking", "--as", "sam"); models.KindOf(err) != models.Denied {
		t.Errorf("somebody who is no manager ended it: %v", err)
	}
	o.must("is over", "shadow", "end", "asking", "--as", "olga")
	o.must("over since", "shadow", "list")
	if _, err := o.run("shadow", "promote", "asking", "--as", "olga"); models.KindOf(err) != models.Conflict {
		t.Errorf("a trial that is over was promoted: %v", err)
	}
}
