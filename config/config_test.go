package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/config"
	"remit/models"
)

// full is a configuration in which everything is said and nothing is wrong.
const full = `
listen: 127.0.0.1:9080
console_listen: 127.0.0.1:9081
public_url: https://remit.example.com
console_url: https://desk.example.com
database_url: postgres://remit:${PGPASSWORD}@db/remit
policy: rules.yaml
slack:
  mode: http
  api_url: http://127.0.0.1:9999/api/
  bot_token: xoxb-1
  app_token: xapp-1
  signing_secret: sign-1
  team_id: T01
  channels: {triage: C01, finance: C02, fallback: C03, queues: {Tier 2: C04}}
  per_second: 0.5
  digest: {per_hour: 12, quiet_hours: "20:00-07:00", quiet_days: [sat]}
  otherwise: {after: 5m, smtp_url: "smtp://m:pw@mail:587", from: r@acme.com, to: [l@acme.com], pager_url: "https://pager", pager_key: pk}
sources:
  - {name: helpdesk, provider: zendesk, secrets: [one, "${SECOND}"], base_url: "https://acme.zendesk.com", user: bot@acme.com,
     token: zd-1, own_actor: 900, mode: poll, groups: {Tier 2: 360001}}
  - {name: erp, provider: standard, secrets: [whsec_1], deliver_to: "https://erp.example.com/remit"}
  - {name: psp, provider: stripe, secrets: [three], entity: acme}
people:
  - {id: priya, name: Priya, slack: U02BOB, email: priya@acme.com, roles: [approver], groups: [finance-leads], limit: 50000 USD}
groups: {finance-leads: S0FIN}
rotas: {duty: {people: [priya], calendar: duty.ics}}
log: {level: debug, format: json}
`

var fullEnv = []string{"PGPASSWORD=pg-1", "SECOND=two"}

// parsed gives the configuration of the text, which must be without a problem.
func parsed(t *testing.T, text string, environ ...string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(text), environ)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return c
}

// problemsOf gives the problems of the text, of which there must be some.
func problemsOf(t *testing.T, text string, environ ...string) config.Problems {
	t.Helper()
	_, err := config.Parse([]byte(text), environ)
	problems, ok := err.(config.Problems)
	if !ok {
		t.Fatalf("got error %v, want Problems", err)
	}
	return problems
}

func TestEveryKeyIsRead(t *testing.T) {
	got := parsed(t, full, fullEnv...)
	want := config.Config{
		Listen: "127.0.0.1:9080", ConsoleListen: "127.0.0.1:9081",
		PublicURL: "https://remit.example.com", ConsoleURL: "https://desk.example.com",
		DatabaseURL: "postgres://remit:pg-1@db/remit", Policy: "rules.yaml",
		Slack: config.Slack{
			Mode: config.SlackHTTP, APIURL: "http://127.0.0.1:9999/api/", BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: "sign-1",
			TeamID: "T01", Channels: config.Channels{Triage: "C01", Finance: "C02", Fallback: "C03", Queues: map[string]string{"Tier 2": "C04"}}, PerSecond: 0.5,
			Digest: config.Digest{PerHour: 12, QuietHours: "20:00-07:00", QuietDays: []string{"sat"}},
			Otherwise: config.Otherwise{
				After: "5m", SMTPURL: "smtp://m:pw@mail:587", From: "r@acme.com", To: []string{"l@acme.com"}, PagerURL: "https://pager", PagerKey: "pk",
			},
		},
		Sources: []config.Source{
			{
				Name: "helpdesk", Provider: config.Zendesk, Secrets: []models.Secret{"one", "two"}, BaseURL: "https://acme.zendesk.com",
				User: "bot@acme.com", Token: "zd-1", OwnActor: "900", Mode: config.ModePoll, Groups: map[string]string{"Tier 2": "360001"},
			},
			{
				Name: "erp", Provider: config.Standard, Secrets: []models.Secret{"whsec_1"}, DeliverTo: "https://erp.example.com/remit",
				Mode: config.ModeWebhook,
			},
			{Name: "psp", Provider: config.Stripe, Secrets: []models.Secret{"three"}, Entity: "acme", Mode: config.ModeWebhook},
		},
		People: []models.Person{{
			ID: "priya", Name: "Priya", Slack: "U02BOB", Email: "priya@acme.com", Roles: []models.Role{models.RoleApprover},
			Groups: []string{"finance-leads"}, Limit: models.Money{Minor: 5_000_000, Currency: "USD"},
		}},
		Groups: map[string]string{"finance-leads": "S0FIN"},
		Rotas:  map[string]config.Rota{"duty": {People: []string{"priya"}, Calendar: "duty.ics"}},
		Log:    config.Log{Level: "debug", Format: "json"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestNothingSaidGivesTheDefaults(t *testing.T) {
	for name, text := range map[string]string{"no file": "", "an empty map": "{}", "keys without values": "listen:\nslack:\nsources:\n"} {
		got := parsed(t, text)
		want := config.Config{
			Listen: "0.0.0.0:8080", ConsoleListen: "127.0.0.1:8081", PublicURL: "http://localhost:8080", ConsoleURL: "http://127.0.0.1:8081",
			DatabaseURL: "sqlite://remit.db", Policy: "policy.yaml",
			Slack: config.Slack{Mode: config.SlackOff, APIURL: "https://slack.com/api/", PerSecond: 1, Digest: config.Digest{PerHour: 30}, Otherwise: config.Otherwise{After: "10m"}},
			Log:   config.Log{Level: "info", Format: "text"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want -, got +:\n%s", name, diff)
		}
	}
}

func TestAJudgeInPlaceIsWaitedForShortly(t *testing.T) {
	const judge = "judge: {provider: http, base_url: \"http://127.0.0.1:9/\", model: m, "
	for text, want := range map[string]float64{"in_place: []}": 20, "in_place: [intent, urgency, tone]}": 5, "in_place: [tone], seconds: 12}": 12} {
		if got := parsed(t, judge+text).Judge.Seconds; got != want {
			t.Errorf("%s: waits %v s, want %v", text, got, want)
		}
	}
	for text, field := range map[string]string{
		judge + "in_place: [mood]}":              "judge.in_place[0]",
		judge + "in_place: [tone, tone]}":        "judge.in_place[1]",
		judge + "in_place: [tone], seconds: 31}": "judge.seconds",
		"judge: {in_place: [tone]}":              "judge.provider",
	} {
		if ps := problemsOf(t, text); len(ps) != 1 || ps[0].Key != field {
			t.Errorf("%s: got %v, want one problem with %s", text, ps, field)
		}
	}
}

func TestLoadReadsAFileOrNone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "remit.yaml")
	if err := os.WriteFile(path, []byte("policy: mine.yaml\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := config.Load(path, nil); err != nil || c.Policy != "mine.yaml" {
		t.Errorf("got policy %q and error %v, want mine.yaml", c.Policy, err)
	}
	if c, err := config.Load("", []string{"REMIT_POLICY=other.yaml"}); err != nil || c.Policy != "other.yaml" {
		t.Errorf("got policy %q and error %v, want other.yaml", c.Policy, err)
	}
	_, err := config.Load(filepath.Join(dir, "none.yaml"), nil)
	if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "none.yaml does not exist: copy remit.example.yaml") {
		t.Errorf("got %v, want an Invalid error that says how to begin", err)
	}
	if _, err := config.Load(dir, nil); models.KindOf(err) != models.Invalid {
		t.Errorf("a directory: got %v, want Invalid", err)
	}
}

func TestTheEnvironmentOverrulesTheFile(t *testing.T) {
	cases := map[string]struct {
		env  string
		get  func(config.Config) string
		was  string
		want string
	}{
		"a key":                                    {"REMIT_LISTEN=[::]:1", func(c config.Config) string { return c.Listen }, "127.0.0.1:9080", "[::]:1"},
		"a key below another":                      {"REMIT_SLACK_BOT_TOKEN=xoxb-2", func(c config.Config) string { return c.Slack.BotToken.Reveal() }, "xoxb-1", "xoxb-2"},
		"a key two below":                          {"REMIT_SLACK_CHANNELS_FALLBACK=C09", func(c config.Config) string { return c.Slack.Channels.Fallback }, "C03", "C09"},
		"an element by its index":                  {"REMIT_SOURCES_0_TOKEN=zd-2", func(c config.Config) string { return c.Sources[0].Token.Reveal() }, "zd-1", "zd-2"},
		"an element by its name":                   {"REMIT_SOURCES_HELPDESK_BASE_URL=http://127.0.0.1:1", func(c config.Config) string { return c.Sources[0].BaseURL.Reveal() }, "https://acme.zendesk.com", "http://127.0.0.1:1"},
		"a person by their id":                     {"REMIT_PEOPLE_PRIYA_LIMIT=1 USD", func(c config.Config) string { return c.People[0].Limit.String() }, "50000.00 USD", "1.00 USD"},
		"a list, by commas":                        {"REMIT_SOURCES_ERP_SECRETS=new, old", func(c config.Config) string { return reveal(c.Sources[1].Secrets) }, "whsec_1", "new|old"},
		"an entry that is there":                   {"REMIT_SOURCES_HELPDESK_GROUPS_TIER_2=7", func(c config.Config) string { return c.Sources[0].Groups["Tier 2"] }, "360001", "7"},
		"a new entry, in lower case with hyphens":  {"REMIT_GROUPS_SUPPORT_LEADS=S0SUP", func(c config.Config) string { return c.Groups["support-leads"] }, "", "S0SUP"},
		"a number":                                 {"REMIT_SLACK_PER_SECOND=2", func(c config.Config) string { return strings.Repeat("x", int(c.Slack.PerSecond)) }, "", "xx"},
		"a value with ${...}, which stands for it": {"REMIT_POLICY=${HOME}", func(c config.Config) string { return c.Policy }, "rules.yaml", "${HOME}"},
		"an empty variable, which says nothing":    {"REMIT_POLICY=", func(c config.Config) string { return c.Policy }, "rules.yaml", "rules.yaml"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.get(parsed(t, full, fullEnv...)); got != tc.was {
				t.Errorf("without %s: got %q, want %q", tc.env, got, tc.was)
			}
			if got := tc.get(parsed(t, full, append(fullEnv, tc.env)...)); got != tc.want {
				t.Errorf("with %s: got %q, want %q", tc.env, got, tc.want)
			}
		})
	}
}

func reveal(secrets []models.Secret) string {
	var words []string
	for _, s := range secrets {
		words = append(words, s.Reveal())
	}
	return strings.Join(words, "|")
}

func TestTheEnvironmentAloneIsEnough(t *testing.T) {
	c := parsed(t, "",
		"REMIT_SOURCES_1_NAME=erp", "REMIT_SOURCES_1_PROVIDER=standard", "REMIT_SOURCES_1_SECRETS=b",
		"REMIT_SOURCES_0_NAME=psp", "REMIT_SOURCES_0_PROVIDER=stripe", "REMIT_SOURCES_0_SECRETS=a",
		"REMIT_PEOPLE_0_ID=priya", "REMIT_PEOPLE_0_ROLES=approver,manager",
	)
	if len(c.Sources) != 2 || c.Sources[0].Name != "psp" || c.Sources[1].Name != "erp" {
		t.Errorf("got sources %v, want psp and erp", c.Sources)
	}
	if p, ok := c.ByID("priya"); !ok || !p.Has(models.RoleManager) {
		t.Errorf("got %v, want priya as a manager", p)
	}
}

func TestVariablesOfOthersAreLetBe(t *testing.T) {
	// Kubernetes names these after a service called remit; the last one belongs to the tests of the store.
	c := parsed(t, "", "REMIT_SERVICE_HOST=10.0.0.1", "REMIT_PORT=tcp://10.0.0.1:80", "REMIT_PORT_80_TCP=tcp://10.0.0.1:80", "REMIT_TEST_POSTGRES_URL=x")
	if c.Listen != "0.0.0.0:8080" {
		t.Errorf("got listen %q, want the default", c.Listen)
	}
}

func TestWhatStandsForItself(t *testing.T) {
	c := parsed(t, `policy: "$${HOME}/a$b-${X}${X}.yaml"`, "X=1", "HOME=/root")
	if want := "${HOME}/a$b-11.yaml"; c.Policy != want {
		t.Errorf("got %q, want %q", c.Policy, want)
	}
}

func TestLookups(t *testing.T) {
	c := parsed(t, full, fullEnv...)
	if p, ok := c.BySlack("U02BOB"); !ok || p.ID != "priya" {
		t.Errorf("BySlack: got %v %v, want priya", p, ok)
	}
	if s, ok := c.Source("erp"); !ok || s.Provider != config.Standard {
		t.Errorf("Source: got %v %v, want erp", s, ok)
	}
	c.People = append(c.People, models.Person{ID: "nobody-in-slack"})
	for name, found := range map[string]bool{
		"an unknown Slack id": ok2(c.BySlack("U9")), "no Slack id": ok2(c.BySlack("")),
		"an unknown person": ok2(c.ByID("eve")), "no id": ok2(c.ByID("")), "an unknown source": ok2(c.Source("crm")),
	} {
		if found {
			t.Errorf("%s finds somebody, want nobody", name)
		}
	}
	if got := c.Slack.Channels.For("stock"); got != "C03" {
		t.Errorf("a domain without a channel goes to %q, want the fallback", got)
	}
}

func ok2[T any](_ T, ok bool) bool { return ok }
