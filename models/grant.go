package models

import (
	"fmt"
	"time"
)

// Grant is a level of autonomy that a named person has granted ahead of evidence, for a time and with a reason. Those that
// the policy file gives have neither an id nor a time.
type Grant struct {
	ID      string    `json:"id,omitempty" gorm:"primaryKey"`
	Action  Action    `json:"action"`
	Segment string    `json:"segment"` // empty for all
	Level   Level     `json:"level"`
	By      string    `json:"by"`
	Until   Day       `json:"until"` // the last day of the grant
	Reason  string    `json:"reason"`
	At      time.Time `json:"at,omitzero"`
}

// String says who granted what, until when and why.
func (g Grant) String() string {
	what := string(g.Action)
	if g.Segment != "" {
		what += " in " + g.Segment
	}
	return fmt.Sprintf("%s is granted for %s by %s until %s: %s", g.Level, what, g.By, g.Until, g.Reason)
}

// Covers reports whether the grant holds in the segment.
func (g Grant) Covers(segment string) bool { return g.Segment == "" || g.Segment == segment }

// Holds reports whether the grant is in force on the day for an action in a segment.
func (g Grant) Holds(a Action, segment string, on Day) bool {
	return g.Action == a && g.Covers(segment) && on <= g.Until
}
