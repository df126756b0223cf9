package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/cmd/remit/app"
	"remit/connector/zendesk/zendeskfake"
)

const (
	setupBot  = "xoxb-setup-token"
	setupApp  = "xapp-setup-token"
	setupDesk = "zendesk-setup-token"
)

// place is a Slack and a Zendesk to set remit up for, and a directory to do it in.
type place struct {
	*testing.T
	dir   string
	slack *slackfake.Server
	desk  *zendeskfake.Server
	api   string
	url   string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ZENDESK_TOKEN"} {
		t.Setenv(name, "") // what the tester's own environment says is not meant here
	}
	p := &place{T: t, dir: t.TempDir()}
	p.slack = slackfake.New(setupBot, "", time.Now)
	p.slack.AppToken, p.slack.Socket = setupApp, true
	p.slack.AddChannel("C0SUPPORT", "support")
	p.slack.AddChannel("C0OTHER", "random")
	p.slack.Kick("C0OTHER")
	p.slack.AddUser(slackfake.User{ID: "U0PRIYA", Name: "Priya Raman"})
	p.slack.AddUser(slackfake.User{ID: "U0GUEST", Name: "Priya Guest", Guest: true})
	var err error
	if p.api, err = p.slack.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.slack.Close)
	p.desk = &zendeskfake.Server{Now: time.Now, Token: setupDesk, Groups: map[string]string{"361": "Billing", "362": "Technical", "363": "VIP"}}
	srv := httptest.NewServer(p.desk)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

// init runs remit init with what somebody types, a line an answer.
func (p *place) init(typed []string, flags ...string) (string, error) {
	p.Helper()
	var out bytes.Buffer
	root := newRoot(time.Now)
	root.SetIn(io.MultiReader(strings.NewReader(strings.Join(typed, "\n") + "\n")))
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"init", "--config", filepath.Join(p.dir, "remit.yaml"), "--slack-api-url", p.api}, flags...))
	err := root.ExecuteContext(context.Background())
	return out.String(), err
}

func (p *place) read(name string) string {
	p.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

func (p *place) everything() []string {
	return []string{
		"--slack-bot-token", setupBot, "--slack-app-token", setupApp, "--channel", "support", "--person", "U0PRIYA", "--person-id", "priya",
		"--zendesk-url", p.url, "--zendesk-user", "bot@acme.com", "--zendesk-token", setupDesk, "--groups", "Billing,Technical", "--timezone", "Europe/Berlin",
	}
}

func TestInitByItsPromptsEndsWithACard(t *testing.T) {
	p := newPlace(t)
	out, err := p.init([]string{
		"xoxb-mistyped", setupBot, "xapp-mistyped", setupApp,
		"support",           // the channel
		"nobody", "priya r", // the person
		"",                              // called priya
		"acme.zendesk.com", p.url + "/", // the address
		"bot@acme.com", "wrong", setupDesk, // the agent
		"1, vip",                // the groups
		"Mars", "Europe/Berlin", // the time zone
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"invalid_auth", "ok: workspace Fake", "ok: Socket Mode works", "#support", `nobody in the workspace is called "nobody"`,
		"ok: Priya Raman (U0PRIYA)", "write it like https://acme.zendesk.com", "ok: works there as remit bot (900)", "Technical",
		`"Mars" is not a time zone`, "remit serve", "login --as priya",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("init did not say %q:\n%s", want, out)
		}
	}
	for _, secret := range []string{setupBot, setupApp, setupDesk} {
		if strings.Contains(out, secret) || strings.Contains(p.read("remit.yaml"), secret) {
			t.Errorf("a secret is told or written in the open")
		}
	}
	cards := p.slack.Visible("C0SUPPORT")
	if len(cards) != 1 || !strings.Contains(cards[0].Words(), "Priya Raman has set remit up") {
		t.Errorf("got %d cards, want one that says who set it up", len(cards))
	}
	if info, err := os.Stat(filepath.Join(p.dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf(".env is %v, %v; want 0600", info.Mode(), err)
	}
	if n := strings.Count(p.read("policy.yaml"), "\n"); n > 25 {
		t.Errorf("the first policy has %d lines, want at most 25:\n%s", n, p.read("policy.yaml"))
	}
	if text := p.read("remit.yaml"); !strings.Contains(text, `"VIP": "363"`) || strings.Contains(text, `"362"`) {
		t.Errorf("the groups are not those that were chosen:\n%s", text)
	}
}

func TestInitByFlagsAsksNothing(t *testing.T) {
	p := newPlace(t)
	if out, err := p.init(nil, p.everything()...); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	flags := p.everything()
	for i, a := range flags {
		if a == "--zendesk-token" {
			flags[i+1] = "wrong"
		}
	}
	other := newPlace(t)
	if out, err := other.init(nil, flags...); err == nil {
		t.Errorf("a wrong token by a flag was taken:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(other.dir, "remit.yaml")); err == nil {
		t.Error("something was written before everything was right")
	}
}

func TestInitSaysWhichFlagIsMissingWhereNobodyIsThereToAsk(t *testing.T) {
	p := newPlace(t)
	out, err := p.init(nil)
	if err == nil || !strings.Contains(err.Error(), "--slack-bot-token") {
		t.Errorf("got %v, want the flag named\n%s", err, out)
	}
}

func TestInitOverwritesNothingWithoutAsking(t *testing.T) {
	p := newPlace(t)
	mine := filepath.Join(p.dir, "policy.yaml")
	if err := os.WriteFile(mine, []byte("# mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := p.init([]string{"no"}, p.everything()...); err == nil || !strings.Contains(err.Error(), "is left as it is") {
		t.Errorf("got %v\n%s", err, out)
	}
	if out, err := p.init(nil, p.everything()...); err == nil {
		t.Errorf("with nobody to ask it went on\n%s", out)
	}
	if p.read("policy.yaml") != "# mine\n" {
		t.Fatal("the file was overwritten")
	}
	if out, err := p.init([]string{"yes"}, p.everything()...); err != nil || p.read("policy.yaml") == "# mine\n" {
		t.Errorf("after a yes: %v\n%s", err, out)
	}
	if out, err := p.init(nil, append(p.everything(), "--force")...); err != nil {
		t.Errorf("with --force: %v\n%s", err, out)
	}
}

func TestInitWaitsForTheAppToBeInvited(t *testing.T) {
	p := newPlace(t)
	flags := p.everything()
	for i, a := range flags {
		if a == "support" {
			flags[i] = "random"
		}
	}
	out, err := p.init([]string{"", ""}, flags...)
	if err == nil || !strings.Contains(out, "the app is not in #random yet") {
		t.Errorf("got %v\n%s", err, out)
	}
	p.slack.Invite("C0OTHER")
	if out, err := p.init([]string{""}, flags...); err != nil {
		t.Errorf("once invited: %v\n%s", err, out)
	}
}

func TestAnAdminIsNobodysGuess(t *testing.T) {
	p := newPlace(t)
	p.slack.AddUser(slackfake.User{ID: "U0OTHER", Name: "Priya Other"})
	flags := p.everything()
	for i, a := range flags {
		if a == "U0PRIYA" {
			flags[i] = "priya"
		}
	}
	if out, err := p.init(nil, flags...); err == nil || !strings.Contains(err.Error(), "means several people") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// From nothing to a first escalated ticket: what init wrote serves, polls the helpdesk, asks in Slack, and takes the answer.
func TestWhatInitWroteServesUpToAnAnsweredTicket(t *testing.T) {
	p := newPlace(t)
	if out, err := p.init(nil, p.everything()...); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	at := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	p.desk.Add("71", map[string]any{
		"subject": "Refund refused", "requester_id": 7, "created_at": at, "updated_at": at,
		"description": "This is unacceptable and I am furious!!! Nobody refunds my invoice, this is outrageous. The service is down and I am blocked. Fix it now!",
	})
	text := strings.Replace(p.read("remit.yaml"), "introduce: 10", "introduce: 1", 1)
	if err := os.WriteFile(filepath.Join(p.dir, "remit.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &cli{now: time.Now, config: filepath.Join(p.dir, "remit.yaml")}
	cfg, err := c.load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	public, console := listen(t), listen(t)
	go func() { done <- a.Serve(ctx, public, console) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error("serve:", err)
		}
		_ = a.Close()
	}()
	asks := p.eventually("a card asks", "Asked of @support")
	p.eventually("what it would have done is told", "It only watches this")
	p.eventually("that it goes silent is told", "From now on remit is silent about what it only watches")
	if _, err := p.slack.Press(t.Context(), "U0PRIYA", asks, "Approve"); err != nil {
		t.Fatal(err)
	}
	p.eventually("the card says who approved", "Approved by Priya Raman")
	deadline := time.Now().Add(time.Minute)
	for len(p.desk.Writes()) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the helpdesk never heard of it")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// eventually gives the message that says so.
func (p *place) eventually(what, says string) slackfake.Message {
	p.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		for _, m := range p.slack.Visible("C0SUPPORT") {
			if strings.Contains(m.Words(), says) {
				return m
			}
		}
		if time.Now().After(deadline) {
			for _, m := range p.slack.Visible("") {
				p.Log(m.Words())
			}
			p.Fatalf("still not so: %s", what)
		}
	}
}

func TestADotEnvIsOverruledByTheEnvironmentAndNeverQuoted(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	text := "# a comment\nexport A=1\nB=\"two words\"\n\nC='3'\nD=$\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := withDotEnv([]string{"A=mine"}, file)
	want := []string{"A=mine", "B=two words", "C=3", "D=$"}
	if err != nil || strings.Join(got, ";") != strings.Join(want, ";") {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := withDotEnv(nil, file); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v, want the line named and not quoted", err)
	}
	if got, err := withDotEnv([]string{"A=1"}, file+".none"); err != nil || len(got) != 1 {
		t.Errorf("without a file: %v %v", got, err)
	}
}
