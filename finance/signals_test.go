package finance

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

func TestASeriesIsInOrderHoweverItCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s series
		var naive []int64
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, 3_000), 0, 2_500).Draw(t, "numbers") {
			s.add(placed{serial: n})
			naive = append(naive, n)
		}
		slices.Sort(naive)
		naive = slices.Compact(naive)
		at := rapid.Int64Range(-1, 3_001).Draw(t, "at")
		below, above := s.around(at, 3)
		var wantBelow, wantAbove []int64
		for _, n := range naive {
			switch cmp.Compare(n, at) {
			case -1:
				wantBelow = append([]int64{n}, wantBelow...)
			case 1:
				wantAbove = append(wantAbove, n)
			}
		}
		for side, pair := range map[string][2][]int64{
			"below": {serials(below), wantBelow[:min(3, len(wantBelow))]}, "above": {serials(above), wantAbove[:min(3, len(wantAbove))]},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Fatalf("%s %d: got %v, want %v", side, at, pair[0], pair[1])
			}
		}
	})
}

func serials(ps []placed) []int64 {
	var out []int64
	for _, p := range ps {
		out = append(out, p.serial)
	}
	return out
}

func TestTransposed(t *testing.T) {
	cases := map[string]struct {
		a, b int64
		want bool
	}{
		"neighbours swapped":              {123_456, 124_356, true},
		"the last two":                    {50_012, 50_021, true},
		"the first two":                   {1_900, 9_100, true},
		"the same":                        {1_900, 1_900, false},
		"equal digits swapped":            {1_100, 1_100, false},
		"two that are not neighbours":     {1_239, 1_932, false},
		"nine more, but no swap":          {1_000, 1_009, false},
		"another number of digits":        {1_900, 19_000, false},
		"the largest there is, by chance": {9_223_372_036_854_775_807, 9_223_372_036_854_775_870 / 10, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := transposed(c.a, c.b); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestEditDistance(t *testing.T) {
	cases := []struct {
		a, b string
		want int
	}{
		{"718942", "718942", 0},
		{"718942", "781942", 1},
		{"718942", "71894", 1},
		{"718942", "718943", 1},
		{"", "", 0},
		{"718942", "7189421", 1},
		{"718942", "981943", 3},
		{"1", "12345678", 9},
		{strings.Repeat("1", 30), strings.Repeat("1", 30), 9},
	}
	for _, c := range cases {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: got %d, want %d", c.a, c.b, got, c.want)
		}
		if there, back := editDistance(c.a, c.b), editDistance(c.b, c.a); there != back {
			t.Errorf("%q and %q: %d one way, %d the other", c.a, c.b, there, back)
		}
	}
}

func TestAPaymentInPartsAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := injector{rng: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
		limit := rapid.Int64Range(100, 1_000_000).Draw(t, "limit")
		minor := rapid.Int64Range(limit+1, 6*limit).Draw(t, "amount")
		sum := int64(0)
		for _, part := range in.parts(minor, limit) {
			if part <= 0 || part > limit {
				t.Fatalf("a part of %d, want one up to the limit of %d", part, limit)
			}
			sum += part
		}
		if sum != minor {
			t.Fatalf("the parts add up to %d, want %d", sum, minor)
		}
	})
}

func TestInjectingLeavesTheRestAsItWas(t *testing.T) {
	var ps []payment
	for i := range 3_000 {
		ps = append(ps, payment{vendor: "v", currency: "USD", day: i / 4, minor: int64(100_000 + 997*i%700_000), number: written("D") + string(rune('A'+i%26)) + "100"})
	}
	got := inject(ps, map[models.Currency][]int64{"USD": {500_000}}, 300, .02, rand.New(rand.NewPCG(1, 1)))
	kinds := map[slip]int{}
	for i, m := range got {
		kinds[m.slip]++
		if m.slip != "" && m.day < 300 {
			t.Errorf("a slip on day %d, want none before day 300", m.day)
		}
		if i > 0 && m.day < got[i-1].day {
			t.Fatalf("day %d comes after day %d", m.day, got[i-1].day)
		}
	}
	for _, k := range []slip{paidTwice, wrongAmount, inParts} {
		if kinds[k] < 10 {
			t.Errorf("%d of %s, want some of each kind", kinds[k], k)
		}
	}
	if first := got[:1_200]; !slices.EqualFunc(first, ps[:1_200], func(m made, p payment) bool { return m.day == p.day }) {
		t.Error("what came before the day was moved")
	}
}

func TestAVendorsNewestPaymentsAreKept(t *testing.T) {
	var v vendorPast
	for i := range 5 * windowRows {
		v.add(entry{day: i})
	}
	w := v.window()
	if len(w) != windowRows || w[0].day != 4*windowRows || w[len(w)-1].day != 5*windowRows-1 || v.first != 0 {
		t.Errorf("got %d rows of days %d to %d since %d", len(w), w[0].day, w[len(w)-1].day, v.first)
	}
}

func TestACalibratedScoreMeansWhatItSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var seen []example
	f := forest{Trees: []tree{{{signal: 0, cut: .5, next: 1}, {value: -3}, {value: 3}}}}
	for range 20_000 { // of those with the signal, a half are odd, of the others one in a hundred
		var e example
		e.weight = 1
		if rng.Float64() < .1 {
			e.x[0], e.odd = 1, rng.Float64() < .5
		} else {
			e.odd = rng.Float64() < .01
		}
		seen = append(seen, e)
	}
	slope, shift := calibrate(f, seen)
	high, low := sigmoid(slope*3+shift), sigmoid(slope*-3+shift)
	mean := .1*high + .9*low
	if high < 8*low || mean > .05 {
		t.Errorf("says %.4f and %.4f, want much more of the one, and few in all", high, low)
	}
}

func TestEveryAspectSpeaksOfKnownSignalsOnce(t *testing.T) {
	used := map[int]bool{}
	for _, a := range aspects {
		for _, s := range a.signals {
			if used[s] || s < 0 || s >= signalCount {
				t.Errorf("signal %d is spoken of twice or not known", s)
			}
			used[s] = true
		}
	}
	for _, days := range []float32{0, 1, 12} {
		if got := daysBefore(days); !strings.Contains(got, "day") {
			t.Errorf("%v days are said as %q", days, got)
		}
	}
}
