package decision

import "math"

// Stated is a confidence that another system stated, and whether people would have had it otherwise.
type Stated struct {
	Confidence float64
	Wrong      bool
}

// Prior is the calibrated confidence of a proposal while people have said nothing of its like: even odds, so that it asks.
const Prior = 0.5

// How far from even odds, and how strong, the stated confidence is taken to be before people have said anything: standard
// deviations, in log odds, of the two parameters around nothing.
const (
	calibrateLevel = 1.1
	calibrateSlope = 0.2
)

// statedBound keeps certainty, which nobody has, from weighing without bound: 0.999 and all above count the same.
const statedBound = 0.001

// Calibrate gives the probability that people agree with a proposal whose confidence another system states, from what
// people said of its earlier ones. A stated confidence is never believed: it is a number that may or may not tell good
// proposals from bad ones, and without verdicts the answer is Prior whatever it is.
//
// It is logistic calibration of the stated log odds (Platt 1999, "Probabilistic outputs for support vector machines")
// fitted under a Gaussian prior that says "even odds, and the number means nothing", so that few verdicts move it little.
// How uncertain the fit is draws the answer further towards even odds (MacKay 1992, "The evidence framework applied to
// classification networks", eq. 10), a number that tells worse than nothing counts as telling nothing, and one beyond
// those that people have judged counts as the nearest that they have. The order of the verdicts does not matter.
func Calibrate(stated float64, past []Stated) float64 {
	if len(past) == 0 || math.IsNaN(stated) {
		return Prior
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range past {
		low, high = min(low, logOdds(p.Confidence)), max(high, logOdds(p.Confidence))
	}
	fit := fitLogistic(past, true)
	if fit.slope < 0 {
		fit = fitLogistic(past, false)
	}
	return fit.at(min(max(logOdds(stated), low), high))
}

func logOdds(p float64) float64 {
	p = min(max(p, statedBound), 1-statedBound)
	return math.Log(p / (1 - p))
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// logistic is a fitted line of log odds, with the covariance of its two parameters.
type logistic struct {
	level, slope          float64
	varLevel, varSlope, c float64 // variances and covariance
}

// at gives the probability at x, drawn towards even odds by how uncertain the line is there.
func (l logistic) at(x float64) float64 {
	variance := l.varLevel + 2*x*l.c + x*x*l.varSlope
	return sigmoid((l.level + l.slope*x) / math.Sqrt(1+math.Pi*variance/8))
}

// newtonSteps is more than the convex problem of two parameters takes.
const newtonSteps = 50

// fitLogistic gives the most probable line by Newton's method; without sloped the most probable one that is level. How
// uncertain the slope is counts in both: a slope that is nothing and one that is barely something are not far apart.
func fitLogistic(past []Stated, sloped bool) logistic {
	const pl, ps = 1 / (calibrateLevel * calibrateLevel), 1 / (calibrateSlope * calibrateSlope)
	var l logistic
	for range newtonSteps {
		gl, gs := -pl*l.level, -ps*l.slope // gradient of the log posterior
		hll, hls, hss := pl, 0., ps        // its negative curvature
		for _, p := range past {
			x := logOdds(p.Confidence)
			q := sigmoid(l.level + l.slope*x)
			right := 1.
			if p.Wrong {
				right = 0
			}
			w := q * (1 - q)
			gl, gs = gl+right-q, gs+(right-q)*x
			hll, hls, hss = hll+w, hls+w*x, hss+w*x*x
		}
		det := hll*hss - hls*hls
		l.varLevel, l.varSlope, l.c = hss/det, hll/det, -hls/det
		dl, ds := l.varLevel*gl+l.c*gs, l.c*gl+l.varSlope*gs
		if !sloped {
			dl, ds = gl/hll, 0
		}
		step := 1 / max(1, math.Hypot(dl, ds)) // no leap beyond one unit: Newton's method may overshoot far from the top
		l.level, l.slope = l.level+step*dl, l.slope+step*ds
		if math.Hypot(dl, ds) < 1e-10 {
			break
		}
	}
	return l
}
