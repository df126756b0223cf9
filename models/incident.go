package models

import "time"

// Incident is what many tickets tell of at once.
type Incident struct {
	Key     string    `json:"key"`     // what they have in common
	Tickets []string  `json:"tickets"` // items, oldest first, as many as are kept
	Count   int       `json:"count"`   // how many there are
	Since   time.Time `json:"since"`   // when the first came
	Title   string    `json:"title"`
}

// Many reports an incident that more than one ticket tells of.
func (i *Incident) Many() bool { return i != nil && i.Count > 1 }
