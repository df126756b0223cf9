package finance

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"remit/models"
)

// minLearn is how many payments a history needs to be learned from.
const minLearn = 2000

// Teaching says how a model is taught. Rounds and Name are chosen where they are not given.
type Teaching struct {
	Limits []models.Money // what splits stay below
	Seed   uint64
	Rounds int                // how often slips are put into the history anew
	Alone  bool               // for Judge: see a payment beside those of its vendor only
	Small  bool               // fewer trees, for a model that ships
	Varied bool               // for books unlike these: some vendors number as those of other companies do
	Name   string             // as proposals keep it
	Also   [][]models.Payable // histories of other companies to learn from as well
	// Verdicts are what people have said of payments, by id: whether they were made wrong.
	Verdicts map[string]bool
}

// How many slips of each kind are put among the payments, and how many of the payments that are right are kept for each
// that is wrong. Few at a time: slips near one another would teach what their neighbours look like.
const (
	slipRate  = .004
	keptRight = 12
	// verdictWeight is how many made-up examples what a person has said of a payment counts as, in each round: it is about
	// these very books, and there are few.
	verdictWeight = 3
)

// Taught is a model with what it was taught on and how well it does.
type Taught struct {
	*Model
	Payments int
	Verdicts int     // people's, among those
	AP       float64 // average precision on slips in the last quarter, of a model that was taught on what lies before
	Shipped  float64 // the same of the model that ships; 0 where the two cannot be compared
}

// Learn teaches a model from payments without anybody's labels: slips of many kinds are put into the history, each round
// others, and what tells them from the rest is learned. What is odd in it already counts as right, which teaches what
// these books are like. Fewer than 2,000 usable payments in all are Invalid. The same history and teaching give the same
// model, which takes some seconds for each ten thousand payments.
func Learn(history []models.Payable, t Teaching) (*Model, error) {
	taught, err := Teach(history, t)
	return taught.Model, err
}

// Teach is Learn, and says how well the model does.
func Teach(history []models.Payable, t Teaching) (Taught, error) {
	var books [][]payment
	count := 0
	for _, h := range append([][]models.Payable{history}, t.Also...) {
		books = append(books, usable(h, t.Verdicts))
		count += len(books[len(books)-1])
	}
	if count < minLearn {
		return Taught{}, models.Errorf(models.Invalid, "%d payments are too few to learn from: %d are needed", count, minLearn)
	}
	t.Rounds = pick(t.Rounds > 0, t.Rounds, 40)
	t.Name = pick(t.Name != "", t.Name, "finance-learned/1")
	rng := rand.New(rand.NewPCG(t.Seed, 0))
	var early, late []example
	for _, ps := range books {
		for range t.Rounds {
			told := ps
			if t.Varied {
				told = restyle(ps, rng)
			}
			e, l := lesson(told, t, rng)
			early, late = append(early, e...), append(late, l...)
		}
	}
	taught := teach(t, early, late, rng)
	taught.Payments = count
	for _, ps := range books {
		for _, p := range ps {
			taught.Verdicts += pick(p.told != toldNothing, 1, 0)
		}
	}
	return taught, nil
}

// usable gives what can be learned from, in order of days.
func usable(history []models.Payable, verdicts map[string]bool) []payment {
	var ps []payment
	for _, h := range history {
		if h.Status == models.PayableVoid || h.Amount.Minor <= 0 || dayOf(h) == "" {
			continue
		}
		p := paymentOf(h)
		if wrong, said := verdicts[h.ID]; said {
			p.told = pick(wrong, toldWrong, toldRight)
		}
		ps = append(ps, p)
	}
	slices.SortStableFunc(ps, func(a, b payment) int { return cmp.Compare(a.day, b.day) })
	return ps
}

// lesson gives the examples of one round, apart those of the last quarter of the payments. The first quarter is what
// they are compared with.
func lesson(ps []payment, t Teaching, rng *rand.Rand) (early, late []example) {
	if len(ps) < 8 {
		return nil, nil
	}
	past, from, split := NewPast(t.Limits), ps[len(ps)/4].day, ps[len(ps)*3/4].day
	keep := min(1, 3*slipRate*keptRight)
	for _, p := range inject(ps, past.limits, from, slipRate, rng) {
		odd, said := p.slip != "" || p.told == toldWrong, p.told != toldNothing
		if p.day >= from && (odd || said || rng.Float64() < keep) {
			e := example{odd: odd, weight: pick(odd, 1, 1/keep)}
			if said {
				e.weight = verdictWeight
			}
			e.x = pick(t.Alone, past.alone, past.signals)(p.payment)
			if p.day < split {
				early = append(early, e)
			} else {
				late = append(late, e)
			}
		}
		past.add(p.payment)
	}
	return early, late
}

// teach grows a forest on the early examples, calibrates it on the late ones, which it has not seen, and grows it again on
// all.
func teach(t Teaching, early, late []example, rng *rand.Rand) Taught {
	g := pick(t.Small, growth{trees: 120, depth: 4, rate: .1, rows: .6, cols: .4, leaf: 3, ridge: 4}, grown)
	m := &Model{alone: t.Alone, name: t.Name}
	first := grow(early, g, rng)
	taught := Taught{Model: m, AP: averagePrecision(first, late)}
	if t.Alone {
		taught.Shipped = averagePrecision(shipped().forest, late)
	}
	m.slope, m.shift = calibrate(first, late)
	m.forest = grow(slices.Concat(early, late), g, rng)
	return taught
}

// averagePrecision gives the mean, over the examples made wrong, of how many of those that score as high or higher are
// wrong. Examples count by their weight.
func averagePrecision(f forest, seen []example) float64 {
	order, scores := make([]int, len(seen)), make([]float64, len(seen))
	for i := range seen {
		order[i], scores[i] = i, f.value(&seen[i].x)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	var odd, all, sum float64
	for from := 0; from < len(order); {
		to, here := from, 0.0 // those of one score stand together
		for ; to < len(order) && scores[order[to]] == scores[order[from]]; to++ {
			e := seen[order[to]]
			all += e.weight
			here += pick(e.odd, e.weight, 0)
		}
		if odd += here; here > 0 {
			sum += here * odd / all
		}
		from = to
	}
	return sum / max(odd, 1e-9)
}

// calibrate gives the slope and the shift with which a forest's log-odds fit what came, by Newton's method on the logistic
// loss (Platt 1999), where priorOdd of all payments are made wrong.
func calibrate(f forest, seen []example) (slope, shift float64) {
	var odd, right float64
	values := make([]float64, len(seen))
	for i := range seen {
		values[i] = f.value(&seen[i].x)
		odd += pick(seen[i].odd, seen[i].weight, 0)
		right += pick(seen[i].odd, 0, seen[i].weight)
	}
	if odd == 0 || right == 0 {
		return 1, math.Log(priorOdd / (1 - priorOdd))
	}
	slope, shift = 1, 0
	for range 60 {
		// A ridge keeps the slope near one where the late examples are few.
		g := [2]float64{slope - 1, 0}
		h := [3]float64{1, 0, 1e-9}
		for i, e := range seen {
			w := e.weight * pick(e.odd, priorOdd/odd, (1-priorOdd)/right) * (odd + right)
			p := sigmoid(slope*values[i] + shift)
			d, c := w*(p-pick(e.odd, 1.0, 0)), w*p*(1-p)
			g[0], g[1] = g[0]+d*values[i], g[1]+d
			h[0], h[1], h[2] = h[0]+c*values[i]*values[i], h[1]+c*values[i], h[2]+c
		}
		det := h[0]*h[2] - h[1]*h[1]
		// Short steps: where the two are told apart without fault, a whole one leads far out, where there is no way back.
		slope -= min(max((h[2]*g[0]-h[1]*g[1])/det, -.5), .5)
		shift -= min(max((h[0]*g[1]-h[1]*g[0])/det, -1), 1)
	}
	if math.IsNaN(slope) || slope <= 0 || math.IsInf(shift, 0) || math.IsNaN(shift) {
		return 1, math.Log(priorOdd / (1 - priorOdd))
	}
	return slope, shift
}
