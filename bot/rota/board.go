package rota

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"remit/models"
)

const (
	// fresh is how long a calendar is believed before it is read again, and stale for how long it still counts when it
	// cannot be. After that nobody is on duty.
	fresh = 15 * time.Minute
	stale = 6 * time.Hour
	// retry is how long a calendar that cannot be read is left alone, and limit bounds the reading.
	retry = time.Minute
	limit = 5 * time.Second
)

// Rota is one duty that people take in turn: by a calendar, or by a Slack user group.
type Rota struct {
	People   []models.Person // who may be on it: neither can name anybody else
	Calendar models.Secret   // where it is: a path, or an http(s) address, which may hold a secret
	Group    string          // Slack's id of the user group whose members are on duty, where there is no calendar
	Weekly   bool            // of those in the group one is, each for a week from Monday, in the order of People
}

// Board tells who is on duty, by rota. Its fields are set before it is used.
type Board struct {
	Rotas  map[string]Rota
	Zone   *time.Location
	HTTP   *http.Client
	Logger *slog.Logger
	// Members gives the ids of those of us who are in a Slack user group: nobody where Slack has not said so for too long.
	// nil where there is no Slack.
	Members func(ctx context.Context, group string) []string

	mu   sync.Mutex
	read map[string]reading
}

type reading struct {
	calendar  *Calendar
	at, tried time.Time
}

// Now gives who is on a rota at a time, by its name with or without an @: nobody where that is not known, or where there
// is no such rota.
func (b *Board) Now(ctx context.Context, name string, at time.Time) []models.Person {
	name = strings.TrimPrefix(name, "@")
	r, known := b.Rotas[name]
	if !known {
		return nil
	}
	if r.Group != "" {
		return b.inGroup(ctx, r, at)
	}
	c := b.calendar(ctx, name, r, at)
	if c == nil {
		return nil
	}
	on := c.On(at)
	return slices.DeleteFunc(slices.Clone(r.People), func(p models.Person) bool {
		return !slices.Contains(on, strings.ToLower(p.ID)) && (p.Email == "" || !slices.Contains(on, strings.ToLower(p.Email)))
	})
}

// inGroup gives those on a rota who are in its user group, or the one of them whose week it is.
func (b *Board) inGroup(ctx context.Context, r Rota, at time.Time) []models.Person {
	if b.Members == nil {
		return nil
	}
	in := b.Members(ctx, r.Group)
	on := slices.DeleteFunc(slices.Clone(r.People), func(p models.Person) bool { return !slices.Contains(in, p.ID) })
	if r.Weekly && len(on) > 0 {
		turn := weekOf(models.DayOf(at.In(b.Zone))) % len(on)
		on = on[turn : turn+1]
	}
	return on
}

// weekOf numbers the weeks, which begin on Monday.
func weekOf(d models.Day) int { return d.Sub("1970-01-05") / 7 }

// OnDuty gives the names of the rotas that a person is on at a time.
func (b *Board) OnDuty(ctx context.Context, p models.Person, at time.Time) []string {
	var names []string
	for name, r := range b.Rotas {
		may := slices.ContainsFunc(r.People, func(o models.Person) bool { return o.ID == p.ID })
		if may && slices.ContainsFunc(b.Now(ctx, name, at), func(o models.Person) bool { return o.ID == p.ID }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// calendar gives a rota's calendar, nil where it could not be read for too long.
func (b *Board) calendar(ctx context.Context, name string, r Rota, now time.Time) *Calendar {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.read[name]
	if now.Sub(was.at) < fresh {
		return was.calendar
	}
	if now.Sub(was.tried) >= retry {
		was = b.readAgain(ctx, name, r, was, now)
	}
	if now.Sub(was.at) >= stale {
		return nil
	}
	return was.calendar
}

func (b *Board) readAgain(ctx context.Context, name string, r Rota, was reading, now time.Time) reading {
	was.tried = now
	c, err := b.load(ctx, r.Calendar.Reveal())
	if err != nil {
		b.Logger.Warn("a rota's calendar cannot be read; nobody will be on duty by it for long", slog.String("rota", name), slog.String("why", models.SentenceOf(err)))
	} else {
		was.calendar, was.at = c, now
	}
	if b.read == nil {
		b.read = map[string]reading{}
	}
	b.read[name] = was
	return was
}

// load reads a calendar. The error does not tell the address, which may hold a secret.
func (b *Board) load(ctx context.Context, from string) (*Calendar, error) {
	if !strings.Contains(from, "://") {
		f, err := os.Open(from)
		if err != nil {
			return nil, models.Errorf(models.Unavailable, "its file cannot be opened")
		}
		defer func() { _ = f.Close() }()
		return Parse(f, b.Zone)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, http.NoBody)
	if err != nil {
		return nil, models.Errorf(models.Invalid, "its address is none")
	}
	resp, err := b.HTTP.Do(req)
	if err != nil {
		return nil, models.Errorf(models.Unavailable, "its address cannot be reached")
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
		return nil, models.Errorf(models.Unavailable, "its address answered %d", resp.StatusCode)
	}
	return Parse(resp.Body, b.Zone)
}

// Check reads every calendar and user group, and says by rota which cannot be read, or names nobody who may be on duty.
func (b *Board) Check(ctx context.Context, at time.Time) map[string]error {
	out := map[string]error{}
	for name, r := range b.Rotas {
		if r.Group == "" {
			_, err := b.load(ctx, r.Calendar.Reveal())
			if err != nil {
				err = fmt.Errorf("read the calendar of %s: %w", name, err)
			}
			out[name] = err
			continue
		}
		out[name] = nil
		if len(b.inGroup(ctx, r, at)) == 0 {
			out[name] = models.Errorf(models.NotFound, "nobody who may be on %s is in its user group, as far as Slack says", name)
		}
	}
	return out
}
