package decision

import (
	"slices"
	"time"

	"remit/models"
)

// farthest bounds how many days ahead working time is looked for: a calendar without an hour to work in has no due time.
const farthest = 400

// After gives when so much working time has passed since t, by the company's clock; the zero time where the calendar has too
// little of it. Time outside the hours, on days off and on holidays does not pass.
func (c Calendar) After(t time.Time, d time.Duration, zone *time.Location) time.Time {
	t = t.In(zone)
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
	for range farthest {
		if c.Business(models.DayOf(day)) {
			for _, s := range c.hours() {
				// time.Date and not an addition: the day on which the clocks change has no 24 hours.
				from := time.Date(day.Year(), day.Month(), day.Day(), 0, s.from, 0, 0, zone)
				to := time.Date(day.Year(), day.Month(), day.Day(), 0, s.to, 0, 0, zone)
				if from.Before(t) {
					from = t
				}
				open := to.Sub(from)
				if open <= 0 {
					continue
				}
				if d <= open {
					return from.Add(d)
				}
				d -= open
			}
		}
		day = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)
	}
	return time.Time{}
}

// hours gives the spans of a working day, the earliest first.
func (c Calendar) hours() []span {
	if len(c.spans) == 0 {
		return []span{{0, 24 * 60}}
	}
	out := slices.Clone(c.spans)
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}
