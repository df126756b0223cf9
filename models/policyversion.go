package models

import (
	"slices"
	"time"
)

// PolicyState is where a version of the policy stands.
type PolicyState string

// The states of a version.
const (
	PolicyProposed  PolicyState = "proposed"  // loosens something, and waits for a second person
	PolicyInForce   PolicyState = "in_force"  // the one that rules; there is at most one
	PolicyReplaced  PolicyState = "replaced"  // was in force
	PolicyWithdrawn PolicyState = "withdrawn" // was proposed, and somebody took it back or proposed another
)

var policySteps = map[PolicyState][]PolicyState{
	"":             {PolicyProposed, PolicyInForce},
	PolicyProposed: {PolicyInForce, PolicyWithdrawn},
	PolicyInForce:  {PolicyReplaced},
}

// PolicyVersion is one text of the policy, with who brought it, why, and what became of it.
type PolicyVersion struct {
	Number     int         `json:"number" gorm:"primaryKey;autoIncrement:false"` // counts up from 1
	Revision   int         `json:"-"`                                            // advances with every change and never goes back
	Text       string      `json:"text"`
	Sum        string      `json:"sum"` // from the text: what decisions name
	State      PolicyState `json:"state"`
	Author     Actor       `json:"author" gorm:"serializer:json"`
	Savers     []string    `json:"savers" gorm:"serializer:json"` // ids of the people known to have saved this very text
	Via        string      `json:"via"`                           // "file", "console", "cli"
	Why        string      `json:"why"`
	Loosens    []string    `json:"loosens" gorm:"serializer:json"` // in plain sentences, beside the version in force then
	Against    int         `json:"against"`                        // the number of that version; 0 for the first
	CreatedAt  time.Time   `json:"created_at" gorm:"autoCreateTime:false"`
	ApprovedBy Actor       `json:"approved_by,omitzero" gorm:"serializer:json"`
	InForceAt  time.Time   `json:"in_force_at,omitzero"`
	EndedBy    Actor       `json:"ended_by,omitzero" gorm:"serializer:json"`
	EndedAt    time.Time   `json:"ended_at,omitzero"`
	Note       string      `json:"note"` // why it ended, where somebody said
}

// ByFile is the author of a version that was edited where the configuration names it: nobody here knows by whom.
var ByFile = Actor{Kind: ByUnknown, ID: "file", Name: "the policy file"}

// To moves the version to another state, or reports a Conflict that says where it stands.
func (v *PolicyVersion) To(s PolicyState, by Actor, at time.Time) error {
	if !slices.Contains(policySteps[v.State], s) {
		return Errorf(Conflict, "Version %d is %s.", v.Number, v.State.Words())
	}
	v.State = s
	v.Revision++
	switch s {
	case PolicyInForce:
		v.InForceAt = at
	case PolicyReplaced, PolicyWithdrawn:
		v.EndedBy, v.EndedAt = by, at
	}
	return nil
}

// Words says the state: "in force", "withdrawn".
func (s PolicyState) Words() string {
	if s == PolicyInForce {
		return "in force"
	}
	return string(s)
}

// SavedBy reports whether the person is known to have saved this text, and so is no second person for it.
func (v PolicyVersion) SavedBy(id string) bool {
	return v.Author.IsPerson() && v.Author.ID == id || slices.Contains(v.Savers, id)
}

// MayApprove reports, as Denied, somebody who is not a second person for the version.
func (v PolicyVersion) MayApprove(p Person) error {
	switch {
	case !p.Has(RoleManager):
		return Errorf(Denied, "A loosening is approved by a manager: %s is none.", p.Actor().Display())
	case v.SavedBy(p.ID):
		return Errorf(Denied, "You brought this version yourself: a second manager approves it.")
	}
	return nil
}
