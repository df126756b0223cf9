package intent

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

func TestLabelsWhoseNamesShareWordsAreKin(t *testing.T) {
	cases := map[string]struct {
		names []string
		want  [][]int32
	}{
		"a part before a slash":                 {[]string{"access/code", "access/login", "billing/late", "billing/refund", "other"}, [][]int32{{0, 1}, {2, 3}}},
		"another form of the word":              {[]string{"card_lost", "transfer_failed", "transfers_pending", "why"}, [][]int32{{1, 2}}},
		"capitals within a word":                {[]string{"LatePayment", "NoPayment", "Opening", "Plans"}, [][]int32{{0, 1}}},
		"a word twice in one name":              {[]string{"top up by top", "top again", "x", "y"}, [][]int32{{0, 1}}},
		"what most names have says nothing":     {[]string{"support a", "support b", "support c", "d"}, [][]int32{}},
		"names of other scripts":                {[]string{"возврат/деньги", "возврат/товар", "доставка", "вход"}, [][]int32{{0, 1}}},
		"signs alone, and nothing in common":    {[]string{"!", "?", "a", "b"}, [][]int32{}},
		"more than one word in common, by each": {[]string{"card not working", "pin not working", "x", "y", "z"}, [][]int32{{0, 1}, {0, 1}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := kinOf(c.names)
			if len(got) != len(c.want) || len(got) > 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// offices is a history of four labels, of which only one has ever been about the glorbnax.
func offices(names [4]string) []Example {
	about := [4][2]string{{"glorbnax", "invoice"}, {"receipt", "credit note"}, {"parcel", "courier"}, {"window", "opening hours"}}
	ways := []string{"The %s again", "My %s is not right", "Where is my %s?", "Please look into the %s", "No news about the %s", "I am unhappy with the %s"}
	var out []Example
	for k, name := range names {
		for _, thing := range about[k] {
			for _, way := range ways {
				out = append(out, Example{Text: fmt.Sprintf(way, thing), Label: name})
			}
		}
	}
	return out
}

func TestWhatSpeaksForALabelSpeaksForItsKin(t *testing.T) {
	of := func(names [4]string) float64 {
		m, err := Train(offices(names), Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		p := m.Classify("glorbnax")
		if p.Label != names[0] {
			t.Fatalf("got %s, want %s", p.Label, names[0])
		}
		for _, g := range p.Top[1:] {
			if g.Label == names[1] {
				return g.Confidence / (1 - p.Confidence)
			}
		}
		return 0
	}
	kin, strangers := of([4]string{"money/first", "money/second", "post", "shop"}), of([4]string{"money", "sums", "post", "shop"})
	if kin < 0.5 || kin < strangers+0.1 {
		t.Errorf("of what is left the label of the same group has %.2f, and %.2f under a name of its own: want most of it, and more", kin, strangers)
	}
}

// scored gives views of three labels by chance-like numbers, in which soft tells the label, and margin does when it must.
func scored(n int, tells, misleads float32) (views []view, labels []int) {
	for i := range n {
		right := i % 3
		if i%10 == 0 {
			right = (right + 1) % 3
		}
		v := view{margin: make([]float32, 3), soft: make([]float32, 3), nearest: make([]float32, 3), three: make([]float32, 3)}
		v.soft[i%3], v.margin[i%3] = tells, misleads
		views, labels = append(views, v), append(labels, right)
	}
	return views, labels
}

func TestScoresAreJoinedAsTheHeldBackTextsBearOut(t *testing.T) {
	views, labels := scored(600, 2, 0)
	j := join(views, labels)
	p := make([]float64, 3)
	if j.odds(views[1], p); math.Abs(p[1]-0.9) > 0.01 {
		t.Errorf("got a probability of %.3f for what is right nine times in ten", p[1])
	}
	if views, labels = scored(600, 2, -1); join(views, labels)[joinMargin] < leastMargin {
		t.Error("the margin counts for less than its least")
	}
	if got := join(nil, nil); got[joinMargin] <= 0 || math.IsNaN(got[joinMargin]) {
		t.Errorf("got %v from nothing", got)
	}
}

func TestMergedScoresGiveTheSameOdds(t *testing.T) {
	views, labels := scored(300, 2, 0.5)
	views[4].nearest[0], views[4].three[2] = 0.7, 0.4
	j := join(views, labels)
	j[joinNearest], j[joinThree] = 1.5, 2.5
	apart, merged := make([]float64, 3), make([]float64, 3)
	j.odds(views[4], apart)
	v := views[4].clone()
	v.merge(j.share())
	j.merged().odds(v, merged)
	for k := range apart {
		if math.Abs(apart[k]-merged[k]) > 1e-6 {
			t.Errorf("got %v merged, want %v", merged, apart)
		}
	}
}
