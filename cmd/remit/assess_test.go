package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"remit/assess"
	"remit/decision"
	"remit/models"
)

func TestAssessReadsExportsAndWritesAPolicy(t *testing.T) {
	o := newOffice(t, nil)
	policy := filepath.Join(o.dir, "first.yaml")
	args := []string{"assess", "--payments", "../../assess/testdata/oxford.csv", "--currency", "gbp"}
	o.must("line 922, JTL TRAINING, 2,024.93 GBP: Same amount", append(args, "--policy-out", policy)...)
	text, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	who := directory{{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}}}
	if p, err := decision.LoadPolicy(text, who, o.now); err != nil || p.Domains[models.Finance] == nil {
		t.Errorf("the policy it wrote does not load: %v\n%s", err, text)
	}
	if _, err := o.run(append(args, "--policy-out", policy)...); models.KindOf(err) != models.Conflict {
		t.Errorf("a policy that is there was written over: %v", err)
	}
	var r assess.Report
	if err := json.Unmarshal([]byte(o.must(`"processes"`, append(args, "--json")...)), &r); err != nil || len(r.Processes) == 0 {
		t.Errorf("the JSON does not read back: %v", err)
	}
}

func TestAssessSaysWhatIsMissing(t *testing.T) {
	o := newOffice(t, nil)
	o.write("odd.csv", "id;colour\n1;red\n")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no file named":       {nil, "nothing to assess"},
		"a file that is away": {[]string{"--tickets", "away.csv"}, "away.csv cannot be read"},
		"other columns":       {[]string{"--tickets", filepath.Join(o.dir, "odd.csv")}, `the columns "id", "colour"`},
		"an odd currency":     {[]string{"--currency", "XXQ"}, "ISO 4217"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := o.run(append([]string{"assess"}, c.args...)...); err == nil || !contains(err, c.says) || exitCode(err) != 2 {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
}

func contains(err error, s string) bool { return strings.Contains(err.Error(), s) }

// directory is a company's people.
type directory []models.Person

// Reaches implements decision.Directory.
func (d directory) Reaches(name string) []models.Person {
	return slices.DeleteFunc(slices.Clone(d), func(p models.Person) bool { return !p.In(name) })
}
