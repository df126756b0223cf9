package main

import (
	"slices"
	"time"

	"remit/models"
)

// record is what was found when all was over.
type record struct {
	events    map[string]string // accepted events by key, each with its ticket
	inbox     map[string]bool   // of them: whether it is in the inbox and no dead letter
	decisions []models.Decision // all there are
	writes    []string          // idempotency keys of what the helpdesk carried out, one a write
	cards     []string          // titles of the questions to see in Slack, one a card
	halts     []time.Time       // when something that had halted deciding could go on

	refused, resent, reordered int
	ledgerOK                   bool
	ledgerLines                int64
}

// tally counts what was lost and what was done twice.
func (r record) tally() result {
	out := result{
		Accepted: len(r.events), Refused: r.refused, Resent: r.resent, Reordered: r.reordered,
		LedgerOK: r.ledgerOK, LedgerLines: r.ledgerLines,
	}
	r.tallyEvents(&out)
	r.tallyDecisions(&out)
	r.tallyWrites(&out)
	r.tallyCards(&out)
	r.tallyRecovery(&out)
	return out
}

// tallyEvents finds each accepted event done, and its ticket decided.
func (r record) tallyEvents(out *result) {
	decided := map[string]bool{}
	for _, d := range r.decisions {
		decided[d.Item] = true
	}
	for key, ticket := range r.events {
		if r.inbox[key] && decided[models.TicketItem(source, ticket)] {
			out.Decided++
			continue
		}
		out.Lost++
		note("%s was accepted and is not decided", key)
	}
}

// tallyDecisions finds second decisions on an event, item and action, and second open ones on an item and action.
func (r record) tallyDecisions(out *result) {
	type what struct {
		event, item string
		action      models.Action
	}
	seen := map[what]int{}
	for _, d := range r.decisions {
		once := []what{{d.EventID, d.Item, d.Action}}
		if d.State.Open() {
			once = append(once, what{"", d.Item, d.Action})
		}
		for _, w := range once {
			if seen[w]++; seen[w] > 1 {
				out.Doubled++
				note("%s of %s is decided twice", d.Action, d.Item)
			}
		}
	}
}

// tallyWrites finds decisions that were written twice, under whatever key; writes that nobody decided on; and what should have
// been written and was not.
func (r record) tallyWrites(out *result) {
	of := map[string]string{} // every key that a decision may have been written under
	for _, d := range r.decisions {
		for v := range d.Version {
			d.Version = v + 1
			of[models.NewEffect(d, models.EffectApply, time.Time{}, time.Time{}).ID] = d.ID
		}
	}
	written := map[string]int{}
	for _, key := range r.writes {
		id, known := of[key]
		if written[id]++; written[id] > 1 || !known {
			out.Doubled++
			note("a write %s too many of decision %q", key, id)
		}
	}
	for _, d := range r.decisions {
		switch {
		case d.State != models.Applied || !d.Changes():
		case written[d.ID] > 0:
			out.Writes++
		default:
			out.WritesLost++
			note("%s of %s was applied and is not written", d.Action, d.Item)
		}
	}
}

// tallyCards finds one card for each item that asks.
func (r record) tallyCards(out *result) {
	seen := map[string]int{}
	for _, title := range r.cards {
		if seen[title]++; seen[title] > 1 {
			out.Doubled++
			note("%q has a card too many", title)
		}
	}
	asks := map[string]bool{}
	for _, d := range r.decisions {
		if d.State == models.Asked && d.Domain == models.Triage {
			asks[d.Title] = true
		}
	}
	for title := range asks {
		if seen[title] == 0 {
			out.CardsLost++
			note("%q asks and has no card", title)
			continue
		}
		out.Cards++
	}
}

// tallyRecovery finds how long it took each time until something was decided again. What was decided says when.
func (r record) tallyRecovery(out *result) {
	var times []time.Time
	for _, d := range r.decisions {
		times = append(times, d.CreatedAt)
	}
	slices.SortFunc(times, time.Time.Compare)
	var took []float64
	for _, at := range r.halts {
		i, _ := slices.BinarySearchFunc(times, at, time.Time.Compare)
		if i < len(times) {
			took = append(took, float64(times[i].Sub(at).Microseconds())/1000)
		}
	}
	if slices.Sort(took); len(took) > 0 {
		out.RecoveryMsMax, out.RecoveryMsP50 = took[len(took)-1], took[len(took)/2]
	}
}
