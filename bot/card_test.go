package bot_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

func look() bot.CardOptions {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.FixedZone("CET", 3600)
	}
	return bot.CardOptions{Zone: berlin, ConsoleURL: "https://remit.example.com"}
}

// kinds are the cards there are, by the name of their golden file.
func kinds() map[string]models.Case {
	partly := answered(holdAsk(), models.Asked, models.AnswerOverride, models.ValueRelease)
	superseded := priorityAsk()
	superseded.State, superseded.Note = models.Superseded, "the customer wrote again"
	expired := priorityAsk()
	expired.State = models.Expired
	failed := answered(priorityAsk(), models.Failed, models.AnswerApprove, "")
	failed.Note = "helpdesk answered 503 for an hour"
	recalled := scheduleWaiting()
	recalled.State, recalled.Autonomous, recalled.Note = models.Asked, false, "finance was paused by Mia at 2 Dec 13:10: odd invoices"
	recalled.ExpiresAt = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	alone := priorityAsk()
	alone.State, alone.Autonomous, alone.Final = models.Applied, true, "P1"
	undone := ticketCase(answered(priorityAsk(), models.Reverted, models.AnswerApprove, ""))
	undone.Entries = []models.Entry{{DecisionID: undone.Decisions[0].ID, Kind: models.EntryUndone, By: models.Actor{Name: "Mia"}, At: made.Add(2 * time.Hour)}}
	chained := priorityAsk()
	chained.Ruling.Chain = []models.Rung{{After: 15 * time.Minute, To: "@duty-manager"}}
	stock := decisionOn("sku:erp:7", "stock.reorder", "40 boxes", "none", "@stock")
	return map[string]models.Case{
		"ticket_asked":            ticketCase(priorityAsk(), routeAsk(), replyAsk()),
		"ticket_priority":         ticketCase(priorityAsk()),
		"ticket_chain":            ticketCase(chained),
		"ticket_approved":         ticketCase(done(answered(priorityAsk(), models.Applied, models.AnswerApprove, "")), answered(routeAsk(), models.Applying, models.AnswerOverride, "technical")),
		"ticket_partly":           ticketCase(routeAsk(), answered(priorityAsk(), models.Applied, models.AnswerApprove, "")),
		"ticket_superseded":       ticketCase(superseded),
		"ticket_upstream":         ticketCase(answered(priorityAsk(), models.Superseded, models.AnswerUpstream, "P2")),
		"ticket_expired":          ticketCase(expired),
		"ticket_failed":           ticketCase(failed),
		"ticket_undone":           undone,
		"ticket_alone":            ticketCase(alone),
		"payment_hold":            payCase(holdAsk()),
		"payment_hold_partly":     payCase(partly),
		"payment_released":        payCase(answered(holdAsk(), models.Applied, models.AnswerOverride, models.ValueRelease)),
		"payment_release":         payCase(decisionOn(payItem, models.ActionHold, models.ValueRelease, models.ValueHold, "@finance-leads")),
		"payment_schedule_waits":  payCase(scheduleWaiting()),
		"payment_schedule_recall": payCase(recalled),
		"other_domain":            {Item: "sku:erp:7", Domain: "stock", Title: "Boxes, 40 x 30", Decisions: []models.Decision{stock}},
		"other_domain_facts": {Item: "sku:erp:7", Domain: "stock", Title: "Boxes, 40 x 30", Decisions: []models.Decision{stock}, Facts: models.Facts{
			Submission: &models.Submission{
				Source: "wms", Amount: eur(12_500_00), URL: "https://acme.zendesk.com/agent/tickets/35436",
				Facts: models.Told{"on_hand": 12.0, "daily_sales": 1234.5, "supplier": "<!channel> & *Sons*", "fragile": true, "unit_cost": "3.20 EUR"},
			},
		}},
		"hostile": hostile(),
	}
}

const attack = "<!channel> <@U1> <https://evil.example|Approve here> *bold* `code` :fire: &lt;!here&gt; \u202egnp.exe\u2066 شكرا \x00\xff"

func hostile() models.Case {
	d := priorityAsk()
	d.Reasons = []models.Reason{{Text: attack, Weight: 1}}
	r := routeAsk()
	r.Value, r.Note, r.Ruling.Approval.Note = attack, attack, attack
	c := ticketCase(d, r)
	c.Title = attack
	c.Facts.Ticket.Text = strings.Repeat(attack+" ", 100)
	c.Facts.Ticket.URL = "https://evil.example/|<!channel>"
	c.Facts.Account.Name = attack
	return c
}

func TestGolden(t *testing.T) {
	for name, c := range kinds() {
		t.Run(name, func(t *testing.T) {
			blocks, text := bot.Card(c, look())
			checkMessage(t, blocks, text)
			golden(t, name, map[string]any{"text": text, "blocks": slack.Blocks{BlockSet: blocks}})
		})
	}
}

func TestGoldenModals(t *testing.T) {
	for name, ds := range map[string][]models.Decision{
		"modal_ticket":   {priorityAsk(), routeAsk(), replyAsk()},
		"modal_hold":     {holdAsk()},
		"modal_schedule": {scheduleWaiting()},
		"modal_tags":     {decisionOn(ticketItem, models.ActionTag, "billing,refund", "", "@support-leads")},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := bot.OverrideView(look(), "Nobody can log in", ds, triageChannel)
			if err != nil {
				t.Fatal(err)
			}
			checkView(t, v)
			golden(t, name, v)
		})
	}
	t.Run("modal_told", func(t *testing.T) {
		v := bot.ToldView(look(), "Already approved by Priya at 14:02.")
		checkView(t, v)
		golden(t, "modal_told", v)
	})
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	got := indented(t, v)
	file := filepath.Join("testdata", "cards", name+".json")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("the card has changed (-want +got); if it should have, run with -update:\n%s", d)
	}
}

// indented writes the card as a person reads it: Slack's meaning of < is the same escaped or not.
func indented(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var loose any
	if err := json.Unmarshal(raw, &loose); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(loose); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// checkMessage holds a card to Slack's limits, and to saying nothing that Slack would act on.
func checkMessage(t failer, blocks []slack.Block, text string) {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slackfake.CheckMessage(raw, text) {
		t.Errorf("Slack would refuse the card: %s", p)
	}
	for _, c := range slackfake.Control(raw, text, "https://remit.example.com/", "https://acme.zendesk.com/") {
		t.Errorf("Slack would act on %q", c)
	}
}

func checkView(t failer, v any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slackfake.CheckView(raw) {
		t.Errorf("Slack would refuse the modal: %s", p)
	}
}

// anyText draws texts that have broken cards elsewhere.
func anyText() *rapid.Generator[string] {
	nasty := rapid.SampledFrom([]string{"", attack, `"\"\\`, "\n\n", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301", "<", "&", "العربية", "\u202e", "🇩🇪"})
	return rapid.Custom(func(t *rapid.T) string {
		part := rapid.OneOf(nasty, rapid.String(), rapid.StringMatching(`[a-z ]{0,40}`)).Draw(t, "part")
		return strings.Repeat(part, rapid.SampledFrom([]int{1, 1, 3, 50, 700}).Draw(t, "times"))
	})
}

func anyDecision(t *rapid.T, i int) models.Decision {
	text := anyText()
	actions := []models.Action{
		models.ActionPriority, models.ActionRoute, models.ActionTag, models.ActionReply, models.ActionSchedule, models.ActionHold,
		"stock.reorder", "x", "", ".",
	}
	a := rapid.SampledFrom(actions).Draw(t, "action")
	d := decisionOn(ticketItem, a, text.Draw(t, "value"), text.Draw(t, "before"))
	d.ID = models.NewID("dec", string(a), string(rune('a'+i)))
	d.State = rapid.SampledFrom([]models.State{
		models.Asked, models.Asked, models.Waiting, models.Expired, models.Failed, models.Applying, models.Applied, models.Reverting,
		models.Reverted, models.Superseded, models.Observed,
	}).Draw(t, "state")
	d.Confidence = rapid.Float64Range(0, 1).Draw(t, "confidence")
	d.Options = rapid.SliceOfN(text, 0, 120).Draw(t, "options")
	d.Note = text.Draw(t, "note")
	d.Reasons = nil
	for range rapid.IntRange(0, 8).Draw(t, "reasons") {
		d.Reasons = append(d.Reasons, models.Reason{Text: text.Draw(t, "reason")})
	}
	d.Ruling.Approval = models.Approval{
		From: rapid.SliceOfN(text, 0, 5).Draw(t, "from"), Count: rapid.IntRange(0, 9).Draw(t, "count"), NotRequester: true, Note: text.Draw(t, "guardrail"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "answers") {
		kind := rapid.SampledFrom([]models.AnswerKind{models.AnswerApprove, models.AnswerOverride, models.AnswerUpstream}).Draw(t, "kind")
		d.Answers = append(d.Answers, models.Answer{By: models.Actor{ID: text.Draw(t, "by"), Name: text.Draw(t, "name")}, Kind: kind, Value: text.Draw(t, "to"), Note: text.Draw(t, "said")})
	}
	return d
}

func anyCase(t *rapid.T) models.Case {
	text := anyText()
	c := payCase()
	c.Item, c.Title, c.Domain = ticketItem, text.Draw(t, "title"), models.Domain(rapid.SampledFrom([]string{"triage", "finance", attack}).Draw(t, "domain"))
	for i := range rapid.IntRange(0, 8).Draw(t, "decisions") {
		c.Decisions = append(c.Decisions, anyDecision(t, i))
	}
	c.Facts.Ticket = &models.Ticket{Text: text.Draw(t, "text"), URL: rapid.OneOf(rapid.Just("https://acme.zendesk.com/1"), text).Draw(t, "url")}
	c.Facts.Account = &models.Account{Name: text.Draw(t, "account"), Tier: text.Draw(t, "tier")}
	c.Facts.Payable.VendorName, c.Facts.Payable.Invoice, c.Facts.Payable.Requester = text.Draw(t, "vendor"), text.Draw(t, "invoice"), text.Draw(t, "requester")
	return c
}

func TestEveryCardIsWithinSlacksLimitsWhateverTheFactsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		blocks, text := bot.Card(c, look())
		checkMessage(t, blocks, text)
		if open := c.Open(); len(open) > 0 {
			v, err := bot.OverrideView(look(), c.Title, open[:min(len(open), 4)], triageChannel)
			if err != nil {
				t.Fatal(err)
			}
			checkView(t, v)
		}
	})
}

func TestAnUnchangedCaseGivesAnUnchangedCard(t *testing.T) {
	for name, c := range kinds() {
		a, _ := bot.Card(c, look())
		b, _ := bot.Card(c, look())
		if d := cmp.Diff(indented(t, a), indented(t, b)); d != "" {
			t.Errorf("%s: drawn twice, the card differs:\n%s", name, d)
		}
	}
}

func TestASettledCardHasNoButtonsButUndo(t *testing.T) {
	blocks, _ := bot.Card(kinds()["ticket_approved"], look())
	raw, _ := json.Marshal(blocks)
	if b := (slackfake.Message{Blocks: raw}).Buttons(); len(b) != 1 || b[0].Label != "Undo: Priority P1" {
		t.Errorf("got buttons %v, want undo of what was done and nothing else", b)
	}
	words := slackfake.Words(raw)
	for _, want := range []string{"Approved by Priya at Wed 2 Dec 15:02: P1.", "Overridden by Priya", "https://remit.example.com/decisions/dec_"} {
		if !strings.Contains(words, want) {
			t.Errorf("the card does not say %q:\n%s", want, words)
		}
	}
}

func TestTheConsoleGetsTheSameBlocksWithoutSlack(t *testing.T) {
	b := bot.New(bot.Options{Zone: look().Zone, ConsoleURL: look().ConsoleURL})
	defer b.Close()
	got, err := b.Blocks(ticketCase(priorityAsk()))
	if err != nil {
		t.Fatal(err)
	}
	blocks, _ := bot.Card(ticketCase(priorityAsk()), look())
	want, _ := json.Marshal(blocks)
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
	if err := b.Notify(t.Context(), ticketItem); err != nil {
		t.Errorf("Notify without Slack = %v, want nil", err)
	}
}
