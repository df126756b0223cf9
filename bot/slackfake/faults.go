package slackfake

import (
	"context"
	"net/http"
	"time"
)

// Fault is a way in which the next calls go wrong. The call is carried out unless Undone: a fault without it is the
// ambiguous kind, where the caller cannot know.
type Fault struct {
	Method     string          // "" for any
	Channel    string          // "" for any
	Times      int             // how many calls; 0 for one
	Skip       int             // so many matching calls go well before
	Came       chan<- struct{} // closed when the call has come
	Wait       <-chan struct{} // the call is carried out only once this is closed
	Done       chan<- struct{} // closed once the call was carried out
	Hold       <-chan struct{} // the answer is held back until this is closed
	Delay      time.Duration   // a slow Slack: before the call is carried out, unless the caller goes away
	Undone     bool            // the call is not carried out
	Cut        bool            // the connection is cut instead of an answer
	Status     int             // the HTTP status of the answer
	RetryAfter int             // seconds, with Status 429
	Error      string          // Slack's word for the error, with ok false
}

// Fail makes the next matching calls go wrong. A fault with Came or Done is for one call.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// Mend ends every fault that is left.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Storm answers the next n calls of a method with 429.
func (s *Server) Storm(method string, n, retryAfter int) {
	s.Fail(Fault{Method: method, Times: n, Undone: true, Status: http.StatusTooManyRequests, RetryAfter: retryAfter, Error: "ratelimited"})
}

func (s *Server) faultFor(method, channel string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times > 0 && (f.Method == "" || f.Method == method) && (f.Channel == "" || f.Channel == channel) {
			if f.Skip > 0 {
				f.Skip--
				return nil
			}
			f.Times--
			return f
		}
	}
	return nil
}

func (f *Fault) hold(ctx context.Context) {
	if f.Came != nil {
		close(f.Came)
	}
	if f.Wait != nil {
		<-f.Wait
	}
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
}

func (f *Fault) release() {
	if f.Done != nil {
		close(f.Done)
	}
	if f.Hold != nil {
		<-f.Hold
	}
}

func (f *Fault) spoil(res result) result {
	if f.Status == 0 && f.Error == "" {
		return res
	}
	return result{err: f.Error, status: f.Status, after: f.RetryAfter}
}
