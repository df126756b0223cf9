package decision

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"remit/models"
)

// deskFresh is how long a count of open tickets is used before it is made again. What is given out meanwhile is added here,
// so that only another node's routes of that time are missed.
const deskFresh = 15 * time.Second

// desk keeps how many tickets wait for each group and person, so that they need not be counted for each batch.
type desk struct {
	mu   sync.Mutex
	at   time.Time // when they were counted
	open models.OpenTickets
}

// count gives the tickets that wait, as they were counted at most deskFresh ago. The maps are the caller's own.
func (d *desk) count(ctx context.Context, now time.Time, count func(context.Context) (models.OpenTickets, error)) (models.OpenTickets, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if age := now.Sub(d.at); d.at.IsZero() || age < 0 || age >= deskFresh {
		open, err := count(ctx)
		if err != nil {
			return models.OpenTickets{}, err
		}
		if open.Groups == nil {
			open.Groups = map[string]int{}
		}
		if open.People == nil {
			open.People = map[string]int{}
		}
		d.at, d.open = now, open
	}
	return models.OpenTickets{Groups: maps.Clone(d.open.Groups), People: maps.Clone(d.open.People)}, nil
}

// give adds the ticket that a judgement would route to those whom it goes to.
func (d *desk) give(j models.Judgement) {
	p, ok := j.For(models.ActionRoute)
	if !ok || len(j.Facts.Loads) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at.IsZero() {
		return
	}
	d.open.Groups[p.Value]++
	if p.Assignee != "" {
		d.open.People[p.Assignee]++
	}
}

// Assigner is a Writer that can give a ticket to somebody, and take it from them again, with the group.
type Assigner interface {
	Assigns()
}

// seats reports, as Invalid, an answer that gives a ticket to somebody who cannot have it: where its source is not told to whom, or
// no queue is written with which that could be told; the tickets of an incident; and somebody whom the policy does not name
// among the queue's people where it names any.
func (b *batch) seats(d models.Decision, a models.Answer) error {
	if a.Assignee == "" {
		return nil
	}
	writer, _ := b.Sources.Writer(d.Source)
	if _, assigns := writer.(Assigner); !assigns || models.IsIncident(d.Item) {
		return models.FieldErrorf("assignee", "This cannot be given to one person: choose the queue alone.")
	}
	if a.Value == d.Before {
		return models.FieldErrorf("assignee", "The ticket is in %s already: give it to %s there.", a.Value, a.Assignee)
	}
	q, _ := b.policy.TriageRules().Queue(a.Value)
	if len(q.People) > 0 && !slices.ContainsFunc(q.People, func(p models.Agent) bool { return p.Name == a.Assignee }) {
		return models.FieldErrorf("assignee", "%s is not of %s.", a.Assignee, a.Value)
	}
	return nil
}

// loads gives how much the policy's queues and their people have to do, and who of them is there, in the policy's order.
// Nobody is named where the ticket's source could not be told.
func (b *batch) loads(rules models.TriageRules, source string) ([]models.Load, error) {
	open, err := b.desk.count(b.ctx, b.now, b.reader.OpenTickets)
	if err != nil {
		return nil, err
	}
	working := b.policy.Calendar.Open(b.now.In(b.policy.Zone))
	writer, _ := b.Sources.Writer(source)
	_, assigns := writer.(Assigner)
	var out []models.Load
	for _, q := range rules.Queues {
		out = append(out, models.Load{Queue: q.Name, Open: open.Groups[q.Name], Here: working})
		for _, a := range q.People {
			if !assigns {
				break
			}
			out = append(out, models.Load{Queue: q.Name, Person: a.Name, Open: open.People[a.Name], Here: b.here(a, working)})
		}
	}
	return out, nil
}

// here reports whether somebody is there: on their rota where they have one, else in working hours.
func (b *batch) here(a models.Agent, working bool) bool {
	if a.Rota == "" {
		return working
	}
	return b.OnRota != nil && slices.Contains(b.OnRota(a.Rota), a.Name)
}
