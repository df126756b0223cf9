package triage_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"remit/models"
)

// dueOf gives what the reasons say of a deadline; empty where they say nothing.
func dueOf(t *testing.T, f models.Facts, r models.TriageRules) string {
	t.Helper()
	p, _ := judge.Decide(f, r).For(models.ActionPriority)
	for _, reason := range p.Reasons {
		if reason.Code == "text.deadline" {
			return reason.Text
		}
	}
	return ""
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDeadlinesAreCountedFromToday(t *testing.T) {
	for text, want := range map[string]string{ // it is Wednesday, 2 December 2026
		"We need the invoice by tomorrow to close the books.":         "Is due tomorrow: 'by tomorrow'",
		"We need the invoice before Friday to close the books.":       "Is due in 2 days: 'before friday'",
		"We need the invoice by 2026-12-04 to close the books.":       "Is due in 2 days: 'by 2026 12 04'",
		"We need the invoice by December 3 to close the books.":       "Is due tomorrow: 'by december 3'",
		"We need the invoice until the 3rd Dec to close the books.":   "Is due tomorrow: 'until the 3rd dec'",
		"We need the invoice by 5pm to close the books.":              "Is due today: 'by 5pm'",
		"We need the invoice by March 3 to close the books.":          "",
		"We needed the invoice by November 20 to close the books.":    "",
		"I paid the invoice before I am sure what it is good for ok":  "",
		"We need it by the 4th of December to close the books.":       "Is due in 2 days: 'by the 4th of december'",
		"We needed it by 4 December 2025 to close the books.":         "",
		"We need it by February 30 to close the books.":               "",
		"We need the invoice by 4.12.2026 to close the books.":        "Is due in 2 days: 'by 4.12.2026'",
		"We need the invoice by 12.4.2027 to close the books.":        "",
		"We use the release before 4.12.1 to close the books.":        "",
		"We need the invoice by Friday 11 December for the books.":    "",
		"We need the invoice by Friday, December 4, for the books.":   "Is due in 2 days: 'by friday december 4'",
		"We need the invoice by Friday, 4.12.2026, for the books.":    "Is due in 2 days: 'by friday 4.12.2026'",
		"We need the invoice by Friday the 11th for the books.":       "",
		"We need the invoice by Friday next week for the books.":      "",
		"We need the invoice by Monday next week for the books.":      "Is due in 5 days: 'by monday next week'",
		"We need the invoice by next Friday to close the books.":      "Is due in 2 days at the earliest: 'by next friday'",
		"We need the invoice by Friday 5 pm to close the books.":      "Is due in 2 days: 'by friday'",
		"We need the invoice by 5 pm on Friday to close the books.":   "Is due in 2 days: 'by 5 pm on friday'",
		"We need the invoice by noon tomorrow to close the books.":    "Is due tomorrow: 'by noon tomorrow'",
		"We need the invoice by EOD to close the books.":              "Is due today: 'by eod'",
		"We need the invoice by EOD Friday to close the books.":       "Is due in 2 days: 'by eod friday'",
		"We need the invoice by end of day to close the books.":       "Is due today: 'by end of day'",
		"We need the invoice by the end of the day, for the books.":   "Is due today: 'by the end of the day'",
		"We need the invoice before close of business, for the books": "Is due today: 'before close of business'",
		"We need the invoice by the end of this week for the books.":  "Is due in 2 days: 'by the end of this week'",
		"We need the invoice by the end of the month for the books.":  "",
		"Please answer within 2 hours, we have to close the books.":   "Is due today: 'within 2 hours'",
		"Please answer within the next 24h, we close the books.":      "Is due tomorrow: 'within the next 24h'",
		"We need an answer within two days to close the books.":       "Is due in 2 days: 'within two days'",
		"We need an answer within the hour to close the books.":       "Is due today: 'within the hour'",
		"The parcel came within 2 hours, and the books are closed.":   "",
	} {
		if got := dueOf(t, written(text), models.TriageRules{}); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestADateThatCanBeReadTwoWaysIsReadAsItIsWrittenThere(t *testing.T) {
	for claim, c := range map[string]struct{ date, language, zone, want string }{
		"there is no month 31":                    {"12/31/2026", "de", "", "Is due in 2 days: 'by 12 31 2026'"},
		"there is no month 31, by dots":           {"12.31.2026", "", "", "Is due in 2 days: 'by 12.31.2026'"},
		"there is no month 30":                    {"30/12/2026", "en-US", "", "Is due tomorrow: 'by 30 12 2026'"},
		"a German":                                {"04/12/2026", "de", "America/New_York", "Is due in 2 days: 'by 04 12 2026'"},
		"an American":                             {"04/12/2026", "en-US", "Europe/Berlin", ""},
		"an American in December":                 {"12/04/2026", "en-US", "Europe/Berlin", "Is due in 2 days: 'by 12 04 2026'"},
		"somebody who writes to Berlin":           {"04/12/2026", "en", "Europe/Berlin", "Is due in 2 days: 'by 04 12 2026'"},
		"somebody who writes to New York":         {"12/04/2026", "en", "America/New_York", "Is due in 2 days: 'by 12 04 2026'"},
		"nobody can know: the nearer one":         {"04/12/2026", "", "", "Is due in 2 days at the earliest: 'by 04 12 2026'"},
		"nobody can know, the other way round":    {"12/04/2026", "", "", "Is due in 2 days at the earliest: 'by 12 04 2026'"},
		"both readings are the same day":          {"12/12/2026", "", "", "Is due in 2 days: 'by 12 12 2026'"},
		"the day of a month comes first by a dot": {"4.12.2026", "en-US", "", "Is due in 2 days: 'by 4.12.2026'"},
	} {
		t.Run(claim, func(t *testing.T) {
			f := written("We need the invoice by " + c.date + " to close the books.")
			f.Ticket.Language = c.language
			switch {
			case strings.Contains(c.date, "12/12"):
				f.Now = now.AddDate(0, 0, 8)
			case strings.Contains(c.date, "3"):
				f.Now = now.AddDate(0, 0, 27)
			}
			r := models.TriageRules{}
			if c.zone != "" {
				r.Zone = zoneOf(t, c.zone)
			}
			if got := dueOf(t, f, r); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDaysAreThoseOfTheCompanysZone(t *testing.T) {
	f := written("We need the invoice by 4 December to close the books.")
	f.Now = time.Date(2026, 12, 3, 23, 30, 0, 0, time.UTC)
	if got, want := dueOf(t, f, models.TriageRules{Zone: zoneOf(t, "Europe/Berlin")}), "Is due today: 'by 4 december'"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := dueOf(t, f, models.TriageRules{}), "Is due tomorrow: 'by 4 december'"; got != want {
		t.Errorf("without a zone: got %q, want %q", got, want)
	}
}

func TestAMessageIsReadAsOfTheDayItWasWritten(t *testing.T) {
	const thanks = "Thank you, that is all that I wanted to know about it."
	said := func(text string, days int) models.Comment {
		return models.Comment{ID: text, Public: true, Text: text, At: now.AddDate(0, 0, -days), Author: models.Actor{Kind: models.ByCustomer}}
	}
	for claim, c := range map[string]struct {
		first   string // message of the ticket
		created time.Time
		thread  []models.Comment
		want    string
	}{
		"tomorrow was long ago":               {"We need it by tomorrow.", now.AddDate(0, 0, -20), []models.Comment{said(thanks, 0)}, ""},
		"tomorrow in the middle was, too":     {"Hello there.", now.AddDate(0, 0, -20), []models.Comment{said("We need it by tomorrow.", 9), said(thanks, 0)}, ""},
		"Friday is still to come":             {"We need it by Friday.", now.AddDate(0, 0, -2), []models.Comment{said(thanks, 0)}, "Is due in 2 days: 'by friday'"},
		"a week from last Friday is Friday":   {"We need it within 7 days.", now.AddDate(0, 0, -5), []models.Comment{said(thanks, 0)}, "Is due in 2 days: 'within 7 days'"},
		"the newest is old as well":           {"We need it by tomorrow.", now.AddDate(0, 0, -1), nil, "Is due today: 'by tomorrow'"},
		"two hours have passed":               {"We need it within 2 hours.", now.Add(-3 * time.Hour), nil, ""},
		"of an old one nobody knows when":     {"We need it by tomorrow.", time.Time{}, []models.Comment{said(thanks, 0)}, ""},
		"of a new one nobody knows when: now": {"We need it by tomorrow.", time.Time{}, nil, "Is due tomorrow: 'by tomorrow'"},
		"a clock that runs ahead is not gone by": {
			"We need it by tomorrow.", now.AddDate(0, 0, 3), nil, "Is due tomorrow: 'by tomorrow'",
		},
	} {
		t.Run(claim, func(t *testing.T) {
			f := written(c.first)
			f.Event, f.Ticket.CreatedAt, f.Ticket.Thread = models.TicketUpdated, c.created, c.thread
			if got := dueOf(t, f, models.TriageRules{}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
