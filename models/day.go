package models

import "time"

// Day is a calendar day written "2026-12-03", so that days compare as their text does. The empty Day is none.
type Day string

// ParseDay reads "2026-12-03", or the day of a full RFC 3339 time as it is written there. The error is Invalid.
func ParseDay(s string) (Day, error) {
	if len(s) > 10 {
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return "", Errorf(Invalid, "%q is not a day such as %q", s, "2026-12-03")
		}
		s = s[:10]
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", Errorf(Invalid, "%q is not a day such as %q", s, "2026-12-03")
	}
	return Day(s), nil
}

// DayOf gives the day that t falls on in its own time zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Time gives midnight UTC of the day, and the zero time for no day.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Number gives the day's place in the calendar, counted from 1 January 1970; ok is false for no day. It is as Time is, and
// takes a tenth of the time.
func (d Day) Number() (n int, ok bool) {
	if len(d) != 10 || d[4] != '-' || d[7] != '-' {
		return 0, false
	}
	var parts [3]int
	for i, at := range [3][2]int{{0, 4}, {5, 7}, {8, 10}} {
		for _, c := range []byte(d[at[0]:at[1]]) {
			if c < '0' || c > '9' {
				return 0, false
			}
			parts[i] = 10*parts[i] + int(c-'0')
		}
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], 0, 0, 0, 0, time.UTC)
	if t.Day() != parts[2] || int(t.Month()) != parts[1] {
		return 0, false // such as 30 February
	}
	return int(t.Unix() / 86_400), true
}

// Valid reports whether the day is in the calendar.
func (d Day) Valid() bool {
	_, ok := d.Number()
	return ok
}

// Add gives the day n days later; n may be negative.
func (d Day) Add(n int) Day { return DayOf(d.Time().AddDate(0, 0, n)) }

// Sub gives the number of days from o to d. No day is far before all others.
func (d Day) Sub(o Day) int { return d.place() - o.place() }

func (d Day) place() int {
	if n, ok := d.Number(); ok {
		return n
	}
	return int(time.Time{}.Unix() / 86_400)
}

// Display says "Thu 3 Dec", for people.
func (d Day) Display() string {
	if !d.Valid() {
		return "no day"
	}
	return d.Time().Format("Mon 2 Jan")
}
