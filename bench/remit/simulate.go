package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"remit/decision"
)

// promotion is how a level is earned.
type promotion struct {
	FalsePromotions float64 `json:"false_promotions"` // the larger of the two lines'
	FalseAt5        float64 `json:"false_promotions_5"`
	FalseAt2        float64 `json:"false_promotions_2"`
	Median25        float64 `json:"promotion_median_2_5"`
	Median12        float64 `json:"promotion_median_1_2"`
}

const (
	aDay  = 20  // verdicts
	looks = 365 // one a day
	never = math.MaxInt32
)

func simulatePromotion(runs int, chance *rand.Rand) promotion {
	fives, twos := promotions(runs, .05, .05, chance), promotions(runs, .02, .02, chance)
	p := promotion{FalseAt5: promoted(fives), FalseAt2: promoted(twos)}
	p.FalsePromotions = max(p.FalseAt5, p.FalseAt2)
	p.Median25 = median(promotions(runs, .02, .05, chance))
	p.Median12 = median(promotions(runs, .01, .02, chance))
	return p
}

// promotions gives after how many verdicts each run was promoted.
func promotions(runs int, truth, line float64, chance *rand.Rand) []float64 {
	out := make([]float64, runs)
	for i := range out {
		out[i] = never
		var e decision.Evidence
		for day := 1; day <= looks && out[i] == never; day++ {
			for range aDay {
				e.Add(decision.Verdict{Wrong: chance.Float64() < truth, Rate: 1, Earns: true})
			}
			if e.Shows(line) {
				out[i] = float64(day * aDay)
			}
		}
	}
	return out
}

func promoted(at []float64) float64 {
	n := 0
	for _, v := range at {
		if v != never {
			n++
		}
	}
	return float64(n) / float64(len(at))
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// demotion is how a level is lost.
type demotion struct {
	FalseDemotions float64 `json:"false_demotions"`
	FalseStated    float64 `json:"false_demotions_stated"`
	FalseAtLine    float64 `json:"false_demotions_at_max_error"`
	DemotionMedian float64 `json:"demotion_median"`
	DemotionP90    float64 `json:"demotion_p90"`
	FalseEither    float64 `json:"false_demotions_either"`    // by verdicts or overrides: each case looked at, each error overridden
	OverrideMedian float64 `json:"override_demotion_actions"` // overridden 2 % -> 20 %
	OverrideAll    float64 `json:"override_demotion_all"`     // all overridden
}

const (
	stationary = 10_000 // verdicts
	goodPast   = 1_000  // verdicts before the change
)

func simulateDemotion(runs int, chance *rand.Rand) demotion {
	fresh := decision.NewDetector(.05)
	d := demotion{FalseStated: fresh.FalseAlarm(.04, stationary), FalseAtLine: fresh.FalseAlarm(.05, stationary)}
	delays := make([]float64, runs)
	for i := range delays {
		if soundsWithin(fresh, .04, stationary, chance) < never {
			d.FalseDemotions += 1 / float64(runs)
		}
		delays[i] = demoted(fresh, chance)
	}
	overrides := decision.NewOverrideDetector(.05)
	rises := make([]float64, runs)
	for i := range rises {
		if either(fresh, overrides, chance) {
			d.FalseEither += 1 / float64(runs)
		}
		rises[i] = overriddenWithin(overrides, .2, chance)
	}
	d.OverrideMedian, d.OverrideAll = median(rises), overriddenWithin(overrides, 1, chance)
	slices.Sort(delays)
	d.DemotionMedian, d.DemotionP90 = median(delays), delays[len(delays)*9/10]
	return d
}

// demoted gives how many verdicts after the change the detector sounds. A false alarm before it starts it afresh.
func demoted(d decision.Detector, chance *rand.Rand) float64 {
	for range goodPast {
		if d.Add(verdict(.02, chance)) {
			d.Reset()
		}
	}
	return soundsWithin(d, .2, stationary, chance)
}

func soundsWithin(d decision.Detector, truth float64, verdicts int, chance *rand.Rand) float64 {
	for n := 1; n <= verdicts; n++ {
		if d.Add(verdict(truth, chance)) {
			return float64(n)
		}
	}
	return never
}

// either reports whether one of the two detectors sounds falsely where every case is looked at and every error overridden.
func either(verdicts, overrides decision.Detector, chance *rand.Rand) bool {
	for range stationary {
		v := verdict(.04, chance)
		if verdicts.Add(v) || overrides.Saw(v.Wrong) {
			return true
		}
	}
	return false
}

// overriddenWithin gives after how many actions people's overrides sound, of so many of them.
func overriddenWithin(d decision.Detector, share float64, chance *rand.Rand) float64 {
	for range goodPast {
		if d.Saw(chance.Float64() < .02) {
			d.Reset()
		}
	}
	for n := 1; n <= stationary; n++ {
		if d.Saw(chance.Float64() < share) {
			return float64(n)
		}
	}
	return never
}

func verdict(truth float64, chance *rand.Rand) decision.Verdict {
	return decision.Verdict{Audit: true, Wrong: chance.Float64() < truth, Rate: 1, Earns: true}
}

// estimation is what is known of decisions that nobody was asked about.
type estimation struct {
	Bias        float64     `json:"estimate_bias"`
	SD          float64     `json:"estimate_sd"`
	Stated      float64     `json:"estimate_sd_stated"` // what the estimate says of its own spread, mean over the runs
	Longer      []estimated `json:"estimates"`
	AlarmMedian float64     `json:"alarm_delay_actions"`        // error 2 % -> 20 %, after 10,000 actions
	AlarmDouble float64     `json:"alarm_delay_actions_double"` // error 2 % -> 4 %
	AlarmEarly  float64     `json:"alarm_delay_actions_early"`  // error 2 % -> 20 %, once what is usual is first known
	FalseAlarms float64     `json:"false_override_alarms"`      // in 10,000 actions, from the first on
}

type estimated struct {
	Actions int     `json:"actions"`
	Bias    float64 `json:"bias"`
	SD      float64 `json:"sd"`
	Stated  float64 `json:"stated_sd"`
}

// What the estimation is asked about.
const (
	trueError = .02
	noticed   = .4 // of the errors, by people unasked
	audited   = .02
	answered  = .7 // of the audits
)

func simulateEstimation(runs int, chance *rand.Rand) estimation {
	var e estimation
	for _, actions := range []int{10_000, 50_000} {
		e.Longer = append(e.Longer, estimate(min(runs, 20_000_000/actions), actions, chance))
	}
	e.Bias, e.SD, e.Stated = e.Longer[0].Bias, e.Longer[0].SD, e.Longer[0].Stated
	var rises, doubles, early []float64
	for range runs {
		watch, fresh := decision.Standing{}, decision.Standing{}
		if overridden(&watch, trueError, stationary, chance) <= stationary {
			e.FalseAlarms += 1 / float64(runs)
			continue // it tells, and learns anew
		}
		rise, double := watch, watch
		rises = append(rises, overridden(&rise, .2, stationary, chance))
		doubles = append(doubles, overridden(&double, .04, stationary, chance))
		overridden(&fresh, trueError, firstKnown, chance)
		early = append(early, overridden(&fresh, .2, stationary, chance))
	}
	e.AlarmMedian, e.AlarmDouble, e.AlarmEarly = median(rises), median(doubles), median(early)
	return e
}

// firstKnown is after how many actions the alarm first knows what is usual.
const firstKnown = 500

// overridden gives after how many actions the alarm on overrides sounds.
func overridden(watch *decision.Standing, truth float64, actions int, chance *rand.Rand) float64 {
	for n := 1; n <= actions; n++ {
		if watch.SawOverride(chance.Float64() < truth*noticed) {
			return float64(n)
		}
	}
	return never
}

// estimate repeats a stretch of actions and says how far the estimate is off.
func estimate(runs, actions int, chance *rand.Rand) estimated {
	out := estimated{Actions: actions}
	var sum, squares float64
	for range runs {
		t := stretch(actions, chance)
		e, _ := t.Estimate()
		off := e.Error - trueError
		sum += off
		squares += off * off
		out.Stated += e.SD / float64(runs)
	}
	n := float64(runs)
	out.Bias = sum / n
	out.SD = math.Sqrt(max(squares/n-out.Bias*out.Bias, 0))
	return out
}

func stretch(actions int, chance *rand.Rand) (t decision.Tally) {
	for range actions {
		t.Act()
		wrong := chance.Float64() < trueError
		switch {
		case wrong && chance.Float64() < noticed:
			t.Add(decision.Verdict{Unasked: true, Wrong: true, Rate: audited, Earns: true})
		case chance.Float64() < audited:
			t.Add(decision.Verdict{Audit: true, Wrong: wrong, Unanswered: chance.Float64() >= answered, Rate: audited, Earns: true})
		}
	}
	return t
}
