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

// Weigh gives what the verdicts say of the error of acting from a cut: those of the slice that did not choose it and that
// it would act on or that were acted on. favoured is fixed before the first of them; see Lean. A new cut, and a
// demotion, start new evidence: then only later verdicts are passed here.
func Weigh(verdicts []Verdict, of Slice, cut Cut, salt string, favoured float64) Evidence {
	e := Evidence{Favoured: favoured}
	for _, v := range verdicts {
		acted := v.Audit || v.Unasked
		if v.Slice != of || !acted && (v.Stopped || ForThreshold(v.DecisionID, salt) || !cut.Acts(v.Confidence)) {
			continue
		}
		e.Add(v)
	}
	return e
}

// Watch gives the slice's detector after its verdicts, oldest first.
func Watch(verdicts []Verdict, of Slice, maxError float64) Detector {
	d := NewDetector(maxError)
	for _, v := range verdicts {
		if v.Slice == of && (v.Audit || v.Unasked) {
			d.Add(v)
		}
	}
	return d
}

// CleanAudits counts the audits found right since the last error or override; -1 where there never was one. It is what
// AuditRate rises by.
func CleanAudits(verdicts []Verdict, of Slice) int {
	clean, erred := 0, false
	for _, v := range verdicts {
		switch {
		case v.Slice != of || !v.Audit && !v.Unasked:
		case v.Wrong:
			clean, erred = 0, true
		case v.Audit && !v.Unanswered:
			clean++
		}
	}
	if !erred {
		return -1
	}
	return clean
}
