package triage_test

import (
	"slices"
	"testing"

	"remit/models"
)

func TestPeopleMayWriteInTheWordsOfLogs(t *testing.T) {
	for _, text := range []string{
		"CRITICAL: our production database is down for everyone, we are losing money!",
		"ERROR: nobody can log in, the whole site is down for all our customers.",
		"I get ERROR [503] when anybody logs in, the whole site is down",
		"[CRITICAL] The whole site is down for all our customers.",
		"at 9.30 the whole site went down for everyone (again)",
		"Caused by: your update this morning the whole site is down for everyone",
	} {
		if p := priorityOf(t, written(text), models.TriageRules{}); p.Value != "P1" {
			t.Errorf("%q: got %s for %+v, want P1", text, p.Value, p.Reasons)
		}
	}
}

func TestALineAfterALogIsOfTheLogWhereItLooksLikeOne(t *testing.T) {
	const log = "12:00:01 INFO start\n"
	for line, want := range map[string]string{
		"[FATAL] the whole site is down": "P3", "Caused by: the whole site is down": "P3",
		"Since then the whole site is down": "P1", "\nERROR: since then the whole site is down": "P1",
	} {
		if p := priorityOf(t, written(log+line), models.TriageRules{}); p.Value != want {
			t.Errorf("%q: got %s for %+v, want %s", line, p.Value, p.Reasons, want)
		}
	}
}

func TestLinesOfALogArePassedOverAndItIsSaid(t *testing.T) {
	for claim, line := range map[string]string{
		"a time and a level":      "2026-12-01 12:00:01 FATAL whole site is down",
		"a level and a value":     "WARN whole site is down status=503",
		"a level and a class":     "ERROR java.lang.IllegalStateException whole site is down",
		"a level and a constant":  "ERROR: SITE_IS_DOWN NOBODY CAN LOG IN",
		"a frame of Java":         "at com.example.Site.down(Site.java:12)",
		"a frame of JavaScript":   "at async Site.down (/srv/site.js:1:2)",
		"the cause of a trace":    "Caused by: java.io.IOException: whole site is down",
		"a frame of Python":       `File "site.py", line 3, in whole site is down`,
		"whatever stands in code": "```\nwhole site is down\n```",
	} {
		t.Run(claim, func(t *testing.T) {
			p := priorityOf(t, written("Please have a look at this message from the export:\n"+line), models.TriageRules{})
			if p.Value != "P3" {
				t.Errorf("got %s for %+v, want P3", p.Value, p.Reasons)
			}
			if want := (models.Reason{Code: "log", Text: "Passed over as code or a log: 1 line"}); !slices.Contains(p.Reasons, want) {
				t.Errorf("got reasons %+v, want one that says so", p.Reasons)
			}
		})
	}
}
