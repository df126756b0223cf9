package decision

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/us"

	"remit/models"
)

// countries are the public holidays by ISO 3166 code that a policy may name.
var countries = map[string][]*cal.Holiday{
	"AT": at.Holidays, "AU": au.HolidaysNSW, "BE": be.Holidays, "CA": ca.Holidays, "CH": ch.Holidays, "DE": de.Holidays,
	"DK": dk.Holidays, "ES": es.Holidays, "FR": fr.Holidays, "GB": gb.Holidays, "IE": ie.Holidays, "IT": it.Holidays,
	"NL": nl.Holidays, "NO": no.Holidays, "PL": pl.Holidays, "SE": se.Holidays, "US": us.Holidays,
}

// Calendar says when the company works. The zero Calendar works Monday to Friday, all day. Times are told to it in the
// company's zone.
type Calendar struct {
	holidays *cal.Calendar
	days     [7][]span // by weekday, in order and apart; none: nobody works
	set      bool
	source   string // what it was made of
}

// span is a time of day from, until before to, in minutes.
type span struct{ from, to int }

var allDay = []span{{0, 24 * 60}}

// NewCalendar makes a calendar of a country's public holidays and hours such as "Mon-Fri 09:00-12:30 13:30-18:00", or
// several such separated by commas.
func NewCalendar(country, hours string) (Calendar, error) {
	c := Calendar{set: true, holidays: &cal.Calendar{}, source: strings.ToUpper(country) + " " + hours}
	if country != "" {
		days, ok := countries[strings.ToUpper(country)]
		if !ok {
			return Calendar{}, fmt.Errorf("the holidays of %q are not known: use one of %s", country, strings.Join(countryCodes(), ", "))
		}
		c.holidays.AddHoliday(days...)
	}
	if hours == "" {
		hours = "Mon-Fri 00:00-24:00"
	}
	for part := range strings.SplitSeq(hours, ",") {
		if err := c.parseHours(part); err != nil {
			return Calendar{}, err
		}
	}
	return c, nil
}

// Same reports whether the two work at the same times, as far as their words tell.
func (c Calendar) Same(o Calendar) bool { return c.source == o.source && c.set == o.set }

func (c *Calendar) parseHours(hours string) error {
	fields := strings.Fields(hours)
	if len(fields) < 2 {
		return fmt.Errorf("%q is not hours such as %q", hours, "Mon-Fri 09:00-12:30 13:30-18:00")
	}
	first, last, ranged := strings.Cut(fields[0], "-")
	if !ranged {
		last = first
	}
	from, to := weekday(first), weekday(last)
	if from < 0 || to < 0 {
		return fmt.Errorf("%q is not days such as Mon-Fri", fields[0])
	}
	spans, err := parseSpans(fields[1:])
	if err != nil {
		return err
	}
	for d := from; ; d = (d + 1) % 7 {
		if c.days[d] != nil {
			return fmt.Errorf("%s has hours twice", time.Weekday(d))
		}
		c.days[d] = spans
		if d == to {
			return nil
		}
	}
}

func parseSpans(fields []string) ([]span, error) {
	var spans []span
	end := 0
	for _, f := range fields {
		a, b, _ := strings.Cut(f, "-")
		s := span{minutes(a), minutes(b)}
		if s.from < 0 || s.to <= s.from {
			return nil, fmt.Errorf("%q is not a span such as 09:00-12:30", f)
		}
		if s.from < end {
			return nil, fmt.Errorf("%q begins before the span before it ends", f)
		}
		spans, end = append(spans, s), s.to
	}
	return spans, nil
}

func weekday(s string) int {
	for d := range 7 {
		if strings.EqualFold(s, time.Weekday(d).String()[:3]) {
			return d
		}
	}
	return -1
}

func minutes(s string) int {
	if s == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// Business reports whether banks and offices work on the day.
func (c Calendar) Business(d models.Day) bool { return len(c.spansOn(d.Time())) > 0 }

// spansOn gives the working hours of the day that t is on.
func (c Calendar) spansOn(t time.Time) []span {
	wd := t.Weekday()
	if !c.set {
		if wd == time.Saturday || wd == time.Sunday {
			return nil
		}
		return allDay
	}
	if len(c.days[wd]) == 0 {
		return nil
	}
	// The hour is out of account: a holiday lasts from midnight to midnight where the company is.
	if _, observed, _ := c.holidays.IsHoliday(models.DayOf(t).Time()); observed {
		return nil
	}
	return c.days[wd]
}

// Open reports whether t is within working hours.
func (c Calendar) Open(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	return slices.ContainsFunc(c.spansOn(t), func(s span) bool { return m >= s.from && m < s.to })
}

// farthest is how many days ahead working time is looked for: no office is closed for a year.
const farthest = 366

// Add gives the time at which d of working time has passed since t. What is over at the end of a working day goes on at
// the beginning of the next; where clocks are put forward or back, what counts is the time that really passes. A calendar
// on which nobody ever works counts all time.
func (c Calendar) Add(t time.Time, d time.Duration) time.Time {
	left, idle := d, 0
	for day := t; idle < farthest; day = nextDay(day) {
		idle++
		for _, s := range c.spansOn(day) {
			from, to := clockOn(day, s.from), clockOn(day, s.to)
			if from.Before(t) {
				from = t
			}
			if !to.After(from) {
				continue
			}
			idle = 0
			if worked := to.Sub(from); worked < left {
				left -= worked
				continue
			}
			return from.Add(left)
		}
	}
	return t.Add(d)
}

// Worked gives how much working time passes from one time to a later one.
func (c Calendar) Worked(from, to time.Time) time.Duration {
	var sum time.Duration
	for day := from; models.DayOf(day) <= models.DayOf(to); day = nextDay(day) {
		for _, s := range c.spansOn(day) {
			a, b := clockOn(day, s.from), clockOn(day, s.to)
			if a.Before(from) {
				a = from
			}
			if b.After(to) {
				b = to
			}
			sum += max(b.Sub(a), 0)
		}
	}
	return sum
}

// Closes gives when the working day that t is in ends; ok is false outside working days' hours. A break at noon is no end.
func (c Calendar) Closes(t time.Time) (at time.Time, ok bool) {
	spans := c.spansOn(t)
	if len(spans) == 0 {
		return t, false
	}
	at = clockOn(t, spans[len(spans)-1].to)
	return at, !t.Before(clockOn(t, spans[0].from)) && t.Before(at)
}

// clockOn gives the time of day, in minutes, on the day that t is on.
func clockOn(t time.Time, minutes int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, minutes, 0, 0, t.Location())
}

// nextDay gives noon of the next day: midnight does not come everywhere on every day.
func nextDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+1, 12, 0, 0, 0, t.Location())
}

func countryCodes() []string { return slices.Sorted(maps.Keys(countries)) }
