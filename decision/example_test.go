package decision

import (
	"os"
	"strings"
	"testing"

	"remit/models"
)

func TestTheExamplePolicyLoads(t *testing.T) {
	text, err := os.ReadFile("../policy.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	who := append(people{{ID: "lee", Roles: []models.Role{models.RoleApprover}, Groups: []string{"legal"}}}, company...)
	p, err := LoadPolicy(text, who, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []models.Action{
		models.ActionPriority, models.ActionRoute, models.ActionTag, models.ActionReply, models.ActionSchedule, models.ActionHold,
	} {
		if _, ok := p.Delegation(a); !ok {
			t.Errorf("the example does not show %s", a)
		}
	}
}

func TestTheManualsFirstPolicyLoads(t *testing.T) {
	text, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	first, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the manual shows no policy")
	}
	if _, err := LoadPolicy([]byte(first), company, noon); err != nil {
		t.Error(err)
	}
}
