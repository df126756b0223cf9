package decision

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

func spoken(confidence float64, right, wrong int) []Stated {
	var past []Stated
	for range right {
		past = append(past, Stated{Confidence: confidence})
	}
	for range wrong {
		past = append(past, Stated{Confidence: confidence, Wrong: true})
	}
	return past
}

func TestAStatedConfidenceIsNotBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		stated    float64
		past      []Stated
		low, high float64
	}{
		"without a verdict it is the prior, however sure":    {0.999, nil, Prior, Prior},
		"nor does modesty matter":                            {0.01, nil, Prior, Prior},
		"five agreements say little":                         {0.99, spoken(.99, 5, 0), .6, .85},
		"fifty say a lot":                                    {0.99, spoken(.99, 50, 0), .93, .99},
		"who is always sure and half wrong is worth half":    {0.99, spoken(.99, 100, 100), .47, .53},
		"who is always sure and always wrong is worth less":  {0.99, spoken(.99, 0, 50), 0.01, .07},
		"a modest one that is always right is worth more":    {0.6, spoken(.6, 80, 0), .94, .995},
		"beyond what was judged it is no surer":              {0.999, spoken(.6, 30, 10), .6, .8},
		"a number that tells apart is used":                  {0.95, append(spoken(.95, 90, 5), spoken(.55, 20, 75)...), .82, .97},
		"and so is its low end":                              {0.55, append(spoken(.95, 90, 5), spoken(.55, 20, 75)...), .15, .35},
		"one that tells the wrong way round counts for none": {0.95, append(spoken(.95, 20, 80), spoken(.55, 80, 20)...), .47, .53},
		"no number at all is the prior":                      {math.NaN(), spoken(.9, 9, 1), Prior, Prior},
	} {
		if got := Calibrate(c.stated, c.past); got < c.low || got > c.high {
			t.Errorf("%s: got %.3f, want %.2f to %.2f", name, got, c.low, c.high)
		}
	}
}

func TestCalibrationKeepsItsBounds(t *testing.T) {
	stated := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		past := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stated {
			return Stated{Confidence: stated.Draw(t, "stated"), Wrong: rapid.Bool().Draw(t, "wrong")}
		}), 0, 60).Draw(t, "past")
		s := stated.Draw(t, "now")
		got := Calibrate(s, past)
		if !(got > 0 && got < 1) {
			t.Fatalf("got %v, want a probability that is no certainty", got)
		}
		again := slices.Clone(past)
		rand.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if other := Calibrate(s, again); math.Abs(other-got) > 1e-9 {
			t.Fatalf("in another order got %v, want %v", other, got)
		}
		// Nobody is surer of the next than of one more than were right out of two more than were judged.
		right := 0
		for _, p := range past {
			if !p.Wrong {
				right++
			}
		}
		if right == 0 && got > Prior+1e-9 {
			t.Fatalf("got %v with nothing ever right, want at most the prior", got)
		}
		if right == len(past) && got > float64(right+1)/float64(right+2)+1e-9 {
			t.Fatalf("got %v after %d right, want no more than Laplace's rule of succession gives", got, right)
		}
	})
}

// A proposer that overstates at random: after four hundred verdicts the calibrated figure is close to how often it is right.
func TestCalibrationFindsHowOftenAProposerIsRight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	truth := func(s float64) float64 { return 0.35 + 0.5*s } // what it states spreads 0..1, what is true 0.35..0.85
	var past []Stated
	for range 400 {
		s := r.Float64()
		past = append(past, Stated{Confidence: s, Wrong: r.Float64() > truth(s)})
	}
	for _, s := range []float64{.1, .5, .9} {
		if got := Calibrate(s, past); math.Abs(got-truth(s)) > .08 {
			t.Errorf("stated %.1f: got %.3f, want about %.3f", s, got, truth(s))
		}
	}
}

func TestOnlyWhatPeopleMeantCounts(t *testing.T) {
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	person := models.Actor{Kind: models.ByPerson, ID: "olga"}
	base := models.Decision{
		Action: "stock.reorder", Domain: "stock", State: models.Applied, Value: "240", Before: "0", Final: "240", Stated: .9,
		Ruling: models.Ruling{Approval: models.Approval{Count: 1}},
	}
	with := func(edit func(*models.Decision)) models.Decision {
		d := base
		edit(&d)
		return d
	}
	for name, c := range map[string]struct {
		d    models.Decision
		want []Stated
	}{
		"an approval": {with(func(d *models.Decision) {
			d.Answers = []models.Answer{{By: person, Kind: models.AnswerApprove, At: at}}
		}), []Stated{{.9, false}}},
		"an override": {with(func(d *models.Decision) {
			d.Answers = []models.Answer{{By: person, Kind: models.AnswerOverride, Value: "0", At: at}}
		}), []Stated{{.9, true}}},
		"an approval faster than reading": {with(func(d *models.Decision) {
			d.Answers = []models.Answer{{By: person, Kind: models.AnswerApprove, At: at, ShownAt: at.Add(-time.Second)}}
		}), nil},
		"an approval in bulk": {with(func(d *models.Decision) {
			d.Answers = []models.Answer{{By: person, Kind: models.AnswerApprove, At: at, Bulk: true}}
		}), nil},
		"an answer by a machine": {with(func(d *models.Decision) {
			d.Answers = []models.Answer{{By: models.Actor{Kind: models.ByAutomation}, Kind: models.AnswerApprove, At: at}}
		}), nil},
		"nobody":                           {with(func(d *models.Decision) { d.State = models.Expired }), nil},
		"what was done unasked and stayed": {with(func(d *models.Decision) { d.Autonomous = true }), nil},
		"what was done unasked and taken back": {with(func(d *models.Decision) {
			d.Autonomous, d.State = true, models.Reverted
		}), []Stated{{.9, true}}},
		"an audit that found it right": {with(func(d *models.Decision) {
			d.Autonomous, d.AuditState, d.AuditRate = true, models.AuditAnswered, .1
			d.Audited = models.Answer{By: person, Kind: models.AnswerOverride, Value: "240", At: at}
		}), []Stated{{.9, false}}},
	} {
		if got := StatedOf([]models.Decision{c.d}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func ExampleCalibrate() {
	always := make([]Stated, 0, 40)
	fmt.Printf("%.2f\n", Calibrate(.99, always))
	for i := range 40 {
		always = append(always, Stated{Confidence: .99, Wrong: i%4 == 0})
	}
	fmt.Printf("%.2f\n", Calibrate(.99, always))
	// Output:
	// 0.50
	// 0.73
}
