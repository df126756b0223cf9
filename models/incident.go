package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// IncidentFrom is how many tickets about the same thing there must be within the hour, beside a ticket, for them to be
// one incident.
const IncidentFrom = 5

// Incident is a burst of tickets about the same thing, asked about on one card.
type Incident struct {
	ID      string    `json:"id"`      // IncidentItem
	Key     string    `json:"key"`     // the first ticket's id at its helpdesk
	Title   string    `json:"title"`   // the first ticket's subject
	Tickets []string  `json:"tickets"` // items, the oldest first; of very many the first ones
	Count   int       `json:"count"`   // of all of them
	Since   time.Time `json:"since"`   // the first one's time
}

const incidentPrefix = "incident:"

// IncidentItem is the id of an incident, by its first ticket.
func IncidentItem(source, key string) string { return incidentPrefix + source + ":" + key }

// IsIncident reports the id of an incident.
func IsIncident(item string) bool { return strings.HasPrefix(item, incidentPrefix) }

// IncidentTag is the tag by which the tickets of an incident are found again in the helpdesk.
func IncidentTag(item string) string {
	return "incident-" + item[strings.LastIndexByte(item, ':')+1:]
}

// Display says the incident in a few words, for titles.
func (i Incident) Display() string {
	return fmt.Sprintf("Incident, %d tickets: %s", i.Count, i.Title)
}

// Membership says which incident a ticket is of.
type Membership struct {
	Ticket   string    `gorm:"primaryKey"`
	Incident string    // IncidentItem
	At       time.Time // when the ticket was created
}

// TableName is the table's name in both databases.
func (Membership) TableName() string { return "incident_tickets" }

// Seen is a ticket of the last hour, as far as it takes to tell which others are about the same.
type Seen struct {
	ID         string
	Source     string
	ExternalID string
	Subject    string
	Marks      []uint32 // of its words, ascending
	Incident   string   // that it is of; empty for none
	CreatedAt  time.Time
}

// What two tickets must share to be about the same: so many marks, and so large a part of the shorter one's. With the
// same subject line fewer do, but one is needed: many tickets are called "Question".
const (
	sharedMarks   = 3
	sharedPart    = 0.5
	titledPart    = 0.34
	titledMarks   = 2
	markedAtLeast = 2
)

// Alike reports whether two tickets of one helpdesk seem to be about the same thing.
func (s Seen) Alike(o Seen) bool {
	if s.Source != o.Source || s.ID == o.ID {
		return false
	}
	short := min(len(s.Marks), len(o.Marks))
	if short < markedAtLeast {
		return s.Subject != "" && s.Subject == o.Subject && short == max(len(s.Marks), len(o.Marks)) && slices.Equal(s.Marks, o.Marks)
	}
	shared := s.shared(o)
	part := float64(shared) / float64(short)
	if s.Subject != "" && s.Subject == o.Subject {
		return shared >= titledMarks && part >= titledPart
	}
	return shared >= sharedMarks && part >= sharedPart
}

// shared counts the marks that both have.
func (s Seen) shared(o Seen) int {
	n, i, j := 0, 0, 0
	for i < len(s.Marks) && j < len(o.Marks) {
		switch {
		case s.Marks[i] == o.Marks[j]:
			n, i, j = n+1, i+1, j+1
		case s.Marks[i] < o.Marks[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// Likeness is a ticket that many others are compared with: most are told to be about something else without counting which
// marks they share.
type Likeness struct {
	of     Seen
	marked [markBits / 64]uint64 // a bit for each mark, some of them for several
}

const markBits = 2048

// Likeness gives the ticket to be compared with others.
func (s Seen) Likeness() *Likeness {
	l := &Likeness{of: s}
	for _, m := range s.Marks {
		l.marked[m%markBits/64] |= 1 << (m % 64)
	}
	return l
}

// Alike reports whether the two tickets seem to be about the same thing, as Seen.Alike does.
func (l *Likeness) Alike(o *Seen) bool {
	short := min(len(l.of.Marks), len(o.Marks))
	if short >= markedAtLeast {
		if most := l.mostShared(o); most < titledMarks || float64(most)/float64(short) < titledPart {
			return false
		}
	}
	return l.of.Alike(*o)
}

// mostShared gives a number of marks that the tickets share no more of.
func (l *Likeness) mostShared(o *Seen) int {
	n := uint64(0)
	for _, m := range o.Marks {
		n += l.marked[m%markBits/64] >> (m % 64) & 1
	}
	return int(n)
}
