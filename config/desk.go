package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Digest is how cards that can wait are kept from being noise.
type Digest struct {
	PerHour    float64  `json:"per_hour"`    // cards an hour in one channel; the rest goes into one message
	QuietHours string   `json:"quiet_hours"` // like 20:00-07:00, in the policy's time zone; empty for none
	QuietDays  []string `json:"quiet_days"`  // like sat, sun
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// Hours gives the quiet hours as times since midnight; both zero where there are none. ok is false where they cannot be read.
func (d Digest) Hours() (from, to time.Duration, ok bool) {
	if d.QuietHours == "" {
		return 0, 0, true
	}
	a, b, both := strings.Cut(d.QuietHours, "-")
	f, err := time.Parse("15:04", strings.TrimSpace(a))
	t, err2 := time.Parse("15:04", strings.TrimSpace(b))
	if !both || err != nil || err2 != nil || f.Equal(t) {
		return 0, 0, false
	}
	return sinceMidnight(f), sinceMidnight(t), true
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// Days gives the quiet days.
func (d Digest) Days() []time.Weekday {
	var days []time.Weekday
	for _, name := range d.QuietDays {
		if day, known := weekdays[strings.ToLower(name)]; known {
			days = append(days, day)
		}
	}
	return days
}

func (c *checker) digest() {
	d := c.Slack.Digest
	if d.PerHour < 1 || d.PerHour > 3600 || d.PerHour != float64(int(d.PerHour)) {
		c.add("slack.digest.per_hour", "is not a whole number from 1 to 3600", "leave it at 30: what is over waits in one message, and P1 and guardrail cards never do")
	}
	if _, _, ok := d.Hours(); !ok {
		c.add("slack.digest.quiet_hours", "is not a time of the day", "write it like 20:00-07:00")
	}
	for i, name := range d.QuietDays {
		c.enum(element("slack.digest.quiet_days", i, ""), strings.ToLower(name), "mon", "tue", "wed", "thu", "fri", "sat", "sun")
	}
	if len(d.Days()) == 7 {
		c.add("slack.digest.quiet_days", "leaves no day on which cards are posted", "leave out the days on which people work")
	}
}

// Otherwise is how people are told of what cannot wait when Slack does not take it.
type Otherwise struct {
	After    string        `json:"after"`     // undelivered for so long, like 10m
	SMTPURL  URL           `json:"smtp_url"`  // smtp://user:password@host:587 or smtps://...
	From     string        `json:"from"`      // whom the mail is from
	To       []string      `json:"to"`        // and to
	PagerURL URL           `json:"pager_url"` // a paging service that takes PagerDuty's events
	PagerKey models.Secret `json:"pager_key"` // its routing key
}

// Wait gives After; zero where it cannot be read.
func (o Otherwise) Wait() time.Duration {
	d, err := time.ParseDuration(o.After)
	if err != nil {
		return 0
	}
	return d
}

func (c *checker) otherwise() {
	o := c.Slack.Otherwise
	if d := o.Wait(); d < time.Minute || d > 24*time.Hour {
		c.add("slack.otherwise.after", "is not a duration from 1m to 24h", "leave it at 10m")
	}
	c.url("slack.otherwise.smtp_url", o.SMTPURL, "smtp", "smtps")
	c.url("slack.otherwise.pager_url", o.PagerURL, "http", "https")
	if o.SMTPURL.Empty() {
		return
	}
	if !strings.Contains(o.From, "@") {
		c.add("slack.otherwise.from", "is not an e-mail address", "write it like remit@acme.com")
	}
	if len(o.To) == 0 {
		c.add("slack.otherwise.to", "is missing, so no mail could be sent", "name whoever must hear of a P1 when Slack is away")
	}
	for i, to := range o.To {
		if !strings.Contains(to, "@") {
			c.add(element("slack.otherwise.to", i, ""), "is not an e-mail address", "write it like leads@acme.com")
		}
	}
}

// Rota is a duty that people take in turn, by a calendar or a Slack user group.
type Rota struct {
	People     []string      `json:"people"`      // ids of those who may be on it; neither can name anybody else
	Calendar   models.Secret `json:"calendar"`    // an iCal file: its path, or its address, which often is a secret
	SlackGroup string        `json:"slack_group"` // the id of the user group whose members are on duty
	Turns      string        `json:"turns"`       // TurnsWeekly, or empty for all who are in the group
}

// TurnsWeekly has one of those in a rota's user group be on duty, for a week from Monday, in the order of people.
const TurnsWeekly = "weekly"

func (c *checker) rotas() {
	for _, name := range slices.Sorted(maps.Keys(c.Rotas)) {
		key, r := element("rotas", 0, name), c.Rotas[name]
		_, isPerson := c.ByID(name)
		if _, isGroup := c.Groups[name]; isPerson || isGroup {
			c.add(key, "is also the name of a person or a group", "rename one: @"+name+" must mean one of the two")
		}
		if name == "" || strings.ContainsAny(name, "@, \t\n") {
			c.add(key, "has a space, a comma or an @ in its name", "use a name like duty")
		}
		switch {
		case r.Calendar.Empty() && r.SlackGroup == "":
			c.add(key+".calendar", "is missing", "give the path or the address of an iCal file, or a slack_group")
		case !r.Calendar.Empty() && r.SlackGroup != "":
			c.add(key+".slack_group", "is there beside a calendar", "leave one of the two out")
		case r.SlackGroup == "" && r.Turns != "":
			c.add(key+".turns", "is for a slack_group: a calendar says itself whose turn it is", "leave it out")
		case r.Turns != "":
			c.enum(key+".turns", r.Turns, TurnsWeekly)
		}
		if len(r.People) == 0 {
			c.add(key+".people", "is missing, so nobody could ever be on duty", "list the ids of those who take turns")
		}
		for i, id := range r.People {
			if _, known := c.ByID(id); !known {
				c.add(element(key+".people", i, ""), fmt.Sprintf("is %q, who is not under people", id), "add them there, or leave them out here")
			}
		}
	}
}
