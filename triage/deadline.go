package triage

import (
	"slices"
	"strings"
	"time"

	"remit/models"
)

// deadline is the nearest day that a text says something is due by, and the words that say so.
type deadline struct {
	known    bool
	earliest bool // it may be meant later
	days     int  // from now
	span     span
}

// deadlineReach is how many words after "by" or "before" may pass before the day is said.
const deadlineReach = 4

// deadline finds the nearest day that the text says something is due by. What a message says is read as of the time it was
// written; days past are none.
func (c calendar) deadline(r *reading, f models.Facts, zone *time.Location, order dateOrder) (due deadline) {
	if zone == nil {
		zone = time.UTC
	}
	today := dayNumber(f.Now.In(zone))
	d := dater{calendar: c, r: r, order: order}
	for i, w := range r.words {
		if w.id < 0 || r.lex.traits[w.id]&(dueBy|dueIn) == 0 {
			continue
		}
		at, ok := r.writtenAt(i, f.Now)
		if !ok {
			continue
		}
		d.written = at.In(zone)
		found, ok := d.due(i, f.Now)
		if days := found.day - today; ok && days >= 0 && (!due.known || days < due.days) {
			due = deadline{known: true, earliest: found.earliest, days: days, span: span{int32(i), int32(found.end)}}
		}
	}
	return due
}

// due reads the day that the word i, such as "by" or "within", leads up to.
func (d *dater) due(i int, now time.Time) (found dated, ok bool) {
	w := d.r.words[i]
	if d.r.lex.traits[w.id]&dueIn != 0 {
		return d.within(i, now)
	}
	for j := i + 1; j <= i+deadlineReach && d.inSentence(i, j); j++ {
		if found, ok = d.at(j); ok {
			return found, true
		}
	}
	return found, false
}

// withinReach is how many words after "within" may pass before its unit of time is said.
const withinReach = 5

// within reads "within 2 hours". It is a deadline only where the sentence needs something, as "it arrived within 2 days"
// needs nothing, and none once a time that is counted in hours has passed.
func (d *dater) within(i int, now time.Time) (found dated, ok bool) {
	if !d.needs(i) {
		return found, false
	}
	n := 1
	for j := i + 1; j <= i+withinReach && d.inSentence(i, j); j++ {
		count, unit := d.quantity(j)
		if count > 0 {
			n = count
		}
		switch {
		case unit == 0:
			continue
		case unit < day:
			end := d.written.Add(time.Duration(n) * unit)
			return dated{day: dayNumber(end), end: j + 1}, end.After(now)
		}
		return dated{day: dayNumber(d.written) + n*int(unit/day), end: j + 1}, true
	}
	return found, false
}

// mostCount bounds a count of hours or days that is believed.
const mostCount = 10_000

// quantity reads a count, a unit of time, or both as in "24h"; 0 for what the word i does not say.
func (d *dater) quantity(i int) (count int, unit time.Duration) {
	w := d.r.words[i]
	if unit, ok := d.units[w.id]; ok {
		return 0, unit
	}
	if n, ok := d.counts[w.id]; ok {
		return n, 0
	}
	n, ok := d.r.number(i)
	if !ok || n > mostCount {
		return 0, 0
	}
	b := d.r.lower[w.start:w.end]
	for len(b) > 0 && isDigit(b[0]) {
		b = b[1:]
	}
	if id, known := d.r.lex.ids[string(b)]; known {
		unit = d.units[id]
	}
	return n, unit
}

// needs reports whether the sentence of word i asks for something.
func (d *dater) needs(i int) bool {
	from := i
	for from > 0 && d.inSentence(i, from-1) {
		from--
	}
	for ; d.inSentence(i, from); from++ {
		if id := d.r.words[from].id; id >= 0 && d.r.lex.traits[id]&demands != 0 {
			return true
		}
	}
	return false
}

func (d *dater) inSentence(i, j int) bool {
	return j < len(d.r.words) && d.r.words[j].sentence == d.r.words[i].sentence
}

// writtenAt gives when the message of word i was written: now where that is not known of the newest one; of an older one ok
// is false then.
func (r *reading) writtenAt(i int, now time.Time) (at time.Time, ok bool) {
	at = r.at
	if i >= r.newest {
		at = r.dates[slices.IndexFunc(r.ends, func(end int) bool { return i < end })]
		ok = !at.IsZero()
	}
	if at.IsZero() || at.After(now) {
		at = now
	}
	return at, ok || i < r.newest
}

// leeway is what is added to a day that may be meant later.
func (d deadline) leeway() string {
	if d.earliest {
		return " at the earliest"
	}
	return ""
}

// americanZones are those of companies whose customers write the month first, beside those that begin with US/.
var americanZones = []string{
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Detroit",
	"America/Anchorage", "Pacific/Honolulu",
}

// dateOrder says which number of 04/12/2026 is the day: by the customer's language and country as the helpdesk tells them,
// by the language of the text, or by where the company is.
func (c *situation) dateOrder() dateOrder {
	tag := c.Ticket.Language
	zone := ""
	if c.policy.Zone != nil {
		zone = c.policy.Zone.String()
	}
	switch {
	case strings.EqualFold(tag, "en-US"):
		return monthFirst
	case len(tag) > len("en"), tag != "" && !strings.EqualFold(tag, "en"), c.lang != "en" && c.lang != unclear:
		return dayFirst
	case strings.HasPrefix(zone, "US/"), slices.Contains(americanZones, zone):
		return monthFirst
	case strings.HasPrefix(zone, "Europe/"), strings.HasPrefix(zone, "Africa/"), strings.HasPrefix(zone, "Australia/"):
		return dayFirst
	}
	return anyOrder
}
