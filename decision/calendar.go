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

// Calendar says when the company works. The zero Calendar works Monday to Friday, all day.
type Calendar struct {
	holidays *cal.Calendar
	days     [7]bool
	spans    []span
	set      bool
}

// span is a time of day from, until before to, in minutes.
type span struct{ from, to int }

// NewCalendar makes a calendar of a country's public holidays and hours such as "Mon-Fri 09:00-12:30 13:30-18:00".
func NewCalendar(country, hours string) (Calendar, error) {
	c := Calendar{set: true, holidays: &cal.Calendar{}}
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
	return c, c.parseHours(hours)
}

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
	for d := from; ; d = (d + 1) % 7 {
		c.days[d] = true
		if d == to {
			break
		}
	}
	for _, f := range fields[1:] {
		a, b, _ := strings.Cut(f, "-")
		s := span{minutes(a), minutes(b)}
		if s.from < 0 || s.to <= s.from {
			return fmt.Errorf("%q is not a span such as 09:00-12:30", f)
		}
		c.spans = append(c.spans, s)
	}
	return nil
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
func (c Calendar) Business(d models.Day) bool {
	t := d.Time()
	if !c.set {
		return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
	}
	if !c.days[t.Weekday()] {
		return false
	}
	_, observed, _ := c.holidays.IsHoliday(t)
	return !observed
}

// Open reports whether t, in the company's zone, is within working hours.
func (c Calendar) Open(t time.Time) bool {
	if !c.Business(models.DayOf(t)) {
		return false
	}
	m := t.Hour()*60 + t.Minute()
	for _, s := range c.spans {
		if m >= s.from && m < s.to {
			return true
		}
	}
	return !c.set
}

func countryCodes() []string { return slices.Sorted(maps.Keys(countries)) }
