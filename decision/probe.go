package decision

import "remit/models"

// Probe is a recorded case that conditions are tried on, as the gate would try them.
type Probe struct{ env *conditionEnv }

// Probe prepares a case for conditions to be tried on.
func (p *Policy) Probe(f models.Facts, pr models.Proposal) Probe { return Probe{newEnv(f, pr, p)} }

// Fires reports whether a rule with the condition would have made remit ask: where it holds, and where it cannot be
// evaluated. The zero condition never does.
func (b Probe) Fires(c Condition) bool {
	if c.program == nil {
		return false
	}
	holds, err := c.Holds(b.env)
	return holds || err != nil
}

// Blind reports whether a condition cannot be evaluated on the case.
func (b Probe) Blind(c Condition) bool {
	if c.program == nil {
		return false
	}
	_, err := c.Holds(b.env)
	return err != nil
}
