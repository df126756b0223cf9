package decision

import (
	"fmt"
	"strings"
)

// Table is a table of words and figures; every row has as many cells as the head.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}

// String says a share with its interval: "12 of 40: 30.0 % (18.1 to 45.4)".
func (s Share) String() string {
	if s.Of == 0 {
		return "none to count"
	}
	return fmt.Sprintf("%d of %d: %.1f %% (%.1f to %.1f)", s.N, s.Of, 100*s.Part, 100*s.Low, 100*s.High)
}

// Summary says what the back-test found in a few sentences.
func (r BacktestReport) Summary() string {
	if r.Compared == 0 {
		return fmt.Sprintf("There is nothing on record to try it on: %d decisions were read, and %d lack something.", r.Read, r.Lacking)
	}
	s := fmt.Sprintf("Of %d decisions on %s, %d would be ruled otherwise. Done without a person: %d instead of %d; asked: %d instead of %d.",
		r.Compared, counting(r.Days, "day"), r.Changed.N, r.After.Acted.N, r.Before.Acted.N, r.After.Asked.N, r.Before.Asked.N)
	if r.Judged == 0 {
		s += " People have judged none of them, so no errors are known."
	} else {
		s += fmt.Sprintf(" Of the %d that people have judged, it avoids %d known errors and makes %d.", r.Judged, r.Avoided.N, r.Made.N)
	}
	if r.Lacking > 0 {
		s += fmt.Sprintf(" %d more were not ruled on, for their record lacks something.", r.Lacking)
	}
	for _, a := range r.Unseen {
		s += fmt.Sprintf(" There is nothing on record of %s to try it on.", a)
	}
	return s
}

// counting says "1 day", "30 days".
func counting(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// Tables gives the figures beside each other, what moved where, and some of what differs.
func (r BacktestReport) Tables() []Table {
	tables := []Table{r.Sides()}
	if r.Judged > 0 {
		tables = append(tables, r.judgedTable())
	}
	if len(r.Fields) > 0 {
		tables = append(tables, fieldsTable(r.Fields))
	}
	if len(r.Shifts) > 0 {
		tables = append(tables, shiftsTable(r.Shifts))
	}
	if len(r.Differences) > 0 {
		tables = append(tables, r.examples())
	}
	return tables
}

// Sides gives the figures of the two policies beside each other.
func (r BacktestReport) Sides() Table {
	t := Table{
		Caption: "In brackets: the 95 % interval (Wilson's for shares; of money a day by the bootstrap over days)",
		Head:    []string{"", "In force (" + r.Old + ")", "Changed (" + r.New + ")"},
	}
	for _, row := range []struct {
		what string
		of   func(Side) string
	}{
		{"Done without a person", func(s Side) string { return s.Acted.String() }},
		{"Asked", func(s Side) string { return s.Asked.String() }},
		{"Observed only", func(s Side) string { return s.Observed.String() }},
		{"Found wrong, of what is done and was judged", func(s Side) string { return s.Errors.String() }},
		{"Done, and nobody has judged it", func(s Side) string { return fmt.Sprint(s.Unjudged) }},
		{"Money without a person", func(s Side) string { return s.money(Amount.total) }},
		{"Money a day", func(s Side) string { return s.money(Amount.daily) }},
	} {
		t.Rows = append(t.Rows, []string{row.what, row.of(r.Before), row.of(r.After)})
	}
	return t
}

func (s Side) money(of func(Amount) string) string {
	if len(s.Money) == 0 {
		return "none"
	}
	var parts []string
	for _, a := range s.Money {
		parts = append(parts, of(a))
	}
	return strings.Join(parts, ", ")
}

func (a Amount) total() string { return a.Total.Display() }

func (a Amount) daily() string {
	if !a.Known {
		return a.Daily.Display()
	}
	return fmt.Sprintf("%s (%s to %s)", a.Daily.Display(), a.Low.Display(), a.High.Display())
}

func (r BacktestReport) judgedTable() Table {
	return Table{
		Caption: fmt.Sprintf("Of the %d that people have judged", r.Judged),
		Head:    []string{"", "Decisions"},
		Rows: [][]string{
			{"Known errors avoided", r.Avoided.String()},
			{"Known errors made", r.Made.String()},
			{"Right, and no longer asked about", r.Spared.String()},
			{"Right, and asked about now", r.Asking.String()},
		},
	}
}

func fieldsTable(fields []Tallied) Table {
	t := Table{Caption: "Not ruled on, for the record lacks", Head: []string{"Field", "Decisions"}}
	for _, f := range fields {
		t.Rows = append(t.Rows, []string{f.Name, fmt.Sprint(f.N)})
	}
	return t
}

func shiftsTable(ss []Shift) Table {
	t := Table{Caption: "Ruled otherwise", Head: []string{"Action", "Was", "Would be", "Decisions"}}
	for _, s := range ss {
		t.Rows = append(t.Rows, []string{string(s.Action), string(s.Was), string(s.Now), fmt.Sprint(s.N)})
	}
	return t
}

// examplesShown is how many differences a table shows.
const examplesShown = 10

func (r BacktestReport) examples() Table {
	t := Table{
		Caption: fmt.Sprintf("%d of the %d", min(examplesShown, len(r.Differences)), r.Changed.N),
		Head:    []string{"Decision", "What", "Was", "Would be", "Why"},
	}
	for _, d := range r.Differences[:min(examplesShown, len(r.Differences))] {
		what := cut(fmt.Sprintf("%s %s: %s", d.Action, d.Value, d.Title), 60)
		t.Rows = append(t.Rows, []string{d.ID, what, string(d.Was), string(d.Now), d.What()})
	}
	return t
}
