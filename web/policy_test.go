package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

// policyShelf keeps versions in memory.
type policyShelf struct{ versions []models.PolicyVersion }

func (s *policyShelf) PolicyInForce(ctx context.Context) (int, error) {
	v, _, err := s.OpenPolicies(ctx)
	return v.Number, err
}

func (s *policyShelf) OpenPolicies(context.Context) (inForce, proposed models.PolicyVersion, err error) {
	for _, v := range s.versions {
		switch v.State {
		case models.PolicyInForce:
			inForce = v
		case models.PolicyProposed:
			proposed = v
		}
	}
	return inForce, proposed, nil
}

func (s *policyShelf) PolicyVersions(_ context.Context, limit int) ([]models.PolicyVersion, error) {
	vs := slices.Clone(s.versions)
	slices.Reverse(vs)
	return vs[:min(limit, len(vs))], nil
}

func (s *policyShelf) PolicyVersion(_ context.Context, n int) (models.PolicyVersion, error) {
	if n < 1 || n > len(s.versions) {
		return models.PolicyVersion{}, models.Errorf(models.NotFound, "there is no version %d of the policy", n)
	}
	return s.versions[n-1], nil
}

func (s *policyShelf) PolicyFileSum(context.Context) (string, error) { return "", nil }

func (s *policyShelf) CommitPolicies(_ context.Context, c decision.PolicyChanges) error {
	for _, m := range c.Moves {
		s.versions[m.Version.Number-1] = m.Version
	}
	s.versions = append(s.versions, c.New...)
	return nil
}

// Reaches implements decision.Directory.
func (d *desk) Reaches(name string) []models.Person {
	var out []models.Person
	for _, p := range d.people {
		if p.In(name) {
			out = append(out, p)
		}
	}
	return out
}

const deskPolicy = `timezone: Europe/Berlin
calendar: {country: DE, hours: "Mon-Fri 09:00-12:30 13:30-18:00"}
triage:
  approvers: "@support-leads"
  priority: {level: act, max_error: 10%}
  route: {level: ask}
  reply: {level: observe}
  escalate:
    - when: tone.anger >= 0.8 and account.tier == "enterprise"
      to: "@support-leads"
      out_of_hours: "@omar"
finance:
  approvers: "@finance-leads"
  schedule: {level: act-after-window, window: 4h, max_error: 20%}
  hold: {level: act, max_error: 20%}
  guardrails:
    - when: payable.amount > money("25000 USD")
      approvers: {from: "@finance-leads", count: 2}
      note: call the vendor back on a known number
  cash: {floor: 150000 USD, breach: 5%, horizon: 60d, max_age: 1d}
caps: {actions_per_hour: 200, money_per_day: 250000 USD}
`

// policyDesk is a desk with a policy in force that Omar saved, and a second manager, Nina.
func policyDesk(t *testing.T) (*desk, *policyShelf, ConsoleOptions) {
	t.Helper()
	d, s := scene(), &policyShelf{}
	d.people["nina"] = models.Person{ID: "nina", Name: "Nina Holt", Roles: []models.Role{models.RoleManager}}
	d.links["link-nina"] = "nina"
	p := &decision.Policies{Ledger: s, Who: d, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
	if _, err := p.Save(t.Context(), []byte(deskPolicy), d.people["omar"], "console", "to begin with"); err != nil {
		t.Fatal(err)
	}
	o := d.options()
	o.Policies, o.PolicyEditor = p, p
	return d, s, o
}

func (v *visitor) edit(deed, text, why, against string) (int, string) {
	v.t.Helper()
	status, page, _ := v.post("/policy", url.Values{"csrf": {v.csrf()}, "deed": {deed}, "text": {strings.ReplaceAll(text, "\n", "\r\n")}, "reason": {why}, "against": {against}})
	return status, page
}

func TestThePolicyPageSaysInWordsWhatIsInForce(t *testing.T) {
	_, _, o := policyDesk(t)
	v := visit(t, o).as("priya")
	_, page, _ := v.get("/policy")
	wantHas(t, page,
		"Once that is earned or granted, and at least 90 % sure, it acts by itself; else it asks @support-leads.", "It asks @support-leads each time.",
		"It only watches", "acts unless somebody stops it within 4 hours", "It asks @finance-leads (2 must agree) whenever payable.amount &gt; money(&#34;25000 USD&#34;): call the vendor back",
		"and @omar at once outside working hours", "Cash may fall below 150,000.00 USD with a probability of at most 5 %", "at most 200 times an hour", "250,000.00 USD a day",
		"to begin with", "The policy is changed by managers.", "floor: 150000 USD")
	wantLacks(t, page, "<textarea", "Go back")
	if status, _, _ := v.post("/policy", url.Values{"csrf": {v.csrf()}, "deed": {"save"}, "text": {deskPolicy + "#"}, "reason": {"x"}}); status != http.StatusForbidden {
		t.Errorf("an approver saved: got %d, want 403", status)
	}
}

func TestAPolicyIsEditedValidatedSavedAndApprovedInTheConsole(t *testing.T) {
	_, s, o := policyDesk(t)
	omar := visit(t, o).as("omar")
	nina := newVisitor(t, omar.base).as("nina")

	broken := strings.Replace(deskPolicy, "route:", "rout:", 1)
	status, page := omar.edit("validate", broken, "", "1")
	if status != http.StatusBadRequest {
		t.Errorf("validating what is broken: got %d, want 400", status)
	}
	wantHas(t, page, `<li value="6">`, "is not a key here", "rout: {level: ask}")

	tighter := strings.Replace(deskPolicy, "max_error: 10%", "max_error: 5%", 1)
	_, page = omar.edit("validate", tighter, "", "1")
	wantHas(t, page, "It could rule.", "takes effect at once", `class="cut">-  priority: {level: act, max_error: 10%}`, `class="add">&#43;  priority: {level: act, max_error: 5%}`)
	if len(s.versions) != 1 {
		t.Fatal("validating saved something")
	}
	if status, page = omar.edit("save", tighter, "", "1"); status != http.StatusBadRequest {
		t.Errorf("saving without a reason: got %d, want 400", status)
	}
	wantHas(t, page, "say why", "max_error: 5%")
	omar.edit("save", tighter, "too many misses", "1")
	if got := o.Policies.Policy().Version; got != models.NewID("pol", tighter) {
		t.Errorf("%s is in force: browsers' line ends must not matter", got)
	}

	status, page = omar.edit("save", deskPolicy, "never mind", "1")
	if status != http.StatusConflict {
		t.Errorf("saving over what took effect meanwhile: got %d, want 409", status)
	}
	wantHas(t, page, "Version 2 has taken effect while you were editing version 1", `name="against" value="2"`)
	omar.edit("save", deskPolicy, "never mind", "2")
	_, page, _ = omar.get("/policy")
	wantHas(t, page, "Version 3 waits for a second person", "triage.priority: max_error rises from 5 % to 10 %.", "You brought this: another manager approves it.")
	_, page, _ = omar.get("/")
	wantHas(t, page, "Version 3 of the policy waits for a second person.")
	wantLacks(t, page, "/policy/3/approve")
	if page := omar.submit("/policy/3/approve", url.Values{"back": {"/policy"}}); !strings.Contains(page, "You brought this version yourself") {
		t.Error("who brought it approved it")
	}
	_, page, _ = nina.get("/policy")
	wantHas(t, page, "Approve: put version 3 in force")
	wantHas(t, nina.submit("/policy/3/approve", url.Values{"back": {"/policy"}}), "Version 3 is in force.", "approved by <bdi>Nina Holt</bdi>")
	if s.versions[2].ApprovedBy.ID != "nina" {
		t.Errorf("it was approved by %+v", s.versions[2].ApprovedBy)
	}
}

func TestAVersionIsLookedAtAndGoneBackTo(t *testing.T) {
	_, s, o := policyDesk(t)
	v := visit(t, o).as("omar")
	v.edit("save", strings.Replace(deskPolicy, "level: ask", "level: observe", 1), "a quiet week", "1")
	_, page, _ := v.get("/policy/2")
	wantHas(t, page, "a quiet week", "What it changed of", "-  route: {level: ask}")
	wantLacks(t, page, "Go back to version 2")
	_, page, _ = v.get("/policy/1")
	wantHas(t, page, "Go back to version 1", "The first version")
	wantHas(t, v.submit("/policy/1/rollback", url.Values{"back": {"/policy"}, "reason": {"the week is over"}}), "Version 3 loosens the policy: it waits for a second manager")
	wantHas(t, v.submit("/policy/3/withdraw", url.Values{"back": {"/policy"}}), "Version 3 was withdrawn.")
	if s.versions[2].State != models.PolicyWithdrawn {
		t.Errorf("version 3 is %s", s.versions[2].State)
	}
	for _, path := range []string{"/policy/9", "/policy/x"} {
		if status, _, _ := v.get(path); status != http.StatusNotFound {
			t.Errorf("GET %s: got %d, want 404", path, status)
		}
	}
}

func TestPolicyFormsNeedTheirSession(t *testing.T) {
	_, s, o := policyDesk(t)
	v := visit(t, o).as("omar")
	for _, path := range []string{"/policy", "/policy/1/approve", "/policy/1/withdraw", "/policy/1/rollback"} {
		if status, _, _ := v.post(path, url.Values{"deed": {"save"}, "text": {"x"}, "reason": {"x"}}); status != http.StatusForbidden {
			t.Errorf("POST %s without the session's token: got %d, want 403", path, status)
		}
	}
	if len(s.versions) != 1 {
		t.Error("something was saved")
	}
	_, page, _ := visit(t, scene().options()).as("omar").get("/")
	wantLacks(t, page, `href="/policy"`)
}

// past is a back-test that always finds the same.
type past struct{ asked string }

func (p *past) Backtest(_ context.Context, text []byte) (Backtest, error) {
	p.asked = string(text)
	return Backtest{Summary: "Of 1,204 decisions 17 would differ.", Tables: []Table{{Head: []string{"What", "How many"}, Rows: [][]string{{"asked <instead> of acted", "17"}}}}}, nil
}

func TestAPreviewShowsTheBackTest(t *testing.T) {
	_, _, o := policyDesk(t)
	v := visit(t, o).as("omar")
	_, page, _ := v.get("/policy")
	wantLacks(t, page, "Preview on the past")
	p := &past{}
	o.Backtester = p
	v = visit(t, o)
	o.People.(*desk).links["link-omar"] = "omar"
	v.as("omar")
	_, page, _ = v.get("/policy")
	wantHas(t, page, "Preview on the past")
	text := deskPolicy + "# a remark\n"
	_, page = v.edit("preview", text, "", "1")
	wantHas(t, page, "Of 1,204 decisions 17 would differ.", "asked &lt;instead&gt; of acted")
	if p.asked != text {
		t.Errorf("the back-test was given %q", p.asked)
	}
}

func TestAHostilePolicyIsShownAsText(t *testing.T) {
	_, _, o := policyDesk(t)
	v := visit(t, o).as("omar")
	hostile := deskPolicy + "# </textarea><script>alert(1)</script>\n"
	_, page := v.edit("validate", hostile, `"><script>`, "1")
	wantLacks(t, page, "<script>")
	v.edit("save", hostile, `<script>alert(2)</script>`, "1")
	for _, path := range []string{"/policy", "/policy/2"} {
		_, page, _ := v.get(path)
		wantLacks(t, page, "<script>", "</textarea><script")
	}
}

func TestAFileThatWasRefusedIsToldOnEveryPage(t *testing.T) {
	_, _, o := policyDesk(t)
	p := o.Policies.(*decision.Policies)
	p.Reload(t.Context(), &decision.PolicyFile{Name: "policy.yaml"}, []byte("triage: {rout: {}} # <script>"))
	v := visit(t, o).as("priya")
	_, page, _ := v.get("/")
	wantHas(t, page, "The policy file is not what rules.", "policy.yaml: the policy was refused", `<a href="/policy">Policy</a>`)
	_, page, _ = v.get("/policy")
	wantHas(t, page, "line 1: &#34;rout&#34; is not a key here", "The last good version stays in force.")
	wantLacks(t, page, "<script>")
}
