package triage

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// calendarWords are the words that deadlines are told with, besides the numbers.
const calendarWords = "today tonight noon midnight tomorrow am pm eod cob " +
	"sunday monday tuesday wednesday thursday friday saturday " +
	"january february march april may june july august september october november december " +
	"jan feb mar apr jun jul aug sep sept oct nov dec " +
	"end close of on the at next day business week month " +
	"minute minutes min mins hour hours hr hrs h days d weeks two three four five six eight ten twelve"

// calendar tells the ids of the calendar's words apart.
type calendar struct {
	days     map[int32]dated // in days from the one of writing
	weekdays map[int32]time.Weekday
	months   map[int32]time.Month
	units    map[int32]time.Duration
	counts   map[int32]int
	linking  map[int32]struct{} // may stand between two parts of a date

	am, pm, end, shut, of, next, day, business, week, month int32
}

func newCalendar(l *lexicon) calendar {
	c := calendar{
		days: map[int32]dated{}, weekdays: map[int32]time.Weekday{}, months: map[int32]time.Month{},
		units: map[int32]time.Duration{}, counts: map[int32]int{}, linking: map[int32]struct{}{},
		am: l.mustID("am"), pm: l.mustID("pm"), end: l.mustID("end"), shut: l.mustID("close"), of: l.mustID("of"), next: l.mustID("next"),
		day: l.mustID("day"), business: l.mustID("business"), week: l.mustID("week"), month: l.mustID("month"),
	}
	for w, d := range map[string]dated{
		"noon": {rank: hour}, "midnight": {rank: hour}, "eod": {rank: hour}, "cob": {rank: hour},
		"today": {rank: exactly}, "tonight": {rank: exactly}, "tomorrow": {rank: exactly, day: 1},
	} {
		c.days[l.mustID(w)] = d
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		c.weekdays[l.mustID(strings.ToLower(d.String()))] = d
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		c.months[l.mustID(name)] = m
		c.months[l.mustID(name[:3])] = m
	}
	c.months[l.mustID("sept")] = time.September
	for unit, words := range map[time.Duration]string{
		time.Minute: "minute minutes min mins", time.Hour: "hour hours hr hrs h", day: "day days d", 7 * day: "week weeks",
	} {
		for w := range strings.FieldsSeq(words) {
			c.units[l.mustID(w)] = unit
		}
	}
	for w, n := range map[string]int{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12} {
		c.counts[l.mustID(w)] = n
	}
	for _, w := range []string{"of", "on", "the", "at"} {
		c.linking[l.mustID(w)] = struct{}{}
	}
	return c
}

// rank is how exactly a day is told. What follows and tells it more exactly wins: "Friday 11 December", "5 pm tomorrow".
type rank uint8

const (
	hour    rank = iota // a time of the day, whichever day that is
	weekday             // the nearest of its name
	exactly
)

// dated is a day that a text names.
type dated struct {
	day      int // since 1970
	end      int // the word after it
	rank     rank
	earliest bool // it may be meant later
}

// dateOrder is whether the day or the month comes first in 04/12/2026.
type dateOrder uint8

const (
	anyOrder dateOrder = iota
	dayFirst
	monthFirst
)

// dater reads the days that a message names.
type dater struct {
	calendar
	r       *reading
	written time.Time // in the company's zone
	order   dateOrder
}

// at reads the day at word i.
func (d *dater) at(i int) (dated, bool) {
	s, ok := d.part(i)
	if !ok || s.rank == exactly {
		return s, ok
	}
	j := s.end
	for d.inSentence(i, j) && d.links(j) {
		j++
	}
	if !d.inSentence(i, j) {
		return s, true
	}
	if next, ok := d.at(j); ok && next.rank > s.rank {
		return next, true
	}
	if s.rank == weekday {
		return d.narrowed(s, j), true
	}
	return s, true
}

func (d *dater) links(i int) bool {
	_, ok := d.linking[d.r.words[i].id]
	return ok
}

// narrowed gives the day of a weekday with what follows it at word j: "Friday next week", "Friday the 11th".
func (d *dater) narrowed(s dated, j int) dated {
	if d.is(j, d.next) && d.is(j+1, d.week) {
		monday := dayNumber(d.written) - (int(d.written.Weekday())+6)%7
		return dated{day: monday + 7 + (s.weekday()+6)%7, end: j + 2, rank: exactly}
	}
	if n, ok := d.r.number(j); ok && d.ordinal(j) {
		for _, ahead := range [...]time.Month{0, 1} {
			first := time.Date(d.written.Year(), d.written.Month()+ahead, 1, 0, 0, 0, 0, time.UTC)
			if on, ok := dayOf(first.Year(), first.Month(), n); ok && on >= dayNumber(d.written) {
				return dated{day: on, end: j + 1, rank: exactly}
			}
		}
	}
	return s
}

// weekday gives 0 for Sunday; the first day of 1970 was a Thursday.
func (s dated) weekday() int { return (s.day + int(time.Thursday)) % 7 }

// ordinal reports "3rd" or "11th" at word i.
func (d *dater) ordinal(i int) bool {
	b := d.r.lower[d.r.words[i].start:d.r.words[i].end]
	for _, suffix := range [...]string{"st", "nd", "rd", "th"} {
		if bytes.HasSuffix(b, []byte(suffix)) {
			return true
		}
	}
	return false
}

// part reads what one way of telling a day tells at word i.
func (d *dater) part(i int) (dated, bool) {
	w := d.r.words[i]
	today := dayNumber(d.written)
	if s, is := d.days[w.id]; is {
		s.day, s.end = s.day+today, i+1
		return s, true
	}
	if on, is := d.weekdays[w.id]; is {
		s := dated{day: today + (int(on)-int(d.written.Weekday())+7)%7, end: i + 1, rank: weekday, earliest: i > 0 && d.is(i-1, d.next)}
		if s.earliest && s.day == today {
			s.day += 7
		}
		return s, true
	}
	if w.id >= 0 && (w.id == d.end || w.id == d.shut) {
		return d.endOf(i)
	}
	if m, is := d.months[w.id]; is {
		n, ok := d.r.number(i + 1)
		if !ok {
			return dated{}, false
		}
		return d.ofMonth(m, n, i+2)
	}
	if n, ok := d.r.number(i); ok {
		return d.numeric(i, n)
	}
	return dated{}, false
}

// numeric reads a day that begins with the number n at word i.
func (d *dater) numeric(i, n int) (dated, bool) {
	j := i + 1
	if d.is(j, d.of) {
		j++
	}
	if j < len(d.r.words) {
		if m, is := d.months[d.r.words[j].id]; is {
			return d.ofMonth(m, n, j+1)
		}
	}
	if end, ok := d.clock(i); ok {
		return dated{day: dayNumber(d.written), end: end, rank: hour}, true
	}
	if a, b, year, ok := dotted(d.r.lower[d.r.words[i].start:d.r.words[i].end]); ok {
		return d.ofNumbers(a, b, year, dayFirst, i+1)
	}
	b, okB := d.r.number(i + 1)
	c, okC := d.r.number(i + 2)
	switch {
	case !okB || !okC:
		return dated{}, false
	case isYear(n): // 2026-12-03 comes apart into three words
		on, ok := dayOf(n, time.Month(b), c)
		return dated{day: on, end: i + 3, rank: exactly}, ok
	}
	return d.ofNumbers(n, b, c, d.order, i+3)
}

// ofNumbers reads 4.12.2026 or 04/12/2026. Where neither is the only day that exists, nor the order is known, it is the
// nearer one that is still to come.
func (d *dater) ofNumbers(a, b, year int, order dateOrder, end int) (dated, bool) {
	if !isYear(year) {
		return dated{}, false
	}
	day, isDay := dayOf(year, time.Month(b), a)
	month, isMonth := dayOf(year, time.Month(a), b)
	s := dated{day: day, end: end, rank: exactly}
	switch {
	case !isDay && !isMonth:
		return s, false
	case !isDay, isMonth && order == monthFirst:
		s.day = month
	case isMonth && order == anyOrder && day != month:
		today := dayNumber(d.written)
		if s.day, s.earliest = min(day, month), true; s.day < today {
			s.day = max(day, month)
		}
	}
	return s, true
}

// ofMonth reads the day n of a month, and the year that may follow at word j; without one it is the nearest such day that is
// not more than a month gone.
func (d *dater) ofMonth(m time.Month, n, j int) (dated, bool) {
	if year, ok := d.r.number(j); ok && isYear(year) {
		on, ok := dayOf(year, m, n)
		return dated{day: on, end: j + 1, rank: exactly}, ok
	}
	const gone = 31
	on, ok := dayOf(d.written.Year(), m, n)
	if on < dayNumber(d.written)-gone {
		on, ok = dayOf(d.written.Year()+1, m, n)
	}
	return dated{day: on, end: j, rank: exactly}, ok
}

// endOf reads "end of the day", "close of business", "end of this week" and "end of the month" at word i. A week ends on
// Friday, and on Sunday for who writes after that.
func (d *dater) endOf(i int) (dated, bool) {
	j := i + 2
	if !d.is(i+1, d.of) {
		return dated{}, false
	}
	if d.inSentence(i, j) && (d.links(j) || d.r.says(j, "this")) {
		j++
	}
	today, on := dayNumber(d.written), int(d.written.Weekday())
	switch {
	case d.is(j, d.day), d.is(j, d.business):
		return dated{day: today, end: j + 1, rank: hour}, true
	case d.is(j, d.week) && on >= int(time.Monday) && on <= int(time.Friday):
		return dated{day: today + int(time.Friday) - on, end: j + 1, rank: exactly}, true
	case d.is(j, d.week):
		return dated{day: today + (7-on)%7, end: j + 1, rank: exactly}, true
	case d.is(j, d.month):
		first := time.Date(d.written.Year(), d.written.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		return dated{day: dayNumber(first) - 1, end: j + 1, rank: exactly}, true
	}
	return dated{}, false
}

// clock reports an hour at word i, "5pm" or "5 pm", and the word after it.
func (d *dater) clock(i int) (end int, ok bool) {
	b := d.r.lower[d.r.words[i].start:d.r.words[i].end]
	if n := len(b); n > 2 && b[n-1] == 'm' && (b[n-2] == 'a' || b[n-2] == 'p') {
		return i + 1, true
	}
	return i + 2, d.is(i+1, d.am) || d.is(i+1, d.pm)
}

func (d *dater) is(i int, id int32) bool { return i < len(d.r.words) && d.r.words[i].id == id }

func (r *reading) says(i int, word string) bool {
	return string(r.lower[r.words[i].start:r.words[i].end]) == word
}

// dotted reads 4.12.2026, which is one word.
func dotted(b []byte) (first, second, year int, ok bool) {
	if bytes.Count(b, []byte(".")) != 2 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, part := range strings.Split(string(b), ".") {
		var err error
		if n[i], err = strconv.Atoi(part); err != nil {
			return 0, 0, 0, false
		}
	}
	return n[0], n[1], n[2], true
}

func isYear(n int) bool { return n >= 2000 && n <= 2200 }

// dayNumber counts the days since 1970 to the day that a time is on where it is told.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / int64(day/time.Second))
}

// dayOf gives the number of a day; ok is false where there is no such day.
func dayOf(year int, m time.Month, n int) (number int, ok bool) {
	t := time.Date(year, m, n, 0, 0, 0, 0, time.UTC)
	return dayNumber(t), n >= 1 && t.Day() == n && m >= time.January && m <= time.December && t.Month() == m
}
