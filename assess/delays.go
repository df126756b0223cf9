package assess

import (
	"fmt"
	"strconv"
	"time"

	"remit/models"
)

// ticketDelays finds where tickets wait.
func (r *Report) ticketDelays(t *table, weeks float64) {
	created := t.clockOf(fCreated)
	for _, w := range []struct {
		to   field
		what string
		why  string
	}{
		{fAssigned, "from a ticket's arrival to its first group", "Classifying by hand: what remit's routing saves."},
		{fAnswered, "from a ticket's arrival to its first answer", "Reading, classifying and finding the words: priority, route and drafts shorten it."},
		{fResolved, "from a ticket's arrival to its solution", "Part of it is waiting to be seen by the right people; the rest is work, which remit does not do."},
	} {
		waits := t.waits(created, fCreated, w.to)
		if d, ok := delay(models.Triage, w.what, waits, weeks); ok {
			d.Why = w.why
			r.Delays = append(r.Delays, d)
		}
	}
	r.reassigned(t, created, weeks)
	if n := t.filled(fPriority) + t.filled(fGroup) + t.filled(fTags); n > 0 && weeks > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s: some %.0f priorities, groups and tag sets a week stand in the export; each was set by somebody or something.", t.File, float64(n)/weeks))
	}
}

func (t *table) filled(f field) int {
	n := 0
	for _, r := range t.rows {
		if t.get(r, f) != "" {
			n++
		}
	}
	return n
}

// waits gives how long it took from one moment to another, where the row tells: as two moments, or as a time it took.
func (t *table) waits(from clock, of, to field) []time.Duration {
	end := t.clockOf(to)
	var out []time.Duration
	for _, r := range t.rows {
		cell := t.get(r, to)
		if cell == "" {
			continue
		}
		begun, ok := from.read(t.get(r, of))
		ended, okEnd := end.read(cell)
		if ok && okEnd && !ended.Before(begun) {
			out = append(out, ended.Sub(begun))
			continue
		}
		if d, ok := lasting(cell); ok && !okEnd {
			out = append(out, d)
		}
	}
	return out
}

// reassigned finds what passing tickets on costs.
func (r *Report) reassigned(t *table, created clock, weeks float64) {
	end := t.clockOf(fResolved)
	var passed, kept []time.Duration
	n, moves := 0, 0
	for _, row := range t.rows {
		times, err := strconv.ParseFloat(t.get(row, fReassigned), 64)
		if err != nil {
			continue
		}
		n++
		begun, ok := created.read(t.get(row, fCreated))
		ended, okEnd := end.read(t.get(row, fResolved))
		known := ok && okEnd && !ended.Before(begun)
		if times >= 1 {
			moves++
		}
		switch {
		case known && times >= 1:
			passed = append(passed, ended.Sub(begun))
		case known:
			kept = append(kept, ended.Sub(begun))
		}
	}
	if n == 0 {
		return
	}
	share := fmt.Sprintf("%s of tickets are passed on at least once", percent(float64(moves)/float64(n)))
	long, okLong := delay(models.Triage, "to the solution of tickets that were passed on", passed, weeks)
	short, okShort := delay(models.Triage, "", kept, weeks)
	if okLong && okShort {
		long.Why = fmt.Sprintf("%s; the others are solved in %s (median): routing right at once saves the difference.", share, hours(short.P50))
		r.Delays = append(r.Delays, long)
		return
	}
	r.Notes = append(r.Notes, share+".")
}

// hours says a number of hours as people would.
func hours(h float64) string {
	switch {
	case h < 1:
		return fmt.Sprintf("%.0f min", h*60)
	case h < 48:
		return fmt.Sprintf("%.1f h", h)
	}
	return fmt.Sprintf("%.0f days", h/24)
}
