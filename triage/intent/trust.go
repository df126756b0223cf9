package intent

import "math"

// trust brings a probability to what the traffic's own verdicts bear out: logistic in its log odds, as Platt (1999) does
// for margins. The usual trust changes nothing.
type trust struct{ Slope, Lift float64 }

var usualTrust = trust{Slope: 1}

// Numbers of the fitting.
const (
	leastVerdicts = 50 // fewer say too little
	trustRidge    = 5  // verdicts' worth of belief in what the held-back texts of the training gave
	surest        = 0.9995
)

func logOdds(p float64) float64 {
	p = min(max(p, 1-surest), surest)
	return math.Log(p / (1 - p))
}

// of gives the probability that a stated one is worth.
func (t trust) of(p float64) float64 {
	if t == usualTrust {
		return p
	}
	return 1 / (1 + math.Exp(-(t.Slope*logOdds(p) + t.Lift)))
}

// loss is the negative log-likelihood of the verdicts, and what the belief in changing nothing adds.
func (t trust) loss(held []Held) float64 {
	sum := trustRidge / 2 * ((t.Slope-1)*(t.Slope-1) + t.Lift*t.Lift)
	for _, h := range held {
		z := t.Slope*logOdds(h.Confidence) + t.Lift
		if h.Right {
			z = -z
		}
		sum += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum
}

// Borne gives what a stated confidence is worth, by verdicts on such statements: what the statements claim, where there are
// too few verdicts.
func Borne(held []Held) func(stated float64) float64 { return earn(held).of }

// earn fits the trust to predictions and whether they were right, by Newton's method, drawn towards changing nothing. A
// trust that would turn the order of confidences around is not believed.
func earn(held []Held) trust {
	if len(held) < leastVerdicts {
		return usualTrust
	}
	t := usualTrust
	for range 50 {
		g0, g1 := trustRidge*(t.Slope-1), trustRidge*t.Lift
		a, b, d := float64(trustRidge), 0.0, float64(trustRidge)
		for _, h := range held {
			x := logOdds(h.Confidence)
			p := 1 / (1 + math.Exp(-(t.Slope*x + t.Lift)))
			err, w := p, p*(1-p)
			if h.Right {
				err--
			}
			g0, g1 = g0+err*x, g1+err
			a, b, d = a+w*x*x, b+w*x, d+w
		}
		det := a*d - b*b
		low := t.loss(held)
		for step := 1.0; step > 1e-6; step /= 2 { // a full step may lead too far where all confidences are alike
			next := trust{t.Slope - step*(d*g0-b*g1)/det, t.Lift - step*(a*g1-b*g0)/det}
			if next.loss(held) <= low {
				t = next
				break
			}
		}
	}
	if !(t.Slope > 0) || math.IsInf(t.Slope, 0) || math.IsNaN(t.Lift) {
		return usualTrust
	}
	return t
}
