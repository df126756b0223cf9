package decision

// ChooseCut chooses a slice's acting threshold from the verdicts that are kept for that. Those are of decisions that
// somebody was asked about for certain, what was acted on being looked at only here and there, and that no guardrail
// had stopped.
func ChooseCut(verdicts []Verdict, of Slice, maxError float64, salt string) Cut {
	var scored []Scored
	for _, v := range verdicts {
		if v.Slice == of && v.Earns && !v.Stopped && !v.Audit && !v.Unasked && ForThreshold(v.DecisionID, salt) {
			scored = append(scored, v.Scored())
		}
	}
	return Threshold(scored, maxError, 1-Confident)
}

// Weigh gives what the verdicts say of the error of acting from a cut: those of the slice that it would act on and that did
// not choose it. favoured is fixed before the first of them; see Lean. A demotion starts new evidence: then only later verdicts
// are passed here.
func Weigh(verdicts []Verdict, of Slice, cut Cut, salt string, favoured float64) Evidence {
	e := Evidence{Favoured: favoured}
	for _, v := range verdicts {
		acted := v.Audit || v.Unasked
		if v.Slice != of || !cut.Acts(v.Confidence) || !acted && (v.Stopped || ForThreshold(v.DecisionID, salt)) {
			continue
		}
		e.Add(v)
	}
	return e
}
