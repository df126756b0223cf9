package app

import (
	"sync"
	"time"
)

// How long a drainer rests after a batch: a moment, in which what comes one by one makes a batch, and longer in a flood, while
// many webhooks wait to be stored that come faster than they can be decided. A provider gives up after seconds; what is decided
// is behind by then anyhow, and can wait. Where deciding can keep up with what comes, it does.
const (
	gatherRest = 5 * time.Millisecond
	crowdRest  = 100 * time.Millisecond
	crowd      = 8    // webhooks waiting at once
	flood      = 1000 // webhooks stored a second
)

// tideEvery is over how long it is counted how many webhooks come.
const tideEvery = 500 * time.Millisecond

// tide knows how fast webhooks come.
type tide struct {
	waiting func() int   // webhooks that wait to be stored
	stored  func() int64 // since the process began
	now     func() time.Time

	mu     sync.Mutex
	at     time.Time
	before int64
	rising bool // they came as a flood when they were last counted
}

// rest implements decision.Engine's Rest.
func (t *tide) rest(full bool) time.Duration {
	switch {
	case t.waiting() > crowd && t.floods():
		return crowdRest
	case full:
		return 0
	}
	return gatherRest
}

func (t *tide) floods() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, n := t.now(), t.stored()
	if since := now.Sub(t.at); since >= tideEvery {
		t.rising = !t.at.IsZero() && float64(n-t.before) > flood*since.Seconds()
		t.at, t.before = now, n
	}
	return t.rising
}
