// Package rota tells who is on duty, by a calendar in the form that calendar programs give out (RFC 5545).
package rota

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"remit/models"
)

// MaxSize bounds a calendar, in bytes, and maxEvents its events: it is read again and again.
const (
	MaxSize   = 2 << 20
	maxEvents = 5000
)

// Calendar is who is on duty when.
type Calendar struct{ shifts []shift }

// shift is one event, or one that comes again and again.
type shift struct {
	uid         string
	names       []string // summary and attendees' addresses, in lower case
	from, to    time.Time
	rule        *rrule.RRule       // nil: once
	except      map[time.Time]bool // starts, in UTC, that fall out
	replaces    time.Time          // of an event that stands in another's place: that one's start
	isCancelled bool
}

// Parse reads a calendar. Times without a zone of their own, and whole days, are those of zone. The error is Invalid.
func Parse(r io.Reader, zone *time.Location) (*Calendar, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return nil, models.Errorf(models.Unavailable, "the calendar cannot be read: %w", err)
	case len(raw) > MaxSize:
		return nil, models.Errorf(models.Invalid, "the calendar is larger than 2 MiB")
	}
	parsed, err := ics.ParseCalendar(strings.NewReader(string(raw)))
	if err != nil {
		return nil, models.Errorf(models.Invalid, "it is not a calendar: %w", err)
	}
	events := parsed.Events()
	if len(events) > maxEvents {
		return nil, models.Errorf(models.Invalid, "the calendar has more than %d events", maxEvents)
	}
	c := &Calendar{}
	for _, e := range events {
		s, err := shiftOf(e, zone)
		if err != nil {
			return nil, err
		}
		c.shifts = append(c.shifts, s)
	}
	c.replace()
	return c, nil
}

// replace takes out of the recurring events what other events stand for.
func (c *Calendar) replace() {
	for _, r := range c.shifts {
		if r.replaces.IsZero() {
			continue
		}
		for i := range c.shifts {
			if s := &c.shifts[i]; s.uid == r.uid && s.rule != nil {
				s.except[r.replaces.UTC()] = true
			}
		}
	}
}

// On gives who is on duty at a time, as the calendar writes them, in lower case: what is said of the events, and the
// addresses of who attends them. It gives nothing where nobody is.
func (c *Calendar) On(at time.Time) []string {
	var names []string
	for _, s := range c.shifts {
		if s.covers(at) {
			names = append(names, s.names...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (s shift) covers(at time.Time) bool {
	if s.isCancelled {
		return false
	}
	if s.rule == nil {
		return !at.Before(s.from) && at.Before(s.to)
	}
	for _, from := range s.rule.Between(at.Add(-s.to.Sub(s.from)-24*time.Hour), at, true) {
		if !s.except[from.UTC()] && at.Before(s.end(from)) {
			return true
		}
	}
	return false
}

// end gives when the shift that begins at from ends: as many days later, at the same time of the wall's clock.
func (s shift) end(from time.Time) time.Time {
	to := s.to.In(from.Location())
	first := s.from.In(from.Location())
	days := int(dayOf(to).Sub(dayOf(first)) / (24 * time.Hour))
	return time.Date(from.Year(), from.Month(), from.Day()+days, to.Hour(), to.Minute(), to.Second(), 0, from.Location())
}

// dayOf gives the date of t as a time that days can be counted by.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func shiftOf(e *ics.VEvent, zone *time.Location) (shift, error) {
	s := shift{uid: e.Id(), except: map[time.Time]bool{}}
	var err error
	if s.from, err = timeOf(e.GetProperty(ics.ComponentPropertyDtStart), zone); err != nil {
		return s, err
	}
	if s.to, err = endOf(e, s.from, zone); err != nil {
		return s, err
	}
	if p := e.GetProperty(ics.ComponentPropertyRecurrenceId); p != nil {
		if s.replaces, err = timeOf(p, zone); err != nil {
			return s, err
		}
	}
	if p := e.GetProperty(ics.ComponentPropertyStatus); p != nil {
		s.isCancelled = strings.EqualFold(p.Value, "CANCELLED")
	}
	if err := s.recur(e, zone); err != nil {
		return s, err
	}
	s.names = namesIn(e)
	return s, nil
}

func namesIn(e *ics.VEvent) []string {
	var names []string
	if p := e.GetProperty(ics.ComponentPropertySummary); p != nil {
		names = append(names, strings.ToLower(strings.TrimSpace(p.Value)))
	}
	for _, a := range e.Attendees() {
		names = append(names, strings.TrimPrefix(strings.ToLower(strings.TrimSpace(a.Value)), "mailto:"))
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// finest are the frequencies that a shift may come again by; finer ones are no shifts, and would take long to count.
var finest = []rrule.Frequency{rrule.DAILY, rrule.WEEKLY, rrule.MONTHLY, rrule.YEARLY}

func (s *shift) recur(e *ics.VEvent, zone *time.Location) error {
	p := e.GetProperty(ics.ComponentPropertyRrule)
	if p == nil {
		return nil
	}
	opt, err := rrule.StrToROptionInLocation(p.Value, s.from.Location())
	if err != nil {
		return models.Errorf(models.Invalid, "a shift comes again by a rule that cannot be read: %w", err)
	}
	if !slices.Contains(finest, opt.Freq) || len(opt.Byhour)+len(opt.Byminute)+len(opt.Bysecond) > 3 {
		return models.Errorf(models.Invalid, "a shift comes again more often than once a day")
	}
	opt.Dtstart = s.from
	if s.rule, err = rrule.NewRRule(*opt); err != nil {
		return models.Errorf(models.Invalid, "a shift comes again by a rule that cannot be: %w", err)
	}
	for _, x := range e.GetProperties(ics.ComponentPropertyExdate) {
		for v := range strings.SplitSeq(x.Value, ",") {
			one := *x
			one.Value = v
			t, err := timeOf(&one, zone)
			if err != nil {
				return err
			}
			s.except[t.UTC()] = true
		}
	}
	return nil
}

func endOf(e *ics.VEvent, from time.Time, zone *time.Location) (time.Time, error) {
	if p := e.GetProperty(ics.ComponentPropertyDtEnd); p != nil {
		to, err := timeOf(p, zone)
		if err == nil && !to.After(from) {
			err = models.Errorf(models.Invalid, "a shift ends before it begins")
		}
		return to, err
	}
	if p := e.GetProperty(ics.ComponentPropertyDuration); p != nil {
		return lasting(from, p.Value)
	}
	return from.AddDate(0, 0, 1), nil
}

// lasting adds a duration as RFC 5545 (3.3.6) writes it: P1W, P7D, PT8H30M. Days and weeks are those of the wall's clock.
func lasting(from time.Time, text string) (time.Time, error) {
	bad := models.Errorf(models.Invalid, "a shift lasts %.20q, which cannot be read", text)
	rest, ok := strings.CutPrefix(strings.TrimPrefix(text, "+"), "P")
	days, clock, _ := strings.Cut(rest, "T")
	if !ok {
		return from, bad
	}
	to, n := from, 0
	for _, c := range days + strings.ToLower(clock) {
		switch {
		case c >= '0' && c <= '9' && n < 100_000:
			n = n*10 + int(c-'0')
			continue
		case c == 'W':
			to = to.AddDate(0, 0, 7*n)
		case c == 'D':
			to = to.AddDate(0, 0, n)
		case c == 'h':
			to = to.Add(time.Duration(n) * time.Hour)
		case c == 'm':
			to = to.Add(time.Duration(n) * time.Minute)
		case c == 's':
			to = to.Add(time.Duration(n) * time.Second)
		default:
			return from, bad
		}
		n = 0
	}
	if !to.After(from) {
		return from, bad
	}
	return to, nil
}

// timeOf reads a moment or a day.
func timeOf(p *ics.IANAProperty, zone *time.Location) (time.Time, error) {
	if p == nil {
		return time.Time{}, models.Errorf(models.Invalid, "a shift has no beginning")
	}
	value, isUTC := strings.CutSuffix(p.Value, "Z")
	if isUTC {
		zone = time.UTC
	} else if ids := p.ICalParameters["TZID"]; len(ids) == 1 {
		named, err := time.LoadLocation(ids[0])
		if err != nil || cmp.Compare(strings.ToLower(ids[0]), "local") == 0 {
			return time.Time{}, models.Errorf(models.Invalid, "a shift is in the time zone %.40q, which is not known", ids[0])
		}
		zone = named
	}
	for _, layout := range []string{"20060102T150405", "20060102"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil && t.Year() > 1969 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, models.Errorf(models.Invalid, "a shift has the time %.40q, which cannot be read", p.Value)
}
