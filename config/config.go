// Package config reads remit.yaml and the environment into one typed Config, and reports every problem at once with its
// key and how to mend it.
//
// The json names of the types are the names of the keys. A secret is a models.Secret and an address a URL, neither of
// which tells what must stay hidden, however the Config is printed, logged or marshalled.
package config

import (
	"encoding/json"
	"net"
	"slices"
	"strconv"

	"github.com/knadh/koanf/parsers/yaml"

	"remit/models"
)

// Config is everything that is set from outside. What Load gives has its defaults filled in and has been checked.
type Config struct {
	Listen        string            `json:"listen"`         // host:port of webhooks, Slack's requests and health
	ConsoleListen string            `json:"console_listen"` // host:port of console, JSON API and metrics
	PublicURL     URL               `json:"public_url"`     // how the world reaches Listen, without a slash at the end
	ConsoleURL    URL               `json:"console_url"`    // how people reach ConsoleListen, without a slash at the end
	DatabaseURL   URL               `json:"database_url"`   // sqlite://FILE or postgres://...
	Policy        string            `json:"policy"`         // path of the policy file
	Slack         Slack             `json:"slack"`
	Sources       []Source          `json:"sources"`
	People        []models.Person   `json:"people"`
	Groups        map[string]string `json:"groups"` // name to Slack user group id, which may be empty
	Judge         Judge             `json:"judge"`
	Rotas         map[string]Rota   `json:"rotas"` // duties that people take in turn, by name
	Log           Log               `json:"log"`
}

// The ways in which Slack is spoken to.
const (
	SlackOff    = "off"    // the console is the desk
	SlackHTTP   = "http"   // Slack calls PublicURL, each request signed
	SlackSocket = "socket" // we connect to Slack: no public address is needed
)

// Slack is how people are asked in Slack.
type Slack struct {
	Mode          string        `json:"mode"`
	APIURL        URL           `json:"api_url"` // ends in a slash
	BotToken      models.Secret `json:"bot_token"`
	AppToken      models.Secret `json:"app_token"`
	SigningSecret models.Secret `json:"signing_secret"`
	TeamID        string        `json:"team_id"` // the only workspace that may call, where set
	Channels      Channels      `json:"channels"`
	PerSecond     float64       `json:"per_second"` // messages a second to one channel
	DailyAt       string        `json:"daily_at"`   // when the day is told in figures, in the policy's time zone; "" for never
	Introduce     float64       `json:"introduce"`  // tickets of which is told what was only observed, before that goes on silently
	Digest        Digest        `json:"digest"`
	Otherwise     Otherwise     `json:"otherwise"`
}

// Enabled reports whether cards go to Slack.
func (s Slack) Enabled() bool { return s.Mode == SlackHTTP || s.Mode == SlackSocket }

// Channels are the ids of the channels that cards go to.
type Channels struct {
	Triage   string            `json:"triage"`
	Finance  string            `json:"finance"`
	Fallback string            `json:"fallback"` // where nothing else fits
	Queues   map[string]string `json:"queues"`   // of a support queue, by its name
}

// For gives the channel of a domain's cards, the fallback where it has none of its own; "" where there is neither.
func (c Channels) For(d models.Domain) string {
	own := map[models.Domain]string{models.Triage: c.Triage, models.Finance: c.Finance}[d]
	if own == "" {
		return c.Fallback
	}
	return own
}

// The ways in which a source's events arrive.
const (
	ModeWebhook = "webhook"
	ModePoll    = "poll"
)

// The providers that remit speaks to.
const (
	Standard  = "standard"
	Zendesk   = "zendesk"
	Libredesk = "libredesk"
	Stripe    = "stripe"
)

// Source is one system that events come from and effects go to. Its webhooks arrive at /v1/webhooks/{name}.
type Source struct {
	Name      string            `json:"name"`
	Provider  string            `json:"provider"`
	Secrets   []models.Secret   `json:"secrets"`    // any of them verifies, so that one can replace another
	BaseURL   URL               `json:"base_url"`   // the provider's API, without a slash at the end
	User      string            `json:"user"`       // who remit is to the API: an e-mail address, an API key's name
	Token     models.Secret     `json:"token"`      // without one nothing is written or fetched there
	OwnActor  string            `json:"own_actor"`  // remit's own user id there, by which its echoes are known
	Mode      string            `json:"mode"`       // ModeWebhook or ModePoll
	DeliverTo URL               `json:"deliver_to"` // where a standard source wants its effects
	Entity    string            `json:"entity"`     // the company or branch whose money it is (stripe)
	Groups    map[string]string `json:"groups"`     // name of a support group to the provider's id of it (zendesk)
	Agents    map[string]string `json:"agents"`     // name of a support agent to the provider's id of them (zendesk)
	DueField  string            `json:"due_field"`  // the id of the custom field in which it is written when an answer is due (zendesk)
}

// Judge is another judge of tickets. Its opinion is recorded beside remit's own and never waited for, but for what it is in
// place of remit's own for: a ticket waits for that so many seconds at most.
type Judge struct {
	Provider string        `json:"provider"` // JudgeOpenAI, JudgeAnthropic or JudgeHTTP; empty: nobody is asked
	BaseURL  URL           `json:"base_url"`
	Key      models.Secret `json:"key"`
	Model    string        `json:"model"`
	Seconds  float64       `json:"seconds"`  // that one call may take
	PerDay   float64       `json:"per_day"`  // calls a day, at most
	InPlace  []string      `json:"in_place"` // of what it judges in place of remit's own: intent, urgency, tone
}

// The kinds of judge.
const (
	JudgeOpenAI    = "openai"
	JudgeAnthropic = "anthropic"
	JudgeHTTP      = "http"
)

// Log is how remit logs.
type Log struct {
	Level  string `json:"level"`  // debug, info, warn or error
	Format string `json:"format"` // text or json
}

// BySlack gives the person with that Slack user id.
func (c Config) BySlack(id string) (models.Person, bool) {
	return c.person(func(p models.Person) bool { return id != "" && p.Slack == id })
}

// ByID gives the person with that id.
func (c Config) ByID(id string) (models.Person, bool) {
	return c.person(func(p models.Person) bool { return id != "" && p.ID == id })
}

func (c Config) person(is func(models.Person) bool) (models.Person, bool) {
	i := slices.IndexFunc(c.People, is)
	if i < 0 {
		return models.Person{}, false
	}
	return c.People[i], true
}

// Source gives the source of that name.
func (c Config) Source(name string) (Source, bool) {
	i := slices.IndexFunc(c.Sources, func(s Source) bool { return s.Name == name })
	if i < 0 {
		return Source{}, false
	}
	return c.Sources[i], true
}

// Redacted gives the configuration in force as YAML, with every secret hidden.
func (c Config) Redacted() string {
	type plain Config
	var tree map[string]any
	text, err := json.Marshal(plain(c))
	if err == nil {
		err = json.Unmarshal(text, &tree)
	}
	if err == nil {
		text, err = yaml.Parser().Marshal(tree)
	}
	if err != nil {
		return "the configuration cannot be shown: " + err.Error()
	}
	return string(text)
}

// String gives Redacted, so that a Config printed by chance tells nothing.
func (c Config) String() string { return c.Redacted() }

// defaults fills what nobody said.
func (c *Config) defaults() {
	setDefault(&c.Listen, "0.0.0.0:8080")
	setDefault(&c.ConsoleListen, "127.0.0.1:8081")
	setDefault(&c.PublicURL, reachable(c.Listen))
	setDefault(&c.ConsoleURL, reachable(c.ConsoleListen))
	setDefault(&c.DatabaseURL, "sqlite://remit.db")
	setDefault(&c.Policy, "policy.yaml")
	setDefault(&c.Slack.APIURL, "https://slack.com/api/")
	setDefault(&c.Slack.PerSecond, 1)
	if c.Judge.Provider != "" {
		if len(c.Judge.InPlace) > 0 {
			setDefault(&c.Judge.Seconds, 5)
		}
		setDefault(&c.Judge.Seconds, 20)
		setDefault(&c.Judge.PerDay, 500)
	}
	setDefault(&c.Slack.Digest.PerHour, 30)
	setDefault(&c.Slack.Otherwise.After, "10m")
	setDefault(&c.Log.Level, "info")
	setDefault(&c.Log.Format, "text")
	c.Slack.defaults()
	for i := range c.Sources {
		setDefault(&c.Sources[i].Mode, ModeWebhook)
	}
}

// defaults turns Slack on for whoever gives it a credential: half a configuration is then reported instead of ignored.
func (s *Slack) defaults() {
	if s.BotToken.Empty() && s.SigningSecret.Empty() && s.AppToken.Empty() {
		setDefault(&s.Mode, SlackOff)
	}
	if s.SigningSecret.Empty() && !s.AppToken.Empty() {
		setDefault(&s.Mode, SlackSocket)
	}
	setDefault(&s.Mode, SlackHTTP)
}

func setDefault[T comparable](into *T, value T) {
	var unsaid T
	if *into == unsaid {
		*into = value
	}
}

// reachable gives the address at which this machine itself reaches what listens there.
func reachable(listen string) URL {
	host, port, err := net.SplitHostPort(listen)
	if _, convErr := strconv.Atoi(port); err != nil || convErr != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return URL("http://" + net.JoinHostPort(host, port))
}
