package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"remit/decision"
	"remit/models"
)

// pastPage is how many decisions of the past are read at once, and pastAhead how many pages ahead of the one in use: two
// cores read and decode while a third waits.
const (
	pastPage  = 512
	pastAhead = 2
)

// Past gives the decisions made since and before until, each with the facts it was made from, a page at a time in the order
// in which they were made. A zero until is no end. yield's error ends it and is passed on.
func (s *Store) Past(ctx context.Context, since, until time.Time, yield func([]decision.Recorded) error) error {
	of := s.db.WithContext(ctx).Model(&models.Decision{}).Where("created_at >= ?", plainTime(since))
	if !until.IsZero() {
		of = of.Where("created_at < ?", plainTime(until))
	}
	of = of.Session(&gorm.Session{})
	var ends struct{ First, Last int64 }
	if err := of.Select("coalesce(min(seq), 0) AS first, coalesce(max(seq), -1) AS last").Scan(&ends).Error; err != nil {
		return classify(err)
	}
	var reading sync.WaitGroup
	defer reading.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for page := range s.pages(ctx, &reading, of, ends.First, ends.Last) {
		p := <-page
		if p.err != nil {
			return p.err
		}
		if err := yield(p.records); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// read is a page that was read, or why it was not.
type read struct {
	records []decision.Recorded
	err     error
}

// pages reads some pages ahead, and gives them in order. It ends with the last, or with ctx.
func (s *Store) pages(ctx context.Context, reading *sync.WaitGroup, of *gorm.DB, first, last int64) <-chan chan read {
	ahead := make(chan chan read, pastAhead-1)
	reading.Go(func() {
		defer close(ahead)
		for from := first; from <= last; from += pastPage {
			page := make(chan read, 1)
			select {
			case <-ctx.Done():
				return
			case ahead <- page:
			}
			reading.Go(func() {
				rs, err := s.page(ctx, of, from)
				page <- read{rs, err}
			})
		}
	})
	return ahead
}

func (s *Store) page(ctx context.Context, of *gorm.DB, from int64) ([]decision.Recorded, error) {
	var ds []models.Decision
	if err := of.WithContext(ctx).Where("seq >= ? AND seq < ?", from, from+pastPage).Order("seq").Find(&ds).Error; err != nil {
		return nil, fmt.Errorf("read the past: %w", classify(err))
	}
	var ids []string
	for _, d := range ds {
		if d.FactsID != "" {
			ids = append(ids, d.FactsID)
		}
	}
	facts, err := byID(ctx, s.reader, ids, func(x models.Snapshot) string { return x.ID })
	if err != nil {
		return nil, fmt.Errorf("read the facts of the past: %w", err)
	}
	out := make([]decision.Recorded, len(ds))
	for i, d := range ds {
		out[i].Decision = d
		if snap, ok := facts[d.FactsID]; ok {
			out[i].Facts = &snap.Facts
		}
	}
	return out, nil
}

// longestWindow is how long before the end of a veto window its decision was made, at most.
const longestWindow = 31 * 24 * time.Hour

// Acted gives what remit did by itself, or is about to, newest first, as the query asks.
func (r reader) Acted(ctx context.Context, q decision.UndoQuery) ([]models.Decision, error) {
	since := plainTime(q.Since)
	of := r.db.WithContext(ctx).Where("created_at >= ? AND (created_at >= ? OR act_at >= ?)", since.Add(-longestWindow), since, since).
		Where("autonomous AND state IN ?", []models.State{models.Applied, models.Applying, models.Waiting})
	for column, value := range map[string]string{
		"domain": string(q.Domain), `"action"`: string(q.Action), "segment": q.Segment, "policy": q.Policy,
	} {
		if value != "" {
			of = of.Where(column+" = ?", value)
		}
	}
	var ds []models.Decision
	err := of.Order("created_at DESC, seq DESC").Find(&ds).Error
	return ds, classify(err)
}
