package models

import (
	"fmt"
	"maps"
	"slices"
)

// Matter is something about a ticket that another judge may be asked in place of remit's own.
type Matter string

// The matters.
const (
	MatterIntent  Matter = "intent"
	MatterUrgency Matter = "urgency"
	MatterTone    Matter = "tone"
	MatterReply   Matter = "reply"
)

// Matters lists the matters.
func Matters() []Matter { return []Matter{MatterIntent, MatterUrgency, MatterTone, MatterReply} }

// Advice is what another judge said of a ticket before it was decided on, with what that is worth by people's verdicts.
// It is part of the facts, so that what is decided by it can be told again.
type Advice struct {
	Opinion
	For  []Matter         `json:"for,omitempty"`  // that it is in place of remit's own judge for; none: it only stands beside
	Of   string           `json:"of"`             // what it was asked about, see AskedOf
	Why  string           `json:"why,omitempty"`  // why there is no opinion, so that remit's own judge decides; empty where there is one
	Past map[Action]Past  `json:"past,omitempty"` // what people said of the two judges before
	Own  map[Action]Other `json:"own,omitempty"`  // what remit's own judge made of it
}

// Other is one judge's value for an action beside another's.
type Other struct {
	Own   string `json:"own"`
	Other string `json:"other"`
}

// AskedOf identifies what a judge is asked about a ticket: its words, and what is set already. An opinion about anything else
// is none about this.
func AskedOf(t Ticket) string {
	return NewID("ask", t.Subject, t.Latest(), string(t.Priority), t.Group)
}

// On reports whether the judge is in place for the matter and said something.
func (a *Advice) On(m Matter) bool { return a != nil && a.Why == "" && slices.Contains(a.For, m) }

// Missing reports whether the judge is in place for the matter and has no opinion, and says why.
func (a *Advice) Missing(m Matter) (why string, missing bool) {
	if a == nil || a.Why == "" || !slices.Contains(a.For, m) {
		return "", false
	}
	return a.Why, true
}

// Value gives what the judge says for an action; empty where it has no opinion on it.
func (a *Advice) Value(of Action) string {
	switch {
	case a == nil || a.Why != "":
		return ""
	case of == ActionPriority:
		return string(a.Priority)
	case of == ActionRoute:
		return a.Intent
	}
	return ""
}

// Without gives the advice as it is once nobody goes by it, for a reason.
func (a Advice) Without(why string) *Advice {
	a.Opinion = Opinion{Model: a.Model}
	a.Why = why
	return &a
}

// Beside gives the advice with what remit's own judge says beside the other.
func (a Advice) Beside(of Action, own string) *Advice {
	a.Own = maps.Clone(a.Own)
	if a.Own == nil {
		a.Own = map[Action]Other{}
	}
	a.Own[of] = Other{Own: own, Other: a.Value(of)}
	return &a
}

// Past is what people said where two judges had an opinion on an action: their verdicts are what either is worth.
type Past struct {
	Worth      float64 `json:"worth"`       // what the confidence that the other stated is worth
	Same       int     `json:"same"`        // where both said the same,
	SameRight  int     `json:"same_right"`  // they were right so often
	Apart      int     `json:"apart"`       // where they said different things,
	OwnRight   int     `json:"own_right"`   // remit's own was right so often,
	OtherRight int     `json:"other_right"` // and the other so often
}

// apartKnown is how many verdicts the even odds weigh that either of two judges who differ is right, before people have
// said anything.
const apartKnown = 20

// apart gives the most that can be believed of a judge that differs from another: the share of such tickets that it was right
// on, drawn to even odds while few of them are known (the mean of a beta distribution that began at 10 to 10).
func (p Past) apart(right int) float64 {
	return (float64(right) + apartKnown/2.) / float64(p.Apart+apartKnown)
}

// OwnApart gives the most that can be believed of remit's own judge where the other differs.
func (p Past) OwnApart() float64 { return p.apart(p.OwnRight) }

// OtherApart gives the most that can be believed of the other judge where remit's own differs.
func (p Past) OtherApart() float64 { return p.apart(p.OtherRight) }

// tellFrom is how many tickets make a share worth telling.
const tellFrom = 20

// SaysSame says how often both were right together, as the end of a sentence.
func (p Past) SaysSame() string { return says(p.Same, p.SameRight) }

// SaysApart says how often the one whose word is gone by was right where they differed, as the end of a sentence.
func (p Past) SaysApart(right int) string { return says(p.Apart, right) }

func says(n, right int) string {
	if n < tellFrom {
		return "people have settled too few such tickets to say what that is worth"
	}
	return fmt.Sprintf("of %d such tickets %.0f %% were right", n, 100*float64(right)/float64(n))
}
