package models

import "time"

// Opinion is what another judge makes of a ticket. What it does not speak of is empty.
type Opinion struct {
	Intent     string   `json:"intent,omitempty"`
	Priority   Priority `json:"priority,omitempty"`
	Anger      float64  `json:"anger,omitempty"` // 0..1
	Draft      string   `json:"draft,omitempty"`
	Confidence float64  `json:"confidence"` // as it was stated: nobody believes it before verdicts bear it out
	Model      string   `json:"model"`
}

// Second is what another judge said of a decision, beside it.
type Second struct {
	DecisionID string    `json:"decision_id" gorm:"primaryKey"`
	Model      string    `json:"model" gorm:"primaryKey"`
	Action     Action    `json:"action"`
	Own        string    `json:"own"`        // what remit proposed
	Other      string    `json:"other"`      // what the other judge would; empty where it had no opinion
	Confidence float64   `json:"confidence"` // stated
	Error      string    `json:"error"`      // why it had none
	At         time.Time `json:"at"`
}

// TableName is the table's name in both databases.
func (Second) TableName() string { return "second_opinions" }

// Agrees reports whether both judges say the same.
func (s Second) Agrees() bool { return s.Other == s.Own }
