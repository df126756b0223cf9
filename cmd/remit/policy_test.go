package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/models"
)

const (
	firstPolicy   = "finance:\n  approvers: \"@leads\"\n  hold: {level: ask}\n"
	tighterPolicy = firstPolicy + "  guardrails:\n    - when: payable.po == \"\"\n"
)

// policyOffice is an office with two managers and a first version of the policy in force.
func policyOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, func(cfg map[string]any) {
		cfg["people"] = append(cfg["people"].([]any), map[string]any{"id": "mo", "name": "Mo", "roles": []string{"manager"}})
	})
	o.must("up to date", "migrate")
	o.write("first.yaml", firstPolicy)
	o.must("Version 1 is in force.", "policy", "import", o.path("first.yaml"), "--as", "olga", "--why", "to begin with")
	return o
}

func (o *office) path(name string) string { return filepath.Join(o.dir, name) }

func TestThePolicyIsTunedByCommands(t *testing.T) {
	o := policyOffice(t)
	o.write("tighter.yaml", tighterPolicy)
	o.must("It loosens nothing, so it takes effect at once.", "policy", "check", o.path("tighter.yaml"))
	o.must("Version 2 is in force.", "policy", "import", o.path("tighter.yaml"), "--as", "olga", "--why", "no order, no haste")
	out := o.must("Version 3 is proposed.", "policy", "rollback", "1", "--as", "olga", "--why", "too much asked")
	for _, want := range []string{"the guardrail \"payable.po == \\\"\\\"\" is removed", "remit policy approve 3"} {
		if !strings.Contains(out, want) {
			t.Errorf("a rollback that loosens says %q, want %q", out, want)
		}
	}
	if _, err := o.run("policy", "approve", "3", "--as", "olga"); models.KindOf(err) != models.Denied {
		t.Errorf("who asked for it approved it: %v", err)
	}
	o.must("guardrails:", "policy", "show")
	o.must("Version 3 is in force.", "policy", "approve", "3", "--as", "mo")
	out = o.must("# Approved by Mo", "policy", "show")
	if strings.Contains(out, "guardrails") {
		t.Errorf("after the rollback the policy is %q", out)
	}
	o.must("+  guardrails:", "policy", "diff", "1", "2")
	out = o.must("no order, no haste", "policy", "list")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "3  in force") || !strings.Contains(lines[1], "replaced") {
		t.Errorf("the list is\n%s", out)
	}
	o.must("Version 4 is proposed", "policy", "import", o.write2("looser.yaml", strings.Replace(firstPolicy, "level: ask", "level: act", 1)), "--as", "olga", "--why", "x")
	o.must("Version 4 is withdrawn", "policy", "withdraw", "4", "--as", "olga")
	o.must("The ledger holds: 6 lines", "verify")
}

// write2 writes a file and gives its path.
func (o *office) write2(name, text string) string {
	o.Helper()
	o.write(name, text)
	return o.path(name)
}

func TestABrokenPolicyFileIsRefusedWithFileLineAndASentence(t *testing.T) {
	o := policyOffice(t)
	o.write("broken.yaml", strings.Replace(tighterPolicy, "hold:", "holt:", 1)+"    - when: payable.poo\n  expires: soon\ncaps: {actions_per_hour: many}\n")
	for _, args := range [][]string{{"policy", "check", o.path("broken.yaml")}, {"policy", "import", o.path("broken.yaml"), "--as", "olga", "--why", "x"}} {
		_, err := o.run(args...)
		if models.KindOf(err) != models.Invalid {
			t.Fatalf("%v: got %v", args, err)
		}
		for _, want := range []string{
			`broken.yaml:3: "holt" is not a key here: use alerts, approvers,`, "broken.yaml:6: when: payable has no field poo",
			`broken.yaml:7: "soon" is not a duration`, `broken.yaml:8: "many" stands here, where a whole number is wanted`,
		} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v: got\n%v\nwant %q", args[1], err, want)
			}
		}
	}
	if out := o.must("in force", "policy", "list"); strings.Count(out, "\n") != 1 {
		t.Errorf("after a broken file there are\n%s", out)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no such file":       {[]string{"policy", "check", o.path("none.yaml")}, "no such file"},
		"no such version":    {[]string{"policy", "show", "9"}, "there is no version 9"},
		"no number":          {[]string{"policy", "show", "latest"}, "is not the number of a version"},
		"somebody unknown":   {[]string{"policy", "approve", "1", "--as", "nobody"}, `"nobody" is not one of the people`},
		"nothing to approve": {[]string{"policy", "approve", "1", "--as", "mo"}, "Version 1 is in force: there is nothing to approve."},
		"not a manager":      {[]string{"policy", "rollback", "1", "--as", "sam", "--why", "x"}, "Only a manager may change the policy"},
		"without a reason":   {[]string{"policy", "import", o.path("first.yaml"), "--as", "olga"}, "why"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := o.run(c.args...); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// open makes the service as remit serve does.
func (o *office) open() *app.App {
	o.Helper()
	cfg, err := config.Load(o.config, os.Environ())
	if err != nil {
		o.Fatal(err)
	}
	a, err := app.New(o.Context(), cfg, app.Options{
		Now: func() time.Time { return o.now }, Logger: slog.New(slog.NewTextHandler(o.Output(), nil)), PolicyEvery: 20 * time.Millisecond,
	})
	if err != nil {
		o.Fatal(err)
	}
	return a
}

// serving runs the service, and gives it with what stops it.
func (o *office) serving() (*app.App, func()) {
	o.Helper()
	a := o.open()
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			o.Fatal(err)
		}
		ls[i] = l
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ls[0], ls[1]) }()
	return a, func() {
		o.Helper()
		cancel()
		if err := <-done; err != nil {
			o.Error("serve:", err)
		}
		if err := a.Close(); err != nil {
			o.Error("close:", err)
		}
	}
}

// until waits for what another goroutine is about to bring about.
func (o *office) until(what string, ok func() bool) {
	o.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.Fatalf("still not so: %s", what)
		}
	}
}

func TestARunningServiceTakesUpFileAndCommands(t *testing.T) {
	o := policyOffice(t)
	o.write("policy.yaml", firstPolicy)
	a, stop := o.serving()
	rules := func(text string) func() bool {
		return func() bool { return a.Policy().Version == models.NewID("pol", text) }
	}
	o.until("the first version rules", rules(firstPolicy))

	o.write("policy.yaml", tighterPolicy)
	o.until("the edited file rules", rules(tighterPolicy))

	o.write("policy.yaml", "finance: [\n")
	o.until("the broken file is spoken of", func() bool { return strings.Contains(a.Policies.Trouble(), "policy.yaml") })
	if !rules(tighterPolicy)() {
		t.Error("a broken file took the policy away")
	}
	if out, err := o.run("doctor"); err == nil || !strings.Contains(out, "FAIL  policy:") || !strings.Contains(out, "version 2 of 1 Dec 2026 10:00 stays in force") {
		t.Errorf("the doctor says %v\n%s", err, out)
	}
	o.write("policy.yaml", firstPolicy) // which loosens what is in force
	a.ReloadPolicy()
	o.until("the file is proposed", func() bool {
		st, err := a.Policies.Status(t.Context())
		return err == nil && st.Proposed.Number == 3 && st.Trouble == ""
	})
	if !rules(tighterPolicy)() {
		t.Error("a file that loosens took effect")
	}
	o.must("version 3 waits for a second person", "doctor")
	o.must("Version 3 is in force.", "policy", "approve", "3", "--as", "mo")
	o.until("the approved version rules", rules(firstPolicy))
	stop()

	o.write("policy.yaml", "finance: [\n")
	a = o.open()
	if !rules(firstPolicy)() || !strings.Contains(a.Policies.Trouble(), "line 1") {
		t.Errorf("started on a broken file, %s rules, and it says %q", a.Policy().Version, a.Policies.Trouble())
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestAKillSwitchWorksThoughThePolicyCanNoLongerRule(t *testing.T) {
	o := policyOffice(t)
	o.write("policy.yaml", firstPolicy)
	text, err := os.ReadFile(o.config)
	if err != nil {
		t.Fatal(err)
	}
	o.write("remit.yaml", strings.Replace(string(text), `"groups":["leads"]`, `"groups":[]`, 1)) // nobody is in @leads any more
	if _, err := o.run("serve"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "can no longer rule") {
		t.Errorf("it serves a policy that reaches nobody: %v", err)
	}
	o.must("was paused by Olga", "pause", "finance", "--as", "olga", "--why", "nobody is there")
	if out, err := o.run("doctor"); err == nil || !strings.Contains(out, "version 1, in force, can no longer rule") {
		t.Errorf("the doctor says %v\n%s", err, out)
	}
	o.write("policy.yaml", strings.Replace(firstPolicy, "@leads", "@olga", 1))
	if _, err := o.run("serve"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "remit policy approve 2") {
		t.Errorf("the way out is not named: %v", err)
	}
	o.must("Version 2 is in force.", "policy", "approve", "2", "--as", "mo")
	if err := o.open().Close(); err != nil {
		t.Error(err)
	}
}
