package finance

import (
	"math"
	"slices"
)

// Backtest is how far forecasts from earlier days had to be widened to keep what they promised: split conformal
// prediction over rolling origins (Vovk, Gammerman and Shafer, 2005; for paths, with the score of a path's lowest point).
type Backtest struct {
	Windows int
	Cover80 float64 // share of days within the 80 % band, before widening
	Daily   float64 // the factor by which the bands of single days keep 80 %
	Floor   float64 // the factor by which the lowest point of the path keeps the agreed breach
}

// Score is what became of one forecast.
type Score struct {
	Days  []float64 // how far each day was from the middle, in half widths of the 80 % band
	Floor float64   // how far the lowest point was below the middle one, in distances from there to the promised level
}

// ScoreOf holds what happened against a forecast; NaN is a day of which nothing is known. less is what a day takes from
// the sum, and breach the share of paths whose lowest point may be below the promised level.
func ScoreOf(f Forecast, actual []float64, less, breach float64) Score {
	var s Score
	q := f.Quantiles(.1, .5, .9)
	for t, a := range actual {
		half := q[2][t] - q[1][t]
		if a < q[1][t] {
			half = q[1][t] - q[0][t]
		}
		if !math.IsNaN(a) {
			s.Days = append(s.Days, math.Abs(a-q[1][t])/math.Max(half, 1e-9))
		}
	}
	s.Floor = FloorScore(f, actual, less, breach)
	return s
}

// FloorScore is the part of a Score about the lowest point alone.
func FloorScore(f Forecast, actual []float64, less, breach float64) float64 {
	lows := f.Lowest(less)
	middle := quantileOf(lows, .5)
	return (middle - lowestOf(actual, less)) / math.Max(middle-quantileOf(lows, breach), 1e-9)
}

// believed is how many windows the factor of one counts as: with few windows of evidence, bands stay as simulated.
const believed = 40

// Calibrate sums up scores; none give factors of one.
func Calibrate(scores []Score, breach float64) Backtest {
	b := Backtest{Windows: len(scores), Daily: 1, Floor: 1}
	var days, floors []float64
	within := 0.0
	for _, s := range scores {
		for _, d := range s.Days {
			days = append(days, d)
			if d <= 1 {
				within++
			}
		}
		floors = append(floors, s.Floor)
	}
	if len(days) > 0 {
		b.Cover80 = within / float64(len(days))
		b.Daily = shrunk(conformal(days, .8), len(scores))
	}
	if len(floors) > 0 {
		b.Floor = shrunk(conformal(floors, 1-breach), len(floors))
	}
	return b
}

// conformal gives the quantile that a new score stays below with the given probability.
func conformal(scores []float64, q float64) float64 {
	slices.Sort(scores)
	n := len(scores)
	return scores[min(n-1, max(0, int(math.Ceil(q*float64(n+1)))-1))]
}

func shrunk(factor float64, windows int) float64 {
	n := float64(windows)
	return math.Exp(n / (n + believed) * math.Log(min(max(factor, .5), 3)))
}

// SameWay reports whether a forecast from an earlier day was made as one from now is: with a year before it, or like this one
// without. What a forecast that knew no year had needed says little of one that knows it.
func SameWay(origin, now int) bool { return now < yearDays || origin >= yearDays }

// fewestWindows is how many windows of the same way suffice for leaving the others out.
const fewestWindows = 3

// Backtest forecasts from earlier days of the series, so many windows one after the other up to its end, and gives how wide
// the bands should have been. Too short a series gives factors of one.
func (f Forecaster) Backtest(y []float64, h, windows int, breach float64) Backtest {
	f.Paths, f.Widen = min(max(f.Paths, 1), triedPaths), 1
	m := max(f.Period, 1)
	y = Filled(y, m)
	var scores, alike []Score
	for w := windows; w > 0; w-- {
		origin := len(y) - w*h
		if origin <= 2*(warmUp+2)*m {
			continue
		}
		less := mean(y[max(0, origin-halfYear):origin])
		scores = append(scores, ScoreOf(f.Run(y[:origin], h), y[origin:origin+h], less, breach))
		if SameWay(origin, len(y)) {
			alike = append(alike, scores[len(scores)-1])
		}
	}
	if len(alike) >= fewestWindows {
		scores = alike
	}
	return Calibrate(scores, breach)
}
