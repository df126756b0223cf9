package decision

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

// shelf is a PolicyLedger in memory, with the promises of the database.
type shelf struct {
	versions  []models.PolicyVersion
	entries   []models.Entry
	sum       string
	meanwhile func() // happens between reading and committing, once
}

func (s *shelf) PolicyInForce(context.Context) (int, error) {
	v, _, _ := s.OpenPolicies(context.Background())
	return v.Number, nil
}

func (s *shelf) OpenPolicies(context.Context) (inForce, proposed models.PolicyVersion, err error) {
	for _, v := range s.versions {
		switch v.State {
		case models.PolicyInForce:
			inForce = v
		case models.PolicyProposed:
			proposed = v
		}
	}
	return inForce, proposed, nil
}

func (s *shelf) PolicyVersions(_ context.Context, limit int) ([]models.PolicyVersion, error) {
	vs := slices.Clone(s.versions)
	slices.Reverse(vs)
	return vs[:min(limit, len(vs))], nil
}

func (s *shelf) PolicyVersion(_ context.Context, n int) (models.PolicyVersion, error) {
	if n < 1 || n > len(s.versions) {
		return models.PolicyVersion{}, models.Errorf(models.NotFound, "there is no version %d of the policy", n)
	}
	return s.versions[n-1], nil
}

func (s *shelf) PolicyFileSum(context.Context) (string, error) { return s.sum, nil }

func (s *shelf) CommitPolicies(_ context.Context, c PolicyChanges) error {
	if f := s.meanwhile; f != nil {
		s.meanwhile = nil
		f()
	}
	after := slices.Clone(s.versions)
	for _, m := range c.Moves {
		if after[m.Version.Number-1].Revision != m.From {
			return models.Errorf(models.Conflict, "Version %d of the policy has changed meanwhile.", m.Version.Number)
		}
		after[m.Version.Number-1] = m.Version
	}
	for _, v := range c.New {
		if v.Number != len(after)+1 {
			return models.Errorf(models.Conflict, "it is already there")
		}
		after = append(after, v)
	}
	for _, one := range []models.PolicyState{models.PolicyInForce, models.PolicyProposed} {
		n := 0
		for _, v := range after {
			if v.State == one {
				n++
			}
		}
		if n > 1 {
			return models.Errorf(models.Conflict, "two versions are %s", one)
		}
	}
	s.versions, s.entries = after, append(s.entries, c.Entries...)
	if c.FileSum != "" {
		s.sum = c.FileSum
	}
	return nil
}

var (
	boss   = models.Person{ID: "olga", Name: "Olga", Roles: []models.Role{models.RoleManager}, Groups: []string{"ops"}}
	deputy = models.Person{ID: "mo", Name: "Mo", Roles: []models.Role{models.RoleManager}}
	clerk  = company[0]
)

func looser(s string) string  { return strings.Replace(s, "max_error: 10%", "max_error: 15%", 1) }
func tighter(s string) string { return strings.Replace(s, "max_error: 10%", "max_error: 5%", 1) }

// board is Policies on a shelf, with the small policy in force, and what was logged.
func board(t testing.TB) (*Policies, *shelf, *bytes.Buffer) {
	t.Helper()
	s, log := &shelf{}, &bytes.Buffer{}
	p := &Policies{Ledger: s, Who: company, Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(log, nil))}
	if v, err := p.Save(t.Context(), []byte(smallPolicy), boss, "console", "the first"); err != nil || v.State != models.PolicyInForce {
		t.Fatalf("the first version is %s: %v", v.State, err)
	}
	return p, s, log
}

func mustSave(t testing.TB, p *Policies, text string, by models.Person, want models.PolicyState) models.PolicyVersion {
	t.Helper()
	v, err := p.Save(t.Context(), []byte(text), by, "console", "because")
	if err != nil || v.State != want {
		t.Fatalf("version %d is %s, want %s: %v", v.Number, v.State, want, err)
	}
	return v
}

func wantRules(t testing.TB, p *Policies, text string) {
	t.Helper()
	if want := models.NewID("pol", text); p.Policy().Version != want {
		t.Errorf("%s rules, want %s", p.Policy().Version, want)
	}
}

func TestTighteningTakesEffectAtOnceAndLooseningWaitsForASecondManager(t *testing.T) {
	p, s, _ := board(t)
	mustSave(t, p, tighter(smallPolicy), boss, models.PolicyInForce)
	wantRules(t, p, tighter(smallPolicy))
	v := mustSave(t, p, looser(smallPolicy), boss, models.PolicyProposed)
	wantRules(t, p, tighter(smallPolicy))
	if len(v.Loosens) != 1 || !strings.Contains(v.Loosens[0], "max_error rises from 5 % to 15 %") {
		t.Errorf("it says it loosens %q", v.Loosens)
	}
	for name, who := range map[string]models.Person{"who brought it": boss, "no manager": clerk} {
		if _, err := p.Approve(t.Context(), v.Number, who, "console"); models.KindOf(err) != models.Denied {
			t.Errorf("%s approved it: %v", name, err)
		}
	}
	if v, err := p.Approve(t.Context(), v.Number, deputy, "console"); err != nil || v.ApprovedBy.ID != "mo" || v.State != models.PolicyInForce {
		t.Fatalf("got %+v, %v", v, err)
	}
	wantRules(t, p, looser(smallPolicy))
	if _, err := p.Approve(t.Context(), v.Number, deputy, "console"); models.KindOf(err) != models.Conflict {
		t.Errorf("it was approved twice: %v", err)
	}
	if got := s.versions[1]; got.State != models.PolicyReplaced || got.EndedBy.ID != "mo" {
		t.Errorf("the one before is %+v", got)
	}
	if len(s.entries) != 4 || s.entries[3].Kind != models.EntryPolicy {
		t.Errorf("the ledger has %d lines of it", len(s.entries))
	}
}

func TestOnlyAManagerChangesThePolicyAndSaysWhy(t *testing.T) {
	p, _, _ := board(t)
	for name, c := range map[string]struct {
		text string
		by   models.Person
		why  string
		want models.Kind
	}{
		"an approver":           {tighter(smallPolicy), clerk, "x", models.Denied},
		"without a reason":      {tighter(smallPolicy), boss, " ", models.Invalid},
		"what is in force":      {smallPolicy, boss, "x", models.Invalid},
		"a broken text":         {"triage: [", boss, "x", models.Invalid},
		"a text cut to nothing": {"# later\n", boss, "x", models.Invalid},
	} {
		if _, err := p.Save(t.Context(), []byte(c.text), c.by, "console", c.why); models.KindOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	wantRules(t, p, smallPolicy)
}

func TestNobodyApprovesWhatTheyAreKnownToHaveSaved(t *testing.T) {
	loose := looser(smallPolicy)
	for name, bring := range map[string]func(t *testing.T, p *Policies) int{
		"the file first, then the same in the console": func(t *testing.T, p *Policies) int {
			if err := p.Import(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(loose)); err != nil {
				t.Fatal(err)
			}
			return mustSave(t, p, loose, boss, models.PolicyProposed).Number
		},
		"the console, withdrawn, then the file": func(t *testing.T, p *Policies) int {
			v := mustSave(t, p, loose, boss, models.PolicyProposed)
			if _, err := p.Withdraw(t.Context(), v.Number, boss, "by mistake"); err != nil {
				t.Fatal(err)
			}
			if err := p.Import(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(loose)); err != nil {
				t.Fatal(err)
			}
			return v.Number + 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, _ := board(t)
			n := bring(t, p)
			if _, err := p.Approve(t.Context(), n, boss, "cli"); models.KindOf(err) != models.Denied {
				t.Errorf("she approved it: %v", err)
			}
			if _, err := p.Approve(t.Context(), n, deputy, "cli"); err != nil {
				t.Error(err)
			}
			wantRules(t, p, loose)
		})
	}
}

func TestAFileThatLoosensIsApprovedByAnyManager(t *testing.T) {
	p, s, _ := board(t)
	if err := p.Import(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(looser(smallPolicy))); err != nil {
		t.Fatal(err)
	}
	if v := s.versions[1]; v.State != models.PolicyProposed || v.Author != models.ByFile {
		t.Fatalf("got %+v", v)
	}
	wantRules(t, p, smallPolicy)
	if _, err := p.Approve(t.Context(), 2, boss, "cli"); err != nil {
		t.Error(err)
	}
	wantRules(t, p, looser(smallPolicy))
}

func TestApprovingWhatLoosensMoreThanItSaidShowsThatFirst(t *testing.T) {
	p, s, _ := board(t)
	v := mustSave(t, p, strings.Replace(smallPolicy, "window: 4h", "window: 3h", 1), boss, models.PolicyProposed)
	mustSave(t, p, tighter(smallPolicy), boss, models.PolicyInForce)
	_, err := p.Approve(t.Context(), v.Number, deputy, "console")
	if models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "max_error rises from 5 % to 10 %") {
		t.Errorf("got %v", err)
	}
	wantRules(t, p, tighter(smallPolicy))
	if got := s.versions[v.Number-1]; len(got.Loosens) != 2 || got.Against != 3 {
		t.Errorf("the proposal says %q against %d", got.Loosens, got.Against)
	}
	if _, err := p.Approve(t.Context(), v.Number, deputy, "console"); err != nil {
		t.Errorf("after it was shown: %v", err)
	}
}

func TestAChangeUnderAnApprovalIsAConflict(t *testing.T) {
	p, s, _ := board(t)
	v := mustSave(t, p, looser(smallPolicy), boss, models.PolicyProposed)
	s.meanwhile = func() { mustSave(t, p, tighter(smallPolicy), boss, models.PolicyInForce) }
	if _, err := p.Approve(t.Context(), v.Number, deputy, "console"); models.KindOf(err) != models.Conflict {
		t.Errorf("got %v", err)
	}
	wantRules(t, p, tighter(smallPolicy))
}

func TestTwoWhoSaveTogetherBothMakeAVersion(t *testing.T) {
	p, s, _ := board(t)
	s.meanwhile = func() { mustSave(t, p, tighter(smallPolicy), deputy, models.PolicyInForce) }
	v := mustSave(t, p, tighter(tighter(smallPolicy))+"# and a remark\n", boss, models.PolicyInForce)
	if v.Number != 3 || v.Against != 2 {
		t.Errorf("got version %d against %d", v.Number, v.Against)
	}
}

func TestARollbackIsANewVersionUnderTheSameRules(t *testing.T) {
	p, s, _ := board(t)
	mustSave(t, p, tighter(smallPolicy), boss, models.PolicyInForce)
	v, err := p.Rollback(t.Context(), 1, deputy, "cli", "it asked too much")
	if err != nil || v.Number != 3 || v.State != models.PolicyProposed || v.Why != "Back to version 1: it asked too much" {
		t.Fatalf("got %+v, %v", v, err)
	}
	wantRules(t, p, tighter(smallPolicy))
	if _, err := p.Approve(t.Context(), 3, boss, "cli"); err != nil { // she wrote the old text once, but did not ask for it now
		t.Error(err)
	}
	wantRules(t, p, smallPolicy)
	if v, err := p.Rollback(t.Context(), 2, deputy, "cli", "x"); err != nil || v.State != models.PolicyInForce {
		t.Errorf("back to what is tighter: %+v, %v", v, err)
	}
	if _, err := p.Rollback(t.Context(), 9, deputy, "cli", "x"); models.KindOf(err) != models.NotFound || len(s.versions) != 4 {
		t.Errorf("back to what never was: %v", err)
	}
}

func TestAProposalMakesWayForANewerAndCanBeWithdrawn(t *testing.T) {
	p, s, _ := board(t)
	mustSave(t, p, looser(smallPolicy), boss, models.PolicyProposed)
	v := mustSave(t, p, looser(smallPolicy)+"# more\n", deputy, models.PolicyProposed)
	if got := s.versions[1]; got.State != models.PolicyWithdrawn || got.Note != "version 3 was proposed instead" {
		t.Errorf("the older is %+v", got)
	}
	if _, err := p.Withdraw(t.Context(), v.Number, clerk, ""); models.KindOf(err) != models.Denied {
		t.Errorf("an approver withdrew it: %v", err)
	}
	if _, err := p.Withdraw(t.Context(), v.Number, boss, "no"); err != nil {
		t.Error(err)
	}
	if _, err := p.Approve(t.Context(), v.Number, boss, "cli"); models.KindOf(err) != models.Conflict {
		t.Errorf("it was approved after: %v", err)
	}
}

func TestAFileIsTakenUpOnceItHoldsStill(t *testing.T) {
	p, s, _ := board(t)
	f := &PolicyFile{Name: "policy.yaml"}
	if err := p.Start(t.Context(), f, []byte(smallPolicy), nil); err != nil {
		t.Fatal(err)
	}
	half := smallPolicy[:strings.Index(smallPolicy, "finance:")]
	p.Look(t.Context(), f, []byte(half), nil)
	p.Look(t.Context(), f, []byte(tighter(smallPolicy)), nil)
	wantRules(t, p, smallPolicy)
	p.Look(t.Context(), f, []byte(tighter(smallPolicy)), nil)
	wantRules(t, p, tighter(smallPolicy))
	p.Look(t.Context(), f, []byte(tighter(smallPolicy)), nil)
	if len(s.versions) != 2 {
		t.Errorf("there are %d versions, want 2: a file that does not change makes none", len(s.versions))
	}
	mustSave(t, p, tighter(smallPolicy)+"# console\n", boss, models.PolicyInForce)
	p.Look(t.Context(), f, []byte(tighter(smallPolicy)), nil)
	wantRules(t, p, tighter(smallPolicy)+"# console\n")
}

func TestBeingToldToLookAtAFileThatDidNotChangeTakesNothingBack(t *testing.T) {
	p, s, _ := board(t)
	f := &PolicyFile{Name: "policy.yaml"}
	if err := p.Start(t.Context(), f, []byte(smallPolicy), nil); err != nil {
		t.Fatal(err)
	}
	mustSave(t, p, tighter(smallPolicy), boss, models.PolicyInForce)
	p.Reload(t.Context(), f, []byte(smallPolicy))
	wantRules(t, p, tighter(smallPolicy))

	again := &Policies{Ledger: s, Who: company, Now: p.Now, Log: p.Log}
	f = &PolicyFile{Name: "policy.yaml"}
	if err := again.Start(t.Context(), f, nil, fmt.Errorf("no such file")); err != nil || !strings.Contains(again.Trouble(), "cannot be read") {
		t.Fatalf("started without its file: %v, %q", err, again.Trouble())
	}
	for range 3 {
		again.Look(t.Context(), f, []byte(smallPolicy), nil)
	}
	if wantRules(t, again, tighter(smallPolicy)); again.Trouble() != "" || len(s.versions) != 2 {
		t.Errorf("with the file back there are %d versions, and it says %q", len(s.versions), again.Trouble())
	}
}

func TestAFileThatIsChangedBackTakesItsProposalBack(t *testing.T) {
	p, s, _ := board(t)
	f := &PolicyFile{Name: "policy.yaml"}
	p.Reload(t.Context(), f, []byte(looser(smallPolicy)))
	p.Reload(t.Context(), f, []byte(smallPolicy))
	if got := s.versions[1]; got.State != models.PolicyWithdrawn || got.Note != "the file was changed back" {
		t.Errorf("got %+v", got)
	}
}

func TestABrokenFileLeavesTheLastGoodVersionAndSaysSo(t *testing.T) {
	p, s, log := board(t)
	f := &PolicyFile{Name: "policy.yaml"}
	p.Reload(t.Context(), f, []byte(strings.Replace(smallPolicy, "route:", "rout:", 1)))
	wantRules(t, p, smallPolicy)
	for where, says := range map[string]string{"the console": p.Trouble(), "the log": log.String()} {
		if !strings.Contains(says, "policy.yaml: the policy was refused:") || !strings.Contains(says, "line 7:") || !strings.Contains(says, "last good version stays in force") {
			t.Errorf("%s says %q", where, says)
		}
	}
	p.Reload(t.Context(), f, []byte(tighter(smallPolicy)))
	if p.Trouble() != "" || len(s.versions) != 2 {
		t.Errorf("mended, it still says %q", p.Trouble())
	}
	for look, want := range []string{"", "cannot be read", "cannot be read"} {
		if p.Look(t.Context(), f, nil, fmt.Errorf("no such file")); !strings.Contains(p.Trouble(), want) || want == "" && p.Trouble() != "" {
			t.Errorf("without a file at look %d it says %q, want %q", look, p.Trouble(), want)
		}
	}
	mustSave(t, p, tighter(smallPolicy)+"# console\n", boss, models.PolicyInForce)
	for range 3 {
		p.Look(t.Context(), f, []byte(tighter(smallPolicy)), nil)
	}
	if p.Trouble() != "" {
		t.Errorf("with the file back it says %q", p.Trouble())
	}
	wantRules(t, p, tighter(smallPolicy)+"# console\n")
}

func TestAProcessStartsOnTheLastGoodVersion(t *testing.T) {
	broken := "triage: ["
	for name, c := range map[string]struct {
		text    string
		shared  bool
		rules   string
		trouble string
	}{
		"the file as it was":                            {smallPolicy, false, tighter(smallPolicy), ""},
		"a broken file":                                 {broken, false, tighter(smallPolicy), "line 1"},
		"a file that tightens":                          {tighter(smallPolicy) + "# x", false, tighter(smallPolicy) + "# x", ""},
		"a file that loosens":                           {looser(smallPolicy), false, tighter(smallPolicy), ""},
		"an old file on one of several machines":        {smallPolicy + "# old", true, tighter(smallPolicy), "has the text of version 1"},
		"an old file on the only machine":               {smallPolicy + "# old", false, tighter(smallPolicy), ""},
		"a new file on one of several machines is news": {tighter(smallPolicy) + "# x", true, tighter(smallPolicy) + "# x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			first, s, _ := board(t)
			s.versions = nil
			if strings.HasSuffix(c.text, "# old") {
				mustSave(t, first, c.text, boss, models.PolicyInForce)
			}
			if err := first.Import(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(smallPolicy)); err != nil {
				t.Fatal(err)
			}
			mustSave(t, first, tighter(smallPolicy), boss, models.PolicyInForce)

			p := &Policies{Ledger: s, Who: company, Now: first.Now, Log: first.Log}
			if err := p.Start(t.Context(), &PolicyFile{Name: "policy.yaml", Shared: c.shared}, []byte(c.text), nil); err != nil {
				t.Fatal(err)
			}
			wantRules(t, p, c.rules)
			if !strings.Contains(p.Trouble(), c.trouble) || c.trouble == "" && p.Trouble() != "" {
				t.Errorf("it says %q, want %q", p.Trouble(), c.trouble)
			}
		})
	}
}

func TestAProcessDoesNotStartWithoutAPolicyThatCanRule(t *testing.T) {
	p := &Policies{Ledger: &shelf{}, Who: company, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
	if err := p.Start(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte("triage: ["), nil); models.KindOf(err) != models.Invalid || p.Policy() != nil {
		t.Errorf("a broken first file: got %v", err)
	}
	first, s, _ := board(t)
	p.Ledger, p.Who = s, slices.DeleteFunc(slices.Clone(company), func(o models.Person) bool { return o.ID == "sam" })
	err := p.Start(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(smallPolicy), nil)
	if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "@support-leads reaches 0 people") {
		t.Errorf("a version that names people who are gone: got %v", err)
	}
	_ = first
}

func TestEveryNodeTakesUpWhatAnotherPutInForce(t *testing.T) {
	p, s, _ := board(t)
	other := &Policies{Ledger: s, Who: company, Now: p.Now, Log: p.Log}
	for _, text := range []string{smallPolicy, tighter(smallPolicy)} {
		if text != smallPolicy {
			mustSave(t, p, text, boss, models.PolicyInForce)
		}
		if err := other.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantRules(t, other, text)
	}
}

func TestNothingLoosensWithoutTwoPeople(t *testing.T) {
	managers := []models.Person{boss, deputy}
	rapid.Check(t, func(rt *rapid.T) {
		p, s, _ := board(t)
		f := &PolicyFile{Name: "policy.yaml"}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			before := p.Policy()
			who := rapid.SampledFrom(append(managers, clerk)).Draw(rt, "who")
			text := fmt.Sprintf("%s# %d\n", strings.Replace(smallPolicy, "max_error: 10%", fmt.Sprintf("max_error: %d%%", rapid.IntRange(5, 15).Draw(rt, "error")), 1), rapid.IntRange(0, 1).Draw(rt, "remark"))
			n := rapid.IntRange(1, len(s.versions)+1).Draw(rt, "version")
			approvedBy := ""
			switch rapid.IntRange(0, 5).Draw(rt, "deed") {
			case 0:
				_, _ = p.Save(t.Context(), []byte(text), who, "console", "x")
			case 1:
				if v, err := p.Approve(t.Context(), n, who, "console"); err == nil {
					approvedBy = v.ApprovedBy.ID
				}
			case 2:
				_, _ = p.Withdraw(t.Context(), n, who, "x")
			case 3:
				_, _ = p.Rollback(t.Context(), n, who, "cli", "x")
			case 4:
				p.Reload(t.Context(), f, []byte(text))
			case 5:
				p = &Policies{Ledger: s, Who: company, Now: p.Now, Log: p.Log} // a restart
				if err := p.Start(t.Context(), &PolicyFile{Name: "policy.yaml"}, []byte(text), nil); err != nil {
					rt.Fatal(err)
				}
			}
			if len(Loosens(before, p.Policy())) == 0 {
				continue
			}
			v, _, _ := s.OpenPolicies(t.Context())
			if approvedBy == "" || v.SavedBy(approvedBy) {
				rt.Fatalf("version %d loosens, and was approved by %q; it was saved by %v", v.Number, approvedBy, v.Savers)
			}
		}
		for i, v := range s.versions {
			if v.Number != i+1 {
				rt.Fatalf("version %d is at %d", v.Number, i)
			}
		}
	})
}
