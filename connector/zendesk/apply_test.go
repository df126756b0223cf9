package zendesk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/connector"
	"remit/connector/zendesk"
	"remit/models"
)

func write(a models.Action, before, value string) models.Write {
	return models.Write{Key: "eff_" + string(a), Action: a, Before: before, Value: value, Item: "ticket:helpdesk:1", Note: "The customer is angry.", By: models.Remit}
}

func TestApplyWritesTheFieldAndTheReasons(t *testing.T) {
	cases := map[string]struct {
		write models.Write
		field string
		want  any
	}{
		"a priority":      {write(models.ActionPriority, "P4", "P1"), "priority", "urgent"},
		"a group by name": {write(models.ActionRoute, "11", "billing"), "group_id", float64(8447320466430)},
		"a group by id":   {write(models.ActionRoute, "11", "12"), "group_id", float64(12)},
		"tags":            {write(models.ActionTag, "billing", "billing,refund"), "tags", []any{"billing", "refund"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.ticket(1, nil)
			if err := connect(t, f, nil).(connector.Applier).Apply(t.Context(), tc.write); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, f.tickets["1"][tc.field]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			last := f.comments["1"][len(f.comments["1"])-1]
			if last["public"] != false || !strings.Contains(last["body"].(string), "The customer is angry.") {
				t.Errorf("got comment %v, want an internal note with the reasons", last)
			}
		})
	}
}

func TestADraftIsAnInternalNote(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, nil).(connector.Applier)
	w := write(models.ActionReply, "", "Dear Emily, it is on its way.")
	for range 2 {
		if err := a.Apply(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.comments["1"]) != 2 {
		t.Fatalf("got %d comments, want the first message and one note", len(f.comments["1"]))
	}
	note := f.comments["1"][1]
	if note["public"] != false || !strings.Contains(note["body"].(string), "Dear Emily") || !strings.HasPrefix(note["body"].(string), "Suggested reply") {
		t.Errorf("got %v, want an internal note that says what it is", note)
	}
}

func TestTheSameWriteTwiceIsOneEffect(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, nil).(connector.Applier)
	f.loseNext = true
	w := write(models.ActionPriority, "P4", "P1")
	if got := models.KindOf(a.Apply(t.Context(), w)); got != models.Unavailable {
		t.Fatalf("a lost answer: got %q, want %q", got, models.Unavailable)
	}
	if err := a.Apply(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if f.puts != 1 {
		t.Errorf("got %d updates, want 1", f.puts)
	}
}

func TestTwoWritesOnOneTicketDoNotGetInEachOthersWay(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, nil).(connector.Applier)
	known := &models.Ticket{UpdatedAt: f.clock()}
	for _, w := range []models.Write{write(models.ActionPriority, "P4", "P2"), write(models.ActionRoute, "11", "billing")} {
		w.Ticket = known
		if err := a.Apply(t.Context(), w); err != nil {
			t.Errorf("%s: %v", w.Action, err)
		}
	}
}

func TestAWriteThatWasAMomentLateIsTriedAgainOnTheTicketAsItIsNow(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, nil).(connector.Applier)
	f.racing = 2
	if err := a.Apply(t.Context(), write(models.ActionPriority, "P4", "P1")); err != nil {
		t.Fatal(err)
	}
	if f.tickets["1"]["priority"] != "urgent" || f.puts != 1 {
		t.Errorf("got %v after %d writes", f.tickets["1"]["priority"], f.puts)
	}
	f.racing = 100
	if got := models.KindOf(a.Apply(t.Context(), write(models.ActionRoute, "11", "12"))); got != models.Unavailable {
		t.Errorf("a ticket that changes at every moment: got %q, want it to be tried again later", got)
	}
}

func TestAFieldThatSomebodyChangedSinceIsAConflict(t *testing.T) {
	f := newFake(t)
	f.ticket(1, map[string]any{"priority": "high"})
	a := connect(t, f, nil).(connector.Applier)
	if got := models.KindOf(a.Apply(t.Context(), write(models.ActionPriority, "P4", "P1"))); got != models.Conflict {
		t.Errorf("got %q, want %q", got, models.Conflict)
	}
	undo := write(models.ActionPriority, "P1", "P4")
	undo.Undo = true
	if got := models.KindOf(a.Apply(t.Context(), undo)); got != models.Conflict {
		t.Errorf("undoing what somebody has changed since: got %q, want %q", got, models.Conflict)
	}
	if f.puts != 0 {
		t.Errorf("got %d updates, want none", f.puts)
	}
}

func TestWhatCannotBeWrittenIsFinal(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, nil).(connector.Applier)
	gone := write(models.ActionPriority, "P4", "P1")
	gone.Item = "ticket:helpdesk:404"
	cases := map[string]struct {
		write models.Write
		want  models.Kind
	}{
		"a priority that is none":   {write(models.ActionPriority, "P4", "P9"), models.Invalid},
		"a group without an id":     {write(models.ActionRoute, "11", "nobody"), models.Invalid},
		"an action of another kind": {write(models.ActionHold, "release", "hold"), models.Invalid},
		"a ticket that is gone":     {gone, models.NotFound},
	}
	for name, tc := range cases {
		if got := models.KindOf(a.Apply(t.Context(), tc.write)); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
	wrong := connect(t, f, func(o *zendesk.Options) { o.Token = "stolen" }).(connector.Applier)
	err := wrong.Apply(t.Context(), write(models.ActionPriority, "P4", "P1"))
	if got := models.KindOf(err); got != models.Denied || strings.Contains(err.Error(), "stolen") {
		t.Errorf("a wrong token: got %q (%v), want %q and no token told", got, err, models.Denied)
	}
}

func TestOurOwnWritesAreKnownAgain(t *testing.T) {
	f := newFake(t)
	f.ticket(35436, nil)
	c := connect(t, f, func(o *zendesk.Options) { o.OwnActor = "" })
	w := write(models.ActionPriority, "P4", "P2")
	w.Item = item
	echoes := map[string]bool{}
	for _, fp := range c.(connector.Applier).Echoes(w) {
		echoes[fp] = true
	}
	for _, ev := range translate(t, c, sample(t, "ticket_priority_changed", models.TicketUpdated).Body) {
		for _, fp := range ev.Fingerprints() {
			if !echoes[fp] {
				t.Errorf("the echo %+v is not known again", ev.Changes)
			}
		}
	}
}

func TestAPersonIsWrittenWithTheGroupAndTakenAwayWithIt(t *testing.T) {
	for name, tc := range map[string]struct {
		assignee string
		undo     bool
		want     any
		kind     models.Kind
	}{
		"by name":          {"ana", false, float64(71), ""},
		"by number":        {"helpdesk/72", false, float64(72), ""},
		"taken away again": {"ana", true, nil, ""},
		"nobody's number":  {"eve", false, nil, models.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.ticket(1, map[string]any{"assignee_id": 5})
			a := connect(t, f, func(o *zendesk.Options) { o.Agents = map[string]string{"ana": "71"} }).(connector.Applier)
			w := write(models.ActionRoute, "11", "billing")
			w.Assignee, w.Undo = tc.assignee, tc.undo
			if err := a.Apply(t.Context(), w); models.KindOf(err) != tc.kind {
				t.Fatalf("got %v", err)
			}
			if got := f.tickets["1"]["assignee_id"]; tc.kind == "" && got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if n := len(a.Echoes(w)); n != 3 {
				t.Errorf("got %d fingerprints, want those of the note, the group and the person", n)
			}
		})
	}
}

func TestWhenAnAnswerIsDueIsWrittenInItsFieldAndEmptiedWhereThereIsNoTarget(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	a := connect(t, f, func(o *zendesk.Options) { o.DueField = "360" }).(connector.Applier)
	w := write(models.ActionPriority, "P4", "P1")
	w.Due = time.Date(2026, 12, 3, 15, 4, 0, 0, time.FixedZone("CET", 3600))
	undo := write(models.ActionPriority, "P1", "P4")
	undo.Key, undo.Undo = "eff_undo", true
	for _, step := range []struct {
		write models.Write
		want  any
	}{{w, "2026-12-03T14:04:00Z"}, {undo, nil}} {
		if err := a.Apply(t.Context(), step.write); err != nil {
			t.Fatal(err)
		}
		want := []any{map[string]any{"id": float64(360), "value": step.want}}
		if diff := cmp.Diff(want, f.tickets["1"]["custom_fields"]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if f.puts != 2 {
		t.Errorf("got %d updates, want one for each write", f.puts)
	}
}
