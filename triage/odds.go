package triage

import (
	"fmt"

	"remit/models"
)

// Solved counts tickets of the past, and those of them that one public reply solved and that were not opened again.
type Solved struct {
	Tickets int `json:"tickets"`
	AtOnce  int `json:"at_once"`
}

// Odds are how often tickets are solved at first contact, by what they are about. The zero Odds know nothing.
type Odds struct {
	All Solved            `json:"all"`
	By  map[string]Solved `json:"by"` // by intent, as it was learned
}

// Below leastSolved tickets of an intent nothing is said of it; drawn is how many tickets of the usual sort each intent is
// taken to have had beside its own, so that a few tickets make no odd one.
const (
	leastSolved = 10
	drawn       = 10
	leastHarder = 0.1 // a smaller difference is none
)

// Of gives how likely a ticket about the intent is solved at first contact, drawn to the rate of all, and how likely one about
// anything else is. ok is false where too few of either are known.
func (o Odds) Of(intent string) (rate, others float64, ok bool) {
	own := o.By[intent]
	rest := Solved{Tickets: o.All.Tickets - own.Tickets, AtOnce: o.All.AtOnce - own.AtOnce}
	if own.Tickets < leastSolved || rest.Tickets < leastSolved {
		return 0, 0, false
	}
	all := float64(o.All.AtOnce) / float64(o.All.Tickets)
	rate = (float64(own.AtOnce) + drawn*all) / float64(own.Tickets+drawn)
	return rate, float64(rest.AtOnce) / float64(rest.Tickets), true
}

// WithOdds lets what is known of first contacts count for how complex a ticket is.
func WithOdds(o Odds) Option { return func(j *Judge) { j.odds = o } }

// harder gives by how much less often tickets about the same are solved at first contact than others; 0 where they are about as
// often, or that is not known.
func (c *situation) harder() float64 {
	rate, others, ok := c.firstContact()
	if !ok || others-rate < leastHarder {
		return 0
	}
	return others - rate
}

func (c *situation) firstContact() (rate, others float64, ok bool) {
	label, known := c.meant()
	if !known {
		return 0, 0, false
	}
	return c.odds.Of(label)
}

// hard says that tickets about the same are seldom solved at first contact; nothing where they are as others.
func (c *situation) hard() []models.Reason {
	if c.harder() == 0 {
		return nil
	}
	label, _ := c.meant()
	rate, others, _ := c.firstContact()
	text := fmt.Sprintf("Tickets about %s are solved at first contact %.0f %% of the time, others %.0f %%", models.CleanText(label), 100*rate, 100*others)
	return []models.Reason{{Code: "complexity.first_contact", Text: text}}
}
