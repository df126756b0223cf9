package decision

import (
	"testing"
	"time"

	"remit/models"
)

func TestWorkingTimePassesOnlyWhileSomebodyWorks(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCalendar("DE", "Mon-Fri 09:00-12:30 13:30-18:00")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		from   string
		within time.Duration
		want   string
	}{
		"within the morning":                {"2026-12-02 10:00", time.Hour, "2026-12-02 11:00"},
		"over lunch":                        {"2026-12-02 12:00", time.Hour, "2026-12-02 14:00"},
		"exactly to the end of the morning": {"2026-12-02 11:30", time.Hour, "2026-12-02 12:30"},
		"from lunch":                        {"2026-12-02 13:00", time.Hour, "2026-12-02 14:30"},
		"overnight":                         {"2026-12-02 17:30", time.Hour, "2026-12-03 09:30"},
		"before anybody is in":              {"2026-12-02 06:00", time.Hour, "2026-12-02 10:00"},
		"over a weekend":                    {"2026-12-04 17:00", 2 * time.Hour, "2026-12-07 10:00"},
		"over Christmas and a weekend":      {"2026-12-24 17:30", time.Hour, "2026-12-28 09:30"},
		"a whole week of work":              {"2026-11-30 09:00", 40 * time.Hour, "2026-12-04 18:00"},
		"over the night the clocks change":  {"2026-03-27 17:30", time.Hour, "2026-03-30 09:30"},
	}
	for name, tc := range cases {
		from, _ := time.ParseInLocation("2006-01-02 15:04", tc.from, berlin)
		if got := c.Add(from, tc.within).Format("2006-01-02 15:04"); got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
	if got := (Calendar{}).Add(time.Date(2026, 12, 4, 23, 0, 0, 0, time.UTC), 2*time.Hour).Format("2006-01-02 15:04"); got != "2026-12-07 01:00" {
		t.Errorf("without hours all of a weekday counts: got %s", got)
	}
}

func TestAPolicySaysBySLAWhenAnAnswerIsDue(t *testing.T) {
	p := loadPolicy(t, "timezone: Europe/Berlin\ncalendar: {country: DE, hours: \"Mon-Fri 09:00-17:00\"}\ntriage:\n  approvers: \"@support-leads\"\n  priority: {level: ask}\n  sla: {P1: 1h, P2: 4h}\n")
	created := time.Date(2026, 12, 2, 15, 30, 0, 0, time.UTC) // 16:30 in Berlin
	ticket := models.Ticket{CreatedAt: created}
	r := p.TriageRules()
	if got := r.DueFor(ticket, models.P1); !got.Equal(time.Date(2026, 12, 3, 8, 30, 0, 0, time.UTC)) {
		t.Errorf("got %s for P1", got)
	}
	if got := r.DueFor(ticket, models.P3); !got.IsZero() {
		t.Errorf("got %s for a priority without a target", got)
	}
	for name, text := range map[string]string{
		"a priority that is none": "triage:\n  approvers: \"@support-leads\"\n  sla: {P9: 1h}\n",
		"a time that is none":     "triage:\n  approvers: \"@support-leads\"\n  sla: {P1: soon}\n",
		"an intent that is none":  "triage:\n  approvers: \"@support-leads\"\n  intent: mood\n",
	} {
		if _, err := LoadPolicy([]byte(text), company, noon); models.KindOf(err) != models.Invalid {
			t.Errorf("%s was taken: %v", name, err)
		}
	}
}
