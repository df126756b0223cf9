package zendesk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"remit/connector"
	"remit/models"
)

const (
	every     = 10 * time.Second
	firstLook = time.Hour // how far back the first poll looks
	pageSize  = 100       // tickets a poll, as each costs a call for its comments
	perMinute = 10        // exports that Zendesk allows
)

// Every is the time between polls: well within ten exports a minute.
func (p *polled) Every() time.Duration { return every }

// Poll gives the tickets that changed since the cursor, with their threads, and their organisations before them. While
// Zendesk has asked to be left alone it is not called, and the error is Unavailable.
func (p *polled) Poll(ctx context.Context, cursor string) (_ []models.Delivery, next string, more bool, err error) {
	now := p.opt.Now()
	if wait := p.pace.wait(now); wait > 0 {
		return nil, cursor, false, models.Errorf(models.Unavailable, "zendesk asked to be left alone for another %s", wait)
	}
	at, err := readCursor(cursor, now)
	if err != nil {
		return nil, cursor, false, err
	}
	page, err := p.export(ctx, at)
	if err != nil {
		p.pace.pause(now.Add(connector.RetryAfter(err)))
		return nil, cursor, false, err
	}
	ds, err := p.deliver(ctx, page, at.since, now)
	if err != nil {
		p.pace.pause(now.Add(connector.RetryAfter(err)))
		return nil, cursor, false, err
	}
	return ds, at.after(page).String(), !page.EndOfStream && p.pace.room(now), nil
}

// position is where the export was left, and up to when tickets have been seen.
type position struct {
	since time.Time
	page  string // Zendesk's own cursor; empty before the first export
}

// String writes the position as the cursor that is kept: "1764754200 MTU3NjYx".
func (p position) String() string { return strconv.FormatInt(p.since.Unix(), 10) + " " + p.page }

func readCursor(s string, now time.Time) (position, error) {
	if s == "" {
		return position{since: now.Add(-firstLook).Truncate(time.Second)}, nil
	}
	since, page, _ := strings.Cut(s, " ")
	seconds, err := strconv.ParseInt(since, 10, 64)
	if err != nil {
		return position{}, models.FieldErrorf("cursor", "is not one that a poll gave")
	}
	return position{since: time.Unix(seconds, 0).UTC(), page: page}, nil
}

type page struct {
	Tickets       []apiTicket       `json:"tickets"`
	Users         []apiUser         `json:"users"`
	Organizations []apiOrganization `json:"organizations"`
	AfterCursor   string            `json:"after_cursor"`
	EndOfStream   bool              `json:"end_of_stream"`
}

// after gives the position behind a page.
func (p position) after(pg page) position {
	if pg.AfterCursor != "" {
		p.page = pg.AfterCursor
	}
	for _, t := range pg.Tickets {
		if seen := time.Unix(t.Generated, 0).UTC(); seen.After(p.since) {
			p.since = seen
		}
	}
	return p
}

func (p *polled) export(ctx context.Context, at position) (page, error) {
	q := url.Values{"include": {"users,organizations"}, "per_page": {strconv.Itoa(pageSize)}}
	if at.page == "" {
		q.Set("start_time", strconv.FormatInt(at.since.Unix(), 10))
	} else {
		q.Set("cursor", at.page)
	}
	p.pace.called(p.opt.Now())
	var out page
	err := p.client.Do(ctx, connector.Call{
		Method: http.MethodGet, Path: "/api/v2/incremental/tickets/cursor.json?" + q.Encode(), Out: &out,
	})
	if err != nil {
		return page{}, fmt.Errorf("ask zendesk what is new: %w", err)
	}
	return out, nil
}

func (p *polled) deliver(ctx context.Context, pg page, since, now time.Time) ([]models.Delivery, error) {
	organizations := map[connector.ID]apiOrganization{}
	for _, o := range pg.Organizations {
		organizations[o.ID] = o
	}
	var ds []models.Delivery
	for _, t := range pg.Tickets {
		if t.ID == "" || strings.EqualFold(t.Status, "deleted") {
			continue
		}
		subject := models.TicketItem(p.opt.Source, string(t.ID))
		if o, ok := organizations[t.Organization]; ok {
			d, err := p.own("organization/"+string(o.ID)+"@"+o.UpdatedAt, kindOrganization, subject, now, o)
			if err != nil {
				return nil, err
			}
			ds = append(ds, d)
			delete(organizations, t.Organization)
		}
		d, err := p.ticketDelivery(ctx, t, pg.Users, subject, since, now)
		if err != nil {
			return nil, err
		}
		ds = append(ds, d...)
	}
	return ds, nil
}

// ticketDelivery gives one ticket with its thread; none for a ticket that went away meanwhile.
func (p *polled) ticketDelivery(ctx context.Context, t apiTicket, users []apiUser, subject string, since, now time.Time) ([]models.Delivery, error) {
	w := whole{Since: since, Ticket: t}
	var err error
	w.Comments, w.Users, err = p.getComments(ctx, string(t.ID))
	switch {
	case models.KindOf(err) == models.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	for _, u := range users {
		if u.ID == t.RequesterID || u.ID == t.SubmitterID {
			w.Users = append(w.Users, u)
		}
	}
	d, err := p.own("ticket/"+string(t.ID)+"@"+t.UpdatedAt, kindPolled, subject, now, w)
	if err != nil {
		return nil, err
	}
	return []models.Delivery{d}, nil
}

// pace keeps to what Zendesk allows.
type pace struct {
	mu    sync.Mutex
	until time.Time
	calls []time.Time // exports of the last minute
}

// wait gives how long Zendesk is still to be left alone.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.Sub(now)
}

func (p *pace) pause(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

func (p *pace) called(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	recent := p.calls[:0]
	for _, c := range p.calls {
		if now.Sub(c) < time.Minute {
			recent = append(recent, c)
		}
	}
	p.calls = append(recent, now)
}

// room reports whether another export at once would still be within the limit.
func (p *pace) room(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.calls {
		if now.Sub(c) < time.Minute {
			n++
		}
	}
	return n < perMinute-1
}
