package decision

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

func berlin(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func calendar(t testing.TB, country, hours string) Calendar {
	t.Helper()
	c, err := NewCalendar(country, hours)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const splitHours = "Mon-Fri 09:00-12:30 13:30-18:00"

func TestWorkingTimePassesInWorkingHoursOnly(t *testing.T) {
	for name, c := range map[string]struct {
		hours string
		from  string
		wait  time.Duration
		want  string
	}{
		"within the morning":                     {splitHours, "2026-12-01T10:00", time.Hour, "2026-12-01T11:00"},
		"over the break at noon":                 {splitHours, "2026-12-01T12:15", 30 * time.Minute, "2026-12-01T13:45"},
		"over the night":                         {splitHours, "2026-12-01T17:45", 30 * time.Minute, "2026-12-02T09:15"},
		"over a weekend":                         {splitHours, "2026-12-04T17:45", 30 * time.Minute, "2026-12-07T09:15"},
		"from before the office opens":           {splitHours, "2026-12-01T06:00", time.Hour, "2026-12-01T10:00"},
		"from a Sunday":                          {splitHours, "2026-12-06T06:00", time.Hour, "2026-12-07T10:00"},
		"over Christmas":                         {splitHours, "2026-12-24T17:00", 2 * time.Hour, "2026-12-28T10:00"},
		"to the very end of the day":             {splitHours, "2026-12-01T17:00", time.Hour, "2026-12-01T18:00"},
		"of two days":                            {splitHours, "2026-12-01T09:00", 16 * time.Hour, "2026-12-02T18:00"},
		"nothing, within hours":                  {splitHours, "2026-12-01T10:00", 0, "2026-12-01T10:00"},
		"a night shift when clocks go back":      {"Sat-Sun 00:00-08:00", "2026-10-25T01:00", 3 * time.Hour, "2026-10-25T03:00"},
		"a night shift when clocks go forward":   {"Sat-Sun 00:00-08:00", "2026-03-29T01:00", 3 * time.Hour, "2026-03-29T05:00"},
		"over a weekend on which clocks go back": {splitHours, "2026-10-23T17:30", time.Hour, "2026-10-26T09:30"},
		"other hours on Friday":                  {"Mon-Thu 09:00-18:00, Fri 09:00-15:00", "2026-12-04T14:30", time.Hour, "2026-12-07T09:30"},
		"through the night at the week's end":    {"Fri-Mon 00:00-24:00", "2026-12-07T23:00", 2 * time.Hour, "2026-12-11T01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			cal := calendar(t, "DE", c.hours)
			from, want := berlin(t, c.from), berlin(t, c.want)
			got := cal.Add(from, c.wait)
			if !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
			if worked := cal.Worked(from, got); worked != c.wait {
				t.Errorf("%s of working time passed, want %s", worked, c.wait)
			}
		})
	}
}

func TestAnOfficeThatNeverOpensCountsAllTime(t *testing.T) {
	var never Calendar
	never.set, never.holidays = true, calendar(t, "", splitHours).holidays
	from := berlin(t, "2026-12-01T10:00")
	if got := never.Add(from, time.Hour); !got.Equal(from.Add(time.Hour)) {
		t.Errorf("got %s", got)
	}
}

func TestWorkingTimeAddsUp(t *testing.T) {
	calendars := []Calendar{{}, calendar(t, "DE", splitHours), calendar(t, "US", "Sun-Thu 22:00-24:00"), calendar(t, "", "Mon-Sun 00:00-24:00")}
	zones := []string{"Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(calendars).Draw(rt, "calendar")
		zone, _ := time.LoadLocation(rapid.SampledFrom(zones).Draw(rt, "zone"))
		from := time.Unix(rapid.Int64Range(1_500_000_000, 1_900_000_000).Draw(rt, "from"), 0).In(zone)
		d := time.Duration(rapid.Int64Range(1, 60*3600).Draw(rt, "wait")) * time.Second
		e := time.Duration(rapid.Int64Range(1, 60*3600).Draw(rt, "more")) * time.Second
		once, twice := c.Add(from, d+e), c.Add(c.Add(from, d), e)
		if !once.Equal(twice) || once.Before(from.Add(d+e)) {
			rt.Fatalf("%s and %s after %s: %s at once, %s in two", d, e, from, once, twice)
		}
		if worked := c.Worked(from, once); worked != d+e {
			rt.Fatalf("from %s to %s passed %s of working time, want %s", from, once, worked, d+e)
		}
	})
}

func TestHoursThatCannotBeAreRefused(t *testing.T) {
	for _, bad := range []string{"Mon-Fri 09:00-12:00 11:00-18:00", "Mon-Fri 09:00-18:00, Wed 10:00-12:00", "Mon-Fri 13:30-18:00 09:00-12:30", ","} {
		if _, err := NewCalendar("DE", bad); err == nil {
			t.Errorf("hours %q were accepted", bad)
		}
	}
}

// onCall is smallPolicy with a chain of working hours and a stand-in for the others.
var onCall = strings.Replace(smallPolicy, `      chain: ["15m @olga", "1h @priya"]`,
	`      chain: ["30m @olga", "1h @priya"]`+"\n      hours: business\n      out_of_hours: \"@ops\"", 1)

func TestAChainOfWorkingHoursAndItsStandIn(t *testing.T) {
	p := loadPolicy(t, onCall)
	angry := func(at time.Time) models.Ruling {
		f := ticketFactsOf(func(f *models.Facts) { f.Tone.Anger, f.Account.Tier, f.Now = .9, "enterprise", at })
		r, _ := p.Gate(toP2, f, Situation{Now: at, Writable: true})
		return r
	}
	type step struct {
		at string
		to string
	}
	for name, c := range map[string]struct {
		at    string
		asked []string // at once
		then  []step
	}{
		"in the morning": {
			"2026-12-01T10:00",
			[]string{"@support-leads"},
			[]step{{"2026-12-01T10:30", "@olga"}, {"2026-12-01T11:30", "@priya"}, {"2026-12-01T18:00", "@ops"}},
		},
		"shortly before the office closes": {
			"2026-12-01T17:50",
			[]string{"@support-leads"},
			[]step{{"2026-12-01T18:00", "@ops"}, {"2026-12-02T09:20", "@olga"}, {"2026-12-02T10:20", "@priya"}},
		},
		"between two steps": {
			"2026-12-01T17:10",
			[]string{"@support-leads"},
			[]step{{"2026-12-01T17:40", "@olga"}, {"2026-12-01T18:00", "@ops"}, {"2026-12-02T09:40", "@priya"}},
		},
		"at night":   {"2026-12-01T23:00", []string{"@support-leads", "@ops"}, []step{{"2026-12-02T09:30", "@olga"}, {"2026-12-02T10:30", "@priya"}}},
		"on holiday": {"2026-12-25T11:00", []string{"@support-leads", "@ops"}, []step{{"2026-12-28T09:30", "@olga"}, {"2026-12-28T10:30", "@priya"}}},
	} {
		t.Run(name, func(t *testing.T) {
			at := berlin(t, c.at)
			r := angry(at)
			if r.Outcome != models.OutcomeAsk || !slices.Equal(r.Approval.From, c.asked) {
				t.Errorf("asked at once: %v (%s), want %v", r.Approval.From, r.Outcome, c.asked)
			}
			var got []step
			wait, working := r.Expires, r.Working
			for {
				at = p.Due(at, wait, working)
				next, ok := r.Next()
				if !ok {
					break
				}
				got = append(got, step{at.Format("2006-01-02T15:04"), r.Chain[0].To})
				if r = next; len(r.Chain) > 0 {
					wait, working = r.Chain[0].After, r.Chain[0].Working
				}
			}
			if !slices.Equal(got, c.then) {
				t.Errorf("got %v, want %v", got, c.then)
			}
		})
	}
}

func TestWhichHoursCountIsSaidOnceOrByRule(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		chain    bool // passes in working hours
		expires  bool
	}{
		"nothing said":                       {"timezone", "timezone", false, false},
		"for the whole policy":               {"timezone", "hours: business\ntimezone", true, false},
		"for one rule":                       {"      chain:", "      hours: business\n      chain:", true, false},
		"for all but one rule":               {"triage:\n", "hours: business\ntriage:\n", true, false},
		"for the whole policy, with an end":  {"triage:\n", "hours: business\ntriage:\n  expires: 8h\n", true, true},
		"an end of working hours":            {"triage:\n", "triage:\n  expires: 8h business\n", false, true},
		"an end by the clock, whatever else": {"triage:\n", "hours: business\ntriage:\n  expires: 8h always\n", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := loadPolicy(t, strings.Replace(smallPolicy, c.old, c.new, 1)).Domains[models.Triage]
			if got := d.Escalate[0].Chain[0].Working; got != c.chain {
				t.Errorf("the chain passes in working hours: %v, want %v", got, c.chain)
			}
			if d.ExpiresWorking != c.expires {
				t.Errorf("expires passes in working hours: %v, want %v", d.ExpiresWorking, c.expires)
			}
		})
	}
}

func TestAGuardrailMayHaveAChain(t *testing.T) {
	p := loadPolicy(t, strings.Replace(smallPolicy, "      note: call", "      chain: [\"2h @olga\"]\n      note: call", 1))
	f := paymentFactsOf(func(f *models.Facts) { f.Payable.Bank = "another" })
	r, _ := p.Gate(later, f, Situation{Now: noon, Writable: true})
	if len(r.Chain) != 1 || r.Chain[0].To != "@olga" || r.Expires != 2*time.Hour {
		t.Errorf("got %+v after %s", r.Chain, r.Expires)
	}
}

func TestAChainThatLeadsNowhereIsRefusedWithItsLine(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(smallPolicy, old, new, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"the same step twice":        {edit(`"1h @priya"`, `"1h @olga"`), "line 11: chain: @olga is asked already, so the chain goes round in a circle"},
		"who was asked to begin":     {edit(`"1h @priya"`, `"1h @support-leads"`), "line 11: chain: @support-leads is asked already"},
		"a person asked by a group":  {edit(`"1h @priya"`, `"1h @sam"`), "line 11: chain: everybody of @sam is asked already"},
		"a step that reaches nobody": {edit(`"1h @priya"`, `"1h @ira"`), "line 11: chain: an ask of @ira reaches 0 people"},
		"a step without its time":    {edit(`"1h @priya"`, `"@priya"`), "line 11:"},
		"a stand-in who is nobody":   {edit(`      chain:`, "      out_of_hours: \"@nobody\"\n      chain:"), "line 11: out_of_hours: an ask of @nobody reaches 0"},
		"two stand-ins":              {edit(`      chain:`, "      out_of_hours: [\"@ops\", \"@priya\"]\n      chain:"), "line 11: one group or person"},
		"hours that are none":        {edit(`      chain:`, "      hours: sometimes\n      chain:"), `line 11: "sometimes" is neither "business"`},
		"a wait of years":            {edit(`"1h @priya"`, `"900d @priya"`), "nobody waits longer than a year"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadPolicy([]byte(c.text), company, noon)
			if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an Invalid error with %q", err, c.want)
			}
		})
	}
}
