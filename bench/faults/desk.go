package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"remit/connector/zendesk/zendeskfake"
)

// mood is a way in which the helpdesk fails.
type mood string

const (
	moodDown mood = "desk_500"
	moodBusy mood = "desk_429"
	moodCut  mood = "desk_cut" // every other call before it is carried out, the others after
)

// desk is a helpdesk with moods.
type desk struct {
	fake *zendeskfake.Server
	srv  *httptest.Server

	mu    sync.Mutex
	mood  mood
	until time.Time
	calls int
}

func newDesk() *desk {
	d := &desk{fake: &zendeskfake.Server{Now: time.Now}}
	d.srv = httptest.NewServer(d)
	return d
}

// fail has every call go wrong for a while.
func (d *desk) fail(m mood, span time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mood, d.until = m, time.Now().Add(span)
}

// now gives the mood, and whether a cut comes before the call is carried out.
func (d *desk) now() (m mood, before bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().After(d.until) {
		return "", false
	}
	d.calls++
	return d.mood, d.calls%2 == 0
}

// ServeHTTP answers as the mood is.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch m, before := d.now(); {
	case m == moodDown:
		http.Error(w, `{"error":"InternalError"}`, http.StatusInternalServerError)
	case m == moodBusy:
		w.Header().Set("Retry-After", "1")
		http.Error(w, `{"error":"TooManyRequests"}`, http.StatusTooManyRequests)
	case m == moodCut && before:
		panic(http.ErrAbortHandler)
	case m == moodCut:
		d.fake.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		d.fake.ServeHTTP(w, r)
	}
}
