package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"remit/bench/service"
	"remit/cmd/remit/app"
	"remit/models"
)

// carriedOut is how long what was decided may take to get out.
const carriedOut = 30 * time.Minute

// at fills the database up to so many decisions, and measures.
func (w *world) at(ctx context.Context, decisions int) (size, error) {
	s := size{}
	a, err := w.open(ctx, "127.0.0.1:1", "127.0.0.1:1") // nobody calls it
	if err != nil {
		return s, err
	}
	began, had := time.Now(), w.decisions
	if err = w.fill(ctx, a, decisions); err == nil {
		s.FillPerS = float64(w.decisions-had) / time.Since(began).Seconds()
		note("deciding %d more tickets", w.tries)
		s.DecideP50, s.DecideP99, err = w.decide(ctx, a)
	}
	if closed := a.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return s, err
	}
	err = w.serve(ctx, func(a *app.App, client *http.Client, console string) error {
		note("carrying out what was decided")
		if err := settled(ctx, a); err != nil {
			return err
		}
		counts, err := a.Store.Counts(ctx)
		if err != nil {
			return err
		}
		if counts["effects_dead"] > 0 {
			return fmt.Errorf("%d effects were given up: the helpdesk is not as it should be", counts["effects_dead"])
		}
		for _, state := range models.OpenStates() {
			s.Open += int(counts["state_"+string(state)])
		}
		if s.IndexS, err = indexed(ctx, a); err != nil {
			return err
		}
		note("looking")
		return w.look(ctx, client, console, &s)
	})
	if err != nil {
		return s, err
	}
	s.Decisions, s.MB = w.decisions, w.megabytes()
	s.IndexMB, err = w.indexMegabytes(ctx)
	return s, err
}

// settled waits until nothing is on its way out.
func settled(ctx context.Context, a *app.App) error {
	return service.Until(ctx, carriedOut, func() (bool, error) {
		time.Sleep(50 * time.Millisecond) // looking costs the service time
		counts, err := a.Store.Counts(ctx)
		return err == nil && counts["inbox_pending"] == 0 && counts["effects_due"] == 0, err
	})
}

// indexed has what is left of the log be indexed, and gives how long that took, in seconds: the service does so at its leisure.
func indexed(ctx context.Context, a *app.App) (seconds float64, err error) {
	began := time.Now()
	for did := true; did; {
		if did, err = a.Store.IndexLog(ctx); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Seconds(), nil
}

// decide measures from a ticket's being handed to the store until its decisions are committed, one ticket at a time.
func (w *world) decide(ctx context.Context, a *app.App) (p50, p99 float64, err error) {
	return timed(w.tries, func(int) error {
		d := delivery(w.tickets, w.now())
		w.tickets++
		if _, err := a.Store.Accept(ctx, []models.Delivery{d}); err != nil {
			return err
		}
		n, err := a.Engine.Drain(ctx)
		if err != nil || n != 1 {
			return fmt.Errorf("%d tickets were decided instead of one: %w", n, err)
		}
		made, err := a.Store.Newest(ctx, []string{d.Subject})
		w.decisions += len(made)
		return err
	})
}

// look measures what a person sees: the inbox, the log of what few decisions are, and what is found in it by a text.
func (w *world) look(ctx context.Context, client *http.Client, console string, s *size) (err error) {
	s.InboxP50, s.InboxP99, err = timed(w.tries, func(int) error {
		_, err := page(ctx, client, console+"/")
		return err
	})
	if err != nil {
		return err
	}
	s.StateP50, s.StateP99, err = timed(w.tries, func(int) error {
		_, err := page(ctx, client, console+"/log?state="+string(models.Expired))
		return err
	})
	if err != nil {
		return err
	}
	s.SearchP50, s.SearchP99, err = timed(w.tries, func(i int) error {
		text, found := w.query(i)
		body, err := page(ctx, client, console+"/log?q="+url.QueryEscape(text))
		if err == nil && !strings.Contains(body, found) {
			err = fmt.Errorf("a search for %q does not show %q", text, found)
		}
		return err
	})
	return err
}

// nowhere is in no decision.
const nowhere = "kangaroo"

// query gives the i-th text that is looked for and what the page must show: a word of a fifth of all tickets, the number of
// one ticket anywhere in the past, or what is in none.
func (w *world) query(i int) (text, found string) {
	switch i % 4 {
	case 0:
		return "parcel", "Where is my parcel, order"
	case 1:
		return nowhere, "No decisions"
	}
	n := i * 7919 % w.tickets
	return fmt.Sprintf("order %07d", n), subjectOf(n)
}

func page(ctx context.Context, client *http.Client, at string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s was answered %d", at, resp.StatusCode)
	}
	return string(body), err
}

// timed does the work so often, a tenth as often before, and gives the quantiles in ms.
func timed(n int, work func(i int) error) (p50, p99 float64, err error) {
	warm := n/10 + 1
	var took []time.Duration
	for i := range warm + n {
		began := time.Now()
		if err := work(i); err != nil {
			return 0, 0, err
		}
		if i >= warm {
			took = append(took, time.Since(began))
		}
	}
	p50, p99 = quantiles(took)
	return p50, p99, nil
}

// quantiles gives the median and the 99th percentile, in ms.
func quantiles(took []time.Duration) (p50, p99 float64) {
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000 }
	return at(.5), at(.99)
}
