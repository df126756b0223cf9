package models

import "time"

// LinkState is where a Slack user's wish to be known stands.
type LinkState string

// The states of a link.
const (
	LinkAsked   LinkState = "asked"
	LinkLinked  LinkState = "linked"
	LinkRefused LinkState = "refused"
)

// Link is a Slack user's wish to be known here, and what an admin said to it. Nobody is known by it before that.
type Link struct {
	SlackID   string    `json:"slack_id"`
	Name      string    `json:"name"` // as Slack shows them, for the admin's eyes alone
	State     LinkState `json:"state"`
	PersonID  string    `json:"person_id"` // who they are, once linked
	By        string    `json:"by"`        // the admin
	AskedAt   time.Time `json:"asked_at"`
	SettledAt time.Time `json:"settled_at,omitzero"`
}

// Newcomer is the person that a link makes of a Slack user whom the configuration does not name: an approver without any
// group of their own, so that Slack's user groups alone say what they may answer.
func (l Link) Newcomer() Person {
	return Person{ID: NewcomerID(l.SlackID), Name: l.Name, Slack: l.SlackID, Roles: []Role{RoleApprover}}
}

// Newcomer reports whether a link has made the person of a Slack user.
func (p Person) Newcomer() bool { return p.Slack != "" && p.ID == NewcomerID(p.Slack) }

// NewcomerID is the id of a person whom a link has made of a Slack user.
func NewcomerID(slackID string) string { return "slack-" + slackID }

// Settle takes an admin's word on the link: who the user is, or that they stay unknown where personID is empty. Only an
// admin may, and nobody for themselves: the error is Denied. One that was settled already is a Conflict.
func (l *Link) Settle(by Person, personID string, at time.Time) error {
	switch {
	case !by.Has(RoleAdmin):
		return Errorf(Denied, "Only an admin of remit may say who somebody is.")
	case by.Slack == l.SlackID || by.ID == personID:
		return Errorf(Denied, "Another admin must say so: nobody links themselves.")
	case l.State != LinkAsked:
		return Errorf(Conflict, "This was settled already: %s, by %s.", l.State, l.By)
	}
	l.State, l.PersonID, l.By, l.SettledAt = LinkLinked, personID, by.ID, at
	if personID == "" {
		l.State = LinkRefused
	}
	return nil
}
