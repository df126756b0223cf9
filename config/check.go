package config

import (
	"fmt"
	"maps"
	"math"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

// checker looks for what cannot work, or would leave something open that nobody opened on purpose.
type checker struct {
	Config
	Problems
}

func (c *checker) all() {
	c.addresses()
	c.slack()
	c.sources()
	c.judge()
	c.people()
	c.groups()
	c.rotas()
	c.enum("log.level", c.Log.Level, "debug", "info", "warn", "error")
	c.enum("log.format", c.Log.Format, "text", "json")
}

// mostWaited is how many seconds a ticket may wait for a judge: less than an effect may take.
const mostWaited = 30

func (c *checker) judge() {
	j := c.Judge
	if j.Provider == "" {
		if !j.BaseURL.Empty() || !j.Key.Empty() || j.Model != "" || len(j.InPlace) > 0 {
			c.add("judge.provider", "is missing", "choose openai, anthropic or http; without one nobody is asked")
		}
		return
	}
	c.enum("judge.provider", j.Provider, JudgeOpenAI, JudgeAnthropic, JudgeHTTP)
	c.url("judge.base_url", j.BaseURL, "http", "https")
	if j.BaseURL.Empty() {
		c.add("judge.base_url", "is missing", "write the address of the service that is asked, as in https://llm.example.com/v1/")
	}
	if j.Model == "" {
		c.add("judge.model", "is missing", "name the model that is asked: opinions are kept under its name")
	}
	if j.Seconds <= 0 || j.Seconds > 300 {
		c.add("judge.seconds", "is not above 0 and at most 300", "leave it at 20")
	}
	if len(j.InPlace) > 0 && j.Seconds > mostWaited {
		c.add("judge.seconds", fmt.Sprintf("is above %d, and tickets wait so long for what the judge is in place for", mostWaited), "leave it at 5")
	}
	for i, m := range j.InPlace {
		field := fmt.Sprintf("judge.in_place[%d]", i)
		c.enum(field, m, string(models.MatterIntent), string(models.MatterUrgency), string(models.MatterTone), string(models.MatterReply))
		if slices.Contains(j.InPlace[:i], m) {
			c.add(field, "is named twice", "name each matter once")
		}
	}
	if j.PerDay < 0 {
		c.add("judge.per_day", "is below 0", "leave it at 500, or set how many calls a day you want to pay for")
	}
}

func (c *checker) addresses() {
	c.listens("listen", c.Listen)
	c.listens("console_listen", c.ConsoleListen)
	if _, port, err := net.SplitHostPort(c.Listen); err == nil && port != "0" && c.Listen == c.ConsoleListen {
		c.add("console_listen", "is the same as listen", "give the console another port: what the world may reach and what it may not are kept apart")
	}
	c.url("public_url", c.PublicURL, "http", "https")
	c.url("console_url", c.ConsoleURL, "http", "https")
	c.url("database_url", c.DatabaseURL, "sqlite", "postgres", "postgresql")
	c.url("slack.api_url", c.Slack.APIURL, "http", "https")
}

func (c *checker) listens(key, address string) {
	_, port, err := net.SplitHostPort(address)
	if n, convErr := strconv.Atoi(port); err != nil || convErr != nil || n < 0 || n > 65535 {
		c.add(key, "is not host:port", "write it like 127.0.0.1:8080, with a port from 0 to 65535")
	}
}

func (c *checker) url(key string, u URL, schemes ...string) {
	mend := "write it like https://host.example.com"
	if contains(schemes, "sqlite") {
		mend = "write it like sqlite://remit.db or postgres://user:password@host/remit"
	}
	if wrong := u.wrong(schemes...); !u.Empty() && wrong != "" {
		c.add(key, wrong, mend)
	}
}

// enum checks a word. It is not quoted: whoever mixes up two variables may have put a secret there.
func (c *checker) enum(key, value string, known ...string) {
	what := "is not one that remit knows"
	if value == "" {
		what = "is missing"
	}
	if !contains(known, value) {
		c.add(key, what, oneOf(value, known))
	}
}

func (c *checker) slack() {
	s := c.Slack
	switch s.Mode {
	case SlackOff:
	case SlackHTTP:
		c.slackHTTP()
		c.slackPosts()
	case SlackSocket:
		c.slackSocket()
		c.slackPosts()
	default:
		c.enum("slack.mode", s.Mode, SlackHTTP, SlackSocket, SlackOff)
	}
	if s.PerSecond <= 0 || s.PerSecond > 100 {
		c.add("slack.per_second", "is not above 0 and at most 100", "leave it at 1, the pace that Slack allows to one channel")
	}
	if _, err := time.Parse("15:04", s.DailyAt); s.DailyAt != "" && err != nil {
		c.add("slack.daily_at", "is not a time of day", "write it like 17:00, or leave it out to have no summary of the day")
	}
	if s.Introduce < 0 || s.Introduce > 50 || s.Introduce != math.Trunc(s.Introduce) {
		c.add("slack.introduce", "is not a whole number from 0 to 50", "write how many tickets are told of at first, 10 say, or leave it out")
	}
	c.slackID("slack.team_id", s.TeamID, "T", "workspace")
	c.slackID("slack.channels.triage", s.Channels.Triage, "CGD", "channel")
	c.slackID("slack.channels.finance", s.Channels.Finance, "CGD", "channel")
	c.slackID("slack.channels.fallback", s.Channels.Fallback, "CGD", "channel")
	for _, q := range slices.Sorted(maps.Keys(s.Channels.Queues)) {
		c.slackID(element("slack.channels.queues", 0, q), s.Channels.Queues[q], "CGD", "channel")
	}
	c.digest()
	c.otherwise()
}

func (c *checker) slackHTTP() {
	if c.Slack.SigningSecret.Empty() {
		c.add("slack.signing_secret", "is missing, so anybody could click", "copy it from Basic Information of the Slack app")
	}
}

func (c *checker) slackSocket() {
	if c.Slack.AppToken.Empty() {
		c.add("slack.app_token", "is missing, so no click could arrive", "make one (xapp-...) with the scope connections:write under Basic Information, App-Level Tokens, of the Slack app")
	}
}

// slackPosts checks what posting cards takes, in either mode.
func (c *checker) slackPosts() {
	if c.Slack.BotToken.Empty() {
		c.add("slack.bot_token", "is missing, so no card could be posted", "copy it (xoxb-...) from OAuth & Permissions of the Slack app")
	}
	for _, d := range []models.Domain{models.Triage, models.Finance} {
		if c.Slack.Channels.For(d) == "" {
			c.add("slack.channels.fallback", fmt.Sprintf("is missing, and %s has no channel of its own", d), "name a channel in which nothing gets lost")
		}
	}
}

var slackID = regexp.MustCompile(`^[A-Z][A-Z0-9]+$`)

// slackID checks an id of Slack's by its first letter.
func (c *checker) slackID(key, id, letters, what string) {
	if id != "" && (!slackID.MatchString(id) || !strings.Contains(letters, id[:1])) {
		c.add(key, "is not the id of a Slack "+what, fmt.Sprintf("copy the id, like %s0123ABC, and not the name", letters[:1]))
	}
}

var roles = []string{string(models.RoleApprover), string(models.RoleManager), string(models.RoleAdmin)}

func (c *checker) people() {
	ids, slacks, mails := map[string]string{}, map[string]string{}, map[string]string{}
	for i, p := range c.People {
		key := element("people", i, p.ID)
		switch {
		case p.ID == "":
			c.add(key+".id", "is missing", "give the person a short name of their own, like priya")
		case strings.ContainsAny(p.ID, "@, \t\n"):
			c.add(key+".id", "has a space, a comma or an @", "use a short name, like priya")
		}
		c.once(ids, element("people", i, "")+".id", key, p.ID)
		c.once(slacks, key+".slack", key, p.Slack)
		c.once(mails, key+".email", key, strings.ToLower(p.Email))
		c.slackID(key+".slack", p.Slack, "UW", "user")
		if p.Email != "" && !strings.Contains(p.Email, "@") {
			c.add(key+".email", "is not an e-mail address", "write it like priya@acme.com")
		}
		c.memberships(key, p)
		if p.Limit.Negative() {
			c.add(key+".limit", "is below zero", "leave it out for a person without a limit of their own")
		}
	}
}

// once reports a value that another element had before; whose says which.
func (c *checker) once(whose map[string]string, key, owner, value string) {
	if value == "" {
		return
	}
	if first, taken := whose[value]; taken {
		c.add(key, "is the same as that of "+first, "make each one's own: what is shared would say nothing about who did a thing")
		return
	}
	whose[value] = owner
}

func (c *checker) memberships(key string, p models.Person) {
	for i, r := range p.Roles {
		c.enum(element(key+".roles", i, ""), string(r), roles...)
	}
	known := slices.Sorted(maps.Keys(c.Groups))
	for i, g := range p.Groups {
		if contains(known, g) {
			continue
		}
		mend := fmt.Sprintf("add it there with the id of its Slack user group, or as %s: %q for a group of remit's own", g, "")
		if near := models.Nearest(g, known); near != "" {
			mend = fmt.Sprintf("did you mean %s? Else %s", near, mend)
		}
		c.add(element(key+".groups", i, ""), fmt.Sprintf("is %q, which is not under groups", g), mend)
	}
}

func (c *checker) groups() {
	for _, name := range slices.Sorted(maps.Keys(c.Groups)) {
		key := element("groups", 0, name)
		if _, isPerson := c.ByID(name); isPerson {
			c.add(key, "is also the id of a person", "rename one: @"+name+" must mean one of the two")
		}
		if name == "" || strings.ContainsAny(name, "@, \t\n") {
			c.add(key, "has a space, a comma or an @ in its name", "use a name like finance-leads")
		}
		c.slackID(key, c.Groups[name], "S", "user group")
	}
}
