package rota_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/bot/rota"
	"remit/models"
)

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func calendar(events ...string) string {
	s := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
	for _, e := range events {
		s += "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n"
	}
	return s + "END:VCALENDAR\r\n"
}

func TestWhoIsOnDuty(t *testing.T) {
	weekly := "SUMMARY:Sam\nDTSTART;TZID=Europe/Berlin:20261005T090000\nDTEND;TZID=Europe/Berlin:20261012T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2"
	other := strings.NewReplacer("Sam", "priya", "20261005", "20261012", "DTEND;TZID=Europe/Berlin:20261012", "DTEND;TZID=Europe/Berlin:20261019").Replace(weekly)
	for name, c := range map[string]struct {
		events []string
		at     string // in Berlin
		want   string
	}{
		"in the first week":                   {[]string{weekly, other}, "2026-10-05 09:00", "sam"},
		"the second week is another's":        {[]string{weekly, other}, "2026-10-13 03:00", "priya"},
		"handed over at nine":                 {[]string{weekly, other}, "2026-10-12 09:00", "priya"},
		"and not before":                      {[]string{weekly, other}, "2026-10-12 08:59", "sam"},
		"also in the week the clocks go back": {[]string{weekly, other}, "2026-10-26 08:59", "sam"},
		"and on that Monday at nine":          {[]string{weekly, other}, "2026-10-26 09:00", "priya"},
		"before the rota begins":              {[]string{weekly}, "2026-09-30 12:00", ""},
		"nobody in the weeks between":         {[]string{weekly}, "2026-10-14 12:00", ""},
		"an exception falls out":              {[]string{weekly + "\nEXDATE;TZID=Europe/Berlin:20261019T090000"}, "2026-10-20 12:00", ""},
		"somebody stands in":                  {[]string{weekly, "SUMMARY:frank\nRECURRENCE-ID;TZID=Europe/Berlin:20261019T090000\nDTSTART;TZID=Europe/Berlin:20261019T090000\nDTEND;TZID=Europe/Berlin:20261026T090000"}, "2026-10-20 12:00", "frank"},
		"a cancelled shift is nobody's":       {[]string{"SUMMARY:sam\nSTATUS:CANCELLED\nDTSTART:20261005T090000Z\nDTEND:20261006T090000Z"}, "2026-10-05 20:00", ""},
		"whole days are days here":            {[]string{"SUMMARY:sam\nDTSTART;VALUE=DATE:20261005\nDTEND;VALUE=DATE:20261006"}, "2026-10-05 00:00", "sam"},
		"and end at midnight here":            {[]string{"SUMMARY:sam\nDTSTART;VALUE=DATE:20261005\nDTEND;VALUE=DATE:20261006"}, "2026-10-06 00:00", ""},
		"a duration":                          {[]string{"SUMMARY:sam\nDTSTART:20261005T070000Z\nDURATION:P1WT2H"}, "2026-10-12 10:59", "sam"},
		"the address of who attends":          {[]string{"SUMMARY:On call\nATTENDEE;CN=Sam:mailto:SAM@acme.com\nDTSTART:20261005T070000Z\nDURATION:PT8H"}, "2026-10-05 12:00", "on call sam@acme.com"},
		"two at once":                         {[]string{weekly, strings.Replace(weekly, "Sam", "priya", 1)}, "2026-10-06 12:00", "priya sam"},
	} {
		t.Run(name, func(t *testing.T) {
			cal, err := rota.Parse(strings.NewReader(calendar(c.events...)), berlin)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", c.at, berlin)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(cal.On(at), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNoRotaIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"not a calendar":       "hello",
		"no beginning":         calendar("SUMMARY:sam"),
		"ends before it began": calendar("SUMMARY:sam\nDTSTART:20261005T090000Z\nDTEND:20261005T080000Z"),
		"an unknown zone":      calendar("SUMMARY:sam\nDTSTART;TZID=Mars/Olympus:20261005T090000"),
		"every second":         calendar("SUMMARY:sam\nDTSTART:19700105T090000Z\nDTEND:19700105T100000Z\nRRULE:FREQ=SECONDLY"),
		"a rule of nonsense":   calendar("SUMMARY:sam\nDTSTART:20261005T090000Z\nRRULE:FREQ=FULLMOON"),
		"a time of nonsense":   calendar("SUMMARY:sam\nDTSTART:soon"),
		"lasts for nonsense":   calendar("SUMMARY:sam\nDTSTART:20261005T090000Z\nDURATION:long"),
		"too large":            strings.Repeat("x", rota.MaxSize+1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := rota.Parse(strings.NewReader(text), berlin); models.KindOf(err) != models.Invalid {
				t.Errorf("got %v, want Invalid", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(calendar("SUMMARY:sam\nDTSTART;TZID=Europe/Berlin:20261005T090000\nDURATION:P1W\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261012T070000Z"))
	f.Add(calendar("SUMMARY:sam\nDTSTART;VALUE=DATE:20261005"))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := rota.Parse(strings.NewReader(text), berlin)
		if err != nil {
			if c != nil {
				t.Error("a calendar and an error")
			}
			return
		}
		c.On(time.Date(2026, 10, 6, 12, 0, 0, 0, berlin))
	})
}

func board(from string) *rota.Board {
	return &rota.Board{
		Rotas: map[string]rota.Rota{"duty": {Calendar: models.Secret(from), People: []models.Person{{ID: "sam"}, {ID: "priya", Email: "priya@acme.com"}}}},
		Zone:  berlin, HTTP: http.DefaultClient, Logger: slog.New(slog.DiscardHandler),
	}
}

func ids(ps []models.Person) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.ID)
	}
	return out
}

func TestOnlyThePeopleOfTheRotaCanBeOnIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "duty.ics")
	text := calendar("SUMMARY:mallory\nATTENDEE:mailto:priya@acme.com\nDTSTART:20261005T070000Z\nDURATION:P1D", "SUMMARY:mallory\nDTSTART:20261005T070000Z\nDURATION:P1D")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := board(file)
	at := time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)
	if got := ids(b.Now(t.Context(), "@duty", at)); !slices.Equal(got, []string{"priya"}) {
		t.Errorf("on duty: %v, want priya alone", got)
	}
	if got := b.OnDuty(t.Context(), models.Person{ID: "priya"}, at); !slices.Equal(got, []string{"duty"}) {
		t.Errorf("priya is on %v", got)
	}
	if got := b.OnDuty(t.Context(), models.Person{ID: "mallory"}, at); got != nil {
		t.Errorf("mallory is on %v", got)
	}
}

func TestACalendarThatCannotBeReadCountsForAWhileAndThenNobodyIsOnDuty(t *testing.T) {
	down, reads := false, 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reads++
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(calendar("SUMMARY:sam\nDTSTART:20261005T000000Z\nDURATION:P30D")))
	}))
	defer srv.Close()
	b := board(srv.URL + "/secret-in-the-address.ics")
	at := time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)
	on := func(after time.Duration) int {
		at = at.Add(after)
		return len(b.Now(t.Context(), "duty", at))
	}
	if on(0) != 1 || on(time.Minute) != 1 || reads != 1 {
		t.Fatalf("read %d times, want once", reads)
	}
	down = true
	if on(time.Hour) != 1 || on(time.Second) != 1 || reads != 2 {
		t.Errorf("while it is away: read %d times, want one more", reads)
	}
	if on(6*time.Hour) != 0 {
		t.Error("somebody is on duty by a calendar of yesterday")
	}
	if err := b.Check(t.Context(), time.Now())["duty"]; err == nil || strings.Contains(err.Error(), "secret-in-the-address") {
		t.Errorf("the check says %v: it should fail, and tell no address", err)
	}
	down = false
	if on(2*time.Minute) != 1 {
		t.Error("it is back, and nobody is on duty")
	}
}

func TestWhoeverIsInTheUserGroupIsOnDutyOrOneOfThemAWeek(t *testing.T) {
	in := []string{"sam", "priya", "mallory"}
	b := &rota.Board{
		Zone: berlin, Logger: slog.New(slog.DiscardHandler),
		Rotas: map[string]rota.Rota{
			"all":  {People: []models.Person{{ID: "priya"}, {ID: "frank"}, {ID: "sam"}}, Group: "S0"},
			"turn": {People: []models.Person{{ID: "priya"}, {ID: "frank"}, {ID: "sam"}}, Group: "S0", Weekly: true},
		},
		Members: func(_ context.Context, group string) []string {
			if group != "S0" {
				t.Errorf("asked for %q", group)
			}
			return in
		},
	}
	on := func(name, at string) string {
		t.Helper()
		when, err := time.ParseInLocation("2006-01-02 15:04", at, berlin)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range b.Now(t.Context(), name, when) {
			ids = append(ids, p.ID)
		}
		return strings.Join(ids, " ")
	}
	if got := on("all", "2026-12-01 12:00"); got != "priya sam" {
		t.Errorf("on duty: %q, want those of the rota who are in the group", got)
	}
	first, second := on("turn", "2026-11-30 00:00"), on("turn", "2026-12-07 00:00")
	if first == second || first == "" || on("turn", "2026-12-06 23:59") != first || on("turn", "2026-12-14 00:00") != first {
		t.Errorf("by turns: %q, then %q, then %q", first, second, on("turn", "2026-12-14 00:00"))
	}
	if got := b.OnDuty(t.Context(), models.Person{ID: "sam"}, time.Date(2026, 12, 1, 12, 0, 0, 0, berlin)); !slices.Contains(got, "all") {
		t.Errorf("Sam is on %v", got)
	}
	in = nil // Slack does not say
	if on("all", "2026-12-01 12:00") != "" || b.Check(t.Context(), time.Now())["turn"] == nil {
		t.Error("somebody is on duty by a group that nobody can read")
	}
}
