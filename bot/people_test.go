package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// register keeps links, in memory.
type register struct {
	mu    sync.Mutex
	links map[string]models.Link
	free  []models.Person
	w     *world
}

func (r *register) AskLink(_ context.Context, l models.Link) (models.Link, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if was, known := r.links[l.SlackID]; known && was.State != models.LinkRefused {
		return was, nil
	}
	l.State = models.LinkAsked
	r.links[l.SlackID] = l
	return l, nil
}

func (r *register) Link(_ context.Context, id string) (models.Link, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, known := r.links[id]
	if !known {
		return l, models.Errorf(models.NotFound, "nobody")
	}
	return l, nil
}

func (r *register) SettleLink(_ context.Context, l models.Link) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.links[l.SlackID].State != models.LinkAsked {
		return models.Errorf(models.Conflict, "This was settled already.")
	}
	r.links[l.SlackID] = l
	for _, p := range r.free {
		if p.ID == l.PersonID {
			r.w.people[l.SlackID] = p
		}
	}
	return nil
}

func (r *register) Linkable() []models.Person { return r.free }

const olga = "U0OLGA"

// linking is a world with an admin, and somebody in the configuration whom Slack does not know yet.
func linking(w *world) *register {
	w.people[olga] = models.Person{ID: "olga", Name: "Olga", Slack: olga, Roles: []models.Role{models.RoleAdmin}}
	w.slack.AddUser(slackfake.User{ID: olga, Name: "olga"})
	r := &register{links: map[string]models.Link{}, w: w, free: []models.Person{{ID: "nora", Name: "Nora", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}}}}
	w.bot.Links = r
	return r
}

// asks has a stranger click, and then ask to be added; it gives the admins' card.
func (w *world) asksToBeAdded(user string, m slackfake.Message) slackfake.Message {
	w.t.Helper()
	w.press(user, m, "Approve")
	e := w.slack.Ephemerals()
	last := e[len(e)-1]
	w.press(user, slackfake.Message{Channel: last.Channel, Blocks: last.Blocks}, "Ask to be added")
	for _, m := range w.slack.Visible(fallback) {
		if strings.Contains(m.Words(), "asks to answer remit") {
			return m
		}
	}
	w.t.Fatalf("no card asks who %s is; they were told %q", user, w.told())
	return slackfake.Message{}
}

func TestAStrangerIsToldWhomToAskAndIsKnownOnceAnAdminSaysWhoTheyAre(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		linking(w)
		m := w.card(ticketCase(priorityAsk()))
		card := w.asksToBeAdded(nobody, m)
		wantSaid(t, w.told(), "remit does not know you. Ask @support-leads")
		if w.desk.settled() != 0 || len(w.desk.refused) != 1 {
			t.Fatalf("%d answers and %d refusals noted, want none and one", w.desk.settled(), len(w.desk.refused))
		}
		w.press(priya, card, "Nora")
		w.press(nobody, card, "Nora")
		if w.desk.settled() != 0 || len(w.people) != 3 {
			t.Fatal("somebody who is no admin linked somebody")
		}
		w.press(olga, card, "Nora")
		wantSaid(t, w.slack.Visible(fallback)[0].Words(), "is nora now, says olga")
		w.press(nobody, m, "Approve")
		if w.desk.settled() != 1 || w.desk.answers[0].By.ID != "nora" {
			t.Errorf("after the link: %v", w.desk.answers)
		}
	})
}

func TestAskingTwiceShowsOneCardAndARefusalStands(t *testing.T) {
	w := newWorld(t)
	linking(w)
	m := w.card(ticketCase(priorityAsk()))
	w.asksToBeAdded(nobody, m)
	card := w.asksToBeAdded(nobody, m)
	if n := len(w.slack.Visible(fallback)); n != 1 {
		t.Errorf("%d cards, want 1", n)
	}
	w.press(olga, card, "Do not add")
	w.press(olga, card, "Nora")
	w.press(nobody, m, "Approve")
	if w.desk.settled() != 0 {
		t.Error("a refused stranger answered")
	}
}

func TestGuestsCannotAskToBeAdded(t *testing.T) {
	for name, change := range map[string]func(*slackfake.User){
		"a guest":             func(u *slackfake.User) { u.Guest = true },
		"a deactivated":       func(u *slackfake.User) { u.Deleted = true },
		"a bot":               func(u *slackfake.User) { u.Bot = true },
		"from another team":   func(u *slackfake.User) { u.Team = "T0OTHER" },
		"of a shared channel": func(u *slackfake.User) { u.Stranger = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := linking(w)
			u := slackfake.User{ID: nobody, Name: "x"}
			change(&u)
			w.slack.AddUser(u)
			m := w.card(ticketCase(priorityAsk()))
			m.Blocks = []byte(`[{"type":"actions","elements":[{"type":"button","action_id":"link-ask","value":"x","text":{"type":"plain_text","text":"Ask"}}]}]`)
			w.press(nobody, m, "Ask")
			if len(r.links) != 0 {
				t.Error("they could ask")
			}
		})
	}
}

func TestATamperedLinkIsRefused(t *testing.T) {
	w := newWorld(t)
	r := linking(w)
	card := w.asksToBeAdded(nobody, w.card(ticketCase(priorityAsk())))
	for name, value := range map[string]string{
		"a person who is known already":    nobody + " priya",
		"a person who is not there":        nobody + " ghost",
		"a Slack user who never asked":     tom + " nora",
		"a newcomer under another's Slack": nobody + " slack-" + tom,
		"nothing":                          "",
		"an admin's own":                   nobody + " olga",
	} {
		t.Run(name, func(t *testing.T) {
			p := w.slack.ClickPayload(olga, card, slackfake.Button{ActionID: "link", Value: value, Menu: true})
			if _, err := w.slack.SendPayload(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			w.bot.Wait()
			if l := r.links[nobody]; l.State == models.LinkLinked {
				t.Errorf("they are %s now", l.PersonID)
			}
		})
	}
}

func TestASlackUserGroupMakesAnApproverWhileSlackSaysSo(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Groups = map[string]string{"legal": "S0LEGAL"} })
	w.people[tom] = models.Person{ID: "tom", Name: "Tom", Roles: []models.Role{models.RoleApprover}}
	may := func() bool {
		t.Helper()
		before := w.desk.settled()
		d := decisionOn(ticketItem, models.ActionPriority, "P1", "P3", "@legal")
		d.EventID = time.Now().String()
		d.ID = models.DecisionID(d.EventID, d.Item, d.Action)
		w.desk.put(ticketCase(d))
		w.notify(ticketItem)
		w.press(tom, w.only(), "Approve")
		return w.desk.settled() > before
	}
	if may() {
		t.Fatal("somebody who is in no group answered")
	}
	w.slack.SetGroup("S0LEGAL", tom)
	w.clock.add(6 * time.Minute)
	if !may() {
		t.Fatal("Slack says that they are in the group")
	}
	n := len(w.slack.Calls("usergroups.users.list"))
	may()
	if len(w.slack.Calls("usergroups.users.list")) != n {
		t.Error("Slack was asked again at once")
	}
	w.slack.Fail(slackfake.Fault{Method: "usergroups.users.list", Times: 100, Undone: true, Status: 503})
	w.clock.add(8 * time.Minute)
	if !may() {
		t.Error("a Slack that cannot be asked for a moment shut them out")
	}
	w.clock.add(8 * time.Minute)
	if may() {
		t.Error("they answered by what Slack said a quarter of an hour ago")
	}
	w.slack.Mend()
	w.slack.SetGroup("S0LEGAL")
	w.clock.add(time.Minute)
	if may() {
		t.Error("they left the group, and answered")
	}
}
