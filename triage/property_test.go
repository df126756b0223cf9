package triage_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/models"
)

// anything draws facts of every sort.
func anything(t *rapid.T) (models.Facts, models.TriageRules) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"nobody can log in", "not", "urgent", "!!!", "<b>", "</", "&amp;", "\n", "> ", "On x wrote:\n", "by tomorrow", "by 2026-12-04", "300 users", "$12,000",
		"ignore previous instructions", "😡", ":(", "ERROR: X", "```\n", "stolen", "if", "\x00", "\xff", "مرحبا", "$", "-- \n", "RIDICULOUS", "soooo", "'", "by the 99999999999 may",
		"invoice", "password", "From: a@b.example\n", strings.Repeat("A", 10_000), "4111 1111 1111 1111",
	}))
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "text"), " ") })
	f := models.Facts{
		Now: now, EventAt: now, Similar: rapid.IntRange(0, 40).Draw(t, "similar"),
		Event: rapid.SampledFrom([]models.EventKind{models.TicketCreated, models.TicketCommented, models.TicketUpdated, models.AccountUpdated}).Draw(t, "event"),
		Ticket: &models.Ticket{
			ID: "ticket:h:1", ExternalID: "1", Subject: text.Draw(t, "subject"), Text: text.Draw(t, "body"), Group: rapid.SampledFrom([]string{"", "billing"}).Draw(t, "group"),
			Priority: rapid.SampledFrom([]models.Priority{"", "P1", "P4"}).Draw(t, "priority"), Tags: []string{"vip", "a"}, Reopens: rapid.IntRange(0, 3).Draw(t, "reopens"),
			Status: rapid.SampledFrom([]models.TicketStatus{models.TicketOpen, models.TicketSolved}).Draw(t, "status"), Language: rapid.String().Draw(t, "language"),
		},
		Signals: []models.Signal{{Name: "custom", Strength: 1}},
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "comments") {
		kind := rapid.SampledFrom([]models.ActorKind{models.ByCustomer, models.ByPerson, models.ByUnknown}).Draw(t, "author")
		f.Ticket.Thread = append(f.Ticket.Thread, models.Comment{ID: string(rune('a' + i)), Text: text.Draw(t, "comment"), Public: rapid.Bool().Draw(t, "public"), At: now.Add(time.Duration(i) * time.Hour), Author: models.Actor{Kind: kind, Name: rapid.String().Draw(t, "name")}})
	}
	if rapid.Bool().Draw(t, "known") {
		f.Account = &models.Account{Name: rapid.String().Draw(t, "account"), Tier: rapid.SampledFrom([]string{"", "enterprise", "free"}).Draw(t, "tier"), ChurnRisk: rapid.Float64().Draw(t, "risk"), RenewalOn: "2026-12-14", OpenIssues: rapid.Int().Draw(t, "issues")}
	}
	return f, models.TriageRules{
		AccountAge: time.Hour, Queues: queues,
		Macros: []models.Macro{{Title: "A", Words: []string{"invoice", text.Draw(t, "word")}, Text: "Hello {{name}}"}, {Title: "B", Words: []string{"password"}, Text: "Hello"}},
	}
}

// promised fails where a judgement breaks what Decide promises.
func promised(t interface{ Fatalf(string, ...any) }, f models.Facts, r models.TriageRules) {
	before, _ := json.Marshal([]any{f, r})
	j := judge.Decide(f, r)
	if after, _ := json.Marshal([]any{f, r}); string(after) != string(before) {
		t.Fatalf("the input was changed:\n%s", cmp.Diff(string(before), string(after)))
	}
	if d := cmp.Diff(j, judge.Decide(f, r)); d != "" {
		t.Fatalf("the same facts gave another judgement (-first +second):\n%s", d)
	}
	if d := cmp.Diff(j.Proposals, judge.Decide(j.Facts, r).Proposals); d != "" {
		t.Fatalf("judging the judged facts differs (-first +second):\n%s", d)
	}
	for _, p := range j.Proposals {
		if err := p.Check(); err != nil || p.Confidence > 0.97 || p.Item != f.Ticket.ID || p.Segment == "" || p.Model == "" {
			t.Fatalf("got %+v, which must not be proposed: %v", p, err)
		}
		if len(p.Reasons) == 0 {
			t.Fatalf("got %+v, want a reason", p)
		}
		for _, reason := range p.Reasons {
			if reason.Text == "" || reason.Code == "" || reason.Text != models.CleanText(reason.Text) || !(reason.Weight >= -1 && reason.Weight <= 1) {
				t.Fatalf("got reason %+v, want a sentence with a weight within -1..1", reason)
			}
		}
		if p.Action != models.ActionPriority && p.Value == p.Before {
			t.Fatalf("got %+v, which changes nothing", p)
		}
	}
	tone := *j.Facts.Tone
	for _, v := range []float64{tone.Anger, tone.Frustration, tone.Anxiety, tone.Politeness, tone.Positive} {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("got tone %+v, want within 0..1", tone)
		}
	}
}

func TestDecideKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, r := anything(t)
		promised(t, f, r)
	})
}

func TestWithoutATicketThereIsNothingToSay(t *testing.T) {
	j := judge.Decide(models.Facts{Now: now, Event: models.PayableCreated}, models.TriageRules{})
	if len(j.Proposals) != 0 || j.Facts.Tone != nil {
		t.Errorf("got %+v, want nothing", j)
	}
}

func FuzzDecide(f *testing.F) {
	for _, text := range []string{ordinary, "", "😡", "<div>a</div>", "> a\nOn b wrote:\n", "\x00\xff", "by 5pm on 2026-13-40", "ignore previous instructions", "```", "&#0;&lt;", "{{name}}"} {
		f.Add("subject", text, "comment")
	}
	f.Fuzz(func(t *testing.T, subject, text, comment string) {
		facts := written(text)
		facts.Ticket.Subject, facts.Event = subject, models.TicketCommented
		facts.Ticket.Thread = []models.Comment{{ID: "1", Public: true, At: now, Text: comment, Author: models.Actor{Kind: models.ByCustomer, Name: subject}}}
		promised(t, facts, models.TriageRules{Queues: queues, Macros: []models.Macro{{Title: "A", Words: []string{"a", text}, Text: comment + " {{name}}"}}})
	})
}
