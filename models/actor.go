package models

import (
	"slices"
	"strings"
)

// ActorKind says what sort of actor did a thing. Verdicts come from people alone.
type ActorKind string

// The kinds of actor.
const (
	ByRemit      ActorKind = "remit"      // this service
	ByPerson     ActorKind = "person"     // somebody of the company: an agent, an approver
	ByCustomer   ActorKind = "customer"   // the customer who wrote
	ByAutomation ActorKind = "automation" // a trigger, a bot, another system
	ByUnknown    ActorKind = "unknown"    // the sender did not say
)

// Actor is who did something, here or upstream. ID is a Person's id where the company knows the person, else the
// provider's own id led by the source ("helpdesk/900").
type Actor struct {
	Kind ActorKind `json:"kind,omitempty"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
}

// Remit is the actor of everything that this service does by itself.
var Remit = Actor{Kind: ByRemit, ID: "remit", Name: "remit"}

// IsPerson reports whether what the actor did can count as a person's judgement.
func (a Actor) IsPerson() bool { return a.Kind == ByPerson }

// Display gives the name, or the id where there is none.
func (a Actor) Display() string {
	if a.Name != "" {
		return a.Name
	}
	if a.ID != "" {
		return a.ID
	}
	return "somebody"
}

// Role is what a person may do here apart from answering.
type Role string

// The roles. An approver answers asks within the policy; a manager also pauses, undoes in bulk and tunes; an admin also
// links people to accounts.
const (
	RoleApprover Role = "approver"
	RoleManager  Role = "manager"
	RoleAdmin    Role = "admin"
)

// Person is somebody whom the configuration names.
type Person struct {
	ID     string   `json:"id"`
	Name   string   `json:"name,omitempty"`
	Slack  string   `json:"slack,omitempty"` // Slack user id
	Email  string   `json:"email,omitempty"`
	Roles  []Role   `json:"roles,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Limit  Money    `json:"limit,omitzero"` // the largest single payment this person may approve; zero: no limit of their own
}

// Actor gives the person as the actor of a deed.
func (p Person) Actor() Actor {
	name := p.Name
	if name == "" {
		name = p.ID
	}
	return Actor{Kind: ByPerson, ID: p.ID, Name: name}
}

// Called reports whether a name that books or planners write is this person's: their id, e-mail address or name, in whatever
// case.
func (p Person) Called(name string) bool {
	name = strings.TrimSpace(name)
	return name != "" && (strings.EqualFold(p.ID, name) || strings.EqualFold(p.Email, name) || strings.EqualFold(p.Name, name))
}

// MayBe reports whether such a name may be this person's for all that is known: they have no address to tell it from.
func (p Person) MayBe(name string) bool {
	return name != "" && p.Email == "" && (strings.Contains(name, "@") || p.Newcomer())
}

// Has reports whether the person holds the role; an admin holds a manager's, a manager an approver's.
func (p Person) Has(r Role) bool {
	switch {
	case slices.Contains(p.Roles, r), slices.Contains(p.Roles, RoleAdmin):
		return true
	case r == RoleApprover:
		return slices.Contains(p.Roles, RoleManager)
	}
	return false
}

// In reports whether name, with or without a leading @, is this person or a group of theirs.
func (p Person) In(name string) bool {
	if len(name) > 0 && name[0] == '@' {
		name = name[1:]
	}
	return name != "" && (name == p.ID || slices.Contains(p.Groups, name))
}
