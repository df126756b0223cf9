package connector_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"remit/connector"
	"remit/models"
)

type wire struct {
	ID   connector.ID `json:"id"`
	Name string       `json:"name"`
	In   struct {
		ID   connector.ID `json:"id"`
		Tags []string     `json:"tags"`
		N    int          `json:"n"`
		At   *struct{}    `json:"at"`
		OK   bool         `json:"ok"`
	} `json:"in"`
}

func TestFaultsAreNamedAndNotRepeated(t *testing.T) {
	cases := map[string]struct{ body, field, says string }{
		"a number for a text":   {`{"name":1}`, "name", "text"},
		"an object for an id":   {`{"id":{"secret":"words"}}`, "id", "text"},
		"a half id":             {`{"in":{"id":1.5}}`, "in.id", "text"},
		"a text for a list":     {`{"in":{"tags":"secret words"}}`, "in.tags", "a list"},
		"a text for a number":   {`{"in":{"n":"secret words"}}`, "in.n", "a number"},
		"a text for an object":  {`{"in":{"at":"secret words"}}`, "in.at", "an object"},
		"a text for a yes":      {`{"in":{"ok":"secret words"}}`, "in.ok", "true or false"},
		"something else":        {`secret words`, "body", "JSON"},
		"nothing":               {``, "body", "JSON"},
		"a list for everything": {`[]`, "body", "JSON"},
	}
	for name, tc := range cases {
		err := connector.Decode([]byte(tc.body), &wire{})
		if models.KindOf(err) != models.Invalid || models.FieldOf(err) != tc.field || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: got %v at %q, want %q at %q", name, err, models.FieldOf(err), tc.says, tc.field)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v repeats what was sent", name, err)
		}
	}
}

func TestIdsAreTextOrNumbers(t *testing.T) {
	for body, want := range map[string]connector.ID{
		`{"id":"35436"}`: "35436", `{"id":8447388090494}`: "8447388090494", `{"id":null}`: "", `{}`: "", `{"id":"a\u0000b"}`: "a\uFFFDb",
	} {
		var w wire
		if err := connector.Decode([]byte(body), &w); err != nil || w.ID != want {
			t.Errorf("%s: got %q, %v; want %q", body, w.ID, err, want)
		}
	}
}

func TestWhatIsTooLongIsCutBetweenCharacters(t *testing.T) {
	long := strings.Repeat("é", 300_000)
	for claim, c := range map[string]struct {
		got  string
		most int
	}{
		"a message":      {connector.Text(long), 500_000},
		"a subject":      {connector.Subject(long), 20_000},
		"a custom field": {connector.Fields(map[string]string{"a": long})["a"], 4_000},
	} {
		if n := len(c.got); n > c.most || n < c.most-8 || !utf8.ValidString(c.got) || !strings.HasSuffix(c.got, "é…") {
			t.Errorf("%s: got %d bytes, want %d of whole characters that end in …", claim, n, c.most)
		}
	}
	if got := connector.Subject("Refund"); got != "Refund" {
		t.Errorf("got %q, want what is short as it is", got)
	}
}

func TestTextComesOutClean(t *testing.T) {
	var w wire
	if err := connector.Decode([]byte("{\"name\":\"a\\u0000b\xff\",\"in\":{\"tags\":[\"x\\u0000\"]}}"), &w); err != nil {
		t.Fatal(err)
	}
	if w.Name != "a\uFFFDb\uFFFD" || w.In.Tags[0] != "x\uFFFD" {
		t.Errorf("got %q and %q, want NUL and invalid UTF-8 replaced", w.Name, w.In.Tags[0])
	}
}

func TestTimes(t *testing.T) {
	got, err := connector.Time("at", "2026-12-03T10:30:00.5+01:00")
	if want := time.Date(2026, 12, 3, 9, 30, 0, 5e8, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if got, err := connector.Time("at", ""); err != nil || !got.IsZero() {
		t.Errorf("got %v, %v; want the zero time", got, err)
	}
	for _, s := range []string{"noon", "2026-12-03", "0000-01-01T00:00:00Z"} {
		if _, err := connector.Time("at", s); models.FieldOf(err) != "at" {
			t.Errorf("%s: got %v, want a fault of at", s, err)
		}
	}
}
