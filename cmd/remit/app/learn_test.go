package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/models"
)

const learningPolicy = `
triage:
  approvers: "@support-leads"
  priority: {level: observe}
  route: {level: ask}
  reply: {level: ask}
  intent: group
finance:
  approvers: "@finance-leads"
  hold: {level: ask}
`

func learningWorld(t *testing.T) *world {
	t.Helper()
	was := policyText
	policyText = []byte(learningPolicy)
	t.Cleanup(func() { policyText = was })
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(*config.Config, *world) {})
}

// pastTickets are solved tickets of three groups, with the agents' answers.
func pastTickets(n int, since time.Time) []models.Ticket {
	things := []string{"invoice", "refund", "payment", "parcel", "delivery", "courier", "password", "login", "reset link"}
	groups := []string{"Billing", "Shipping", "Access"}
	ways := []string{"I have a question about my %s", "The %s is wrong since yesterday", "Please help me with the %s", "Where is my %s gone", "No news about the %s for a week"}
	answers := []string{"We have sent the document to you once more. You find it in the portal too.", "We are asking the carrier about it. The number of your shipment stays the same.", "You can set a new one with the link on the sign-in page. It opens a form."}
	var out []models.Ticket
	for i := range n {
		k := i % len(things)
		id := fmt.Sprintf("old-%d", i)
		at := since.Add(time.Duration(i) * time.Hour)
		out = append(out, models.Ticket{
			ID: item(id), Source: "helpdesk", ExternalID: id, Text: fmt.Sprintf(ways[i/9%5], things[k]) + fmt.Sprintf(", order %d", i), Group: groups[k/3],
			Status: models.TicketSolved, RequesterID: fmt.Sprintf("helpdesk/%d", i), CreatedAt: at, UpdatedAt: at,
			Thread: []models.Comment{{ID: id, Author: models.Actor{Kind: models.ByPerson, ID: "ann"}, Text: answers[k/3], Public: true, At: at}},
		})
	}
	return out
}

func TestWhatWasLearnedJudgesOnceAManagerSaysSo(t *testing.T) {
	w := learningWorld(t)
	if _, err := w.app.Store.AddHistory(t.Context(), pastTickets(450, w.clock.Now().AddDate(0, -2, 0))); err != nil {
		t.Fatal(err)
	}
	const text = "Please help me with the courier, order 99"
	trial, err := w.app.TrainIntents(t.Context(), nil, 1)
	if err != nil || !trial.Better {
		t.Fatalf("got %+v, %v", trial.Trial, err)
	}
	w.ticket("1", text)
	w.settled()
	if ds, _ := w.app.Store.Newest(t.Context(), []string{item("1")}); hasAction(ds, models.ActionRoute) {
		t.Error("a model that nobody promoted proposes a group")
	}
	if err := w.app.Promote(t.Context(), trial.Model.Version(), w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("2", text)
	w.settled()
	d := w.newest(item("2"), models.ActionRoute)
	if d.Value != "Shipping" || d.Model != trial.Model.Version() || d.State != models.Asked {
		t.Errorf("got %q by %s, %s; want Shipping by the promoted model", d.Value, d.Model, d.State)
	}
	if !strings.Contains(fmt.Sprint(d.Reasons), "courier") {
		t.Errorf("no reason names the words that it rests on: %v", d.Reasons)
	}
	if snap, err := w.app.Store.Snapshot(t.Context(), d.FactsID); err != nil || snap.Facts.Intent.Known() != "Shipping" {
		t.Errorf("the facts do not keep the intent: %+v, %v", snap.Facts.Intent, err)
	}
	w.ticket("3", "Qwxz vbrnm plokij zzgh qqrx wert mnbv")
	w.settled()
	if ds, _ := w.app.Store.Newest(t.Context(), []string{item("3")}); hasAction(ds, models.ActionRoute) {
		t.Error("gibberish is put into a group")
	}
	c, err := w.app.Store.Case(t.Context(), "intent/group")
	if err == nil && len(c.Entries) == 0 {
		t.Error("the ledger does not say who put the model in charge")
	}
}

func hasAction(ds []models.Decision, a models.Action) bool {
	for _, d := range ds {
		if d.Action == a {
			return true
		}
	}
	return false
}

func TestAtNightAChallengerIsTrainedAndOnlyObserves(t *testing.T) {
	w := learningWorld(t)
	if _, err := w.app.Store.AddHistory(t.Context(), pastTickets(450, w.clock.Now().AddDate(0, -2, 0))); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		if err := w.app.RetrainIntents(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := w.app.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			if c.Live {
				t.Error("what was trained at night judges by itself")
			}
		}
		return len(all)
	}
	if n := count(); n != 0 {
		t.Fatalf("%d models were trained by day", n)
	}
	w.clock.add(16*time.Hour + 30*time.Minute) // half past two
	if n := count(); n != 1 {
		t.Fatalf("%d models were trained at night, want one", n)
	}
	if n := count(); n != 1 {
		t.Fatalf("%d models were trained in one night, want one", n)
	}
	if err := w.app.RefreshChallenger(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", down)
	w.settled()
	w.eventually("the challenger has judged the ticket beside", func() bool {
		duels, err := w.app.RivalDuels(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(duels) == 1 && duels[0].Duel.Seen > 0
	})
}

func TestWhatWasAnsweredBeforeIsDrafted(t *testing.T) {
	w := learningWorld(t)
	if _, err := w.app.Store.AddHistory(t.Context(), pastTickets(90, w.clock.Now().AddDate(0, -2, 0))); err != nil {
		t.Fatal(err)
	}
	if err := w.app.RefreshAnswers(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", "I have a question about my reset link, order 7")
	w.settled()
	d := w.newest(item("1"), models.ActionReply)
	if !strings.HasPrefix(d.Value, "You can set a new one with the link") || !strings.Contains(fmt.Sprint(d.Reasons), "the answer to ticket old-") {
		t.Errorf("got %q because of %v", d.Value, d.Reasons)
	}
}

func TestTrainingCountsFirstContactsAndTicketsAreJudgedByThem(t *testing.T) {
	w := learningWorld(t)
	past := pastTickets(450, w.clock.Now().AddDate(0, -2, 0))
	for i := range past {
		if past[i].Group == "Shipping" {
			past[i].Reopens = 1
		}
	}
	if _, err := w.app.Store.AddHistory(t.Context(), past); err != nil {
		t.Fatal(err)
	}
	var trained string
	for range 2 { // the same counts again are the same
		trial, err := w.app.TrainIntents(t.Context(), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		trained = trial.Model.Version()
		w.clock.add(time.Second)
	}
	if err := w.app.Promote(t.Context(), trained, w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", "Please help me with the courier, order 99")
	w.ticket("2", "Please help me with the password, order 99")
	w.settled()
	said := func(id string) string {
		var all []string
		for _, r := range w.newest(item(id), models.ActionPriority).Reasons {
			all = append(all, r.Text)
		}
		return strings.Join(all, "\n")
	}
	if got := said("1"); !strings.Contains(got, "Tickets about Shipping are solved at first contact 4 % of the time, others 100 %") {
		t.Errorf("got %q", got)
	}
	if got := said("2"); strings.Contains(got, "first contact") {
		t.Errorf("got %q", got)
	}
	if versions, err := w.app.Store.LearnedVersions(t.Context(), "first-contact/group"); err != nil || len(versions) != 1 || !versions[0].Live {
		t.Errorf("got %v %v", versions, err)
	}
}
