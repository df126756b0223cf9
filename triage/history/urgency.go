package history

import (
	"slices"
	"time"

	"remit/models"
	"remit/triage"
)

// Urgent is what is learned of urgency from one ticket: its facts when it was to be judged, and the priority that people gave it.
type Urgent struct {
	Facts    models.Facts
	Priority models.Priority
	At       time.Time // when it became known
}

// Urgencies gives what the past teaches about urgency, oldest first: the facts that a priority was decided on, or the
// customer's first words where it never was, with the priority that people gave the ticket. What remit settled by itself and
// nobody looked at teaches nothing.
func Urgencies(past []Past) []Urgent {
	var out []Urgent
	for _, p := range past {
		priority := p.priority()
		if !priority.Valid() {
			continue
		}
		first := p.Ticket
		first.Thread, first.Priority, first.Status, first.Reopens = nil, "", models.TicketOpen, 0
		u := Urgent{Facts: models.Facts{Now: first.CreatedAt, Event: models.TicketCreated, Ticket: &first}, Priority: priority, At: first.CreatedAt}
		if p.Decision != nil && p.Facts != nil && p.Facts.Ticket != nil {
			then := *p.Facts.Ticket
			then.Priority = ""
			u.Facts, u.At = *p.Facts, latest(u.At, p.Decision.CreatedAt)
			u.Facts.Ticket, u.Facts.Advice = &then, nil
		}
		out = append(out, u)
	}
	slices.SortStableFunc(out, func(a, b Urgent) int { return a.At.Compare(b.At) })
	return out
}

// priority gives the priority that people gave the ticket; empty where only remit did.
func (p Past) priority() models.Priority {
	d := p.Decision
	if d == nil {
		return p.Ticket.Priority
	}
	if d.AuditState == models.AuditAnswered {
		return models.Priority(d.Choice(d.Audited))
	}
	if a, ok := d.Settled(); ok && a.By.IsPerson() {
		return models.Priority(d.Final)
	}
	if p.unchecked() && p.Ticket.Priority == models.Priority(d.Final) {
		return ""
	}
	return p.Ticket.Priority
}

// UrgencyTrial is weights that were learned, and how they did on what was held back.
type UrgencyTrial struct {
	models.Trial
	Weights *triage.Weights
	Usual   int // that naming the most frequent priority always would have got right
}

// TryUrgency learns weights from all but the newest examples and compares them on those with the weights that judge now, nil
// for those that ship. They are better where they are right more often than those by more than luck, and not less often than
// naming the most frequent priority would be. examples are oldest first. Too few are Invalid.
func TryUrgency(examples []Urgent, live *triage.Weights) (UrgencyTrial, error) {
	examples = examples[max(0, len(examples)-mostTaken):]
	held := min(len(examples)/heldShare, mostHeld)
	if held < leastHeld {
		return UrgencyTrial{}, models.FieldErrorf("examples", "%d tickets with a priority that people gave them are too few to learn urgency from: a fifth is held back to measure on, and that must be %d", len(examples), leastHeld)
	}
	cut := len(examples) - held
	judge := triage.New()
	learn := make([]triage.UrgencyExample, cut)
	times := map[models.Priority]int{}
	for i, e := range examples[:cut] {
		learn[i] = triage.UrgencyExample{Signs: judge.Signs(e.Facts, models.TriageRules{}), Priority: e.Priority}
		times[e.Priority]++
	}
	w, err := triage.TrainUrgency(learn)
	if err != nil {
		return UrgencyTrial{}, err
	}
	t := UrgencyTrial{Trial: models.Trial{Examples: cut, Held: held, Former: triage.Model}, Weights: w}
	if live != nil {
		t.Former = live.Version()
	}
	usual := models.P3
	for _, p := range models.Priorities() {
		if times[p] > times[usual] {
			usual = p
		}
	}
	own, rival := triage.New(triage.WithWeights(w)), triage.New(triage.WithWeights(live))
	for _, e := range examples[cut:] {
		tally(&t.Trial, says(own, e) == e.Priority, says(rival, e) == e.Priority)
		t.Usual += count(e.Priority == usual)
	}
	conclude(&t.Trial)
	t.Better = t.Better && t.Right >= t.Usual
	return t, nil
}

// says gives the priority that a judge proposes; empty where it proposes none.
func says(j *triage.Judge, e Urgent) models.Priority {
	p, _ := j.Decide(e.Facts, models.TriageRules{}).For(models.ActionPriority)
	return models.Priority(p.Value)
}
