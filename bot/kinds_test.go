package bot_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// alone gives a decision that remit carried out by itself.
func alone(d models.Decision) models.Decision {
	d.State, d.Autonomous, d.Final, d.Version, d.ExpiresAt = models.Applied, true, d.Value, 3, time.Time{}
	d.Ruling.Outcome = models.OutcomeAct
	return d
}

func auditOf(d models.Decision) models.Decision {
	d = alone(d)
	d.AuditState = models.AuditOpen
	return d
}

func auditAnswered(d models.Decision, choice string) models.Decision {
	d = alone(d)
	d.AuditState = models.AuditAnswered
	d.Audited = models.Answer{By: models.Actor{Kind: models.ByPerson, ID: "priya", Name: "Priya"}, Kind: models.AnswerOverride, Value: choice, At: made.Add(time.Hour)}
	return d
}

func levelCase(p models.Promotion) models.Case {
	item := "level:priority/billing"
	d := decisionOn(item, models.ActionLevel, string(p.To), string(p.From), "@operations")
	d.Domain, d.Confidence, d.Reasons, d.Options = models.Self, 1, p.Reasons(), []string{"ask", "act-after-window"}
	title := p.Named() + ": " + string(p.To) + " instead of " + string(p.From)
	return models.Case{Item: item, Domain: models.Self, Title: title, Decisions: []models.Decision{d}, Facts: models.Facts{Promotion: &p}}
}

func promotion() models.Case {
	return levelCase(models.Promotion{
		Action: models.ActionPriority, Segment: "billing", From: models.LevelAsk, To: models.LevelAct, Verdicts: 214, Errors: 6, Agreement: 208. / 214,
		Bound: .041, MaxError: .05, Cut: .83, ActsMonth: 402, Goal: "first decision p90 (minutes)", Before: 41, Since: 12, GoalKnown: true,
	})
}

func demotion() models.Case {
	c := levelCase(models.Promotion{
		Action: models.ActionPriority, Segment: "billing", From: models.LevelAct, To: models.LevelAsk, MaxError: .05,
		Why: "Errors came more often than 5 % allows: that this is chance is less likely than 2 in 1,000.",
	})
	c.Decisions[0] = alone(c.Decisions[0])
	return c
}

func incidentCase() models.Case {
	c := ticketCase(priorityAsk())
	c.Title = "Checkout is down"
	c.Facts.Incident = &models.Incident{Key: "checkout", Count: 14, Since: made.Add(-20 * time.Minute), Title: "Checkout is down for stores"}
	for i := range 14 {
		c.Facts.Incident.Tickets = append(c.Facts.Incident.Tickets, fmt.Sprintf("ticket:helpdesk:%d", 35436+i))
	}
	return c
}

func floorCase() models.Case {
	d := scheduleWaiting()
	d.State, d.Autonomous, d.ActAt, d.ExpiresAt = models.Asked, false, time.Time{}, time.Date(2026, 12, 3, 8, 0, 0, 0, time.UTC)
	c := payCase(d)
	c.Facts.Cash.Before, c.Facts.Cash.BeforeOn = eur(141_000_00), "2026-12-04"
	return c
}

// laterKinds are the cards of evidence, incidents and cash.
func laterKinds() map[string]models.Case {
	draft := replyAsk()
	draft.Value = "Hello,\nyour refund is on its way."
	return map[string]models.Case{
		"audit_priority":   ticketCase(auditOf(priorityAsk())),
		"audit_hold":       payCase(auditOf(holdAsk())),
		"audit_schedule":   payCase(auditOf(scheduleWaiting())),
		"audit_beside_ask": ticketCase(routeAsk(), auditOf(priorityAsk())),
		"audit_agreed":     ticketCase(auditAnswered(priorityAsk(), "P1")),
		"audit_disagreed":  ticketCase(auditAnswered(priorityAsk(), "P2")),
		"level_promotion":  promotion(),
		"level_demotion":   demotion(),
		"incident":         incidentCase(),
		"cash_floor":       floorCase(),
		"cash_short":       shortCase(),
		"reply_draft":      ticketCase(draft),
	}
}

// shortCase is a pool whose floor no payment to hold can save.
func shortCase() models.Case {
	const item = "cash:hq:USD"
	d := decisionOn(item, models.ActionCash, models.ValueAttend, models.ValueAttend, "@finance-leads")
	usd := func(major int64) models.Money { return models.Money{Minor: major * 100, Currency: "USD"} }
	cash := models.Cash{Pool: item, Floor: usd(50_000), Balance: usd(60_000), Low: usd(30_000), LowOn: "2026-12-17", ShortOn: "2026-12-11", Breach: 1}
	d.Domain, d.Confidence, d.Options, d.Title = models.Finance, 1, []string{models.ValueAccept}, "hq, USD: cash floor at risk"
	d.Reasons = []models.Reason{
		{Code: models.ReasonShort, Text: cash.SayShort()},
		{Code: "cash.causes", Text: "There is 60,000.00 USD now; until then leave Payroll December 30,000.00 USD on Fri 11 Dec (never moved)."},
	}
	return models.Case{Item: item, Domain: models.Finance, Title: d.Title, Decisions: []models.Decision{d}, Facts: models.Facts{Cash: &cash}}
}

func TestGoldenLater(t *testing.T) {
	for name, c := range laterKinds() {
		t.Run(name, func(t *testing.T) {
			blocks, text := bot.Card(c, look())
			checkMessage(t, blocks, text)
			golden(t, name, map[string]any{"text": text, "blocks": slack.Blocks{BlockSet: blocks}})
		})
	}
}

// notices are the cards about no single ticket or payment.
func notices() map[string]bot.Notice {
	o := look()
	letter := models.DeadLetter{
		ID: "dl_1", Source: "erp", Key: "msg_2x8", Kind: "payable.created", Field: "payable.amount", At: made, Tries: 1,
		Error: `"12.345 USD" has more decimals than USD has (2)`,
	}
	again := letter
	again.ReplayedAt = made.Add(time.Hour)
	paused := models.Switch{Domain: models.Finance, Paused: true, By: "Mia", Why: "odd invoices since noon", At: made}
	running := models.Switch{Domain: models.Finance, By: "Mia", Why: "the vendor has explained", At: made.Add(time.Hour)}
	move := scheduleWaiting()
	move.Title = "RE-8841 of Müller & Söhne GmbH, 4,820.00 EUR"
	pay := payCase()
	return map[string]bot.Notice{
		"notice_dead_letter":          o.DeadLetter(letter),
		"notice_dead_letter_replayed": o.DeadLetter(again),
		"notice_paused":               o.Switched(paused, []models.Decision{move}, []models.Effect{{Kind: models.EffectApply, Source: "erp", Item: payItem}}),
		"notice_resumed":              o.Switched(running, nil, nil),
		"notice_cap":                  o.Capped(bot.Cap{Domain: models.Triage, Name: "200 actions an hour", Until: "15:00"}),
		"notice_policy": o.Proposed(models.PolicyVersion{
			Number: 7, State: models.PolicyProposed, Author: models.Actor{Kind: models.ByPerson, ID: "mia", Name: "Mia"}, Why: "a quiet quarter",
			Loosens: []string{"priority acts by itself where it only asked."},
		}),
		"notice_welcome":    o.Welcomed("Priya Raman", "https://acme.zendesk.com", 10),
		"notice_would_have": wouldHave(),
		"notice_silent":     o.Silent(10),
		"notice_review":     o.Review(weekly()),
		"notice_daily":      o.Review(bot.Review{Name: "Today", From: "2026-12-02", To: "2026-12-02", Rows: weekly().Rows[:1]}),
		"notice_pay_run": o.PayRun(bot.PayRun{
			Pool: "acme/EUR", Day: "2026-12-03", Payments: []models.Payable{*pay.Facts.Payable}, Held: []models.Payable{*pay.Facts.Earlier},
			Total: eur(4_820_00), Cash: pay.Facts.Cash, Moves: []models.Decision{move},
		}),
	}
}

func wouldHave() bot.Notice {
	route, priority := routeAsk(), priorityAsk()
	route.State, priority.State = models.Observed, models.Observed
	priority.Before = priority.Value
	n, _ := look().WouldHave(ticketCase(route, priority), 3, 10)
	return n
}

func weekly() bot.Review {
	return bot.Review{
		Name: "Weekly review", From: "2026-11-23", To: "2026-11-29",
		Rows: []bot.ReviewRow{
			{Action: models.ActionPriority, Decided: 412, Alone: 300, Asked: 112, Overridden: 14, Undone: 2, Error: 0.031, Limit: 0.05},
			{Action: models.ActionHold, Segment: "10k+", Decided: 31, Alone: 0, Asked: 31, Overridden: 6, Expired: 1, Error: -1},
		},
		Notes:    []string{"Priorities in billing were overridden twice as often as the week before", "One hold expired without an answer"},
		Pictures: []bot.Picture{{Name: "ladder.png", Alt: "Levels of autonomy by action", PNG: []byte("png")}},
	}
}

func TestGoldenNotices(t *testing.T) {
	for name, n := range notices() {
		t.Run(name, func(t *testing.T) {
			checkMessage(t, n.Blocks, n.Text)
			golden(t, name, map[string]any{"text": n.Text, "blocks": slack.Blocks{BlockSet: n.Blocks}})
		})
	}
}

func TestNoticesAreWithinSlacksLimitsWhateverTheyTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, o := anyText(), look()
		many := func(f func() models.Decision) (ds []models.Decision) {
			for range rapid.SampledFrom([]int{0, 1, 12}).Draw(t, "n") {
				ds = append(ds, f())
			}
			return ds
		}
		i := 0
		ds := many(func() models.Decision { i++; return anyDecision(t, i) })
		p := models.Payable{VendorName: text.Draw(t, "vendor"), Invoice: text.Draw(t, "invoice"), Amount: eur(100)}
		var rows []bot.ReviewRow
		for range rapid.SampledFrom([]int{0, 1, 12}).Draw(t, "rows") {
			rows = append(rows, bot.ReviewRow{Action: models.Action(text.Draw(t, "action")), Segment: text.Draw(t, "segment"), Decided: 1})
		}
		for _, n := range []bot.Notice{
			o.DeadLetter(models.DeadLetter{ID: text.Draw(t, "id"), Source: text.Draw(t, "source"), Kind: text.Draw(t, "kind"), Error: text.Draw(t, "error"), Field: text.Draw(t, "field")}),
			o.Switched(models.Switch{Domain: models.Domain(text.Draw(t, "domain")), Paused: true, By: text.Draw(t, "by"), Why: text.Draw(t, "why")}, ds, []models.Effect{{Source: text.Draw(t, "to"), Item: text.Draw(t, "item")}}),
			o.Capped(bot.Cap{Domain: models.Domain(text.Draw(t, "capped")), Name: text.Draw(t, "cap"), Until: text.Draw(t, "until")}),
			o.Review(bot.Review{Name: text.Draw(t, "name"), Rows: rows, Notes: rapid.SliceOfN(text, 0, 10).Draw(t, "notes")}),
			o.Proposed(models.PolicyVersion{
				State:  models.PolicyState(rapid.SampledFrom([]string{"proposed", "in_force", "withdrawn"}).Draw(t, "policy")),
				Author: models.Actor{ID: text.Draw(t, "author")}, Why: text.Draw(t, "policy why"), Loosens: rapid.SliceOfN(text, 0, 12).Draw(t, "loosens"),
			}),
			o.PayRun(bot.PayRun{Payments: []models.Payable{p, p, p}, Held: []models.Payable{p}, Moves: ds}),
		} {
			checkMessage(t, n.Blocks, n.Text)
		}
	})
}

// An audit is worth nothing where the card gives the answer away.
func TestAnAuditTellsNothingOfWhatRemitDid(t *testing.T) {
	for name, c := range map[string]models.Case{
		"priority": ticketCase(auditOf(priorityAsk())), "queue": ticketCase(auditOf(routeAsk())), "draft": ticketCase(auditOf(replyAsk())),
		"hold": payCase(auditOf(holdAsk())), "pay day": payCase(auditOf(scheduleWaiting())),
	} {
		t.Run(name, func(t *testing.T) {
			d := c.Decisions[0]
			blocks, text := bot.Card(c, look())
			raw, _ := json.Marshal(blocks)
			said := text + "\n" + slackfake.Words(raw)
			secrets := []string{"sure", "→"}
			for _, r := range d.Reasons {
				secrets = append(secrets, r.Text)
			}
			if d.Action == models.ActionReply || d.Action == models.ActionSchedule {
				secrets = append(secrets, d.Value, models.Day(d.Value).Display())
			}
			for _, s := range secrets {
				if s != "" && strings.Contains(said, s) {
					t.Errorf("the card gives away %q:\n%s", s, said)
				}
			}
			other := c
			o := d
			o.Value, o.Final, o.Confidence = otherValue(d), otherValue(d), 0.51
			other.Decisions = []models.Decision{o}
			if c.Facts.Cash != nil {
				cash := *c.Facts.Cash
				cash.Low, cash.LowOn, cash.Breach = eur(152_000_00), "2026-12-11", 0.04
				other.Facts.Cash = &cash
			}
			same, sameText := bot.Card(other, look())
			if again, _ := json.Marshal(same); string(again) != string(raw) || sameText != text {
				t.Errorf("had remit done otherwise, the card would differ:\n%s\n%s", raw, again)
			}
		})
	}
}

func otherValue(d models.Decision) string {
	switch d.Action {
	case models.ActionPriority:
		return "P4"
	case models.ActionRoute:
		return "technical"
	case models.ActionHold:
		return models.ValueRelease
	case models.ActionSchedule:
		return "2026-12-11"
	}
	return "something else"
}

func TestOnceAnsweredAnAuditTellsBothAnswers(t *testing.T) {
	blocks, _ := bot.Card(laterKinds()["audit_disagreed"], look())
	raw, _ := json.Marshal(blocks)
	wantSaid(t, slackfake.Words(raw), "remit did this by itself", "P3 → P1", "Asked without being told, Priya said P2.")
}

func TestACardHasAtMostTwoButtonsAndOneMenuToAnswerWith(t *testing.T) {
	for name, c := range laterKinds() {
		checkButtons(t, name, c)
	}
	for name, c := range kinds() {
		checkButtons(t, name, c)
	}
}

func checkButtons(t *testing.T, name string, c models.Case) {
	t.Helper()
	blocks, _ := bot.Card(c, look())
	for _, b := range blocks {
		a, is := b.(*slack.ActionBlock)
		if !is {
			continue
		}
		count := map[slack.MessageElementType]int{}
		for _, e := range a.Elements.ElementSet {
			count[e.ElementType()]++
		}
		if count[slack.METButton] > 2 || len(a.Elements.ElementSet)-count[slack.METButton] > 1 {
			t.Errorf("%s: %v", name, count)
		}
	}
}

func TestWhatWouldChangeNothingIsNotTold(t *testing.T) {
	d := priorityAsk()
	d.State, d.Before = models.Observed, d.Value
	if n, ok := look().WouldHave(ticketCase(d, routeAsk()), 1, 10); ok {
		t.Errorf("got %q, want nothing: one changes nothing, the other is asked", n.Text)
	}
}
