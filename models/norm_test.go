package models

import (
	"testing"

	"pgregory.net/rapid"
)

func spreadOf(values ...float64) (s Spread) {
	for _, x := range values {
		s = s.Add(x)
	}
	return s
}

func repeated(n int, values ...float64) (out []float64) {
	for range n {
		out = append(out, values...)
	}
	return out
}

func TestWhatIsUnusualDependsOnWhoSaysIt(t *testing.T) {
	queue := Norm{Emotion: spreadOf(repeated(50, 0, 0, 0.1, 0.3)...)}
	grumbler := Usual{Customer: Norm{Emotion: spreadOf(repeated(10, 0.6, 0.7, 0.8)...)}, Queue: queue}
	calm := Usual{Customer: Norm{Emotion: spreadOf(repeated(10, 0, 0.05, 0.1)...)}, Queue: queue}
	newcomer := Usual{Queue: queue}
	stranger := Usual{}
	if got := grumbler.Emotion().Score(0.75); got > 1 {
		t.Errorf("an angry word of somebody who is always angry is %.1f deviations off", got)
	}
	if got := calm.Emotion().Score(0.75); got < 3 {
		t.Errorf("an angry word of somebody who is always calm is only %.1f deviations off", got)
	}
	for name, u := range map[string]Usual{"a newcomer": newcomer, "a newcomer to a new queue": stranger} {
		if got := u.Emotion().Score(0.75); got < 2 {
			t.Errorf("an angry word of %s is %.1f deviations off", name, got)
		}
		if got := u.Emotion().Score(0.1); got > 1 {
			t.Errorf("a calm word of %s is %.1f deviations off", name, got)
		}
	}
	once := Usual{Customer: Norm{Emotion: spreadOf(0.9)}, Queue: queue}
	if got := once.Emotion().Score(0.9); got < 1.5 {
		t.Errorf("one angry message makes anger usual of a customer: %.1f", got)
	}
}

func TestASpreadForgets(t *testing.T) {
	s := spreadOf(append(repeated(500, 0.9), repeated(500, 0.1)...)...)
	if m := s.Median(); m > 0.2 {
		t.Errorf("got a median of %.2f after five hundred calm messages", m)
	}
}

func TestASpreadKeepsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-2, 3)).Draw(t, "values")
		s := spreadOf(values...)
		sum := 0.0
		for _, n := range s.Bins {
			if n < 0 {
				t.Fatalf("a bin of %v", n)
			}
			sum += n
		}
		if d := sum - s.N; d > 1e-6 || d < -1e-6 || s.N > memory {
			t.Fatalf("the bins sum to %v, N is %v", sum, s.N)
		}
		last := 0.0
		for q := 0.0; q <= 1; q += 0.1 {
			x := s.Quantile(q)
			if x < last-1e-9 || x < 0 || x > 1 {
				t.Fatalf("quantile %.1f is %v after %v", q, x, last)
			}
			last = x
		}
		if got := s.Score(s.Median()); got != 0 {
			t.Fatalf("the median scores %v", got)
		}
	})
}
