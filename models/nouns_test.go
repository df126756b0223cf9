package models_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/models"
)

func TestErrorsHaveAKindAndASentence(t *testing.T) {
	inner := errors.New("dial tcp 10.0.0.7: password s3cr3t refused")
	const ours = "Something went wrong on our side. It has been logged."
	cases := map[string]struct {
		err      error
		kind     models.Kind
		sentence string
		field    string
	}{
		"one of ours":                     {models.Errorf(models.Conflict, "Priya was first"), models.Conflict, "Priya was first", ""},
		"wrapped on the way up":           {fmt.Errorf("resolve: %w", models.Errorf(models.Denied, "ask @leads")), models.Denied, "ask @leads", ""},
		"naming a field":                  {models.FieldErrorf("amount", "%q is none", "x"), models.Invalid, `amount: "x" is none`, "amount"},
		"never classified":                {inner, models.Internal, ours, ""},
		"classified as ours to mend":      {models.Errorf(models.Internal, "broken: %w", inner), models.Internal, ours, ""},
		"with a cause that is not ours":   {models.Errorf(models.Unavailable, "the bank cannot be reached: %w", inner), models.Unavailable, "the bank cannot be reached", ""},
		"with a cause in the middle":      {models.Errorf(models.Unavailable, "call (%w) failed", inner), models.Unavailable, "call () failed", ""},
		"with nothing but a cause":        {models.Errorf(models.Unavailable, "%w", inner), models.Unavailable, ours, ""},
		"with a cause that is classified": {models.Errorf(models.Invalid, "line 3: %w", models.FieldErrorf("amount", "is missing")), models.Invalid, "line 3: amount: is missing", ""},
		"the outermost kind counts":       {models.Errorf(models.Gone, "gone: %w", models.Errorf(models.NotFound, "no such card")), models.Gone, "gone: no such card", ""},
		"two deep":                        {models.Errorf(models.Gone, "a: %w", models.Errorf(models.NotFound, "b: %w", inner)), models.Gone, "a: b", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := models.KindOf(tc.err); got != tc.kind {
				t.Errorf("got kind %q, want %q", got, tc.kind)
			}
			if got := models.SentenceOf(tc.err); got != tc.sentence {
				t.Errorf("got %q, want %q", got, tc.sentence)
			}
			if got := models.FieldOf(tc.err); got != tc.field {
				t.Errorf("got field %q, want %q", got, tc.field)
			}
		})
	}
	if models.KindOf(nil) != "" {
		t.Error("no error has a kind")
	}
	if err := models.Errorf(models.Unavailable, "the bank: %w", inner); !errors.Is(err, inner) || err.Error() != "the bank: "+inner.Error() {
		t.Errorf("got %q, want the log to have the cause", err)
	}
}

func TestDeadLettersKeepTheInsideOut(t *testing.T) {
	d := models.Delivery{Source: "erp", Key: "k", Kind: "x", Subject: "s", Body: []byte("{}")}
	l := models.BuryDelivery(d, errors.New("s3cr3t"), noon)
	if strings.Contains(fmt.Sprintf("%+v", l), "s3cr3t") || l.Tries != 1 || string(l.Body) != "{}" {
		t.Errorf("got %+v, want no inner text, one try and the body", l)
	}
	if l = l.Blame(models.FieldErrorf("amount", "is missing")); l.Error != "amount: is missing" || l.Field != "amount" {
		t.Errorf("got %+v, want the field named", l)
	}
	for field, d := range map[string]models.Delivery{"source": {Key: "k", Subject: "s"}, "key": {Source: "e", Subject: "s"}, "subject": {Source: "e", Key: "k"}} {
		if err := d.Check(); models.KindOf(err) != models.Invalid || models.FieldOf(err) != field {
			t.Errorf("without its %s: got %v, want Invalid", field, err)
		}
	}
	if err := d.Check(); err != nil {
		t.Errorf("got %v, want a whole delivery accepted", err)
	}
}

func TestASecretNeverTellsItself(t *testing.T) {
	type holder struct {
		S models.Secret            `json:"s"`
		L []models.Secret          `json:"l"`
		M map[string]models.Secret `json:"m"`
	}
	const s models.Secret = "s3cr3t"
	p := s
	values := []any{s, &p, holder{S: s, L: []models.Secret{s}, M: map[string]models.Secret{"k": s}}, []models.Secret{s}, map[string]any{"k": s}}
	for _, v := range values {
		var told bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%c", "%t", "%8.3s", "%!"} {
			fmt.Fprintf(&told, verb+"\n", v)
		}
		_ = json.NewEncoder(&told).Encode(v)
		slog.New(slog.NewTextHandler(&told, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&told, nil)).Info("m", "v", v)
		told.WriteString(models.Errorf(models.Invalid, "bad %v", v).Error())
		if strings.Contains(told.String(), "s3cr3t") || strings.Contains(told.String(), fmt.Sprintf("%x", "s3cr3t")) {
			t.Errorf("%T tells the secret:\n%s", v, &told)
		}
	}
	if got := fmt.Sprintf("%#v", s); got != `models.Secret("[redacted]")` || s.GoString() != got {
		t.Errorf("got %s, want it to say that there is a secret", got)
	}
	if s.Reveal() != "s3cr3t" || s.Empty() || !models.Secret("").Empty() || models.Secret("").String() != "" {
		t.Error("want a secret revealed on demand, and an empty one shown as empty")
	}
	var back models.Secret
	if err := json.Unmarshal([]byte(`"s3cr3t"`), &back); err != nil || back != s {
		t.Errorf("got %v, want the secret read as it stands", err)
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":         "plain",
		"emoji 🙂 עברית": "emoji 🙂 עברית",
		"a\x00b":        "a\uFFFDb",
		"a\xffb":        "a\uFFFDb",
		"\xed\xa0\x80":  "\uFFFD",
		"":              "",
	} {
		if got := models.CleanText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		got := models.CleanText(in)
		if !utf8.ValidString(got) || strings.Contains(got, "\x00") || models.CleanText(got) != got {
			t.Fatalf("%q became %q, want valid text without NUL, the same again", in, got)
		}
	})
}

func TestIDsAreStable(t *testing.T) {
	// These are in databases: a change here orphans what is stored under them.
	for want, got := range map[string]string{
		models.NewID("ev", "helpdesk", "evt_1"):                                                   models.DeliveryID("helpdesk", "evt_1"),
		models.NewID("dec", "ev_1", "ticket:h:1", "priority"):                                     models.DecisionID("ev_1", "ticket:h:1", models.ActionPriority),
		models.NewID("fct", "ev_1", "ticket:h:1", "2"):                                            models.SnapshotID("ev_1", "ticket:h:1", 2),
		models.NewID("fp", "ticket:h:1", "priority", "P1"):                                        models.Change{Field: "priority", From: "P2", To: "P1"}.Fingerprint("ticket:h:1"),
		models.NewID("fp", "ticket:h:1", "comment", "hello"):                                      models.Comment{Text: " hello\n"}.Fingerprint("ticket:h:1"),
		"ev_" + strings.TrimPrefix(models.NewID("x", "a", "b"), "x_"):                             models.DeliveryID("a", "b"),
		models.NewEffect(models.Decision{ID: "d", Version: 2}, models.EffectApply, noon, noon).ID: models.NewID("eff", "d", "apply", "2"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, want := models.NewID("dec", "a", "b"), "dec_hys0xxhwxn0mbz1e"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if models.NewID("x", "ab", "c") == models.NewID("x", "a", "bc") || models.NewID("x", "a") == models.NewID("x", "a", "") {
		t.Error("different parts give one id")
	}
}

func TestPeople(t *testing.T) {
	p := models.Person{ID: "priya", Groups: []string{"finance-leads"}, Roles: []models.Role{models.RoleManager}}
	for name, want := range map[string]bool{"priya": true, "@priya": true, "finance-leads": true, "@finance-leads": true, "@legal": false, "": false, "@": false, "@@priya": false, "PRIYA": false} {
		if got := p.In(name); got != want {
			t.Errorf("In(%q): got %v, want %v", name, got, want)
		}
	}
	has := map[models.Role][]models.Role{
		models.RoleApprover: {models.RoleApprover},
		models.RoleManager:  {models.RoleApprover, models.RoleManager},
		models.RoleAdmin:    {models.RoleApprover, models.RoleManager, models.RoleAdmin},
		"cook":              {},
	}
	for held, roles := range has {
		for _, r := range []models.Role{models.RoleApprover, models.RoleManager, models.RoleAdmin} {
			if got, want := (models.Person{Roles: []models.Role{held}}).Has(r), slices.Contains(roles, r); got != want {
				t.Errorf("%s has the role of %s: got %v, want %v", held, r, got, want)
			}
		}
	}
	if a := p.Actor(); a.Name != "priya" || !a.IsPerson() || models.Remit.IsPerson() {
		t.Errorf("got %+v, want a person called by the id", a)
	}
}

func TestStricter(t *testing.T) {
	one := models.Approval{From: []string{"@leads"}, Count: 1}
	two := models.Approval{From: []string{"@finance"}, Count: 2, NotRequester: true, Note: "call back"}
	cases := map[string]struct{ a, b, want models.Approval }{
		"the larger count names the people":    {one, two, two},
		"whichever side it is on":              {two, one, two},
		"a count without people keeps those":   {one, models.Approval{Count: 3}, models.Approval{From: []string{"@leads"}, Count: 3}},
		"people without a count join nobody's": {models.Approval{Count: 2}, models.Approval{From: []string{"@a"}, Count: 1}, models.Approval{From: []string{"@a"}, Count: 2}},
		"of equals the second's people":        {one, models.Approval{From: []string{"@b"}, Count: 1}, models.Approval{From: []string{"@b"}, Count: 1}},
		"notes are both kept":                  {models.Approval{Note: "a"}, models.Approval{Note: "b"}, models.Approval{Note: "a; b"}},
		"the same note once":                   {models.Approval{Note: "a"}, models.Approval{Note: "a"}, models.Approval{Note: "a"}},
		"with nothing":                         {two, models.Approval{}, two},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := tc.a.Stricter(tc.b)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			if got.Needed() < max(tc.a.Needed(), tc.b.Needed()) {
				t.Errorf("got %d needed, want no fewer than either", got.Needed())
			}
		})
	}
	if !one.Names(models.Person{Groups: []string{"leads"}}) || one.Names(models.Person{ID: "eve"}) || (models.Approval{}).Names(models.Person{ID: "eve"}) {
		t.Error("want the named group among those who may answer, and nobody else")
	}
}

func TestLevels(t *testing.T) {
	order := []models.Level{models.LevelOff, models.LevelObserve, models.LevelAsk, models.LevelActAfterWindow, models.LevelAct}
	for i, a := range order {
		for j, b := range order {
			if got := a.Min(b); got != order[min(i, j)] {
				t.Errorf("of %q and %q: got %q, want %q", a, b, got, order[min(i, j)])
			}
		}
		if got := a.Min("everything"); got != models.LevelOff {
			t.Errorf("of %q and an unknown level: got %q, want off", a, got)
		}
	}
	if models.LevelOff.Valid() || models.Level("everything").Valid() || !models.LevelAsk.Valid() || models.LevelAsk.Autonomous() || !models.LevelActAfterWindow.Autonomous() {
		t.Error("want the named levels valid, and only the upper two autonomous")
	}
}

func TestDays(t *testing.T) {
	for text, want := range map[string]models.Day{
		"2026-12-03": "2026-12-03", "2026-12-03T23:59:00-11:00": "2026-12-03", "2024-02-29": "2024-02-29",
		"2026-02-29": "", "2026-12-3": "", "03.12.2026": "", "": "", "2026-12-03Tnonsense": "", "2026-12-03 ": "",
	} {
		got, err := models.ParseDay(text)
		if got != want || (err != nil) != (want == "") || (err != nil && models.KindOf(err) != models.Invalid) {
			t.Errorf("%q: got %q (%v), want %q, or Invalid for none", text, got, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := models.DayOf(noon.AddDate(0, 0, rapid.IntRange(-700_000, 2_900_000).Draw(t, "day")))
		n := rapid.IntRange(-30_000, 10_000).Draw(t, "n")
		later := d.Add(n)
		if got := later.Sub(d); got != n || later.Add(-n) != d {
			t.Fatalf("%s and %d days is %s, which is %d days on", d, n, later, got)
		}
		if (later > d) != (n > 0) {
			t.Fatalf("%s and %s do not compare as days", d, later)
		}
	})
	if got := models.Day("9999-12-31").Sub("0001-01-01"); got != 3_652_058 {
		t.Errorf("got %d days in all of time, want 3,652,058", got)
	}
	if got := models.Day("2026-12-03").Display(); got != "Thu 3 Dec" || models.Day("").Display() != "no day" || models.Day("x").Valid() || !models.Day("x").Time().IsZero() {
		t.Errorf("got %q, want Thu 3 Dec, and no day for none", got)
	}
	berlin := time.FixedZone("CET", 3600)
	if got := models.DayOf(time.Date(2026, 12, 3, 23, 30, 0, 0, time.UTC).In(berlin)); got != "2026-12-04" {
		t.Errorf("got %s, want the day of the time's own zone", got)
	}
}

func TestEventsKnowTheirOwnEchoAndWhatPeopleSettled(t *testing.T) {
	ev := models.Event{
		Item: "ticket:h:1", Actor: models.Actor{Kind: models.ByPerson}, Comment: &models.Comment{Text: "x"},
		Changes: []models.Change{{Field: "priority", From: "P3", To: "P1"}, {Field: "group", To: "Legal"}},
	}
	if got := ev.Fingerprints(); len(got) != 3 || got[0] == got[1] {
		t.Errorf("got %v, want one for each change and the comment", got)
	}
	if to, ok := ev.Settles("priority"); !ok || to != "P1" {
		t.Errorf("got %q %v, want P1", to, ok)
	}
	if _, ok := ev.Settles("status"); ok {
		t.Error("a field that did not change is settled")
	}
	for _, kind := range []models.ActorKind{models.ByRemit, models.ByCustomer, models.ByAutomation, models.ByUnknown, ""} {
		ev.Actor.Kind = kind
		if _, ok := ev.Settles("priority"); ok {
			t.Errorf("%q settles a matter, want people alone", kind)
		}
	}
}

func TestProposalsAreChecked(t *testing.T) {
	good := models.Proposal{Action: models.ActionPriority, Item: "i", Value: "P1", Confidence: 1}
	if err := good.Check(); err != nil {
		t.Errorf("got %v, want it accepted", err)
	}
	nan := 0.0
	for name, change := range map[string]func(*models.Proposal){
		"no item":                func(p *models.Proposal) { p.Item = "" },
		"no action":              func(p *models.Proposal) { p.Action = "" },
		"surer than sure":        func(p *models.Proposal) { p.Confidence = 1.01 },
		"less than not at all":   func(p *models.Proposal) { p.Confidence = -0.01 },
		"sure of not a number":   func(p *models.Proposal) { p.Confidence = nan / nan },
		"a value it cannot have": func(p *models.Proposal) { p.Value = "P0" },
	} {
		p := good
		change(&p)
		if err := p.Check(); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
}

func TestActionsKnowTheirDomain(t *testing.T) {
	for a, want := range map[models.Action]models.Domain{
		models.ActionPriority: models.Triage, models.ActionReply: models.Triage, models.ActionHold: models.Finance, models.ActionSchedule: models.Finance,
		"stock.order": "stock", "": "", "stray": "",
	} {
		if got := a.Domain(); got != want {
			t.Errorf("%q: got %q, want %q", a, got, want)
		}
	}
}

func TestPoolBalanceIsTheSumAsOfTheOldest(t *testing.T) {
	usd := func(n int64, at time.Time) models.Balance {
		return models.Balance{Amount: models.Money{Minor: n, Currency: "USD"}, AsOf: at}
	}
	sum, asOf, ok := models.Pool{Balances: []models.Balance{usd(5, noon), usd(-2, noon.Add(-time.Hour))}}.Balance()
	if !ok || sum.Minor != 3 || !asOf.Equal(noon.Add(-time.Hour)) {
		t.Errorf("got %v as of %s (%v), want 0.03 USD as of the older", sum, asOf, ok)
	}
	if _, _, ok := (models.Pool{}).Balance(); ok {
		t.Error("want no balance where none is known")
	}
	mixed := models.Pool{Balances: []models.Balance{usd(5, noon), {Amount: models.Money{Minor: 1, Currency: "EUR"}}}}
	if _, _, ok := mixed.Balance(); ok {
		t.Error("want no balance of two currencies")
	}
}

func TestShortIsWhatTheLowestDayLacks(t *testing.T) {
	c := models.Cash{Floor: models.Money{Minor: 10, Currency: "USD"}, Low: models.Money{Minor: 4, Currency: "USD"}}
	if got := c.Short(); got != (models.Money{Minor: 6, Currency: "USD"}) {
		t.Errorf("got %v, want 0.06 USD", got)
	}
	c.Low.Minor = 11
	if got := c.Short(); !got.IsZero() {
		t.Errorf("above the floor: got %v, want nothing", got)
	}
}

func TestBothApprovalsAreMetWhereTwoRulesNameDifferentPeople(t *testing.T) {
	olga := models.Approval{From: []string{"@olga"}, Count: 1}
	leads := models.Approval{From: []string{"@leads"}, Count: 2, NotRequester: true}
	got := olga.And(leads)
	if !slices.Equal(got.From, []string{"@olga", "@leads"}) || len(got.Each) != 2 || got.Needed() != 2 || !got.NotRequester {
		t.Fatalf("got %+v", got)
	}
	if same := leads.And(models.Approval{From: []string{"@leads"}, Count: 3}); len(same.Each) != 0 || same.Count != 3 {
		t.Errorf("of the same people: %+v, want the larger number", same)
	}
	answer := func(as ...string) models.Answer { return models.Answer{For: as} }
	for name, c := range map[string]struct {
		agreed []models.Answer
		lacks  []models.Quorum
	}{
		"nobody yet":                  {nil, []models.Quorum{{From: []string{"@olga"}, Count: 1}, {From: []string{"@leads"}, Count: 2}}},
		"two leads, and not Olga":     {[]models.Answer{answer("@leads"), answer("@leads")}, []models.Quorum{{From: []string{"@olga"}, Count: 1}}},
		"Olga and one lead":           {[]models.Answer{answer("@olga"), answer("@leads")}, []models.Quorum{{From: []string{"@leads"}, Count: 1}}},
		"Olga, who leads, and a lead": {[]models.Answer{answer("@olga", "@leads"), answer("@leads")}, nil},
	} {
		lacks := got.Lacks(c.agreed)
		if !slices.EqualFunc(lacks, c.lacks, func(a, b models.Quorum) bool { return a.Count == b.Count && slices.Equal(a.From, b.From) }) {
			t.Errorf("%s: %v is missing, want %v", name, lacks, c.lacks)
		}
	}
	if too := got.Too("@night"); len(too.Lacks([]models.Answer{answer("@night"), answer("@night")})) != 0 || len(got.From) != 2 {
		t.Error("whoever stands in cannot answer in everybody's place, or the approval before was changed")
	}
}
