package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/models"
	"remit/store"
)

// deskCSV is a helpdesk's export of three groups, each with its own words, as many rows as asked for.
func deskCSV(n int, slips int) string {
	about := map[string][]string{
		"Billing":  {"invoice", "refund", "double charge", "payment", "receipt", "credit card"},
		"Shipping": {"parcel", "delivery", "courier", "tracking number", "lost package", "address"},
		"Access":   {"password", "login", "lockout", "two factor code", "reset link", "account access"},
	}
	ways := []string{"I have a question about my %s", "There is a problem with the %s since yesterday", "Please help, the %s does not work", "Where is my %s", "Why was the %s wrong", "My %s is not right", "Can somebody look into the %s", "No news about the %s for a week", "The %s again", "I am unhappy with the %s"}
	groups := []string{"Access", "Billing", "Shipping"}
	var b strings.Builder
	b.WriteString("\ufeffTicket ID;Title;Description;Team;Labels;Created;Agent reply;Product area\n")
	for i := range n {
		group := groups[i%3]
		things := about[group]
		told := group
		if slips > 0 && i%slips == 0 {
			told = groups[(i+1)%3]
		}
		text := fmt.Sprintf(ways[(i/3)%len(ways)], things[(i/30)%len(things)])
		fmt.Fprintf(&b, "%d;%s;%s, order %d;%s;tag_%s;2026-0%d-%02d 10:00;Thank you for writing.;%s area\n",
			1000+i, "Request", text, i, told, strings.ToLower(group), 1+i/60%9, 1+i%28, group)
	}
	return b.String()
}

func triageOffice(t *testing.T, policy string) *office {
	o := newOffice(t, func(cfg map[string]any) {
		cfg["sources"] = []any{map[string]any{"name": "helpdesk", "provider": "standard", "secrets": []string{"whsec_dGhpcy1pcy1hLWxvbmctc2VjcmV0LW9mLXRoZS1lcnA="}}}
	})
	o.write("policy.yaml", policy)
	o.must("up to date", "migrate")
	return o
}

const learningPolicy = "triage:\n  approvers: \"@leads\"\n  route: {level: ask}\n  intent: group\n"

func TestAHistoryIsImportedLearnedFromAndPromotedByAPerson(t *testing.T) {
	o := triageOffice(t, learningPolicy)
	o.write("history.csv", deskCSV(360, 10)+"9001;;;Billing;;2026-01-01;;\n9002;x;y;Billing;;the other day;;\n9003;too;few\n")
	file := filepath.Join(o.dir, "history.csv")
	out := o.must("360 new, 0 known already, 3 skipped", "import", "tickets", file)
	for _, says := range []string{"it has no text", `"the other day" is not a time`, "it has 3 columns, the header 8", "custom field", "line 362"} {
		if !strings.Contains(out, says) {
			t.Errorf("the report does not say %q:\n%s", says, out)
		}
	}
	o.must("0 new, 360 known already, 3 skipped", "import", "tickets", file)

	out = o.must("better.", "train", "tickets")
	if !strings.Contains(out, "3 labels") || !strings.Contains(out, "look like slips") {
		t.Errorf("got %s", out)
	}
	version, _, _ := strings.Cut(out, ":")
	if again := o.must(version, "train", "tickets", "--list"); !strings.Contains(again, "observes") {
		t.Errorf("a challenger judges before anybody promoted it: %s", again)
	}
	if _, err := o.run("train", "--promote", version, "--as", "sam"); models.KindOf(err) != models.Denied {
		t.Errorf("an approver promoted it: %v", err)
	}
	o.must("judges from now on", "train", "--promote", version, "--as", "olga")
	o.must("judges", "train", "tickets", "--list")
	if _, err := o.run("train", "--promote", version, "--as", "olga"); models.KindOf(err) != models.Conflict {
		t.Errorf("it was promoted twice: %v", err)
	}
	if _, err := o.run("train", "--promote", "triage-intent/none", "--as", "olga"); models.KindOf(err) != models.NotFound {
		t.Errorf("what is not there was promoted: %v", err)
	}

	// Trained again on the same tickets it is no better, and may not be promoted.
	o.now = o.now.Add(time.Hour)
	out = o.must("not shown to be better", "train", "tickets", "--seed", "7")
	challenger, _, _ := strings.Cut(out, ":")
	if _, err := o.run("train", "--promote", challenger, "--as", "olga"); models.KindOf(err) != models.Conflict {
		t.Errorf("a challenger that is no better was promoted: %v", err)
	}
	s, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: time.Now, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := s.LiveLearned(t.Context(), "intent/group")
	if err != nil || l.Version != version {
		t.Errorf("live is %q, %v; want %q", l.Version, err, version)
	}
}

func TestUrgencyIsLearnedFromAHistoryWithPrioritiesAndPromotedByAPerson(t *testing.T) {
	o := triageOffice(t, strings.Replace(learningPolicy, "  intent: group\n", "", 1))
	var b strings.Builder
	b.WriteString("id,subject,text,priority,created\n")
	for i := range 300 {
		text, priority := fmt.Sprintf("We would like to hear more about part %d of the shelf in hall %d", i%13, i%7), "low"
		if i%4 == 0 {
			text, priority = fmt.Sprintf("The mixer in hall %d makes the sound again it is part %d", i%7, i%13), "high"
		}
		fmt.Fprintf(&b, "%d,Request,%s,%s,2026-%02d-%02d 10:00\n", i, text, priority, 1+i/28, 1+i%28)
	}
	o.write("history.csv", b.String())
	o.must("300 new", "import", "tickets", filepath.Join(o.dir, "history.csv"))
	out := o.must("Urgency is usually P4 here; another priority is named from a probability of", "train", "tickets")
	if !strings.Contains(out, "Intents are as before: triage.intent: the policy does not say where intents stand") {
		t.Errorf("it is not said why no intents were learned:\n%s", out)
	}
	_, rest, _ := strings.Cut(out, "triage-level/")
	version, _, _ := strings.Cut("triage-level/"+rest, ":")
	if all := o.must(version, "train", "tickets", "--list"); !strings.Contains(all, "observes") {
		t.Errorf("it judges before anybody promoted it: %s", all)
	}
	if _, err := o.run("train", "--promote", version, "--as", "sam"); models.KindOf(err) != models.Denied {
		t.Errorf("an approver promoted it: %v", err)
	}
	o.must("judges from now on", "train", "--promote", version, "--as", "olga")
	o.must("judges", "train", "tickets", "--list")
	o.now = o.now.Add(time.Hour)
	o.must("may not be put in charge. Naming P4 always would be right on", "train", "tickets")
}

func TestWhatCannotBeLearnedFromIsSaid(t *testing.T) {
	o := triageOffice(t, learningPolicy)
	for name, c := range map[string]struct{ csv, says string }{
		"three rows":             {deskCSV(3, 0), "too few"},
		"one class":              {strings.NewReplacer("Access", "Support", "Billing", "Support", "Shipping", "Support").Replace(deskCSV(120, 0)), "nothing to tell apart"},
		"an empty file":          {"", "the file is empty"},
		"no column with a text":  {"a,b\n1,2\n", "no column is called text"},
		"a file that is no text": {"PNG\x00\x01\x02\n\x00\xff\x00\xff", "no column is called text"},
	} {
		o.write("in.csv", c.csv)
		if _, err := o.run("train", "tickets", "--from", filepath.Join(o.dir, "in.csv")); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want Invalid that says %q", name, err, c.says)
		}
	}
	o.write("in.csv", "frage,team\nWo ist mein Paket?,Versand\n")
	o.must("1 new", "import", "tickets", filepath.Join(o.dir, "in.csv"), "--map", "text=Frage")
	if _, err := o.run("train", "tickets"); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want Invalid", err)
	}
	o.write("policy.yaml", strings.Replace(learningPolicy, "  intent: group\n", "", 1))
	if _, err := o.run("train", "tickets"); err == nil || !strings.Contains(err.Error(), "triage.intent") {
		t.Errorf("got %v, want that the policy names no intents", err)
	}
}

func TestAccountsAreImported(t *testing.T) {
	o := triageOffice(t, learningPolicy)
	o.write("accounts.csv", `Account ID,Company,Plan,ARR,Renewal date,Past due,Churn risk,VIP,As of
8447,Acme GmbH,Enterprise,120000 EUR,2027-01-31,0 EUR,35%,yes,2026-11-30
8448,Small Ltd,Free,,,,,no,
8449,Wrong Ltd,Pro,a lot,,,,no,
8450,Odd Ltd,Pro,10 EUR,,,7,no,
,Nameless,,,,,,,
`)
	out := o.must("Read 5 rows: 2 new, 0 known already, 3 skipped", "import", "accounts", filepath.Join(o.dir, "accounts.csv"))
	for _, says := range []string{"arr:", "churn_risk:", "it has no id"} {
		if !strings.Contains(out, says) {
			t.Errorf("the report does not say %q:\n%s", says, out)
		}
	}
	s, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: time.Now, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	as, err := s.Accounts(t.Context(), []string{"account:helpdesk:8447"})
	if a := as["account:helpdesk:8447"]; err != nil || a.Tier != "enterprise" || a.ARR.Display() != "120,000.00 EUR" || !a.VIP || a.ChurnRisk != 0.35 || a.RenewalOn != "2027-01-31" {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestAnImportedColumnThatIsNotThereLeavesWhatIsKnown(t *testing.T) {
	o := triageOffice(t, learningPolicy)
	write := func(csv string) string {
		o.write("accounts.csv", csv)
		return filepath.Join(o.dir, "accounts.csv")
	}
	account := func() (a models.Account) {
		o.withApp(func(app *app.App) {
			as, err := app.Store.Accounts(t.Context(), []string{"account:helpdesk:8447"})
			if err != nil {
				t.Fatal(err)
			}
			a = as["account:helpdesk:8447"]
		})
		return a
	}
	full := write("id,tier,vip,past_due,open_issues,escalations\n8447,business,yes,500 EUR,2,3\n8447,business,yes,500 EUR,2,3\n")
	o.must("Read 2 rows: 1 new, 1 known already, 0 skipped", "import", "accounts", full)
	o.must("Read 2 rows: 0 new, 2 known already, 0 skipped", "import", "accounts", full)
	o.now = o.now.Add(time.Minute)
	o.must("1 known already", "import", "accounts", write("id,tier\n8447,enterprise\n"))
	if a := account(); a.Tier != "enterprise" || !a.VIP || a.PastDue.Minor != 50000 || a.OpenIssues != 2 || a.Escalations != 3 {
		t.Errorf("after a file of tiers alone: got %+v", a)
	}
	o.now = o.now.Add(time.Minute)
	o.must("1 known already", "import", "accounts", write("id,vip,past_due,open_issues\n8447,no,,0\n"))
	if a := account(); a.Tier != "enterprise" || a.VIP || !a.PastDue.IsZero() || a.OpenIssues != 0 || a.Escalations != 3 {
		t.Errorf("after a file that says no and nothing: got %+v", a)
	}
}
