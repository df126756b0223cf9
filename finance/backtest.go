package finance

import (
	"math"
	"slices"
	"sync"
)

// Backtest is how far forecasts from earlier days had to be widened to keep what they promised: split conformal
// prediction over rolling origins (Vovk, Gammerman and Shafer, 2005; for paths, with the score of a path's lowest point).
type Backtest struct {
	Windows int
	Cover80 float64 // share of days within the 80 % band, widened as the other windows had needed it
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
	return Score{Days: dayScores(f, actual), Floor: FloorScore(f, actual, less, breach)}
}

func dayScores(f Forecast, actual []float64) []float64 {
	days := make([]float64, 0, len(actual))
	q := f.Quantiles(.1, .5, .9)
	for t, a := range actual {
		half := q[2][t] - q[1][t]
		if a < q[1][t] {
			half = q[1][t] - q[0][t]
		}
		if !math.IsNaN(a) {
			days = append(days, math.Abs(a-q[1][t])/math.Max(half, 1e-9))
		}
	}
	return days
}

// FloorScore is the part of a Score about the lowest point alone.
func FloorScore(f Forecast, actual []float64, less, breach float64) float64 {
	lows := f.Lowest(less)
	middle := quantileOf(lows, .5)
	return (middle - lowestOf(actual, less)) / math.Max(middle-quantileOf(lows, breach), 1e-9)
}

// believed is how many windows, or days where days are counted, the factor of one counts as: with little evidence bands
// stay as simulated.
const believed = 40

// Calibrate sums up scores; none give factors of one.
func Calibrate(scores []Score, breach float64) Backtest {
	b := Backtest{Windows: len(scores), Daily: daily(scores, -1), Floor: 1}
	var floors []float64
	days, within := 0, 0
	for i, s := range scores {
		widen := max(1, daily(scores, i))
		for _, d := range s.Days {
			days++
			if d <= widen {
				within++
			}
		}
		floors = append(floors, s.Floor)
	}
	if days > 0 {
		b.Cover80 = float64(within) / float64(days)
	}
	if len(floors) > 0 {
		b.Floor = shrunk(conformal(floors, 1-breach), len(floors))
	}
	return b
}

// daily gives the factor by which the bands of all windows but one, or of all, would have kept 80 % of the days.
func daily(scores []Score, but int) float64 {
	var days []float64
	for i, s := range scores {
		if i != but {
			days = append(days, s.Days...)
		}
	}
	if len(days) == 0 {
		return 1
	}
	return shrunk(conformal(days, .8), len(days))
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

// Rest adds to the paths forecast from an earlier day of a series what is to come beside it, as far as it could be told on
// that day, and to what became of the series what became of that. It is called for several days at once.
type Rest func(origin int, paths [][]float64, actual []float64)

// Backtest forecasts from earlier days of the series, so many windows one after the other up to its end, with the rest, if
// any, and gives how wide the bands of the sum so far should have been. Too short a series gives factors of one.
func (f Forecaster) Backtest(y []float64, h, windows int, breach float64, rest Rest) Backtest {
	f.Paths, f.Widen = min(max(f.Paths, 1), triedPaths), 1
	m := max(f.Period, 1)
	y = Filled(y, m)
	var origins []int
	for origin := len(y) - windows*h; origin < len(y) && h > 0; origin += h {
		if origin > 2*(warmUp+2)*m {
			origins = append(origins, origin)
		}
	}
	all := make([]Score, len(origins))
	var halves sync.WaitGroup
	for half := range 2 {
		halves.Go(func() {
			for i := half; i < len(origins); i += 2 {
				all[i] = f.try(y, origins[i], h, breach, rest)
			}
		})
	}
	halves.Wait()
	var alike []Score
	for i, origin := range origins {
		if SameWay(origin, len(y)) {
			alike = append(alike, all[i])
		}
	}
	if len(alike) >= fewestWindows {
		all = alike
	}
	return Calibrate(all, breach)
}

// try scores one window: its days by the balance, its lowest point beside payments that take what is expected to come.
func (f Forecaster) try(y []float64, origin, h int, breach float64, rest Rest) Score {
	ahead, actual := f.Run(y[:origin], h), slices.Clone(y[origin:origin+h])
	if rest != nil {
		rest(origin, ahead.Paths, actual)
	}
	floor := FloorScore(ahead, actual, ahead.drift(), breach)
	for _, flow := range append(ahead.Paths, actual) {
		for t := 1; t < len(flow); t++ {
			flow[t] += flow[t-1]
		}
	}
	return Score{Days: dayScores(ahead, actual), Floor: floor}
}

// drift gives what the paths come to a day.
func (f Forecast) drift() float64 {
	sum := 0.0
	for _, path := range f.Paths {
		sum += mean(path)
	}
	return sum / float64(max(len(f.Paths), 1))
}
