package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// roster says who is on duty.
type roster map[string][]models.Person

func (r roster) Now(_ context.Context, name string, _ time.Time) []models.Person {
	return r[strings.TrimPrefix(name, "@")]
}

func (r roster) OnDuty(_ context.Context, p models.Person, _ time.Time) []string {
	var names []string
	for name, on := range r {
		if slices.ContainsFunc(on, func(o models.Person) bool { return o.ID == p.ID }) {
			names = append(names, name)
		}
	}
	return names
}

func TestAReminderNamesWhoeverIsAsked(t *testing.T) {
	for name, c := range map[string]struct {
		from []string
		want string
	}{
		"a group with a user group in Slack": {[]string{"@legal"}, "<!subteam^S0LEGAL> This"},
		"the people of a group without":      {[]string{"@finance-leads"}, "<@U0PRIYA> <@U0TOM> This"},
		"one person":                         {[]string{"@tom"}, "<@U0TOM> This"},
		"whoever is on duty":                 {[]string{"@duty"}, "<@U0TOM> This"},
		"each once":                          {[]string{"@tom", "@duty", "@finance-leads"}, "<@U0TOM> <@U0PRIYA> This"},
		"nobody":                             {[]string{"@<!channel>"}, "This"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *bot.Options) {
				o.Groups = map[string]string{"legal": "S0LEGAL"}
				o.Duty = roster{"duty": {{ID: "tom", Slack: tom}}}
			})
			d := decisionOn(ticketItem, models.ActionPriority, "P1", "P3", c.from...)
			m := w.card(ticketCase(d))
			if err := w.bot.Remind(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			all := w.slack.Visible("")
			if len(all) != 2 || all[1].ThreadTS != m.TS || !strings.HasPrefix(all[1].Text, c.want) {
				t.Errorf("got %q, want it to begin %q", all[len(all)-1].Text, c.want)
			}
		})
	}
}

func TestWhoeverIsOnDutyMayAnswerAndNobodyElse(t *testing.T) {
	on := roster{}
	w := newWorld(t, func(o *bot.Options) { o.Duty = on })
	m := w.card(ticketCase(decisionOn(ticketItem, models.ActionPriority, "P1", "P3", "@duty")))
	w.press(tom, m, "Approve")
	if w.desk.settled() != 0 {
		t.Fatal("somebody who is not on duty answered")
	}
	on["duty"] = []models.Person{{ID: "tom"}}
	w.press(tom, m, "Approve")
	if w.desk.settled() != 1 {
		t.Errorf("whoever is on duty could not answer: %s", w.told())
	}
}

func TestWhoAskedForAPaymentIsToldOnceThoughSlackFailsAroundIt(t *testing.T) {
	for name, f := range map[string]slackfake.Fault{
		"it arrived and nobody was told": {Cut: true},
		"it never arrived":               {Cut: true, Undone: true},
		"Slack is overloaded":            {Undone: true, Status: 503},
		"Slack asks for a pause":         {Undone: true, Status: 429, RetryAfter: 3, Error: "ratelimited"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.people["U0JO"] = models.Person{ID: "jo", Email: "jo@acme.com", Slack: "U0JO"}
			d := answered(holdAsk(), models.Applied, models.AnswerApprove, "")
			d.Ruling.Approval.Count, d.Requester = 1, "jo@acme.com"
			m := w.card(payCase(holdAsk()))
			w.desk.put(payCase(d))
			f.Method = "chat.postMessage"
			w.slack.Fail(f)
			if err := w.bot.Notify(t.Context(), payItem); models.KindOf(err) != models.Unavailable {
				t.Fatalf("Notify = %v, want to be called again", err)
			}
			w.clock.add(5 * time.Second)
			w.untilQuiet(payItem)
			w.notify(payItem)
			told := 0
			for _, r := range w.slack.Visible("") {
				if r.ThreadTS == m.TS {
					told++
				}
			}
			if told != 1 {
				t.Errorf("Jo was told %d times", told)
			}
		})
	}
}

func TestWhoAskedForAPaymentIsToldOnce(t *testing.T) {
	w := newWorld(t)
	jo := "U0JO"
	w.people[jo] = models.Person{ID: "jo", Email: "jo@acme.com", Slack: jo}
	d := answered(holdAsk(), models.Applied, models.AnswerApprove, "")
	d.Ruling.Approval.Count, d.Requester = 1, "jo@acme.com"
	open := holdAsk()
	w.card(payCase(open))
	w.desk.put(payCase(d))
	for range 3 {
		w.notify(payItem)
	}
	all := w.slack.Visible("")
	if len(all) != 2 || !strings.Contains(all[1].Text, "<@"+jo+">, you asked for this") || !strings.Contains(all[1].Text, "Priya approved") {
		t.Errorf("got %d messages: %q", len(all), all[len(all)-1].Text)
	}
	if found := slackfake.Control(nil, all[1].Text, "@"+jo); len(found) != 0 {
		t.Errorf("Slack would act on %v", found)
	}
}

func TestACardSaysToWhomOfAGroupTheTicketGoes(t *testing.T) {
	w := newWorld(t)
	d := routeAsk()
	d.Assignee = "ana"
	m := w.card(ticketCase(d))
	wantSaid(t, m.Words(), "first line → billing for ana", "Approve moves the ticket to billing, and gives it to ana.")
	w.press(priya, m, "Override: other queue")
	w.submit(map[string]string{"v." + d.ID: "technical", "reason": "judgement"})
	if said := w.only().Words(); strings.Contains(said, "ana") {
		t.Errorf("another queue was chosen, and the card still says: %s", said)
	}
}
