package main

import (
	"fmt"
	"math"
	"os"

	"remit/finance"
)

// floor is what became of promises about whole paths: the net flow, which is a series less the mean of its last 26
// weeks, summed up over 28 days.
type floor struct {
	Windows   int       `json:"windows"`
	Breach    float64   `json:"breach"`
	ByOrigin  []float64 `json:"breach_by_origin"`
	Pointwise float64   `json:"pointwise_breach"` // some day of the path below that day's own 5 % quantile
	Width80   float64   `json:"width80"`          // of the sum at the last day, over the mean of so many days
	Origins   []int     `json:"origins"`
	Widened   []float64 `json:"widened"`
}

const (
	ahead      = 28
	promised   = .05
	firstAsked = 399
	lastAsked  = 763
	warmUp     = 10 // origins before the first that is asked, to calibrate the first
	half       = 26 * 7
	recent     = 6 // origins that the levels are calibrated on: half a year
)

// floor goes through the origins; each level is widened by what the windows that had ended by then had needed. It is nil
// where the series are too short for the origins.
func (b bench) floor() *floor {
	if b.rows < firstAsked+ahead {
		return nil
	}
	f := &floor{}
	var known []windowsAt // of each origin so far, in order; windows are as far apart as they are long
	for o := firstAsked - warmUp*ahead; o <= lastAsked && o+ahead <= b.rows; o += ahead {
		if o < half+ahead {
			continue
		}
		fmt.Fprintln(os.Stderr, "floor at", o)
		var past []finance.Score
		for _, at := range known[max(0, len(known)-recent):] {
			if finance.SameWay(at.origin, o) {
				past = append(past, at.scores...)
			}
		}
		widen := finance.Calibrate(past, promised).Floor
		at := b.windows(o, widen)
		known = append(known, at)
		if o >= firstAsked {
			f.add(at, o, widen)
		}
	}
	n := float64(f.Windows)
	f.Breach, f.Pointwise, f.Width80 = f.Breach/n, f.Pointwise/n, f.Width80/n
	return f
}

// windowsAt are what became of one origin's windows, one a series.
type windowsAt struct {
	origin    int
	scores    []finance.Score
	breached  []bool
	pointwise []bool
	width     []float64
}

func (b bench) windows(origin int, widen float64) windowsAt {
	n := len(b.series)
	at := windowsAt{origin: origin, scores: make([]finance.Score, n), breached: make([]bool, n), pointwise: make([]bool, n), width: make([]float64, n)}
	s := finance.Share(b.series, origin, ahead, b.m)
	b.each(func(k int) {
		y := finance.Filled(b.series[k][:origin+ahead], b.m)
		less := 0.0
		for _, v := range y[origin-half : origin] {
			less += v / half
		}
		f := b.forecast(k, origin, ahead, 1, s)
		at.scores[k].Floor = finance.FloorScore(f, y[origin:], less, promised)
		at.breached[k] = at.scores[k].Floor > widen
		sums := summed(f, less)
		q := sums.Quantiles(.05, .1, .9)
		sum := 0.0
		for t, v := range y[origin:] {
			sum += v - less
			at.pointwise[k] = at.pointwise[k] || sum < q[0][t]
		}
		at.width[k] = widen * (q[2][ahead-1] - q[1][ahead-1]) / math.Max(1e-9, less*ahead)
	})
	return at
}

func summed(f finance.Forecast, less float64) finance.Forecast {
	out := finance.Forecast{Paths: make([][]float64, len(f.Paths))}
	for p, path := range f.Paths {
		sum := 0.0
		out.Paths[p] = make([]float64, len(path))
		for t, v := range path {
			sum += v - less
			out.Paths[p][t] = sum
		}
	}
	return out
}

func (f *floor) add(at windowsAt, origin int, widen float64) {
	breached := 0.0
	for k, b := range at.breached {
		f.Windows++
		f.Width80 += at.width[k]
		if b {
			breached++
		}
		if at.pointwise[k] {
			f.Pointwise++
		}
	}
	f.Breach += breached
	f.Origins, f.Widened = append(f.Origins, origin), append(f.Widened, widen)
	f.ByOrigin = append(f.ByOrigin, breached/float64(len(at.breached)))
}
