package triage

import (
	"strconv"
	"time"
)

// calendarWords are the words that deadlines are told with, besides the numbers.
const calendarWords = "today tonight noon midnight tomorrow am pm " +
	"sunday monday tuesday wednesday thursday friday saturday " +
	"january february march april may june july august september october november december " +
	"jan feb mar apr jun jul aug sep sept oct nov dec"

// deadline is the nearest day that a text says something is due by, and the words that say so.
type deadline struct {
	known bool
	days  int // from now
	span  span
}

// calendar tells the ids of the calendar's words apart.
type calendar struct {
	days     map[int32]int // word to days from today
	weekdays map[int32]time.Weekday
	months   map[int32]time.Month
	am, pm   int32
}

func newCalendar(l *lexicon) calendar {
	c := calendar{days: map[int32]int{}, weekdays: map[int32]time.Weekday{}, months: map[int32]time.Month{}}
	c.am, c.pm = l.mustID("am"), l.mustID("pm")
	for _, w := range []string{"today", "tonight", "noon", "midnight"} {
		c.days[l.mustID(w)] = 0
	}
	c.days[l.mustID("tomorrow")] = 1
	for d, w := range []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"} {
		c.weekdays[l.mustID(w)] = time.Weekday(d)
	}
	for m := time.January; m <= time.December; m++ {
		name := []byte(m.String())
		name[0] |= 0x20
		c.months[l.mustID(string(name))] = m
		c.months[l.mustID(string(name[:3]))] = m
	}
	c.months[l.mustID("sept")] = time.September
	return c
}

// deadlineReach is how many words after "by" or "before" may pass before the day is said.
const deadlineReach = 4

// deadline finds the nearest day that the text says something is due by. Days past are none.
func (c calendar) deadline(r *reading, now time.Time) (due deadline) {
	for i, w := range r.words {
		if w.id < 0 || r.lex.traits[w.id]&dueBy == 0 {
			continue
		}
		for j := i + 1; j <= i+deadlineReach && j < len(r.words) && r.words[j].sentence == w.sentence; j++ {
			days, end, found := c.day(r, j, now)
			if found && days >= 0 && (!due.known || days < due.days) {
				due = deadline{known: true, days: days, span: span{int32(i), int32(end)}}
			}
			if found {
				break
			}
		}
	}
	return due
}

// day reads a day at word i: how many days from now it is and the word after it.
func (c calendar) day(r *reading, i int, now time.Time) (days, end int, ok bool) {
	w := r.words[i]
	if d, is := c.days[w.id]; is {
		return d, i + 1, true
	}
	if d, is := c.weekdays[w.id]; is {
		return (int(d) - int(now.Weekday()) + 7) % 7, i + 1, true
	}
	if m, is := c.months[w.id]; is {
		n, ok := r.number(i + 1)
		return c.inDays(now, m, n), i + 2, ok && n >= 1 && n <= 31
	}
	n, ok := r.number(i)
	if !ok {
		return 0, 0, false
	}
	if i+1 < len(r.words) {
		if m, is := c.months[r.words[i+1].id]; is && n >= 1 && n <= 31 {
			return c.inDays(now, m, n), i + 2, true
		}
	}
	if c.clock(r, i) {
		return 0, i + 1, true
	}
	return r.isoDay(i, now)
}

// clock reports an hour of today at word i: "5pm", "5 pm".
func (c calendar) clock(r *reading, i int) bool {
	b := r.lower[r.words[i].start:r.words[i].end]
	if n := len(b); n > 2 && b[n-1] == 'm' && (b[n-2] == 'a' || b[n-2] == 'p') {
		return true
	}
	if i+1 >= len(r.words) {
		return false
	}
	next := r.words[i+1].id
	return next == c.am || next == c.pm
}

// inDays counts to the nearest such day that is not more than a month gone.
func (c calendar) inDays(now time.Time, m time.Month, day int) int {
	d := daysBetween(now, now.Year(), m, day)
	if d < -31 {
		d = daysBetween(now, now.Year()+1, m, day)
	}
	return d
}

func daysBetween(now time.Time, year int, m time.Month, day int) int {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(time.Date(year, m, day, 0, 0, 0, 0, time.UTC).Sub(today).Hours() / 24)
}

// isoDay reads 2026 12 03, as 2026-12-03 comes apart.
func (r *reading) isoDay(i int, now time.Time) (days, end int, ok bool) {
	y, okY := r.number(i)
	m, okM := r.number(i + 1)
	d, okD := r.number(i + 2)
	if !okY || !okM || !okD || y < 2000 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, 0, false
	}
	return daysBetween(now, y, time.Month(m), d), i + 3, true
}

// number reads the whole number that word i is: "300", "1,200" (as "1200"), "3rd", "2k".
func (r *reading) number(i int) (int, bool) {
	if i >= len(r.words) || r.words[i].flags&number == 0 {
		return 0, false
	}
	b := r.lower[r.words[i].start:r.words[i].end]
	digits := 0
	for digits < len(b) && isDigit(b[digits]) {
		digits++
	}
	if digits > 9 {
		return 0, false
	}
	n, err := strconv.Atoi(string(b[:digits]))
	if err != nil {
		return 0, false
	}
	if string(b[digits:]) == "k" {
		n *= 1000
	}
	return n, true
}

// size is the largest count of users and the largest amount of money that a text names, with the words that do.
type size struct {
	users, money    int
	userAt, moneyAt int32
}

// sizes finds how much the text says is at stake.
func (r *reading) sizes() (s size) {
	for i, w := range r.words {
		n, ok := r.number(i)
		if !ok {
			continue
		}
		if (w.flags&amount != 0 || r.follows(i, 1, currency)) && n > s.money {
			s.money, s.moneyAt = n, int32(i)
		} else if r.follows(i, 2, countsUsers) && n > s.users {
			s.users, s.userAt = n, int32(i)
		}
	}
	return s
}

// follows reports whether one of the next reach words of the sentence has the trait.
func (r *reading) follows(i, reach int, t trait) bool {
	for j := i + 1; j <= i+reach && j < len(r.words) && r.words[j].sentence == r.words[i].sentence; j++ {
		if id := r.words[j].id; id >= 0 && r.lex.traits[id]&t != 0 {
			return true
		}
	}
	return false
}
