package models

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func submitted(edit func(*Submission)) Submission {
	s := Submission{
		ID: SubmissionID("wms", "p1"), Source: "wms", ExternalID: "p1", Item: SubmissionItem("stock", "wms", "SKU-1"), Action: "stock.reorder",
		Value: "240", Before: "0", Facts: Told{"on_hand": 12.0}, UpdatedAt: time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC),
	}
	if edit != nil {
		edit(&s)
	}
	return s
}

func TestAProposalFoldsByItsProposersTime(t *testing.T) {
	was := submitted(nil)
	later := func(edit func(*Submission)) Submission {
		return submitted(func(s *Submission) {
			s.UpdatedAt = s.UpdatedAt.Add(time.Hour)
			edit(s)
		})
	}
	got, err := was.Fold(later(func(s *Submission) { s.Value = "480" }))
	if err != nil || got.Value != "480" {
		t.Errorf("a newer word: got %s %v", got.Value, err)
	}
	if got, _ = got.Fold(was); got.Value != "480" {
		t.Errorf("an older word overwrote it with %s", got.Value)
	}
	got, _ = was.Fold(later(func(s *Submission) {
		*s = Submission{ID: s.ID, Item: s.Item, Withdrawn: true, Why: "gone", UpdatedAt: s.UpdatedAt}
	}))
	if !got.Withdrawn || got.Value != "240" || got.Why != "gone" {
		t.Errorf("a withdrawal: got %+v, want what was proposed kept", got)
	}
	for name, n := range map[string]Submission{
		"another item":   later(func(s *Submission) { s.Item = "item:stock:wms:SKU-2" }),
		"another action": later(func(s *Submission) { s.Action = "stock.retire" }),
	} {
		if _, err := was.Fold(n); KindOf(err) != Invalid {
			t.Errorf("%s under the same id: got %v, want it refused", name, err)
		}
	}
	if !was.Same(later(func(s *Submission) { s.Options = []string{} })) {
		t.Error("the same said later is not the same")
	}
	if was.Same(later(func(s *Submission) { s.Facts = Told{"on_hand": 11.0} })) {
		t.Error("other facts are the same")
	}
}

func TestFactsThatCannotBeKeptAreRefused(t *testing.T) {
	many := Told{}
	for i := range maxTold + 1 {
		many["f"+strings.Repeat("x", i)] = true
	}
	for name, f := range map[string]Told{
		"too many":        many,
		"a nested one":    {"a": map[string]any{}},
		"nothing":         {"a": nil},
		"a name of none":  {"": 1.0},
		"a name in words": {"on hand": 1.0},
		"infinity":        {"a": math.Inf(1)},
		"a long text":     {"a": strings.Repeat("x", maxToldText+1)},
	} {
		if err := f.Check(); KindOf(err) != Invalid || !strings.HasPrefix(FieldOf(err), "facts") {
			t.Errorf("%s: got %v, want it refused by its field", name, err)
		}
	}
	if err := (Told{"a_1": 1.0, "B": "x", "c": false}).Check(); err != nil {
		t.Error(err)
	}
}

func TestFactsAreToldAsPeopleReadThem(t *testing.T) {
	f := Told{"on_hand": 12500.0, "rate": 0.25, "below": -1234.5, "cost": "1200.00 USD", "name": "Potter & Sons", "fragile": true, "sold_out": false}
	var got []string
	for _, r := range f.Rows() {
		got = append(got, r.Name+": "+r.Said)
	}
	want := []string{"Below: -1,234.5", "Cost: 1,200.00 USD", "Fragile: yes", "Name: Potter & Sons", "On hand: 12,500", "Rate: 0.25", "Sold out: no"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheFateOfADecision(t *testing.T) {
	person := Actor{Kind: ByPerson, ID: "ben"}
	for name, c := range map[string]struct {
		d       Decision
		want    Fate
		written bool
	}{
		"observed":          {Decision{State: Observed, Ruling: Ruling{Level: LevelObserve}}, FateObserved, false},
		"not delegated":     {Decision{State: Observed}, FateNotDelegated, false},
		"asked":             {Decision{State: Asked}, "", false},
		"asked, but old":    {Decision{State: Asked, Ruling: Ruling{Guardrails: []string{GuardrailStale}}}, FateStale, false},
		"acted":             {Decision{State: Applying, Final: "2", Before: "1"}, FateActed, true},
		"approved":          {Decision{State: Applying, Final: "2", Value: "2", Before: "1", Answers: []Answer{{By: person, Kind: AnswerApprove}}}, FateApproved, true},
		"left as it is":     {Decision{State: Applied, Final: "1", Value: "2", Before: "1", Answers: []Answer{{By: person, Kind: AnswerOverride, Value: "1"}}}, FateOverridden, false},
		"expired":           {Decision{State: Expired}, FateExpired, false},
		"superseded":        {Decision{State: Superseded}, FateSuperseded, false},
		"undone":            {Decision{State: Reverting, Final: "2", Before: "1"}, FateUndone, true},
		"undoing nothing":   {Decision{State: Reverted, Final: "1", Before: "1"}, "", false},
		"failed to get out": {Decision{State: Failed}, "", false},
	} {
		if got := c.d.Fate(); got != c.want || c.d.Written() != c.written {
			t.Errorf("%s: got %q, written %v; want %q, %v", name, got, c.d.Written(), c.want, c.written)
		}
	}
}

func TestWhoeverAuditsAProposalIsNotToldWhatItWas(t *testing.T) {
	s := submitted(func(s *Submission) {
		s.Facts = Told{"on_hand": 12.0, "quantity": 240.0, "note": "240"}
		s.Stated, s.Amount, s.Reasons = .9, Money{Minor: 76_800, Currency: "EUR"}, []Reason{{Text: "240 last a month"}}
	})
	d := Decision{ID: "d", Action: s.Action, Domain: "stock", State: Applied, Value: "240", Before: "0", AuditState: AuditOpen}
	got, err := json.Marshal(Case{Facts: Facts{Submission: &s}, Decisions: []Decision{d}}.Hidden())
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{`"value":"240"`, "quantity", "last a month", "768.00", `"stated":0.9`} {
		if strings.Contains(string(got), told) {
			t.Errorf("%s tells %s", got, told)
		}
	}
	if !strings.Contains(string(got), `"on_hand":12`) || len(s.Facts) != 3 {
		t.Errorf("got %s, want the other facts kept", got)
	}
}
