package decision

import (
	"os"
	"testing"

	"remit/models"
)

func TestTheExamplePolicyLoads(t *testing.T) {
	text, err := os.ReadFile("../policy.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	who := append(people{
		{ID: "duty-manager", Roles: []models.Role{models.RoleApprover}},
		{ID: "head-of-support", Roles: []models.Role{models.RoleApprover}},
		{ID: "lee", Roles: []models.Role{models.RoleApprover}, Groups: []string{"legal"}},
	}, company...)
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
