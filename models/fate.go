package models

import (
	"slices"
	"strings"
)

// Fate is what became of a proposal of another system, as its proposer is told.
type Fate string

// The fates. Approved, overridden and acted say what to do; undone says to take it back; the rest ask for nothing.
const (
	FateApproved     Fate = "approved"      // people agreed: do it
	FateOverridden   Fate = "overridden"    // people chose something else, or to leave it: do that
	FateActed        Fate = "acted"         // within its remit, without being asked: do it
	FateUndone       Fate = "undone"        // take it back
	FateObserved     Fate = "observed"      // noted; nothing is to be done
	FateNotDelegated Fate = "not_delegated" // the policy does not name it; nothing is to be done
	FateExpired      Fate = "expired"       // nobody answered yet; nothing is to be done
	FateSuperseded   Fate = "superseded"    // another proposal took its place
	FateWithdrawn    Fate = "withdrawn"     // as its proposer wished
	FateStale        Fate = "stale"         // its facts are too old to decide on: tell them again
)

// GuardrailStale is the guardrail that applies where the facts of a proposal are older than its domain allows.
const GuardrailStale = "facts.stale"

// Fate gives what the proposer of the decision is to be told as it now stands; "" where there is nothing to tell.
func (d Decision) Fate() Fate {
	switch d.State {
	case Observed:
		if d.Ruling.Level == LevelOff {
			return FateNotDelegated
		}
		return FateObserved
	case Asked:
		if len(d.Answers) == 0 && slices.Contains(d.Ruling.Guardrails, GuardrailStale) {
			return FateStale
		}
	case Applying, Applied:
		return d.doneBy()
	case Expired:
		return FateExpired
	case Superseded:
		return FateSuperseded
	case Reverting, Reverted:
		if d.Changes() { // else nothing was done that could be undone
			return FateUndone
		}
	}
	return ""
}

func (d Decision) doneBy() Fate {
	a, ok := d.Settled()
	switch {
	case !ok:
		return FateActed
	case a.Kind == AnswerApprove:
		return FateApproved
	}
	return FateOverridden
}

// Written reports whether the fate reaches its proposer as a write, that can be recalled until it leaves and is tried until
// it gets there, and not only as word of it.
func (d Decision) Written() bool {
	switch d.State {
	case Applying, Applied, Reverting, Reverted:
		return d.Changes()
	}
	return false
}

// Other reports a domain that another system proposes decisions for, as against those judged here and remit's own.
func (d Domain) Other() bool { return d != "" && d != Triage && d != Finance && d != Self }

// Action gives the action of another domain: "stock.reorder".
func (d Domain) Action(name string) Action { return Action(string(d) + "." + name) }

// Name gives the action without its domain: "reorder" of "stock.reorder".
func (a Action) Name() string {
	if _, name, ok := strings.Cut(string(a), "."); ok {
		return name
	}
	return string(a)
}

// Retractable reports whether the decision can be taken back once it is out.
func (d Decision) Retractable() bool { return d.Reversible || d.Action.Reversible() }

// Takes reports, as Invalid, an answer that cannot be given to this decision. Where another system lists what can be done
// instead, it understands nothing else; what there is now can always be left.
func (d Decision) Takes(a Answer) error {
	if err := a.Check(d.Action); err != nil {
		return err
	}
	if a.Kind != AnswerOverride || !d.Domain.Other() || len(d.Options) == 0 {
		return nil
	}
	if a.Value == d.Value || a.Value == d.Before || slices.Contains(d.Options, a.Value) {
		return nil
	}
	return FieldErrorf("value", "%s takes %s, or %s to leave it", d.Source, strings.Join(d.Options, ", "), d.Before)
}

// Sentence makes words of a name: "move_people" is "Move people".
func Sentence(name string) string {
	name = strings.TrimSpace(strings.ReplaceAll(name, "_", " "))
	for i, r := range name {
		return strings.ToUpper(string(r)) + name[i+len(string(r)):]
	}
	return ""
}
