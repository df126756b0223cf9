package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"remit/bench/data"
	"remit/decision"
	"remit/triage/intent"
)

// result is a line of the table. The names of its fields in JSON are a contract.
type result struct {
	Set      string  `json:"set"`
	Shots    int     `json:"shots"`
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	Spread   float64 `json:"accuracy_spread"` // over the seeds
	MacroF1  float64 `json:"macro_f1"`
	ECE      float64 `json:"ece"`
	At80     float64 `json:"acc_at_80"`
	At90     float64 `json:"acc_at_90"`
	Hit3     float64 `json:"hit3"`
	Auroc    float64 `json:"oos_auroc"`
	Recall90 float64 `json:"oos_recall_at_90"`
	MCC      float64 `json:"mcc"`
	Conf90   float64 `json:"precision_at_conf_90"`

	Coverage   float64 `json:"auto_coverage"`
	AutoN      int     `json:"auto_n"`
	AutoErrors int     `json:"auto_errors"`
	AutoP      float64 `json:"auto_p"` // of so many errors or more, did it err at max_error; of the worst seed
	Threshold  float64 `json:"auto_threshold"`

	OutsideN         int     `json:"outside_n"`
	OutsideActed     int     `json:"outside_acted"`
	OutsidePrecision float64 `json:"auto_precision_with_outside"`

	TrainMS float64 `json:"train_ms"`
	MicroS  float64 `json:"us_per_text"`
}

// measure trains and tests; with few examples as often as there are seeds, on other examples each time.
func (s settings) measure(set data.Split, shots int, starter *intent.Starter) (result, error) {
	seeds := s.seeds
	if shots == 0 {
		seeds = 1 // the order of training is all that is left to chance
	}
	var runs []result
	for seed := range seeds {
		say("%s, %d shots, seed %d", set.Name, shots, seed)
		r, err := s.once(set, shots, uint64(seed), starter)
		if err != nil {
			return r, err
		}
		runs = append(runs, r)
	}
	return average(runs), nil
}

func (s settings) once(set data.Split, shots int, seed uint64, starter *intent.Starter) (result, error) {
	train := set.Train
	if shots > 0 {
		train, _ = sample(train, shots, seed)
	}
	began := time.Now()
	m, err := intent.Train(examples(train), intent.Options{Seed: seed, Starter: starter})
	if err != nil {
		return result{}, err
	}
	trained := time.Since(began)
	// What is measured is what would be stored.
	if m, err = stored(m, starter); err != nil {
		return result{}, err
	}
	began = time.Now()
	tests := see(m, set.Test)
	r := judge(tests)
	r.Set, r.Shots, r.TrainMS = set.Name, shots, float64(trained.Microseconds())/1e3
	r.MicroS = float64(time.Since(began).Microseconds()) / float64(max(len(tests), 1))
	cut := decision.Threshold(verdicts(m.Report.Held), s.maxError, 0.05)
	outside := see(m, set.Outside)
	r.act(cut, tests, outside, s.maxError)
	if len(outside) > 0 {
		inside := heldOutside(m.Report.Held)
		if len(set.Valid) > 0 {
			inside = outsideOf(see(m, set.Valid))
		}
		r.foreign(tests, outside, inside)
	}
	return r, nil
}

func stored(m *intent.Model, starter *intent.Starter) (*intent.Model, error) {
	again, err := intent.Decode(m.Encode(), starter)
	if err != nil {
		return nil, err
	}
	again.Report = m.Report
	return again, nil
}

// seen is a test text and what the model made of it.
type seen struct {
	intent.Prediction
	want string
}

func (s seen) right() bool { return s.Label == s.want }

func see(m *intent.Model, texts []data.Labelled) []seen {
	out := make([]seen, len(texts))
	for i, t := range texts {
		out[i] = seen{m.Classify(t.Text), t.Label}
	}
	return out
}

func examples(in []data.Labelled) []intent.Example {
	out := make([]intent.Example, len(in))
	for i, l := range in {
		out[i] = intent.Example{Text: l.Text, Label: l.Label}
	}
	return out
}

// sample takes so many of each label by chance; the rest comes in an order by chance too.
func sample(in []data.Labelled, shots int, seed uint64) (taken, rest []data.Labelled) {
	rng := rand.New(rand.NewPCG(seed, 7))
	has := map[string]int{}
	for _, i := range rng.Perm(len(in)) {
		if has[in[i].Label] < shots {
			has[in[i].Label]++
			taken = append(taken, in[i])
		} else {
			rest = append(rest, in[i])
		}
	}
	return taken, rest
}

// verdicts gives what was held back in training as the evidence that a threshold is chosen from. A text from outside is
// never acted on.
func verdicts(held []intent.Held) []decision.Scored {
	out := make([]decision.Scored, len(held))
	for i, h := range held {
		out[i] = decision.Scored{Confidence: h.Confidence, Wrong: !h.Right}
		if h.Refused {
			out[i].Confidence = math.Inf(-1)
		}
	}
	return out
}

func (r *result) act(cut decision.Cut, tests, outside []seen, maxError float64) {
	acts := func(s seen) bool { return !s.Outside && cut.Acts(s.Confidence) }
	for _, s := range tests {
		if acts(s) {
			r.AutoN++
			if !s.right() {
				r.AutoErrors++
			}
		}
	}
	r.Threshold = cut.At
	r.Coverage = float64(r.AutoN) / float64(max(len(tests), 1))
	r.AutoP = tail(r.AutoErrors, r.AutoN, maxError)
	r.OutsideN = len(outside)
	for _, s := range outside {
		if acts(s) {
			r.OutsideActed++
		}
	}
	if all := r.AutoN + r.OutsideActed; all > 0 {
		r.OutsidePrecision = float64(r.AutoN-r.AutoErrors) / float64(all)
	}
}

// tail is the probability of so many errors or more among n, each with probability p.
func tail(errors, n int, p float64) float64 {
	sum := 0.0
	for k := errors; k <= n; k++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// foreign measures how well texts from outside are told: over all thresholds, and at the one that keeps nine in ten of the
// texts that inside is of.
func (r *result) foreign(tests, outside []seen, inside []float64) {
	slices.Sort(inside)
	line := inside[min(len(inside)*9/10, len(inside)-1)]
	own := outsideOf(tests)
	slices.Sort(own)
	caught, above := 0, 0.0
	for _, x := range outsideOf(outside) {
		if x > line {
			caught++
		}
		less, _ := slices.BinarySearch(own, x)
		upTo, _ := slices.BinarySearchFunc(own, x, func(e, x float64) int { return cmp.Or(cmp.Compare(e, x), -1) })
		above += float64(less+upTo) / 2
	}
	r.Recall90 = float64(caught) / float64(len(outside))
	r.Auroc = above / float64(len(own)) / float64(len(outside))
}

func outsideOf(in []seen) []float64 {
	out := make([]float64, len(in))
	for i, s := range in {
		out[i] = s.OOS
	}
	return out
}

func heldOutside(held []intent.Held) []float64 {
	out := make([]float64, len(held))
	for i, h := range held {
		out[i] = h.Outside
	}
	return out
}

func average(runs []result) result {
	out := runs[0]
	over := func(field func(*result) *float64) []float64 {
		var xs []float64
		for i := range runs {
			xs = append(xs, *field(&runs[i]))
		}
		return xs
	}
	for _, field := range []func(*result) *float64{
		func(r *result) *float64 { return &r.Accuracy }, func(r *result) *float64 { return &r.MacroF1 }, func(r *result) *float64 { return &r.ECE },
		func(r *result) *float64 { return &r.At80 }, func(r *result) *float64 { return &r.At90 }, func(r *result) *float64 { return &r.Hit3 },
		func(r *result) *float64 { return &r.MCC }, func(r *result) *float64 { return &r.Conf90 }, func(r *result) *float64 { return &r.Coverage },
		func(r *result) *float64 { return &r.Threshold }, func(r *result) *float64 { return &r.TrainMS }, func(r *result) *float64 { return &r.MicroS },
	} {
		*field(&out) = mean(over(field))
	}
	out.Spread = spread(over(func(r *result) *float64 { return &r.Accuracy }))
	out.AutoP = slices.Min(over(func(r *result) *float64 { return &r.AutoP }))
	for _, r := range runs[1:] {
		out.AutoN, out.AutoErrors = out.AutoN+r.AutoN, out.AutoErrors+r.AutoErrors
	}
	return out
}
