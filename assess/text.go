package assess

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"remit/models"
)

// WriteText writes the report for a person to read in a terminal.
func (r Report) WriteText(w io.Writer) error {
	p := &printer{w: w}
	for _, s := range r.Sources {
		p.source(s)
	}
	p.processes(r.Processes)
	p.delays(r.Delays)
	if len(r.Notes) > 0 {
		p.line("\nNOTES")
		for _, n := range r.Notes {
			p.line("  %s", n)
		}
	}
	p.line("\nA FIRST POLICY\n")
	p.line("%s", strings.TrimRight(r.Policy, "\n"))
	return p.err
}

// printer keeps the first error, so that the lines read as what they write.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) source(s Source) {
	span := ""
	if s.From != "" {
		span = fmt.Sprintf(", %s to %s", s.From, s.To)
	}
	p.line("%s: %d rows (%s, delimited by %s%s)", s.File, s.Rows, s.Encoding, s.Delimiter, span)
	var found []string
	for f, column := range s.Columns {
		has := ""
		if share := s.Filled[f]; share < .995 {
			has = " (" + percent(share) + ")"
		}
		found = append(found, fmt.Sprintf("%s from %q%s", f, column, has))
	}
	slices.Sort(found)
	p.line("  found: %s", strings.Join(found, ", "))
	if len(s.Ignored) > 0 {
		p.line("  not used: %s", list(s.Ignored))
	}
	for _, k := range s.Skipped {
		p.line("  skipped %d rows, the first in line %d: %s", k.Rows, k.First, k.Why)
	}
}

func (p *printer) processes(ps []Process) {
	p.line("\nWHAT COULD BE DELEGATED, the readiest first\n")
	if p.err != nil {
		return
	}
	tw := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\tdecision\tverdict\ta week\tpredictable\tusual\twithout asking\tsame case, same decision")
	for i, x := range ps {
		fmt.Fprintf(tw, "%d\t%s\t%s\t%s\t%s\n", i+1, x.name(), x.Ready, week(x.PerWeek), x.figures())
	}
	p.err = tw.Flush()
	for i, x := range ps {
		p.line("\n%d %s: %s", i+1, x.name(), x.Ready)
		for _, why := range x.Why {
			p.line("  - %s", why)
		}
		for _, h := range x.Vendors {
			p.line("    %s", h.sentence())
		}
		if x.Alerts != nil {
			for _, e := range x.Alerts.Examples {
				p.line("    %s", e)
			}
		}
	}
}

// name says the process in words.
func (p Process) name() string {
	if p.Segment == "" {
		return string(p.Action)
	}
	return fmt.Sprintf("%s, %s", p.Action, p.Segment)
}

func week(n float64) string {
	switch {
	case n <= 0:
		return "?"
	case n < 10:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.0f", n)
}

// figures gives the cells of what was measured.
func (p Process) figures() string {
	cells := []string{"-", "-", "-", "-"}
	if pr := p.Prediction; pr != nil {
		cells[0], cells[1] = percent(pr.Right), percent(pr.Majority)
		if p.Ready != NotReady { // where nothing tells how people decide, acting on the usual would be no judgement
			cells[2] = percent(pr.Auto)
		}
	}
	if r := p.Repeats; r != nil && r.Pairs >= telling {
		cells[3] = percent(r.Same)
	}
	return strings.Join(cells, "\t")
}

func (p *printer) delays(ds []Delay) {
	p.line("\nWHERE TIME IS LOST, the most first\n")
	if len(ds) == 0 {
		p.line("  The exports hold no two moments of one row to tell it from: export when things were created, answered, resolved, requested and approved.")
	}
	for _, d := range ds {
		p.line("  %s %s: half within %s, nine in ten within %s (%d)", title(d.Domain), d.What, hours(d.P50), hours(d.P90), d.N)
		p.line("    %s", d.Why)
	}
}

func title(d models.Domain) string {
	return cmp.Or(map[models.Domain]string{models.Triage: "Tickets", models.Finance: "Payments"}[d], string(d))
}
