package decision

import (
	"testing"

	"remit/models"
)

// FuzzLoadPolicy: whatever the text, it is either a policy that can be compared, put in words and asked, or refused with
// lines.
func FuzzLoadPolicy(f *testing.F) {
	f.Add([]byte(smallPolicy))
	f.Add([]byte(onCall))
	f.Add([]byte("triage: [\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("finance: {approvers: \"@finance-leads\", guardrails: [{when: true, approvers: {count: 2}}]}\n"))
	old, err := LoadPolicy([]byte(smallPolicy), company, noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := LoadPolicy(text, company, noon)
		if err != nil {
			problems := ProblemsOf(err)
			if models.KindOf(err) != models.Invalid || len(problems) == 0 || p != nil {
				t.Fatalf("got %v with %d problems", err, len(problems))
			}
			for _, o := range problems {
				if o.Line < 1 || o.Says == "" {
					t.Errorf("a problem without its line or words: %+v", o)
				}
			}
			return
		}
		Loosens(old, p)
		if again := Loosens(p, p); len(again) > 0 {
			t.Errorf("beside itself it loosens %q", again)
		}
		p.InWords()
		p.Gate(toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true})
		p.Gate(later, paymentFactsOf(nil), Situation{Now: noon, Writable: true})
		p.SegmentOf(models.Triage, ticketFactsOf(nil), toP2)
	})
}
