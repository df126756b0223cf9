package decision

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"remit/models"
)

// Rival is a judge of tickets that is tried out beside the one that judges.
type Rival struct {
	Name    string // and version, as its proposals name it
	Tickets TicketJudge
}

// Shadows has rivals judge what was judged, after it was and beside the drain: what they would have proposed is kept, and has
// no effect. Whatever they take, they hold nothing up. A batch that finds them busy is dropped and counted, and a rival that
// takes longer than Limit, or panics, is asked nothing more. All fields are needed but Log.
type Shadows struct {
	Rivals func() []Rival // as they are now; none: nothing is kept
	Keep   func(ctx context.Context, shadows []models.Shadow) error
	Limit  time.Duration // of one judgement
	Log    *slog.Logger

	waiting chan sighting
	dropped atomic.Int64
	mu      sync.Mutex
	barred  map[string]bool // rivals that are asked nothing more, by name
}

// sighting is the facts that decisions were made from.
type sighting struct {
	facts     models.Facts
	rules     models.TriageRules
	decisions []models.Decision
	at        time.Time
}

// waitingKept is how many sightings may wait for the rivals.
const waitingKept = 256

// NewShadows makes shadows that keep what rivals would have proposed.
func NewShadows(rivals func() []Rival, keep func(context.Context, []models.Shadow) error, limit time.Duration, log *slog.Logger) *Shadows {
	return &Shadows{Rivals: rivals, Keep: keep, Limit: limit, Log: log, waiting: make(chan sighting, waitingKept), barred: map[string]bool{}}
}

// Dropped counts what rivals were not asked about because they were busy.
func (s *Shadows) Dropped() int64 { return s.dropped.Load() }

// see lets the rivals have what a batch decided on tickets. It never waits, and nothing where there are no rivals.
func (s *Shadows) see(c Changes, rules models.TriageRules) {
	if s == nil || len(s.Rivals()) == 0 {
		return
	}
	by := map[string][]models.Decision{}
	for _, d := range c.Decisions {
		if d.Domain == models.Triage {
			by[d.FactsID] = append(by[d.FactsID], d)
		}
	}
	for _, snap := range c.Snapshots {
		if len(by[snap.ID]) == 0 {
			continue
		}
		select {
		case s.waiting <- sighting{facts: snap.Facts, rules: rules, decisions: by[snap.ID], at: c.At}:
		default:
			s.dropped.Add(1)
		}
	}
}

// Run has the rivals judge what was seen, until ctx ends.
func (s *Shadows) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case seen := <-s.waiting:
			if shadows := s.judge(ctx, seen); len(shadows) > 0 {
				if err := s.Keep(ctx, shadows); err != nil && ctx.Err() == nil {
					s.dropped.Add(1)
					s.Log.Warn("what a rival judge would have proposed was not kept", "err", err)
				}
			}
		}
	}
}

func (s *Shadows) judge(ctx context.Context, seen sighting) (shadows []models.Shadow) {
	f := seen.facts
	f.Tone, f.Signals = nil, nil // what the live judge made of them
	for _, r := range s.Rivals() {
		if s.isBarred(r.Name) {
			continue
		}
		j, err := s.ask(ctx, r, f, seen.rules)
		if ctx.Err() != nil {
			return shadows
		}
		if err != nil {
			s.bar(r.Name, err)
			continue
		}
		for _, d := range seen.decisions {
			pr, _ := j.For(d.Action)
			shadows = append(shadows, models.Shadow{DecisionID: d.ID, Candidate: r.Name, Value: pr.Value, Confidence: pr.Confidence, At: seen.at})
		}
	}
	return shadows
}

var (
	errSlow     = errors.New("it took too long")
	errPanicked = errors.New("it panicked")
)

// ask asks one rival. A judge cannot be interrupted, so one that takes too long is left behind with its goroutine: once, since
// it is not asked again.
func (s *Shadows) ask(ctx context.Context, r Rival, f models.Facts, rules models.TriageRules) (models.Judgement, error) {
	type answer struct {
		j   models.Judgement
		err error
	}
	done := make(chan answer, 1)
	go func() {
		a := answer{err: errPanicked}
		defer func() {
			_ = recover()
			done <- a
		}()
		a.j = r.Tickets.Decide(f, rules)
		a.err = nil
	}()
	limit := time.NewTimer(s.Limit)
	defer limit.Stop()
	select {
	case a := <-done:
		return a.j, a.err
	case <-limit.C:
		return models.Judgement{}, errSlow
	case <-ctx.Done():
		return models.Judgement{}, ctx.Err()
	}
}

func (s *Shadows) isBarred(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.barred[name]
}

func (s *Shadows) bar(name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.barred[name] = true
	s.dropped.Add(1)
	s.Log.Warn("a rival judge is asked nothing more", "rival", name, "err", err)
}
