package decision

import (
	"fmt"
	"math"
)

// Detector watches verdicts for an error that has risen above a line. It forgets: however good the past was, it starts
// afresh whenever the present is no worse than the line, so a long good record blinds it to nothing.
//
// It is a CUSUM of likelihood ratios, the e-detector of Shin, Ramdas and Rinaldo 2023 ("E-detectors: a nonparametric
// framework for sequential change detection", the CUSUM kind), counted in whole points (Reynolds and Stoumbos 1999, "A CUSUM
// chart for monitoring a proportion when inspecting continuously"): each error adds Gain, each right one takes 1, never below
// none, and Limit sounds it. Being whole, its false alarms can be reckoned exactly; see FalseAlarm.
type Detector struct {
	Line  float64 `json:"line"`  // the error that is allowed
	Gain  int     `json:"gain"`  // points of an error
	Limit int     `json:"limit"` // points at which it sounds
	Score float64 `json:"score"`
	Fired bool    `json:"fired"` // stays so until Reset
}

// The stated false alarms of a detector: of a hundred stretches of so many verdicts at an error of four fifths of the
// line, at most four sound it.
const (
	alarmStretch = 10_000
	alarmShare   = 0.04
	alarmAt      = 0.8
)

// steeper is by how much the odds of an error rise in the change that the detector is quickest to see: 5 % to 20 %.
const steeper = 4.75

// NewDetector gives a detector against an error above the line, with the stated false alarms.
func NewDetector(line float64) Detector { return newDetector(line, alarmShare) }

// watched gives the line that a detector is made for: it tells none from another beyond a thousandth and a half.
func watched(line float64) float64 { return min(max(line, .001), .5) }

// newDetector gives a detector that sounds falsely in at most such a share of stretches.
func newDetector(line, falsely float64) Detector {
	line = watched(line)
	odds := steeper * line / (1 - line)
	worse := odds / (1 + odds)
	d := Detector{Line: line}
	d.Gain = max(1, int(math.Round(math.Log(worse/line)/-math.Log((1-worse)/(1-line)))))
	low, high := d.Gain, 12*d.Gain+40
	for low < high {
		d.Limit = (low + high) / 2
		if d.FalseAlarm(alarmAt*line, alarmStretch) <= falsely {
			high = d.Limit
		} else {
			low = d.Limit + 1
		}
	}
	d.Limit = low
	return d
}

// FalseAlarm gives the probability that it sounds within so many verdicts at a steady error, started afresh, by the chain
// of its points (Brook and Evans 1972, "An approach to the probability distribution of CUSUM run length"). Once the
// chance of sounding next has settled to eight digits it is taken to stay.
func (d Detector) FalseAlarm(errorRate float64, verdicts int) float64 {
	at, next := make([]float64, d.Limit), make([]float64, d.Limit)
	at[0] = 1
	quiet, before := 1.0, -1.0
	for n := 1; n <= verdicts; n++ {
		sounds := d.step(at, next, errorRate) / quiet
		at, next = next, at
		quiet *= 1 - sounds
		if n%d.Limit != 0 {
			continue
		}
		if math.Abs(sounds-before) <= 1e-8*sounds {
			quiet *= math.Pow(1-sounds, float64(verdicts-n))
			break
		}
		before = sounds
	}
	return 1 - quiet
}

// step moves the probabilities of the points by one verdict, and gives the probability that it sounds.
func (d Detector) step(at, next []float64, errorRate float64) (sounds float64) {
	clear(next)
	for s, p := range at {
		next[max(s-1, 0)] += p * (1 - errorRate)
		if up := s + d.Gain; up < d.Limit {
			next[up] += p * errorRate
		} else {
			sounds += p * errorRate
		}
	}
	return sounds
}

// Add takes a verdict and reports whether the detector has sounded. An override that nobody had asked for counts by the
// rate at which the others are looked at, since every one of them is seen. Unanswered audits say nothing here.
func (d *Detector) Add(v Verdict) bool {
	switch {
	case v.Unanswered || !v.Earns:
	case v.Unasked:
		d.move(float64(d.Gain) * clampRate(v.Rate))
	case v.Wrong:
		d.move(float64(d.Gain))
	default:
		d.move(-1)
	}
	return d.Fired
}

// Saw takes one plain outcome, for streams in which every case is seen, such as overrides among all actions.
func (d *Detector) Saw(bad bool) bool {
	if bad {
		d.move(float64(d.Gain))
	} else {
		d.move(-1)
	}
	return d.Fired
}

func (d *Detector) move(points float64) {
	d.Score = max(d.Score+points, 0)
	d.Fired = d.Fired || d.Score >= float64(d.Limit)
}

// Reset starts it afresh.
func (d *Detector) Reset() { d.Score, d.Fired = 0, false }

// Why says why it sounded, for whoever is told of the demotion.
func (d Detector) Why() string {
	if !d.Fired {
		return fmt.Sprintf("Errors are within %s.", share(d.Line))
	}
	return fmt.Sprintf("Errors have lately come more often than %s: an error adds %d points, a right one takes one off, and %d sound the alarm. At an error of %s that would happen in at most %s of stretches of %d verdicts.",
		share(d.Line), d.Gain, d.Limit, share(alarmAt*d.Line), share(alarmShare), alarmStretch)
}

// share says a share in per cent: "2.5 %".
func share(x float64) string { return fmt.Sprintf("%.3g %%", 100*x) }
