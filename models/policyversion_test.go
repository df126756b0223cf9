package models

import (
	"testing"
	"time"
)

func TestAVersionOfThePolicyMovesOneWay(t *testing.T) {
	at := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		from, to PolicyState
		want     Kind
	}{
		"what tightens rules at once":         {"", PolicyInForce, ""},
		"what loosens is proposed":            {"", PolicyProposed, ""},
		"what is proposed may be approved":    {PolicyProposed, PolicyInForce, ""},
		"what is proposed may be withdrawn":   {PolicyProposed, PolicyWithdrawn, ""},
		"what rules makes way":                {PolicyInForce, PolicyReplaced, ""},
		"what rules is not withdrawn":         {PolicyInForce, PolicyWithdrawn, Conflict},
		"what was replaced never rules again": {PolicyReplaced, PolicyInForce, Conflict},
		"what was withdrawn never rules":      {PolicyWithdrawn, PolicyInForce, Conflict},
		"nothing begins withdrawn":            {"", PolicyWithdrawn, Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			v := PolicyVersion{Number: 3, State: c.from, Revision: 4}
			err := v.To(c.to, Actor{ID: "olga"}, at)
			if KindOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if err == nil && (v.State != c.to || v.Revision != 5) || err != nil && (v.State != c.from || v.Revision != 4) {
				t.Errorf("got %s at revision %d", v.State, v.Revision)
			}
		})
	}
}

func TestASecondPersonIsAManagerWhoHasNotSavedTheText(t *testing.T) {
	manager := func(id string) Person { return Person{ID: id, Roles: []Role{RoleManager}} }
	v := PolicyVersion{Author: manager("olga").Actor(), Savers: []string{"olga", "mo"}}
	for name, c := range map[string]struct {
		v    PolicyVersion
		who  Person
		want Kind
	}{
		"another manager":                     {v, manager("nina"), ""},
		"an admin":                            {v, Person{ID: "ada", Roles: []Role{RoleAdmin}}, ""},
		"the author":                          {v, manager("olga"), Denied},
		"somebody who saved the same":         {v, manager("mo"), Denied},
		"an approver":                         {v, Person{ID: "sam", Roles: []Role{RoleApprover}}, Denied},
		"anybody, of a file":                  {PolicyVersion{Author: ByFile}, manager("olga"), ""},
		"a manager whose id is the file's":    {PolicyVersion{Author: ByFile}, manager("file"), ""},
		"the author where no savers are kept": {PolicyVersion{Author: manager("olga").Actor()}, manager("olga"), Denied},
	} {
		if err := c.v.MayApprove(c.who); KindOf(err) != c.want {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
