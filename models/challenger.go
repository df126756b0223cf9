package models

import (
	"strings"
	"time"
)

// Challenger is a policy that is tried out beside the one in force, on the same events and without any effect, until a
// person promotes it or ends the trial.
type Challenger struct {
	Name    string    `json:"name" gorm:"primaryKey"`
	Text    string    `json:"text"`
	Sum     string    `json:"sum"` // from the text, as a decision names the policy that ruled
	By      Actor     `json:"by" gorm:"serializer:json"`
	At      time.Time `json:"at"` // it is compared on what was decided since
	EndedBy Actor     `json:"ended_by,omitzero" gorm:"serializer:json"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	Became  string    `json:"became"` // of an ended one: "promoted" or "dropped", and what came of it
}

// Ended reports a trial that is over.
func (c Challenger) Ended() bool { return c.Became != "" }

// longestName is how long a challenger's name may be.
const longestName = 60

// Check reports, as Invalid, a name by which a trial could not be spoken of.
func (c Challenger) Check() error {
	if c.Name == "" || len(c.Name) > longestName || strings.TrimSpace(c.Name) != c.Name || strings.ContainsAny(c.Name, "\n\r\t") {
		return FieldErrorf("name", "a name of 1 to %d characters on one line is needed", longestName)
	}
	return nil
}

// Shadow is what another judge would have proposed where a decision was made. It has no effect.
type Shadow struct {
	DecisionID string    `json:"decision_id" gorm:"primaryKey"`
	Candidate  string    `json:"candidate" gorm:"primaryKey"` // name and version of that judge
	Value      string    `json:"value"`                       // empty: it would have proposed nothing
	Confidence float64   `json:"confidence"`
	At         time.Time `json:"at"`
}
