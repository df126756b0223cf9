package history

import (
	"slices"
	"time"

	"remit/models"
	"remit/triage"
	"remit/triage/level"
)

// Urgency is what is learned of urgency from one ticket: its first message and the priority that people gave it.
type Urgency struct {
	Ticket   models.Ticket // as it came in
	Priority models.Priority
	At       time.Time // when it became known
}

// Levels gives what the past teaches about urgency, oldest first. What remit settled by itself and nobody looked at teaches
// nothing: it would learn from its own guesses. The decisions of the past are those about priorities.
func Levels(past []Past) []Urgency {
	var out []Urgency
	for _, p := range past {
		priority := p.level()
		if !priority.Valid() {
			continue
		}
		first := p.Ticket
		first.Thread, first.Priority, first.Status, first.Reopens = nil, "", models.TicketOpen, 0
		at := first.CreatedAt
		if p.Decision != nil {
			at = latest(at, p.Decision.CreatedAt)
		}
		out = append(out, Urgency{Ticket: first, Priority: priority, At: at})
	}
	slices.SortStableFunc(out, func(a, b Urgency) int { return a.At.Compare(b.At) })
	return out
}

// level gives the priority that people gave the ticket; empty where only remit did.
func (p Past) level() models.Priority {
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

// LevelTrial is a model of urgency that was learned, and how it did on what was held back.
type LevelTrial struct {
	models.Trial
	Model *level.Model
	Usual int // that naming the most frequent priority always would have got right
}

// TryLevels learns from all but the newest examples, and compares a judge that has learned with the one that judges now, whose
// model of urgency is live, or nil where only signals do. It is better where it is right more often by more than luck, and at
// least as often as naming the most frequent priority would be. Who proposes nothing leaves a ticket at that one. examples
// are oldest first; of more than 50,000 the newest count. Too few are Invalid.
func TryLevels(examples []Urgency, live *level.Model) (LevelTrial, error) {
	examples = examples[max(0, len(examples)-mostTaken):]
	held := min(len(examples)/heldShare, mostHeld)
	if held < leastHeld {
		return LevelTrial{}, models.FieldErrorf("examples", "%d tickets with a priority that people gave them are too few: a fifth is held back to measure on, and that must be %d", len(examples), leastHeld)
	}
	cut := len(examples) - held
	signals := triage.New()
	learn := make([]level.Example, cut)
	for i, e := range examples[:cut] {
		learn[i] = level.Example{Text: signals.LevelText(e.Ticket), Priority: e.Priority}
	}
	m, err := level.Train(learn)
	if err != nil {
		return LevelTrial{}, err
	}
	t := LevelTrial{Trial: models.Trial{Examples: cut, Held: held, Former: triage.Model}, Model: m}
	if live != nil {
		t.Former = live.Version()
	}
	own, rival, usual := triage.New(triage.WithLevels(m)), triage.New(triage.WithLevels(live)), m.Levels[m.Usual]
	for _, e := range examples[cut:] {
		t.count(named(own, e, usual) == e.Priority, named(rival, e, usual) == e.Priority)
		t.Usual += count(e.Priority == usual)
	}
	t.conclude()
	t.Better = t.Better && t.Right >= t.Usual
	return t, nil
}

// named gives the priority that a ticket would have by a judge.
func named(j *triage.Judge, e Urgency, usual models.Priority) models.Priority {
	p, ok := j.Decide(models.Facts{Now: e.Ticket.CreatedAt, Event: models.TicketCreated, Ticket: &e.Ticket}, models.TriageRules{}).For(models.ActionPriority)
	if !ok {
		return usual
	}
	return models.Priority(p.Value)
}

func (t *LevelTrial) count(own, rival bool) {
	switch {
	case own && !rival:
		t.OnlyOwn++
	case rival && !own:
		t.OnlyRival++
	}
	t.Right, t.Rival = t.Right+count(own), t.Rival+count(rival)
}

func (t *LevelTrial) conclude() {
	t.Chance = signTest(t.OnlyOwn, t.OnlyRival)
	t.Better = t.Right > t.Rival && t.Chance <= believed
}
