package decision

import (
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// Due gives when a wait that begins now ends: by the clock, or by the working hours of the policy's calendar.
func (p *Policy) Due(now time.Time, wait time.Duration, working bool) time.Time {
	if !working {
		return now.Add(wait)
	}
	return p.Calendar.Add(now.In(p.Zone), wait).In(now.Location())
}

// standIns collects whom the rules that fired name for outside working hours.
type standIns []string

func (s *standIns) of(r Rule) {
	if r.OutOfHours != "" && !slices.Contains(*s, r.OutOfHours) {
		*s = append(*s, r.OutOfHours)
	}
}

// standIn asks the stand-ins too: at once where nobody works now, and when the working day ends where the question is
// still open then. They are asked beside the others, never in their place.
func (p *Policy) standIn(r *asking, names standIns, now time.Time) {
	for _, name := range names {
		if slices.Contains(r.Approval.From, name) {
			continue
		}
		at := now.In(p.Zone)
		if !p.Calendar.Open(at) {
			r.Approval = r.Approval.Too(name)
			r.Why = append(r.Why, fmt.Sprintf("It is outside working hours, so %s is asked as well.", name))
			continue
		}
		if ends, ok := p.Calendar.Closes(at); ok {
			p.askAt(r, name, now, ends)
		}
	}
}

// askAt puts a step into the chain at a time; the step that is under way then goes on after it. A question that ends
// before needs none.
func (p *Policy) askAt(r *asking, name string, now, at time.Time) {
	from := now
	for i, step := range r.Chain {
		due := p.Due(from, step.After, step.Working)
		if at.Before(due) {
			rest := step
			rest.After = due.Sub(at)
			if step.Working {
				rest.After = step.After - p.Calendar.Worked(from.In(p.Zone), at.In(p.Zone))
			}
			r.Chain = slices.Concat(r.Chain[:i], []models.Rung{{After: at.Sub(from), To: name}, rest}, r.Chain[i+1:])
			return
		}
		from = due
	}
	if at.Before(p.Due(from, r.Expires, r.Working)) {
		r.Chain = append(slices.Clone(r.Chain), models.Rung{After: at.Sub(from), To: name})
	}
}
