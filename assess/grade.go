package assess

import "fmt"

// Lines of the grades.
const (
	fewDecisions = 300 // of fewer nothing can be said
	complete     = 0.8 // share of rows that have what is needed
	muchAuto     = 0.1 // share that could be done without asking, from which on a ceiling above asking is worth having
	worthwhile   = 0.02
	unsteady     = 0.1 // agreement on the same case above chance, as a share of what is left above chance
)

// grade says how a decision that people make on tickets may begin, and why.
func (p *Process) grade() {
	why := func(format string, args ...any) { p.Why = append(p.Why, fmt.Sprintf(format, args...)) }
	pr := p.Prediction
	if pr != nil {
		why("%s", pr.sentence(called[p.Action]))
	}
	if s := p.Repeats.sentence(); s != "" {
		why("%s", s)
	}
	switch {
	case p.Decisions < fewDecisions:
		p.Ready = Observe
		why("%d decisions are too few to tell; %d would do.", p.Decisions, fewDecisions)
	case pr == nil:
		p.Ready = NotReady
		why("There is nothing to predict it from, or only one decision was ever made.")
	case pr.Low <= 0:
		p.Ready = NotReady
		why("That is no better than chance allows: the inputs do not tell how people decide.")
	case p.unsteady():
		p.Ready = NotReady
		why("People decide the same case differently: agree on rules first, there is nothing steady to learn.")
	case p.Inputs < complete:
		p.Ready = Observe
		why("Only %s of the tickets have a text: export the first message, or watch until it is there.", percent(p.Inputs))
	case p.Complete < complete:
		p.Ready = Observe
		why("Only %s of the tickets have one: watch until it is set more often.", percent(p.Complete))
	case pr.Auto >= muchAuto && pr.Gain >= worthwhile:
		p.Ready = Ready
		why("Some %s could be done without asking at confidence %.2f and above, with errors shown to be within %s.", percent(pr.Auto), pr.Cut, percent(pr.MaxError))
	default:
		p.Ready = Ask
		why("No confidence is high enough to act at: errors could not be shown to be within %s for a share worth having.", percent(pr.MaxError))
	}
}

// unsteady reports that people agree on nearly identical cases hardly more often than by chance.
func (p *Process) unsteady() bool {
	r := p.Repeats
	return r != nil && r.Pairs >= telling && r.Same-r.Chance < unsteady*(1-r.Chance)
}
