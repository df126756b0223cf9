package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/cmd/remit/app"
	"remit/config"
	"remit/models"
	"remit/store"
)

// office is a configuration on disk and a clock, for commands to be run in.
type office struct {
	*testing.T
	dir, config string
	now         time.Time
	stdin       string // what is typed
}

func newOffice(t *testing.T, edit func(cfg map[string]any)) *office {
	t.Helper()
	o := &office{T: t, dir: t.TempDir(), now: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)}
	cfg := map[string]any{
		"database_url": "sqlite://" + filepath.Join(o.dir, "remit.db"), "policy": filepath.Join(o.dir, "policy.yaml"),
		"public_url": "https://remit.example.com",
		"sources":    []any{map[string]any{"name": "erp", "provider": "standard", "secrets": []string{"whsec_dGhpcy1pcy1hLWxvbmctc2VjcmV0LW9mLXRoZS1lcnA="}}},
		"people": []any{
			map[string]any{"id": "sam", "roles": []string{"approver"}, "groups": []string{"leads"}},
			map[string]any{"id": "olga", "name": "Olga", "roles": []string{"manager"}},
			map[string]any{"id": "ada", "roles": []string{"admin"}},
			map[string]any{"id": "uli", "roles": []string{"approver"}},
		},
		"groups": map[string]any{"leads": ""},
	}
	if edit != nil {
		edit(cfg)
	}
	text, _ := json.Marshal(cfg)
	o.config = filepath.Join(o.dir, "remit.yaml")
	o.write("remit.yaml", string(text))
	o.write("policy.yaml", "finance:\n  approvers: \"@leads\"\n  hold: {level: ask}\n")
	return o
}

func (o *office) write(name, text string) {
	o.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
}

// run runs a command as the shell would and gives what it printed.
func (o *office) run(args ...string) (string, error) {
	o.Helper()
	var out bytes.Buffer
	root := newRoot(func() time.Time { return o.now })
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetIn(strings.NewReader(o.stdin))
	root.SetArgs(append(args, "--config", o.config))
	err := root.ExecuteContext(context.Background())
	return out.String(), err
}

func (o *office) must(says string, args ...string) string {
	o.Helper()
	out, err := o.run(args...)
	if err != nil || !strings.Contains(out, says) {
		o.Fatalf("remit %s: %v\n%s\nwant it to say %q", strings.Join(args, " "), err, out, says)
	}
	return out
}

func TestCommandsWorkBesideARunningService(t *testing.T) {
	o := newOffice(t, nil)
	// The service has the database open, and its lock.
	s, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if out, err := o.run("migrate"); models.KindOf(err) != models.Conflict {
		t.Errorf("a second process took the database: %v %s", err, out)
	}
	link := o.must("/login?token=", "login", "--as", "sam")
	token, _, _ := strings.Cut(link[strings.Index(link, "token=")+len("token="):], "\n")
	if who, err := s.RedeemLogin(t.Context(), token, o.now); err != nil || who != "sam" {
		t.Errorf("the link signs in %q: %v", who, err)
	}
	o.must("", "login", "--as", "sam", "--token")
	o.must("was paused by Olga", "pause", "finance", "--as", "olga", "--why", "a drill")
	if sw, err := s.Switches(t.Context()); err != nil || !sw[models.Finance].Paused {
		t.Errorf("the service sees %v %v", sw, err)
	}
	o.must("finance is running", "resume", "all", "--as", "olga", "--why", "the drill is over")
	o.must("The ledger holds: 2 lines", "verify")
}

func TestWhoAskedInSlackIsSettledWithoutIt(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.must("Nobody has asked", "people")
	s, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: time.Now, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, id := range []string{"U0NEW", "U0OTHER"} {
		if _, err := s.AskLink(t.Context(), models.Link{SlackID: id, Name: "new", AskedAt: o.now}); err != nil {
			t.Fatal(err)
		}
	}
	for name, args := range map[string][]string{
		"by a manager":          {"people", "link", "U0NEW", "--as", "olga"},
		"by nobody":             {"people", "link", "U0NEW"},
		"as somebody unknown":   {"people", "link", "U0NEW", "--to", "ghost", "--as", "ada"},
		"who never asked":       {"people", "link", "U0GHOST", "--as", "ada"},
		"a refusal by an agent": {"people", "refuse", "U0NEW", "--as", "sam"},
	} {
		if out, err := o.run(args...); err == nil {
			t.Errorf("%s: %s", name, out)
		}
	}
	o.must("U0NEW (new) is linked", "people", "link", "U0NEW", "--to", "uli", "--as", "ada")
	o.must("U0OTHER (new) is refused", "people", "refuse", "U0OTHER", "--as", "ada")
	if out := o.must("uli", "people"); !strings.Contains(out, "refused") {
		t.Errorf("the list is\n%s", out)
	}
}

func TestACommandSaysWhatIsWrong(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"somebody unknown":                {[]string{"login", "--as", "nobody"}, `"nobody" is not one of the people`},
		"a pause by somebody who may not": {[]string{"pause", "finance", "--as", "sam", "--why", "x"}, "Only a manager"},
		"a pause without a reason":        {[]string{"pause", "finance", "--as", "olga"}, "why"},
		"a domain that is none":           {[]string{"pause", "stock", "--as", "olga", "--why", "x"}, `no domain "stock"`},
		"an undo of nothing":              {[]string{"undo", "dec_0", "--as", "olga"}, "there is no decision"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := o.run(c.args...); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
	o.write("policy.yaml", "finance:\n  approvers: \"@nobody\"\n  hold: {level: ask}\n")
	if _, err := o.run("serve"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "@nobody reaches 0 people") {
		t.Errorf("serving a policy that reaches nobody gave %v", err)
	}
}

func TestAChangedLedgerIsFound(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.must("was paused", "pause", "finance", "--as", "olga", "--why", "a drill")
	o.must("The ledger holds: 1 lines", "verify")
	o.tamper()
	if out, err := o.run("verify"); models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v %s, want the line that was changed", err, out)
	}
}

func TestTheDoctorSaysHowToMendWhatIsWrong(t *testing.T) {
	day := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC) // as the commands have it
	slack := slackfake.New("xoxb-doctor", "doctor-signing-secret", func() time.Time { return day })
	api, err := slack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	slack.AddChannel("C0FIN", "finance")
	// What answers at public_url: the service's own way of refusing what is not signed.
	serving := httptest.NewServer(bot.New(bot.Options{Token: "xoxb-doctor", SigningSecret: "doctor-signing-secret", Now: time.Now}).Handler())
	defer serving.Close()
	withSlack := func(token string) func(map[string]any) {
		return func(cfg map[string]any) {
			cfg["public_url"] = serving.URL
			cfg["people"].([]any)[0].(map[string]any)["slack"] = "U0SAM"
			cfg["rotas"] = map[string]any{
				"late":  map[string]any{"people": []string{"sam", "uli"}, "slack_group": "S0LATE"},
				"early": map[string]any{"people": []string{"uli"}, "calendar": "/nowhere.ics"},
			}
			cfg["slack"] = map[string]any{
				"mode": "http", "api_url": api, "bot_token": token, "signing_secret": "doctor-signing-secret", "team_id": slack.TeamID,
				"channels": map[string]any{"fallback": "C0FIN"},
			}
		}
	}
	slack.SetGroup("S0LATE", "U0SAM")
	o := newOffice(t, withSlack("xoxb-doctor"))
	if out, err := o.run("doctor"); err == nil || !strings.Contains(out, "remit migrate") {
		t.Errorf("before the tables are there: %v\n%s", err, out)
	}
	o.must("up to date", "migrate")
	out, err := o.run("doctor")
	if err == nil {
		t.Error("a rota's calendar is nowhere, and nothing failed")
	}
	for _, want := range []string{
		"ok    database", "ok    configuration", "ok    policy", "ok    source erp", "deliver_to",
		"ok    rota @late: on duty now: sam", "FAIL  rota @early: its file cannot be opened",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the doctor does not say %q:\n%s", want, out)
		}
	}
	out = o.must("remit answers, and refuses", "doctor", "--slack")
	if strings.Contains(out, "database") || !strings.Contains(out, "clock") {
		t.Errorf("the doctor for Slack alone says:\n%s", out)
	}
	o = newOffice(t, withSlack("xoxb-wrong"))
	o.must("up to date", "migrate")
	if out, err := o.run("doctor"); models.KindOf(err) != models.Invalid || !strings.Contains(out, "to mend it") {
		t.Errorf("with a wrong token: %v\n%s", err, out)
	}
}

func TestTheManifestNamesTheAddressAndTheScopes(t *testing.T) {
	o := newOffice(t, nil)
	out := o.must("https://remit.example.com/slack/interactions", "slack", "manifest")
	for _, want := range []string{"chat:write", "channels:history", "groups:history", "find a card before posting it again"} {
		if !strings.Contains(out, want) {
			t.Errorf("the manifest, or what is said of it, lacks %s", want)
		}
	}
	o.must("https://other.example.com/slack/events", "slack", "manifest", "--mode", "http", "--url", "https://other.example.com")
	o.config += ".none" // the app is made before there is a configuration
	o.must("connections:write", "slack", "manifest")
	o.must(`"socket_mode_enabled": true`, "slack", "manifest", "--mode", "socket")
	if out, err := o.run("slack", "manifest", "--mode", "http"); err == nil {
		t.Errorf("without an address to call: %s", out)
	}
}

func TestTheDemoPlaysItsDay(t *testing.T) {
	var out bytes.Buffer
	root := newRoot(time.Now)
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs([]string{"demo", "--once"})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"triage", "finance", "@finance-leads", "Dead letters: 0", "@buyers", "the warehouse proposed 3 orders and the planner 3 moves", "6 of them wait"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the summary lacks %q:\n%s", want, out.String())
		}
	}
}

func TestAnUnreachableSlackIsAFindingNotACrash(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o := newOffice(t, func(cfg map[string]any) {
		cfg["slack"] = map[string]any{
			"mode": "http", "api_url": gone.URL + "/api/", "bot_token": "xoxb", "signing_secret": "doctor-signing-secret",
			"channels": map[string]any{"fallback": "C0FIN"},
		}
	})
	o.must("up to date", "migrate")
	if out, err := o.run("doctor"); err == nil || !strings.Contains(out, "FAIL") {
		t.Errorf("got %v\n%s", err, out)
	}
}

func TestTheTwoExamplesServeTogether(t *testing.T) {
	for _, name := range []string{
		"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "ZENDESK_SECRET", "ZENDESK_TOKEN", "STRIPE_WHSEC",
		"SMTP_PASSWORD", "PAGER_KEY", "DUTY_CALENDAR",
	} {
		t.Setenv(name, "an-example-of-a-long-secret")
	}
	t.Setenv("ERP_WHSEC", "whsec_dGhpcy1pcy1hLWxvbmctc2VjcmV0LW9mLXRoZS1lcnA=")
	cfg, err := config.Load("../../remit.example.yaml", os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	cfg.DatabaseURL, cfg.Policy = config.URL("sqlite://"+filepath.Join(t.TempDir(), "remit.db")), "../../policy.example.yaml"
	a, err := app.New(t.Context(), cfg, app.Options{Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
