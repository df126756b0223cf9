package assess

import (
	"strconv"
	"strings"
	"time"
)

// layouts are how exports write a moment. Of those that read equally many cells of a column the first counts.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04", "2006-01-02",
	"02/Jan/06 15:04", "02/Jan/06 3:04 PM", "02/Jan/2006 15:04", "2/Jan/06", "02-Jan-2006", "2 Jan 2006", "2 Jan 2006 15:04", "Jan 2, 2006", "Jan 2, 2006 15:04", "January 2, 2006", "Mon, 02 Jan 2006 15:04:05 -0700",
	"2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05", "1/2/2006", "1/2/2006 15:04", "1/2/2006 15:04:05", "1/2/2006 3:04 PM", "1/2/2006 3:04:05 PM", "2/1/06", "1/2/06", "1/2/06 15:04",
	"2.1.2006", "2.1.2006 15:04", "2.1.2006 15:04:05", "2.1.06", "2-1-2006", "2006/01/02", "2006/01/02 15:04", "2006/01/02 15:04:05", "20060102",
}

// clock reads the moments of one column: all of them in the layout that most of them have, so that 03/04 is not the third
// of April in one row and the fourth of March in the next.
type clock struct {
	layout    string
	ambiguous bool // another order of day and month reads as many
}

// lookedAt is how many cells a layout is told from.
const lookedAt = 500

// clockOf tells how a column writes moments; the zero clock reads none.
func (t *table) clockOf(f field) clock {
	if !t.has(f) {
		return clock{}
	}
	var cells []string
	step := max(1, len(t.rows)/lookedAt)
	for i := 0; i < len(t.rows); i += step {
		if c := t.get(t.rows[i], f); c != "" {
			cells = append(cells, c)
		}
	}
	var c clock
	most := 0
	for _, l := range layouts {
		n := 0
		for _, cell := range cells {
			if _, err := time.Parse(l, cell); err == nil {
				n++
			}
		}
		switch {
		case n > most:
			c, most = clock{layout: l}, n
		case n == most && n > 0 && swapped(l, c.layout):
			c.ambiguous = true
		}
	}
	if most*2 < len(cells) {
		return clock{}
	}
	return c
}

// swapped reports two layouts that differ in the order of day and month.
func swapped(a, b string) bool {
	return a != b && strings.HasPrefix(a, "1/2/") && b == "2/1/"+strings.TrimPrefix(a, "1/2/")
}

// read gives the moment of a cell; ok is false where it is none.
func (c clock) read(cell string) (at time.Time, ok bool) {
	if c.layout == "" || cell == "" {
		return at, false
	}
	at, err := time.Parse(c.layout, cell)
	if err != nil { // a row in another layout than the column's is read only where nothing can be confused
		if at, err = time.Parse(time.RFC3339Nano, cell); err != nil {
			return at, false
		}
	}
	return at, at.Year() > 1970 && at.Year() < 2200
}

// lasting reads how long something took: "3:20:00", or hours as a number.
func lasting(cell string) (time.Duration, bool) {
	if h, err := strconv.ParseFloat(cell, 64); err == nil && h >= 0 && h < 1e6 {
		return time.Duration(h * float64(time.Hour)), true
	}
	parts := strings.Split(cell, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	d := time.Duration(0)
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second}[:len(parts)] {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 {
			return 0, false
		}
		d += time.Duration(n) * unit
	}
	return d, true
}
