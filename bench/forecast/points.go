package main

import (
	"fmt"
	"math"
	"os"
	"time"

	"remit/finance"
)

// point is what the forecasts of single days came to, over all series of a set.
type point struct {
	Set    string  `json:"set"`
	Series int     `json:"series"`
	SMAPE  float64 `json:"smape"` // per cent
	MASE   float64 `json:"mase"`
	WQL    float64 `json:"wql"`
	Cov80  float64 `json:"cov80"`
	Cov95  float64 `json:"cov95"`
	MSIS   float64 `json:"msis"`
	MS     float64 `json:"ms_per_series"`
	Widen  float64 `json:"widen"`
}

// earlier are how many windows before the test the bands are calibrated on.
const earlier = 4

// points forecasts the test with bands widened as earlier windows had needed it.
func (b bench) points() point {
	test := b.rows - b.h
	var scores []finance.Score
	for w := earlier; w > 0; w-- {
		origin := test - w*b.h
		if origin < 20*b.m {
			continue
		}
		fmt.Fprintln(os.Stderr, "calibrating at", origin)
		at := make([]finance.Score, len(b.series))
		s := finance.Share(b.series, origin, b.h, b.m)
		b.each(func(k int) {
			at[k] = finance.ScoreOf(b.forecast(k, origin, b.h, 1, s), b.series[k][origin:origin+b.h], 0, .05)
		})
		scores = append(scores, at...)
	}
	widen := finance.Calibrate(scores, .05).Daily
	fmt.Fprintln(os.Stderr, "testing at", test)
	began := time.Now()
	s := finance.Share(b.series, test, b.h, b.m)
	sums := make([]tally, len(b.series))
	b.each(func(k int) { sums[k] = b.tally(k, test, widen, s) })
	out := total(sums)
	out.Set, out.Series, out.Widen = b.name, len(b.series), widen
	out.MS = float64(time.Since(began).Microseconds()) / 1e3 / float64(len(b.series))
	return out
}

// tally are one series' sums over the cells of its test that are not blank.
type tally struct{ n, abs, pinball, smape, err, in80, in95, interval, scale float64 }

// shares are those of the quantiles: .1 to .9, then the ends of the 95 % band.
var shares = []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9, .025, .975}

func (b bench) tally(k, origin int, widen float64, s *finance.Sibling) tally {
	q := b.forecast(k, origin, b.h, widen, s).Quantiles(shares...)
	t := tally{scale: b.naive(k, origin)}
	for d, a := range b.series[k][origin : origin+b.h] {
		if math.IsNaN(a) {
			continue
		}
		t.n++
		t.abs += math.Abs(a)
		for i, share := range shares[:9] {
			t.pinball += 2 * math.Max(share*(a-q[i][d]), (share-1)*(a-q[i][d])) / 9
		}
		mid := q[4][d]
		t.err += math.Abs(a - mid)
		if a != 0 || mid != 0 {
			t.smape += 200 * math.Abs(a-mid) / (math.Abs(a) + math.Abs(mid))
		}
		t.in80 += within(a, q[0][d], q[8][d])
		t.in95 += within(a, q[9][d], q[10][d])
		t.interval += q[10][d] - q[9][d] + 40*(math.Max(0, q[9][d]-a)+math.Max(0, a-q[10][d]))
	}
	return t
}

func within(a, lo, hi float64) float64 {
	if a >= lo && a <= hi {
		return 1
	}
	return 0
}

// naive is the mean error of repeating the last season, in the history.
func (b bench) naive(k, origin int) float64 {
	y := finance.Filled(b.series[k][:origin], b.m)
	sum := 0.0
	for i := b.m; i < origin; i++ {
		sum += math.Abs(y[i] - y[i-b.m])
	}
	return sum / float64(origin-b.m)
}

func total(sums []tally) point {
	var p point
	var all tally
	for _, t := range sums {
		if t.n == 0 {
			continue
		}
		all.n, all.abs, all.pinball = all.n+t.n, all.abs+t.abs, all.pinball+t.pinball
		all.in80, all.in95 = all.in80+t.in80, all.in95+t.in95
		all.scale++ // series counted
		p.SMAPE += t.smape / t.n
		p.MASE += t.err / t.n / t.scale
		p.MSIS += t.interval / t.n / t.scale
	}
	p.SMAPE, p.MASE, p.MSIS = p.SMAPE/all.scale, p.MASE/all.scale, p.MSIS/all.scale
	p.WQL, p.Cov80, p.Cov95 = all.pinball/all.abs, all.in80/all.n, all.in95/all.n
	return p
}
