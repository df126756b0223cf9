package level_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
	"remit/triage/level"
)

// past is a history in which most tickets are P3, leaks are P2, and typos P4; what they are about says nothing.
func past(n int) []level.Example {
	r := rand.New(rand.NewPCG(1, 1))
	things := []string{"report", "export", "dashboard", "import", "search", "calendar", "invoice page", "settings", "upload", "profile"}
	out := make([]level.Example, n)
	for i := range out {
		thing := things[r.IntN(len(things))]
		e := level.Example{Text: level.Text{Subject: "About the " + thing, Body: "The " + thing + " does something that we did not expect"}, Priority: models.P3}
		switch i % 10 {
		case 0:
			e.Body, e.Priority = "The "+thing+" leaks memory until the node dies", models.P2
		case 1, 2:
			e.Body, e.Priority = "There is a typo in the "+thing, models.P4
		}
		out[i] = e
	}
	return out
}

func train(t *testing.T, examples []level.Example) *level.Model {
	t.Helper()
	m, err := level.Train(examples)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAHistoryTeachesWhatIsUrgentThere(t *testing.T) {
	m := train(t, past(600))
	cases := map[string]struct {
		body string
		want models.Priority
		word string
	}{
		"a leak is":        {"The new page leaks memory", models.P2, "leaks"},
		"a typo is not":    {"There is a typo on the new page", models.P4, "typo"},
		"the rest is P3":   {"The page does something else", models.P3, ""},
		"nothing is P3":    {"", models.P3, ""},
		"another language": {"Ich verstehe diese Seite nicht", models.P3, ""},
	}
	for name, c := range cases {
		o := m.Judge(level.Text{Subject: "About the page", Body: c.body})
		if o.Level != c.want || o.Usual != models.P3 {
			t.Errorf("%s: got %s of usually %s, want %s of P3; %v", name, o.Level, o.Usual, c.want, o.Shares)
		}
		if c.word != "" && !strings.Contains(fmt.Sprint(o.Words), c.word) {
			t.Errorf("%s: the reason %v does not name %q", name, o.Words, c.word)
		}
	}
}

func TestWhatIsDrawnAtRandomTeachesHardlyAnything(t *testing.T) {
	examples := past(800)
	r := rand.New(rand.NewPCG(7, 7))
	for i := range examples {
		examples[i].Priority = []models.Priority{models.P2, models.P3, models.P3, models.P4}[r.IntN(4)]
	}
	m := train(t, examples)
	left := 0
	for _, e := range past(100) {
		o := m.Judge(e.Text)
		if o.Level != o.Usual {
			left++
		}
		if c := o.Confidence(m); c > 0.7 {
			t.Errorf("it is %.2f sure of what was drawn at random", c)
		}
	}
	if left > 10 {
		t.Errorf("the usual level is left for %d of 100 tickets whose level was drawn at random", left)
	}
}

// A signal that rarely occurs is none that the history has an opinion on.
func TestItKnowsWhichSignalsItsHistoryHad(t *testing.T) {
	examples := past(300)
	for i := range 20 {
		examples[i].Signs = []string{"text.broken"}
	}
	examples[50].Signs = []string{"text.safety"}
	if m := train(t, examples); !m.Knows("text.broken") || m.Knows("text.safety") {
		t.Errorf("got %t for a signal of twenty tickets and %t for one of a single ticket", m.Knows("text.broken"), m.Knows("text.safety"))
	}
}

func TestLearningTwiceAndKeepingItChangesNothing(t *testing.T) {
	m, again := train(t, past(300)), train(t, past(300))
	file := m.Encode()
	if !bytes.Equal(file, again.Encode()) || m.Version() != again.Version() {
		t.Error("the same history teaches two different things")
	}
	kept, err := level.Decode(file)
	if err != nil || kept.Version() != m.Version() {
		t.Fatalf("got %v", err)
	}
	for _, e := range past(30) {
		if diff := cmp.Diff(m.Judge(e.Text), kept.Judge(e.Text)); diff != "" {
			t.Errorf("kept, it judges otherwise: %s", diff)
		}
	}
}

// A model that is read and kept again has the same bytes, and so the same name.
func TestAModelThatIsReadAndKeptAgainIsTheSameFile(t *testing.T) {
	file := train(t, past(200)).Encode()
	if head := string(file[:9]); head != "REMITLVL1" {
		t.Errorf("it begins with %q", head)
	}
	kept, err := level.Decode(file)
	if err != nil || !bytes.Equal(kept.Encode(), file) {
		t.Errorf("read and kept again it is another file: %v", err)
	}
}

func TestADamagedModelIsNotUsed(t *testing.T) {
	file := train(t, past(200)).Encode()
	cases := map[string][]byte{"nothing": nil, "something else": []byte("text,label\n"), "the half of it": file[:len(file)/2], "its beginning": file[:12]}
	for _, at := range []int{0, 10, 50, len(file) / 2, len(file) - 1} {
		broken := bytes.Clone(file)
		broken[at] ^= 4
		cases[fmt.Sprintf("byte %d changed", at)] = broken
	}
	for name, b := range cases {
		if _, err := level.Decode(b); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
}

func TestWhatCannotBeLearnedFromSaysSo(t *testing.T) {
	same := past(300)
	for i := range same {
		same[i].Priority = models.P3
	}
	unset := past(300)
	for i := range unset {
		unset[i].Priority = ""
	}
	for name, c := range map[string]struct {
		examples []level.Example
		says     string
	}{
		"none":                  {nil, "too few"},
		"too few":               {past(99), "99 tickets"},
		"nobody set a priority": {unset, "0 tickets"},
		"all have the same":     {same, "every ticket has the priority P3"},
		"all but two have it":   {append(same[2:300:300], past(2)...), "every ticket has the priority P3"},
	} {
		if _, err := level.Train(c.examples); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want Invalid that says %q", name, err, c.says)
		}
	}
}

func TestStrangeTextsGetProbabilities(t *testing.T) {
	m := train(t, past(200))
	for name, text := range map[string]string{
		"not UTF-8": "\xff\xfe leak", "a NUL": "a\x00leak", "one emoji": "😡", "a megabyte": strings.Repeat("leak ", 200_000), "one long word": strings.Repeat("A", 1<<20),
	} {
		sum := 0.0
		for _, p := range m.Judge(level.Text{Subject: text, Body: text, Logs: 1 << 30}).Shares {
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: the probabilities make %v", name, sum)
		}
	}
}
