package intent_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"remit/models"
	"remit/triage/intent"
)

// desk is a small company's history: three groups, each with its own words.
func desk() []intent.Example {
	about := map[string][]string{
		"Billing":  {"invoice", "refund", "charged twice", "payment", "receipt", "credit card"},
		"Shipping": {"parcel", "delivery", "courier", "tracking number", "package lost", "address"},
		"Access":   {"password", "log in", "locked out", "two factor code", "reset link", "account access"},
	}
	ways := []string{"I have a question about my %s", "There is a problem with the %s since yesterday", "Please help, %s does not work", "Where is my %s?", "Why was the %s wrong", "My %s is not right", "Can somebody look into the %s", "No news about the %s for a week", "The %s again", "I am unhappy with the %s"}
	var out []intent.Example
	for _, group := range []string{"Access", "Billing", "Shipping"} {
		for _, thing := range about[group] {
			for _, way := range ways {
				out = append(out, intent.Example{Text: fmt.Sprintf(way, thing), Label: group})
			}
		}
	}
	return out
}

func trained(t testing.TB, examples []intent.Example) *intent.Model {
	t.Helper()
	m, err := intent.Train(examples, intent.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestATicketGoesWhereTicketsLikeItWent(t *testing.T) {
	m := trained(t, desk())
	cases := map[string]string{
		"my invoice shows a payment I never made": "Billing",
		"the courier lost the parcel":             "Shipping",
		"I am locked out, password reset please":  "Access",
	}
	for text, want := range cases {
		got := m.Classify(text)
		if got.Label != want || got.Top[0].Label != want || got.Confidence < 0.5 {
			t.Errorf("%q: got %s at %.2f, want %s", text, got.Label, got.Confidence, want)
		}
		if len(got.Reasons) == 0 || !strings.Contains(text, got.Reasons[0].Words) {
			t.Errorf("%q: got reasons %v, want words of the text", text, got.Reasons)
		}
	}
}

func TestWhatIsUnlikeTheHistoryCountsAsOutside(t *testing.T) {
	m := trained(t, desk())
	for name, text := range map[string]string{
		"empty":            "",
		"one emoji":        "🙂",
		"base64":           strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0123456789abcdef", 20_000),
		"gibberish":        "xqzt vbrn kwplm zzgh qqrx",
		"another language": "Здравствуйте, подскажите пожалуйста когда вы открываетесь",
		"mixed scripts":    "привет שלום 你好 สวัสดี",
		"a NUL":            "\x00\x00\x00",
		"broken UTF-8":     "\xff\xfe\xfa",
	} {
		if got := m.Classify(text); !got.Outside || got.OOS < 0 || got.OOS > 1 {
			t.Errorf("%s: got outside %v at %.2f (%s at %.2f), want outside", name, got.Outside, got.OOS, got.Label, got.Confidence)
		}
	}
}

func TestWhatCannotBeLearnedFromIsInvalid(t *testing.T) {
	with := func(e ...intent.Example) []intent.Example { return append(desk(), e...) }
	cases := map[string]struct {
		examples []intent.Example
		want     string // in the sentence
	}{
		"nothing":            {nil, "too few"},
		"three rows":         {desk()[:3], "too few"},
		"one label":          {desk()[:50], "nothing to tell apart"},
		"no words in any":    {[]intent.Example{{Text: "!", Label: "a"}, {Text: "?", Label: "b"}}, "too few"},
		"a NUL in a text":    {with(intent.Example{Text: "a\x00b", Label: "Billing"}), "NUL"},
		"an empty label":     {with(intent.Example{Text: "a", Label: " "}), "no label"},
		"an endless label":   {with(intent.Example{Text: "a", Label: strings.Repeat("x", 300)}), "more than 200 bytes"},
		"the same text only": {append(make([]intent.Example, 0), repeat(intent.Example{Text: "same", Label: "a"}, 50)...), "too few"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := intent.Train(tc.examples, intent.Options{})
			if models.KindOf(err) != models.Invalid || !strings.Contains(models.SentenceOf(err), tc.want) {
				t.Errorf("got %v, want Invalid with %q", err, tc.want)
			}
		})
	}
}

func repeat(e intent.Example, n int) []intent.Example {
	out := make([]intent.Example, n)
	for i := range out {
		out[i] = e
	}
	return out
}

func TestOneTextWithTwoLabelsCountsForTheMoreFrequent(t *testing.T) {
	odd := "About the glorbnax, please"
	m := trained(t, append(desk(), intent.Example{Text: odd, Label: "Billing"}, intent.Example{Text: odd, Label: "Access"}, intent.Example{Text: odd + "!", Label: "Billing"}))
	if r := m.Report; r.Examples != 181 || r.Repeated != 2 || len(r.Disputed) != 1 || !strings.HasPrefix(r.Disputed[0], odd) {
		t.Errorf("got %d examples, %d repeated, disputed %q", r.Examples, r.Repeated, r.Disputed)
	}
	if got := m.Classify(odd); got.Label != "Billing" {
		t.Errorf("got %s, want Billing: two against one", got.Label)
	}
}

func TestALabelThatIsThereOnceIsLearnedFromToo(t *testing.T) {
	m := trained(t, append(desk(), intent.Example{Text: "the office plants are thirsty", Label: "Facilities"}))
	if got := m.Classify("the plants are thirsty"); len(m.Labels) != 4 || got.Label == "" {
		t.Errorf("got %d labels and %+v", len(m.Labels), got)
	}
}

func TestTrainingIsTheSameUnderOneSeed(t *testing.T) {
	a, b := trained(t, desk()), trained(t, desk())
	if !bytes.Equal(a.Encode(), b.Encode()) || a.Version() != b.Version() {
		t.Error("got two models from the same examples under the same seed")
	}
}

func TestEvidenceIsHeldBackForEveryExample(t *testing.T) {
	m := trained(t, desk())
	right := 0
	for _, h := range m.Report.Held {
		if h.Confidence < 0 || h.Confidence > 1 || h.Outside < 0 || h.Outside > 1 {
			t.Fatalf("got %+v", h)
		}
		if h.Right {
			right++
		}
	}
	if n := len(m.Report.Held); n != len(desk()) || right < n*9/10 {
		t.Errorf("got %d held with %d right of %d examples", n, right, len(desk()))
	}
}

func TestASlipInTheHistoryIsSuspected(t *testing.T) {
	examples := desk()
	examples[0].Label = "Shipping" // "I have a question about my password"
	m := trained(t, examples)
	for _, s := range m.Report.Suspects {
		if s.Text == examples[0].Text && s.Rather == "Access" {
			return
		}
	}
	if got := m.Classify(examples[0].Text); got.Label != "Access" {
		t.Errorf("got %v suspected and %s for the slip, want Access one way or the other", m.Report.Suspects, got.Label)
	}
}

func BenchmarkClassify(b *testing.B) {
	m := trained(b, desk())
	b.ReportAllocs()
	for b.Loop() {
		m.Classify("I have a question about the invoice and the parcel that never came")
	}
}
