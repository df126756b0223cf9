package decision

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestAMonthHasItsTwentyAudits(t *testing.T) {
	chance := rand.New(rand.NewPCG(6, 6))
	for _, volume := range []int{5, 20, 60, 300, 5000} {
		short := 0
		const months = 200
		for range months {
			m := Month{Expected: float64(volume), Clean: -1}
			for i := range volume {
				m.Left = 1 - float64(i)/float64(volume)
				if chance.Float64() < AuditRate(m) {
					m.Audited++
				}
				m.Acted++
			}
			if m.Audited < min(volume, leastAudits) {
				short++
			}
		}
		if short > 0 {
			t.Errorf("at %d decisions a month: %d of %d months had fewer than they must", volume, short, months)
		}
	}
}

func TestTheAuditRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Month{
			Expected: rapid.Float64Range(0, 1e6).Draw(t, "expected"), Audited: rapid.IntRange(0, 100).Draw(t, "audited"),
			Left: rapid.Float64Range(0, 1).Draw(t, "left"), Clean: rapid.IntRange(-1, 100).Draw(t, "clean"),
			Needed: rapid.Float64Range(0, 1000).Draw(t, "needed"),
		}
		got := AuditRate(m)
		if !(got > 0 && got <= 1) || got < min(1, leastAudits/m.Expected) || got < min(1, m.Needed/m.Expected) {
			t.Fatalf("%+v: got %v", m, got)
		}
		calm, alert := m, m
		calm.Clean, alert.Clean = -1, 0
		if AuditRate(alert) < AuditRate(calm) {
			t.Fatalf("after an error: got %v, less than %v", AuditRate(alert), AuditRate(calm))
		}
	})
	if got := AuditRate(Month{Expected: math.NaN()}); got != 1 {
		t.Errorf("of an unknown volume: got %v, want 1", got)
	}
	busy := Month{Expected: 10_000, Audited: 30, Left: .5, Clean: -1}
	if got := AuditRate(busy); got != usualRate {
		t.Errorf("in a calm month: got %v, want %v", got, usualRate)
	}
	busy.Clean = 3
	if got := AuditRate(busy); got != usualRate*alertFactor {
		t.Errorf("soon after an error: got %v, want %v", got, usualRate*alertFactor)
	}
}

func TestADrawIsTheSameAgainAndEvenOverIDs(t *testing.T) {
	drawn, both, chosen := 0, 0, 0
	const n = 20_000
	for i := range n {
		id := fmt.Sprint("dec_", i)
		a := Drawn(id, "salt", .1)
		if a != Drawn(id, "salt", .1) {
			t.Fatalf("%s was drawn otherwise again", id)
		}
		if a {
			drawn++
		}
		if ForThreshold(id, "salt") {
			chosen++
			if a {
				both++
			}
		}
	}
	for what, c := range map[string]struct{ got, want float64 }{
		"a tenth is audited":         {float64(drawn) / n, .1},
		"a third chooses":            {float64(chosen) / n, thresholdShare},
		"the two have nothing to do": {float64(both) / n, .1 * thresholdShare},
	} {
		if math.Abs(c.got-c.want) > .01 {
			t.Errorf("%s: got %v, want %v", what, c.got, c.want)
		}
	}
	if Drawn("dec_1", "salt", 0) || !Drawn("dec_1", "salt", 1) {
		t.Error("a rate of none was drawn, or a rate of one was not")
	}
}

func TestASliceThatBeginsLateInAMonthOwesOnlyItsShareOfAudits(t *testing.T) {
	late := Month{Expected: 3000, Acted: 100, Audited: 3, Left: .1, Share: .1, Clean: -1}
	if got := AuditRate(late); got != usualRate {
		t.Errorf("with its three of twenty done: got %v, want %v", got, usualRate)
	}
	late.Share = 0
	if got := AuditRate(late); got <= usualRate {
		t.Errorf("one that has acted all month has to catch up: got %v", got)
	}
}
