package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"remit/cmd/remit/app"
	"remit/decision"
)

// shownDifferences is how many differences a table shows; the JSON has more.
const shownDifferences = 10

func stretch(since, until time.Time) string {
	return since.Format("2 Jan 2006 15:04") + " to " + until.Format("2 Jan 2006 15:04")
}

func printReplay(w io.Writer, r app.PastReport) {
	by := "each by the policy that ruled on it"
	if r.Policy != "" {
		by = "all by policy " + r.Policy
	}
	fmt.Fprintf(w, "%s: %d decisions on record, %d ruled on again, %s.\n", stretch(r.Since, r.Until), r.Read, r.Ruled, by)
	fmt.Fprintf(w, "  the same, to the last word: %d\n", r.Same)
	if r.Policy != "" {
		fmt.Fprintf(w, "  the same, in other words:   %d\n", r.Reword)
	}
	fmt.Fprintf(w, "  otherwise:                  %d\n", r.Differ)
	if r.Own > 0 {
		fmt.Fprintf(w, "  on remit's own authority:   %d (managers rule on those, no gate)\n", r.Own)
	}
	if r.Elsewhere > 0 {
		fmt.Fprintf(w, "  not ruled on, for they were ruled by a policy version that is not at hand: %d\n", r.Elsewhere)
		printTallied(w, r.Versions)
	}
	printLacking(w, r.Lacking, r.Fields)
	printShifts(w, r.Shifts)
	printDifferences(w, r.Differences, r.Differ)
	if r.Rejudged != nil {
		printRejudged(w, *r.Rejudged)
	}
}

func printTallied(w io.Writer, ts []decision.Tallied) {
	for _, t := range ts {
		fmt.Fprintf(w, "    %-40s %d\n", t.Name, t.N)
	}
}

func printLacking(w io.Writer, n int, fields []decision.Tallied) {
	if n > 0 {
		fmt.Fprintf(w, "  not ruled on, for the record lacks something: %d\n", n)
		printTallied(w, fields)
	}
}

func printShifts(w io.Writer, ss []decision.Shift) {
	if len(ss) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ACTION\tWAS\tWOULD BE\tDECISIONS")
	for _, s := range ss {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\n", s.Action, s.Was, s.Now, s.N)
	}
	_ = t.Flush()
}

func printDifferences(w io.Writer, ds []decision.Difference, of int) {
	if len(ds) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d of %d:\n", min(len(ds), shownDifferences), of)
	for _, d := range ds[:min(len(ds), shownDifferences)] {
		fmt.Fprintf(w, "  %s  %s %s, %s -> %s  %s\n    %s\n", d.ID, d.Action, brief(d.Value), d.Was, d.Now, brief(d.Title), d.What())
	}
}

// brief keeps a value on its line.
func brief(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

func printRejudged(w io.Writer, r decision.RejudgeReport) {
	fmt.Fprintf(w, "\nJudged again on the recorded facts: %d\n", r.Judged)
	if r.Lacking > 0 {
		fmt.Fprintf(w, "  not judged, for there is no record of something it takes: %d\n", r.Lacking)
		printTallied(w, r.Fields)
	}
	if len(r.Actions) == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ACTION\tMODEL THEN\tMODEL NOW\tJUDGED\tSAME\tOTHER VALUE\tNOTHING\tSURER\tLESS SURE")
	for _, a := range r.Actions {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", a.Action, a.Was, orNone(a.Now), a.N, a.Same, a.Other, a.Gone, a.Surer, a.Less)
	}
	_ = t.Flush()
	for _, d := range r.Differences[:min(len(r.Differences), shownDifferences)] {
		note := ""
		if d.OfHistory {
			note = " (compared with other payments as they are known today)"
		}
		fmt.Fprintf(w, "  %s  %s %s at %.2f -> %s at %.2f  %s%s\n", d.ID, d.Action, brief(d.Was), d.WasSure, orNone(brief(d.Now)), d.NowSure, brief(d.Title), note)
	}
}

func printBacktest(w io.Writer, r decision.BacktestReport) {
	fmt.Fprintf(w, "%s\n%s\n", stretch(r.Since, r.Until), r.Summary())
	printTables(w, r.Tables())
}

func printTables(w io.Writer, tables []decision.Table) {
	for _, table := range tables {
		fmt.Fprintf(w, "\n%s:\n", table.Caption)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, row := range append([][]string{table.Head}, table.Rows...) {
			fmt.Fprintf(t, "  %s\n", strings.Join(row, "\t"))
		}
		_ = t.Flush()
	}
}
