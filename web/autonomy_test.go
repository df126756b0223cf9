package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

// Audit implements Auditor.
func (d *desk) Audit(_ context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.at(id)
	if err != nil {
		return models.Decision{}, err
	}
	dec := d.decisions[i]
	if err := (models.Answer{Kind: models.AnswerOverride, Value: a.Value}).Check(dec.Action); err != nil {
		return dec, err
	}
	a.By = by.Actor()
	err = dec.AnswerAudit(a)
	d.decisions[i] = dec
	return dec, err
}

// Autonomy implements Autonomy.
func (d *desk) Autonomy(context.Context) ([]decision.Record, error) { return d.records, nil }

// Grant implements Autonomy.
func (d *desk) Grant(_ context.Context, q decision.GrantRequest, by models.Person) (models.Grant, error) {
	if !by.Has(models.RoleManager) {
		return models.Grant{}, models.Errorf(models.Denied, "Only a manager may grant a level.")
	}
	g := models.Grant{ID: "gr_1", Action: q.Action, Segment: q.Segment, Level: q.Level, By: by.ID, Until: q.Until, Reason: q.Reason, At: noon}
	d.grants = append(d.grants, g)
	return g, nil
}

// Revoke implements Autonomy.
func (d *desk) Revoke(_ context.Context, of decision.Slice, by models.Person, why string) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "Only a manager may take a level back.")
	}
	d.revoked = append(d.revoked, of.Named()+": "+why)
	return nil
}

// ladderScene is three slices of priorities: one that has earned its level, one on its way, and one that lost it.
func ladderScene() []decision.Record {
	slice := func(segment string) decision.Standing {
		return decision.NewStanding(decision.Slice{Action: models.ActionPriority, Segment: segment, Model: "rules-1"}, .05, decision.Estimate{}, noon)
	}
	right := func(st *decision.Standing, n int, audits bool) {
		for range n {
			st.Take(decision.Verdict{Slice: st.Slice, Confidence: .97, Rate: .1, Earns: true, Audit: audits, At: noon}, false)
		}
	}
	record := func(st decision.Standing, force decision.InForce, perMonth float64) decision.Record {
		return decision.Record{
			Standing: st, Ceiling: models.LevelAct, MaxError: .05, Force: force, PerMonth: perMonth, ActsMonth: 900,
			Volume: decision.Volume{Decisions: 1200, Sure: 900, Acted: 640, Judged: int(perMonth)},
		}
	}
	earned, climbing, lost := slice("business"), slice("enterprise"), slice("free")
	right(&earned, 320, false)
	right(&earned, 40, true)
	earned.Hold(models.LevelAct, "Omar Diaz approved it on 20 Nov 2026, on 320 verdicts that show errors below 1.2 %; the limit is 5 %.")
	right(&climbing, 90, false)
	lost.TakeBack("Errors have lately come more often than 5 %.", nil, decision.Estimate{}, noon.Add(-time.Hour))
	return []decision.Record{
		record(earned, decision.InForce{Level: models.LevelAct, Cut: .88, Why: earned.HeldWhy}, 210),
		record(climbing, decision.InForce{Level: models.LevelAsk, Cut: .95, Why: "The policy allows priority up to act, but nobody has granted it and no evidence has earned it: it asks."}, 60),
		record(lost, decision.InForce{Level: models.LevelAsk, Cut: .95, Why: lost.Against}, 15),
	}
}

func TestTheLadderIsShownWithWhyAndWhatIsMissing(t *testing.T) {
	d := scene()
	d.records = ladderScene()
	status, body, _ := visit(t, d.options()).as("omar").get("/autonomy")
	if status != http.StatusOK {
		t.Fatalf("got %d", status)
	}
	for _, want := range []string{
		"Omar Diaz approved it on 20 Nov 2026", "nobody has granted it", "more often than 5 %", "days at today", "Grant, in my name",
		"Take it back", `aria-current="step"`, "business", "enterprise",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if _, body, _ := visit(t, d.options()).as("priya").get("/autonomy"); strings.Contains(body, "Grant, in my name") {
		t.Error("somebody who is no manager is offered to grant")
	}
}

func TestAManagerGrantsAndTakesBackInTheConsole(t *testing.T) {
	d := scene()
	d.records = ladderScene()
	v := visit(t, d.options()).as("omar")
	v.submit("/autonomy/grant", url.Values{"action": {"priority"}, "segment": {"enterprise"}, "level": {"act"}, "until": {"2026-12-20"}, "reason": {"pilot"}})
	if len(d.grants) != 1 || d.grants[0].By != "omar" || d.grants[0].Segment != "enterprise" {
		t.Errorf("got %+v", d.grants)
	}
	v.submit("/autonomy/revoke", url.Values{"action": {"priority"}, "segment": {"business"}, "model": {"rules-1"}, "reason": {"enough"}})
	if len(d.revoked) != 1 || d.revoked[0] != "priority in business: enough" {
		t.Errorf("got %v", d.revoked)
	}
	v.submit("/autonomy/revoke", url.Values{"action": {"priority"}, "segment": {"business"}, "model": {"rules-1"}, "reason": {" "}})
	if len(d.revoked) != 1 {
		t.Error("it was taken back without a reason")
	}
}

// audited is a ticket that remit made urgent by itself, and that people are asked to audit.
func audited() (models.Facts, models.Decision) {
	facts, prio, _, _ := ticketScene()
	prio.State, prio.Autonomous, prio.Final, prio.AuditRate, prio.AuditState = models.Applied, true, prio.Value, .2, models.AuditOpen
	prio.Ruling.Why = []string{"Granted by Omar."}
	return facts, prio
}

func TestAnAuditHidesWhatRemitDidUntilThePersonHasChosen(t *testing.T) {
	d := newDesk()
	facts, prio := audited()
	d.put(facts, prio)
	v := visit(t, d.options()).as("priya")
	for _, path := range []string{"/", "/decisions/" + prio.ID, "/log"} {
		_, body, _ := v.get(path)
		for _, hidden := range []string{prio.Reasons[0].Text, "94%", "Proposed P1", "Settled on"} {
			if strings.Contains(body, hidden) {
				t.Errorf("%s tells %q", path, hidden)
			}
		}
	}
	if _, body, _ := v.get("/"); !strings.Contains(body, "This is what I would have done") {
		t.Error("the inbox does not ask what one would have done")
	}
	_, answer, _ := v.get("/v1/decisions/" + prio.ID)
	if strings.Contains(answer, prio.Reasons[0].Text) || strings.Contains(answer, `"value":"P1"`) || strings.Contains(answer, "Proposed P1") {
		t.Errorf("the API tells what remit did:\n%s", answer)
	}
	page := v.submit("/decisions/"+prio.ID+"/audit", url.Values{"action": {"priority"}, "value": {"P2"}})
	wantHas(t, page, "remit chose P1")
	_, body, _ := v.get("/decisions/" + prio.ID)
	wantHas(t, body, "P1", prio.Reasons[0].Text)
	if got := d.decisions[0]; got.AuditState != models.AuditAnswered || got.Audited.Value != "P2" || got.Audited.By.ID != "priya" {
		t.Errorf("got %+v", got.Audited)
	}
}

func TestWhatCountsAgainstASliceIsToldAsErrors(t *testing.T) {
	d := scene()
	d.records = ladderScene()[:1]
	e := &d.records[0].Evidence
	e.Wrong, e.Overridden, e.Unanswered = 1, 2, 4
	v := visit(t, d.options()).as("omar")
	if _, body, _ := v.get("/v1/autonomy"); !strings.Contains(body, `"errors":7`) {
		t.Errorf("the API does not tell of seven errors: %s", body)
	}
	if _, body, _ := v.get("/autonomy"); !strings.Contains(body, "7 against") {
		t.Error("the page does not tell of seven against")
	}
}

func TestUnderAGrantItIsSaidWhatEarningItStillTakes(t *testing.T) {
	d := scene()
	climbing := ladderScene()[1]
	climbing.Force = decision.InForce{Level: models.LevelAct, Cut: .95, Why: "act is granted for priority by omar until 2026-12-20: pilot."}
	d.records = []decision.Record{climbing}
	v := visit(t, d.options()).as("omar")
	_, body, _ := v.get("/autonomy")
	if !strings.Contains(body, "Not earned yet") || !strings.Contains(body, "more verdicts are needed") {
		t.Error("the page does not say what is missing under a grant")
	}
	d.records = ladderScene()[:1]
	if _, body, _ := v.get("/autonomy"); strings.Contains(body, "Not earned yet") {
		t.Error("what is earned is said to be missing")
	}
}
