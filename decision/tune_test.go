package decision

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"remit/models"
)

func TestTuningChangesOneDelegationAndNothingElse(t *testing.T) {
	text, err := os.ReadFile("../policy.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		action models.Action
		level  models.Level
		error  float64
		wants  string
	}{
		{models.ActionPriority, models.LevelAsk, .07, "max_error: 7%"},
		{models.ActionHold, models.LevelAct, .125, "max_error: 12.5%"},
		{"stock.reorder", models.LevelAct, .03, "max_error: 3%"},
	} {
		t.Run(string(c.action), func(t *testing.T) {
			got, err := Tuned(text, c.action, c.level, c.error)
			if err != nil {
				t.Fatal(err)
			}
			var f policyFile
			dec := yaml.NewDecoder(bytes.NewReader(got))
			dec.KnownFields(true)
			if err := dec.Decode(&f); err != nil {
				t.Fatalf("what was written is no policy: %v\n%s", err, got)
			}
			if !strings.Contains(string(got), c.wants) || !strings.Contains(string(got), "call the vendor back on a known number") {
				t.Errorf("got\n%s", got)
			}
			comments := strings.Count(string(text), "#")
			if n := strings.Count(string(got), "#"); n < comments-2 {
				t.Errorf("of %d comments %d are left", comments, n)
			}
			again, err := Tuned(got, c.action, c.level, c.error)
			if err != nil || string(again) != string(got) {
				t.Errorf("tuned to the same again it differs: %v", err)
			}
		})
	}
}

func TestTuningRefusesWhatIsNotDelegatedOrCannotBe(t *testing.T) {
	text := []byte("triage:\n  approvers: \"@support-leads\"\n  priority: {level: ask}\n")
	for name, c := range map[string]struct {
		text   string
		action models.Action
		level  models.Level
		error  float64
	}{
		"an action that the policy does not name": {string(text), models.ActionRoute, models.LevelAct, .05},
		"a domain that it does not name":          {string(text), models.ActionHold, models.LevelAct, .05},
		"no level":                                {string(text), models.ActionPriority, "free", .05},
		"every error":                             {string(text), models.ActionPriority, models.LevelAct, 1},
		"no YAML":                                 {"a: [", models.ActionPriority, models.LevelAct, .05},
		"nothing":                                 {"", models.ActionPriority, models.LevelAct, .05},
	} {
		if got, err := Tuned([]byte(c.text), c.action, c.level, c.error); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %q, %v; want Invalid", name, got, err)
		}
	}
}
