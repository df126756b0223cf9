package app

import (
	"testing"
	"time"
)

func TestDecidingMakesWayOnlyForMoreWebhooksThanCanBeDecided(t *testing.T) {
	now, stored, waiting := time.Unix(1_800_000_000, 0), int64(0), 0
	tide := &tide{waiting: func() int { return waiting }, stored: func() int64 { return stored }, now: func() time.Time { return now }}
	second := func(come, wait int) {
		now, stored, waiting = now.Add(time.Second), stored+int64(come), wait
	}
	for _, c := range []struct {
		says       string
		come, wait int
		full       bool
		want       time.Duration
	}{
		{"nothing is known yet", 0, 20, true, 0},
		{"one by one", 10, 0, false, gatherRest},
		{"many wait, and deciding keeps up", 500, 40, true, 0},
		{"a flood", 5000, 40, true, crowdRest},
		{"a flood that nobody waits in", 5000, 2, true, 0},
		{"a flood goes on", 5000, 40, false, crowdRest},
		{"it is over", 100, 40, true, 0},
	} {
		second(c.come, c.wait)
		if got := tide.rest(c.full); got != c.want {
			t.Errorf("%s: rests %s, want %s", c.says, got, c.want)
		}
	}
}
