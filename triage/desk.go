package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"remit/models"
)

// usualCapacity is how many open tickets somebody is compared by whose capacity is not said. They are never full.
const usualCapacity = 20

// filled gives how full somebody is, and whether another ticket still has room.
func filled(open, capacity int) (share float64, room bool) {
	if capacity <= 0 {
		return float64(open) / usualCapacity, true
	}
	return float64(open) / float64(capacity), open < capacity
}

// leastLoaded gives the queue that has the least to do for its size, by name where two are level, and a sentence that says
// so. The first one is given, and nothing said, where loads are not known or there is but one.
func (c *situation) leastLoaded(queues []models.Queue) (models.Queue, []models.Reason) {
	if len(queues) < 2 || len(c.Loads) == 0 {
		return queues[0], nil
	}
	least := slices.MinFunc(queues, func(a, b models.Queue) int {
		x, _ := c.LoadOf(a.Name, "")
		y, _ := c.LoadOf(b.Name, "")
		fx, roomX := filled(x.Open, a.Capacity)
		fy, roomY := filled(y.Open, b.Capacity)
		return cmp.Or(boolFirst(roomX, roomY), cmp.Compare(fx, fy), cmp.Compare(a.Name, b.Name))
	})
	load, _ := c.LoadOf(least.Name, "")
	said := fmt.Sprintf("%s has %s, the fewest for its size of %d that could take it", models.CleanText(least.Name), openOf(load.Open, least.Capacity), len(queues))
	if _, room := filled(load.Open, least.Capacity); !room {
		said = fmt.Sprintf("All %d that could take it are full; %s has %s", len(queues), models.CleanText(least.Name), openOf(load.Open, least.Capacity))
	}
	return least, []models.Reason{{Code: "route.load", Text: said}}
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func openOf(open, capacity int) string {
	if capacity <= 0 {
		return fmt.Sprintf("%d open", open)
	}
	return fmt.Sprintf("%d open of %d", open, capacity)
}

// seated gives the proposal with the person of its queue to whom the ticket goes: of those who speak the customer's language
// and know what it is about, who are there and have room, the one with the least to do for what they can take; by name where
// two are level. Where there is nobody it stays with the queue, and says why. Who has the ticket already keeps it.
func (c *situation) seated(p models.Proposal) models.Proposal {
	q, ok := c.policy.Queue(p.Value)
	counted := slices.ContainsFunc(q.People, func(a models.Agent) bool { _, known := c.LoadOf(q.Name, a.Name); return known })
	if !ok || !counted || c.Ticket.Assignee != "" {
		return p
	}
	label, _ := c.meant()
	if c.source() == models.IntentGroup {
		label = "" // a group is what it goes to, and not what it is about
	}
	var able, free []models.Agent
	for _, a := range q.People {
		if !a.Knows(label) || !a.Speaks(c.language()) && c.lang != unclear {
			continue
		}
		able = append(able, a)
		load, known := c.LoadOf(q.Name, a.Name)
		if _, room := filled(load.Open, a.Capacity); known && load.Here && room {
			free = append(free, a)
		}
	}
	if len(free) == 0 {
		p.Reasons = append(p.Reasons, models.Reason{Code: "route.nobody", Text: c.nobody(q, able)})
		return p
	}
	best := slices.MinFunc(free, func(a, b models.Agent) int {
		fa, _ := filled(c.openOf(q, a), a.Capacity)
		fb, _ := filled(c.openOf(q, b), b.Capacity)
		return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(a.Name, b.Name))
	})
	p.Assignee = best.Name
	p.Reasons = append(p.Reasons, models.Reason{Code: "route.person", Text: c.why(q, best, label, len(free))})
	return p
}

func (c *situation) openOf(q models.Queue, a models.Agent) int {
	l, _ := c.LoadOf(q.Name, a.Name)
	return l.Open
}

// why says why the ticket goes to the person: "Ana speaks German and knows Refund; has 3 open of 8, the fewest of 4".
func (c *situation) why(q models.Queue, a models.Agent, label string, of int) string {
	var skills []string
	if len(a.Languages) > 0 && a.Speaks(c.language()) {
		skills = append(skills, "speaks "+languageName(c.language()))
	}
	if len(a.Intents) > 0 {
		skills = append(skills, "knows "+models.CleanText(label))
	}
	said := models.CleanText(a.Name) + " "
	if len(skills) > 0 {
		said += strings.Join(skills, " and ") + "; "
	}
	said += "has " + openOf(c.openOf(q, a), a.Capacity)
	if of > 1 {
		return said + fmt.Sprintf(", the fewest of %d", of)
	}
	return said + ", and is the only one free"
}

// maxNamed is how many people a sentence names.
const maxNamed = 3

// nobody says why nobody of the queue gets the ticket.
func (c *situation) nobody(q models.Queue, able []models.Agent) string {
	name := models.CleanText(q.Name)
	if len(able) == 0 {
		return "Nobody of " + name + " is known to take this, so it goes to the group"
	}
	var said []string
	for _, a := range able[:min(len(able), maxNamed)] {
		if l, _ := c.LoadOf(q.Name, a.Name); !l.Here {
			said = append(said, models.CleanText(a.Name)+" is not there")
			continue
		}
		said = append(said, models.CleanText(a.Name)+" has "+openOf(c.openOf(q, a), a.Capacity))
	}
	if rest := len(able) - len(said); rest > 0 {
		said = append(said, fmt.Sprintf("and %d more", rest))
	}
	return "Nobody of " + name + " is free, so it goes to the group: " + strings.Join(said, ", ")
}

// languageNames are the languages that the judge tells apart.
var languageNames = map[string]string{
	"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "ru": "Russian",
	"el": "Greek", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "th": "Thai", "ko": "Korean", "ja": "Japanese", "zh": "Chinese",
}

func languageName(code string) string { return cmp.Or(languageNames[code], code) }
