package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"remit/models"
)

var noon = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)

// peaceful is a record of a run in which all went well: a ticket that asks, and one that was acted on.
func peaceful() record {
	asks := decided("1", models.Asked, noon)
	acted := decided("2", models.Applied, noon.Add(time.Second))
	acted.Final, acted.Version = "P1", 3
	left := acted
	left.Version = 2
	return record{
		events:    map[string]string{"event-1": "1", "event-2": "2"},
		inbox:     map[string]bool{"event-1": true, "event-2": true},
		decisions: []models.Decision{asks, acted},
		writes:    []string{keyOf(left)},
		cards:     []string{"Ticket 1"},
		halts:     []time.Time{noon.Add(-time.Second)},
		ledgerOK:  true,
	}
}

func decided(ticket string, state models.State, at time.Time) models.Decision {
	item, event := models.TicketItem(source, ticket), models.DeliveryID(source, "event-"+ticket)
	return models.Decision{
		ID: models.DecisionID(event, item, models.ActionPriority), EventID: event, Item: item, Action: models.ActionPriority, Domain: models.Triage,
		State: state, Version: 1, CreatedAt: at, Value: "P1", Before: "P3", Title: "Ticket " + ticket,
	}
}

func keyOf(d models.Decision) string {
	return models.NewEffect(d, models.EffectApply, time.Time{}, time.Time{}).ID
}

func TestTheTallyFindsWhatWentWrong(t *testing.T) {
	cases := map[string]struct {
		spoil func(*record)
		want  result
	}{
		"nothing": {func(*record) {}, result{}},
		"an accepted event that is not in the inbox is lost": {
			func(r *record) { r.inbox["event-2"] = false }, result{Lost: 1},
		},
		"an accepted ticket without a decision is lost": {
			func(r *record) { r.events["event-3"], r.inbox["event-3"] = "3", true }, result{Lost: 1},
		},
		"a second card is doubled": {
			func(r *record) { r.cards = append(r.cards, "Ticket 1") }, result{Doubled: 1},
		},
		"a question without a card": {
			func(r *record) { r.cards = nil }, result{CardsLost: 1},
		},
		"a second write under the same key is doubled": {
			func(r *record) { r.writes = append(r.writes, r.writes[0]) }, result{Doubled: 1},
		},
		"a second write under another key is doubled": {
			func(r *record) { r.writes = append(r.writes, keyOf(r.decisions[1])) }, result{Doubled: 1},
		},
		"a write that nobody decided on": {
			func(r *record) { r.writes = append(r.writes, "eff_unknown") }, result{Doubled: 1},
		},
		"a decision that was applied and not written": {
			func(r *record) { r.writes = nil }, result{WritesLost: 1},
		},
		"a second decision on an event, item and action": {
			func(r *record) {
				d := r.decisions[1]
				d.ID, d.Final, d.State = "dec_other", "", models.Observed
				r.decisions = append(r.decisions, d)
			}, result{Doubled: 1},
		},
		"a second open decision on an item and action": {
			func(r *record) {
				d := r.decisions[0]
				d.ID, d.EventID = "dec_other", "ev_other"
				r.decisions = append(r.decisions, d)
			}, result{Doubled: 1},
		},
		"a broken ledger": {func(r *record) { r.ledgerOK = false }, result{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := peaceful()
			tc.spoil(&r)
			got := r.tally()
			if got.Lost != tc.want.Lost || got.Doubled != tc.want.Doubled || got.CardsLost != tc.want.CardsLost || got.WritesLost != tc.want.WritesLost {
				t.Errorf("got %d lost, %d doubled, %d cards and %d writes missing; want %d, %d, %d and %d",
					got.Lost, got.Doubled, got.CardsLost, got.WritesLost, tc.want.Lost, tc.want.Doubled, tc.want.CardsLost, tc.want.WritesLost)
			}
			if got.Decided+got.Lost != got.Accepted || got.LedgerOK != r.ledgerOK {
				t.Errorf("got %d decided and %d lost of %d accepted, ledger %v", got.Decided, got.Lost, got.Accepted, got.LedgerOK)
			}
		})
	}
}

func TestRecoveryIsFromTheHaltToTheNextDecision(t *testing.T) {
	r := peaceful()
	r.halts = []time.Time{noon.Add(-1500 * time.Millisecond), noon.Add(400 * time.Millisecond), noon.Add(time.Hour)}
	if got := r.tally(); got.RecoveryMsMax != 1500 || got.RecoveryMsP50 != 1500 {
		t.Errorf("got %v at most, %v median; want 1500 of 1500 and 600: nothing was decided after the last", got.RecoveryMsMax, got.RecoveryMsP50)
	}
}

func TestEventsComeOutOfOrderAndEachOnce(t *testing.T) {
	order, reordered := events(200, noon)
	seen, created, early := map[string]bool{}, map[string]bool{}, 0
	for _, e := range order {
		if seen[e.Key] {
			t.Errorf("%s comes twice", e.Key)
		}
		seen[e.Key] = true
		switch {
		case !e.Again:
			created[e.ID] = true
		case !created[e.ID]:
			early++
		}
	}
	if len(seen) != 200 || early != reordered || early == 0 {
		t.Errorf("got %d events, %d before what they are about, said to be %d", len(seen), early, reordered)
	}
}

func TestAMoodyDeskCutsBeforeAndAfterItHasCarriedOut(t *testing.T) {
	d := newDesk()
	defer d.srv.Close()
	put := func() (int, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, d.srv.URL+"/api/v2/tickets/1.json", strings.NewReader(`{"ticket":{"priority":"high"}}`))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("bot", "token")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	d.fail(moodCut, time.Hour)
	for range 2 {
		if _, err := put(); err == nil {
			t.Error("the connection was not cut")
		}
	}
	if n := len(d.fake.Writes()); n != 1 {
		t.Errorf("got %d writes carried out, want 1 of 2", n)
	}
	for m, want := range map[mood]int{moodDown: http.StatusInternalServerError, moodBusy: http.StatusTooManyRequests, "": http.StatusOK} {
		d.fail(m, time.Hour)
		if got, err := put(); got != want || err != nil {
			t.Errorf("%q: got %d, %v; want %d", m, got, err, want)
		}
	}
}

func TestFlagsThatCannotBeAreRefused(t *testing.T) {
	for name, f := range map[string]flags{
		"another database":      {db: "oracle", nodes: 1, n: 1, perSecond: 1},
		"two nodes on one file": {db: "sqlite", nodes: 2, n: 1, perSecond: 1},
		"no nodes":              {db: "postgres", n: 1, perSecond: 1},
		"no events":             {db: "sqlite", nodes: 1, perSecond: 1},
	} {
		if f.check() == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if err := (flags{db: "postgres", nodes: 3, n: 1, perSecond: 1}).check(); err != nil {
		t.Error(err)
	}
}
