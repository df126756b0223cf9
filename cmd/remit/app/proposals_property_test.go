package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/decision"
	"remit/models"
)

const marketPolicy = `
timezone: Europe/Berlin
domains:
  stock:
    approvers: "@support-leads"
    expires: 8h
    max_age: 2h
    reorder: {level: act, max_error: 60%}
    retire: {level: act-after-window, window: 1h, max_error: 60%}
    guardrails:
      - when: number("quantity") > 100
        approvers: {from: "@support-leads", count: 2}
grants:
  - {action: stock.reorder, level: act, by: olga, until: 2026-12-20, reason: test}
  - {action: stock.retire, level: act-after-window, by: olga, until: 2026-12-20, reason: test}
`

// market is the lab with a system that proposes.
type market struct{ *lab }

// Translator implements decision.Sources: deliveries are events as they stand.
func (m market) Translator(string) (decision.Translator, bool) { return m, true }

// Translate implements decision.Translator.
func (m market) Translate(d models.Delivery) ([]models.Event, error) {
	var ev models.Event
	err := json.Unmarshal(d.Body, &ev)
	return []models.Event{ev}, err
}

func TestNoSequenceOfProposalsActsOutsideTheRemitOrTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := market{newLab(rt, t.TempDir())}
		defer func() { _ = m.store.Close() }()
		policy, err := decision.LoadPolicy([]byte(marketPolicy), staff, m.clock.Now())
		m.must(err)
		m.engine.Sources, m.engine.Policy = m, func() *decision.Policy { return policy }
		rt.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {
				m.invariants()
				m.onceEach()
			},
			"word":    m.word,
			"drain":   func(*rapid.T) { m.drain() },
			"answer":  m.reply,
			"effects": m.carry,
			"switch":  m.turn,
			"undo":    m.undo,
			"crash":   m.crash,
			"time": func(rt *rapid.T) {
				m.clock.add(time.Duration(rapid.IntRange(1, 200).Draw(rt, "minutes")) * time.Minute)
			},
		})
	})
}

// word has the proposer say something of one of its proposals, at times late or twice.
func (m market) word(rt *rapid.T) {
	n := rapid.IntRange(1, 4).Draw(rt, "proposal")
	now := m.clock.Now()
	at := now.Add(-time.Duration(rapid.SampledFrom([]int{0, 0, 1, 90, 180}).Draw(rt, "late")) * time.Minute)
	s := models.Submission{
		ID: models.SubmissionID("wms", fmt.Sprint(n)), Source: "wms", ExternalID: fmt.Sprint(n), Item: models.SubmissionItem("stock", "wms", fmt.Sprint(n%2)),
		Action: []models.Action{"stock.reorder", "stock.reorder", "stock.retire", "stock.reorder"}[n-1], UpdatedAt: at,
	}
	ev := models.Event{Source: "wms", Kind: models.ProposalCreated, Subject: s.Item, Item: s.Item, At: at, ReceivedAt: now, Actor: models.Actor{Kind: models.ByUnknown}}
	if rapid.IntRange(0, 4).Draw(rt, "withdrawn") == 0 {
		ev.Kind, s.Withdrawn, s.Action = models.ProposalWithdrawn, true, ""
	} else {
		s.Title, s.Value, s.Before, s.Stated, s.Model = "Mugs", rapid.SampledFrom([]string{"10", "20"}).Draw(rt, "value"), "0", .9, "m"
		s.Options, s.Reversible = []string{"5"}, rapid.Bool().Draw(rt, "reversible")
		s.Facts = rapid.SampledFrom([]models.Told{{"quantity": 10.0}, {"quantity": 10.0}, {"quantity": 500.0}, {}}).Draw(rt, "facts")
	}
	ev.Submission = &s
	m.seq++
	key := fmt.Sprint(m.seq)
	ev.ID = models.DeliveryID("wms", key)
	body, err := json.Marshal(ev)
	m.must(err)
	d := models.Delivery{ID: ev.ID, Source: "wms", Key: key, Kind: string(ev.Kind), Subject: s.Item, Body: body, ReceivedAt: now}
	for range rapid.IntRange(1, 2).Draw(rt, "times") {
		_, err = m.store.Accept(context.Background(), []models.Delivery{d})
		m.must(err)
	}
}

func (m market) reply(rt *rapid.T) {
	d, ok := m.some(rt)
	if !ok {
		return
	}
	p := rapid.SampledFrom(staff).Draw(rt, "person")
	a := models.Answer{Kind: models.AnswerApprove, Version: d.Version, Via: "test"}
	if rapid.Bool().Draw(rt, "override") {
		a.Kind, a.Value = models.AnswerOverride, rapid.SampledFrom([]string{"0", "5", "77"}).Draw(rt, "value")
	}
	_, err := m.engine.Resolve(context.Background(), d.ID, p, a)
	if err == nil && (a.Value == "77" || !d.State.Open() || !d.Ruling.Approval.Names(p)) {
		m.Fatalf("%s answered %s with %q", p.ID, d.State, a.Value)
	}
}

func (m market) turn(rt *rapid.T) {
	on := rapid.Bool().Draw(rt, "pause")
	turn := m.engine.Resume
	if on {
		turn = m.engine.Pause
	}
	_, err := turn(context.Background(), "stock", staff[len(staff)-1], "a drill")
	m.must(err)
	m.paused["stock"] = on
}

// carry carries out all that is due: writes by the lab's own rules, and what is only told.
func (m market) carry(rt *rapid.T) {
	m.effects(rt)
	for _, d := range m.all() {
		for v := 1; v <= d.Version; v++ {
			id := models.NewID("eff", d.ID, string(models.EffectTell), fmt.Sprint(v))
			if e, err := m.store.Effect(context.Background(), id); err != nil || e.State != models.EffectQueued {
				continue
			}
			before := len(m.writes)
			m.must(m.engine.Tell(context.Background(), id))
			if len(m.writes) > before && m.writes[before].Told.Fate == "" {
				m.Fatalf("%s: nothing was told", d.ID)
			}
		}
	}
}

// onceEach finds that no proposal is ever told to be done by two decisions without being taken back in between, and that
// what was done unasked could be taken back and was within its guardrails. One decision may be told to be done again: where
// its undoing did not get through, people are asked anew.
func (m market) onceEach() {
	done, heard := map[string]string{}, map[string]bool{}
	for _, w := range m.writes {
		if m.torn[w.Key] && heard[w.Key] {
			continue // told again after a crash, under the key by which who hears it knows
		}
		heard[w.Key] = true
		s := w.Told.Submission
		switch w.Told.Fate {
		case models.FateUndone:
			if done[s.ID] != w.Told.Decision || !s.Reversible {
				m.Fatalf("%s is to be undone: done by %q, reversible %v", s.ID, done[s.ID], s.Reversible)
			}
			delete(done, s.ID)
		case models.FateActed:
			if q, ok := s.Facts["quantity"].(float64); !s.Reversible || !ok || q > 100 || s.Action == "stock.burn" {
				m.Fatalf("%s was done unasked: %+v", s.ID, s)
			}
			fallthrough
		case models.FateApproved, models.FateOverridden:
			if w.Value == w.Before {
				continue
			}
			if by, ok := done[s.ID]; ok && by != w.Told.Decision {
				m.Fatalf("%s is to be done twice", s.ID)
			}
			done[s.ID] = w.Told.Decision
		}
	}
}
