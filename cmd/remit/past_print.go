package main

import (
	"fmt"
	"io"
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
	fmt.Fprintf(w, "  the same, to the last word: %d\n  otherwise:                  %d\n", r.Same, r.Differ)
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
	fmt.Fprintf(w, "%s, %d days: %d decisions on record, %d ruled on by both.\n", stretch(r.Since, r.Until), r.Days, r.Read, r.Compared)
	if r.Own > 0 {
		fmt.Fprintf(w, "  on remit's own authority: %d (managers rule on those, no policy's gate)\n", r.Own)
	}
	printLacking(w, r.Lacking, r.Fields)
	fmt.Fprintf(w, "\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\tIN FORCE\tCHANGED\n\t%s\t%s\n", r.Old, r.New)
	both := func(what string, of func(decision.Side) string) {
		fmt.Fprintf(t, "%s\t%s\t%s\n", what, of(r.Before), of(r.After))
	}
	both("done without a person", func(s decision.Side) string { return shareText(s.Acted) })
	both("asked", func(s decision.Side) string { return shareText(s.Asked) })
	both("observed only", func(s decision.Side) string { return shareText(s.Observed) })
	both("found wrong, of what is done and was judged", func(s decision.Side) string { return shareText(s.Errors) })
	both("done, and nobody has judged it", func(s decision.Side) string { return fmt.Sprint(s.Unjudged) })
	both("money without a person", moneyText)
	both("  a day", dailyText)
	_ = t.Flush()
	fmt.Fprintf(w, "\nRuled otherwise: %s\n", shareText(r.Changed))
	if r.Judged > 0 {
		fmt.Fprintf(w, "Of the %d that people have judged:\n  known errors avoided:  %s\n  known errors made:     %s\n  right, and no longer asked about:  %s\n  right, and asked about now:        %s\n",
			r.Judged, shareText(r.Avoided), shareText(r.Made), shareText(r.Spared), shareText(r.Asking))
	} else {
		fmt.Fprintln(w, "People have judged none of them, so no errors are known.")
	}
	for _, a := range r.Unseen {
		fmt.Fprintf(w, "There is nothing on record of %s to try it on.\n", a)
	}
	printShifts(w, r.Shifts)
	printDifferences(w, r.Differences, r.Changed.N)
	fmt.Fprintln(w, "\nIn brackets: the 95 % interval (Wilson's for shares; of money a day, by the bootstrap over days).")
}

// shareText says a share with its interval.
func shareText(s decision.Share) string {
	if s.Of == 0 {
		return "none to count"
	}
	return fmt.Sprintf("%d of %d: %.1f %% (%.1f to %.1f)", s.N, s.Of, 100*s.Part, 100*s.Low, 100*s.High)
}

func moneyText(s decision.Side) string {
	out := ""
	for _, a := range s.Money {
		out += a.Total.Display() + " "
	}
	return orNone(out)
}

func dailyText(s decision.Side) string {
	out := ""
	for _, a := range s.Money {
		out += a.Daily.Display()
		if a.Known {
			out += fmt.Sprintf(" (%s to %s)", a.Low.Display(), a.High.Display())
		}
		out += " "
	}
	return orNone(out)
}
