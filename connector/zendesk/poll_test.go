package zendesk_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"remit/connector"
	"remit/connector/zendesk"
	"remit/models"
)

func polling(t *testing.T, f *fake) interface {
	connector.Connector
	connector.Poller
} {
	t.Helper()
	return connect(t, f, func(o *zendesk.Options) { o.Poll, o.Secrets = true, nil }).(interface {
		connector.Connector
		connector.Poller
	})
}

type line struct {
	Kind models.EventKind
	Item string
	By   models.ActorKind
}

// poll polls until there is nothing more and gives what was told, each delivery once.
func poll(t *testing.T, p interface {
	connector.Connector
	connector.Poller
}, seen map[string]bool, cursor string,
) ([]line, string) {
	t.Helper()
	var told []line
	for {
		ds, next, more, err := p.Poll(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
			if seen[d.ID] { // as the inbox would
				continue
			}
			seen[d.ID] = true
			evs, err := p.Translate(d)
			if err != nil {
				t.Fatal(err)
			}
			for _, ev := range evs {
				told = append(told, line{ev.Kind, ev.Item, ev.Actor.Kind})
			}
		}
		cursor = next
		if !more {
			return told, cursor
		}
	}
}

func TestPollTellsWhatIsNew(t *testing.T) {
	f := newFake(t)
	f.orgs["77"] = map[string]any{"id": 77, "name": "Acme", "updated_at": "2026-11-01T00:00:00Z", "organization_fields": map[string]any{"tier": "Enterprise"}}
	f.ticket(1, map[string]any{"organization_id": 77})
	f.pass(time.Minute)
	f.ticket(2, map[string]any{"organization_id": 77})
	f.ticket(3, nil)
	p := polling(t, f)
	seen := map[string]bool{}
	told, cursor := poll(t, p, seen, "")
	want := []line{
		{models.AccountUpdated, "account:helpdesk:77", models.ByUnknown},
		{models.TicketCreated, "ticket:helpdesk:1", models.ByCustomer},
		{models.TicketCreated, "ticket:helpdesk:2", models.ByCustomer},
		{models.TicketCreated, "ticket:helpdesk:3", models.ByCustomer},
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}

	f.pass(time.Minute)
	f.touch("1", map[string]any{"priority": "high"})
	f.pass(time.Minute)
	f.comments["3"] = append(f.comments["3"], map[string]any{"id": 301, "author_id": 5, "body": "Any news?", "public": true, "created_at": f.now.Format(time.RFC3339)})
	f.touch("3", nil)
	told, cursor = poll(t, p, seen, cursor)
	want = []line{
		{models.TicketUpdated, "ticket:helpdesk:1", models.ByUnknown},
		{models.TicketCommented, "ticket:helpdesk:3", models.ByCustomer},
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("later (-want +got):\n%s", diff)
	}
	if told, _ = poll(t, p, seen, cursor); len(told) != 0 {
		t.Errorf("with nothing new: got %v, want nothing", told)
	}
}

func TestAPollThatIsRepeatedHasTheSameKeys(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	p := polling(t, f)
	keys := func() (ks []string) {
		ds, _, _, err := p.Poll(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			ks = append(ks, d.ID)
		}
		return ks
	}
	first := keys()
	f.pass(10 * time.Second)
	if diff := cmp.Diff(first, keys()); diff != "" {
		t.Errorf("(-first +again):\n%s", diff)
	}
}

func TestOurOwnNoteIsAnEchoWhenPolled(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	c := polling(t, f)
	seen := map[string]bool{}
	_, cursor := poll(t, c, seen, "")
	if err := c.(connector.Applier).Apply(t.Context(), write(models.ActionPriority, "P4", "P1")); err != nil {
		t.Fatal(err)
	}
	told, _ := poll(t, c, seen, cursor)
	if diff := cmp.Diff([]line{{models.TicketUpdated, "ticket:helpdesk:1", models.ByRemit}}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPollKeepsToTheLimit(t *testing.T) {
	f := newFake(t)
	for i := range 60 {
		f.ticket(i+1, nil)
	}
	p := polling(t, f)
	cursor, calls := "", 0
	for more := true; more; calls++ {
		var err error
		if _, cursor, more, err = p.Poll(t.Context(), cursor); err != nil {
			t.Fatal(err)
		}
	}
	if calls >= 10 {
		t.Errorf("got %d exports at once, want fewer than ten a minute", calls)
	}
	if p.Every() < 6*time.Second {
		t.Errorf("got a poll every %s, want ten a minute at most", p.Every())
	}
}

func TestPollLeavesZendeskAloneWhenAskedTo(t *testing.T) {
	f := newFake(t)
	f.ticket(1, nil)
	for range 10 {
		f.exports = append(f.exports, f.now)
	}
	p := polling(t, f)
	_, cursor, _, err := p.Poll(t.Context(), "c")
	if models.KindOf(err) != models.Invalid || cursor != "c" {
		t.Errorf("a cursor of nobody: got %v and cursor %q, want Invalid and the cursor as it was", err, cursor)
	}
	if _, _, _, err = p.Poll(t.Context(), ""); models.KindOf(err) != models.Unavailable || connector.RetryAfter(err) != 42*time.Second {
		t.Fatalf("got %v, want Unavailable for 42 seconds", err)
	}
	f.exports = nil
	if _, _, _, err = p.Poll(t.Context(), ""); models.KindOf(err) != models.Unavailable || len(f.exports) != 0 {
		t.Errorf("within that time: got %v and %d calls, want Unavailable and none", err, len(f.exports))
	}
	f.pass(43 * time.Second)
	if _, _, _, err = p.Poll(t.Context(), ""); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestFetchGivesWhatAThinTicketLacks(t *testing.T) {
	f := newFake(t)
	f.orgs["8447346622462"] = map[string]any{
		"id": 8447346622462, "name": "Acme", "tags": []string{"vip"}, "updated_at": "2026-11-01T00:00:00Z",
		"organization_fields": map[string]any{"tier": "Enterprise", "arr": "120000 EUR", "renewal_on": "2027-01-31T00:00:00Z", "churn_risk": 0.4, "vip": true},
	}
	f.ticket(35436, map[string]any{"organization_id": 8447346622462, "requester_id": 8447388090494})
	f.comments["35436"] = append(f.comments["35436"], map[string]any{
		"id": 2, "author_id": 900, "body": "Looking", "public": false, "created_at": "2026-12-03T09:31:00Z",
		"attachments": []any{map[string]any{"id": 4, "file_name": "b.png", "inline": false}},
	})
	f.comments["35436"][0]["attachments"] = []any{
		map[string]any{"id": 1, "file_name": "a.png", "inline": false},
		map[string]any{"id": 2, "file_name": "logo.png", "inline": true},
		map[string]any{"id": 3, "file_name": "log.txt", "inline": false},
	}
	c := connect(t, f, nil)
	thin := translate(t, c, sample(t, "ticket_created_thin", models.TicketCreated).Body)[0]
	ds, err := c.(connector.Fetcher).Fetch(t.Context(), thin)
	if err != nil {
		t.Fatal(err)
	}
	var evs []models.Event
	for _, d := range ds {
		if d.Subject != thin.Subject || d.ID == thin.ID {
			t.Errorf("got delivery %s on %s, want another one on %s", d.ID, d.Subject, thin.Subject)
		}
		more, err := c.Translate(d)
		if err != nil {
			t.Fatal(err)
		}
		evs = append(evs, more...)
	}
	if len(evs) != 2 || evs[0].Account == nil || evs[1].Ticket == nil {
		t.Fatalf("got %+v, want the account, then the ticket", evs)
	}
	want := models.Account{
		ID: "account:helpdesk:8447346622462", Name: "Acme", Tier: "enterprise", ARR: models.Money{Minor: 12000000, Currency: "EUR"},
		RenewalOn: "2027-01-31", ChurnRisk: 0.4, VIP: true, UpdatedAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, *evs[0].Account, cmpopts.IgnoreFields(want, "Said")); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if ev := evs[1]; ev.Kind != models.TicketCreated || len(ev.Lacks) > 0 || ev.Ticket.Text != "Where is my refund?" || ev.Actor != thin.Actor || len(ev.Ticket.Thread) != 1 {
		t.Errorf("got %+v, want the created ticket, lacking nothing", ev)
	}
	if tk := evs[1].Ticket; tk.Attachments() != 2 || tk.Thread[0].Files != 1 {
		t.Errorf("got %d and %d files, want 2 of the first message and 1 of the note; a picture in the text is none", tk.Attachments(), tk.Thread[0].Files)
	}
	if ev := evs[1]; ev.At.Before(thin.At) {
		t.Errorf("got a time before the event's own: %s", ev.At)
	}
}

func TestFetchOfATicketThatIsGoneIsNotFound(t *testing.T) {
	f := newFake(t)
	_, err := connect(t, f, nil).(connector.Fetcher).Fetch(t.Context(), models.Event{Item: item})
	if e, ok := errors.AsType[*models.Error](err); !ok || e.Kind != models.NotFound {
		t.Errorf("got %v, want %q", err, models.NotFound)
	}
}

func TestAnOrganisationSaysOnlyWhatItHasFieldsFor(t *testing.T) {
	f := newFake(t)
	c := connect(t, f, nil)
	known := models.Account{
		ID: "account:helpdesk:7", Name: "Acme", Tier: "enterprise", PastDue: models.Money{Minor: 50000, Currency: "EUR"}, VIP: true,
		OpenIssues: 2, ChurnRisk: 0.7, UpdatedAt: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
	}
	fold := func(fields string) models.Account {
		d := models.Delivery{ID: "ev_1", Source: "helpdesk", Kind: "fetched.organization", Body: []byte(
			`{"id":7,"name":"Acme","tags":[],"updated_at":"2026-11-01T00:00:00Z","organization_fields":{` + fields + `}}`)}
		evs, err := c.Translate(d)
		if err != nil || len(evs) != 1 {
			t.Fatalf("got %d events, %v", len(evs), err)
		}
		return known.Fold(*evs[0].Account)
	}
	for name, c := range map[string]struct {
		fields string
		want   func(*models.Account)
	}{
		"no field":                  {``, func(*models.Account) {}},
		"a field without a value":   {`"tier":null,"past_due":null`, func(a *models.Account) { a.Tier, a.PastDue = "", models.Money{} }},
		"a box that is not ticked":  {`"vip":false`, func(a *models.Account) { a.VIP = false }},
		"numbers of nothing":        {`"open_issues":0,"churn_risk":"0.0","past_due":"0 EUR"`, func(a *models.Account) { a.OpenIssues, a.ChurnRisk, a.PastDue.Minor = 0, 0, 0 }},
		"what cannot be understood": {`"churn_risk":"high","past_due":"some","open_issues":"many"`, func(*models.Account) {}},
	} {
		got, want := fold(c.fields), known
		c.want(&want)
		want.UpdatedAt = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(want, "Said")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
