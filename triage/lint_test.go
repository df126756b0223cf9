package triage_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
	"remit/triage"
)

// lintTable reads sentences under headings: a heading stands after an empty line or a comment.
func lintTable(t *testing.T, name string) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/lint/" + name)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	heading, begins := "", true
	for line := range strings.Lines(string(raw)) {
		switch line = strings.TrimSpace(line); {
		case line == "", strings.HasPrefix(line, "#"):
			begins = true
		case begins:
			heading, begins = line, false
		default:
			if strings.Contains(line, `\`) {
				if line, err = strconv.Unquote(`"` + line + `"`); err != nil {
					t.Fatal(err)
				}
			}
			out[heading] = append(out[heading], line)
		}
	}
	return out
}

func TestWhatCommitsTheCompanyIsRefused(t *testing.T) {
	for why, sentences := range lintTable(t, "commits.txt") {
		for _, s := range sentences {
			faults := triage.Lint("Thank you for writing. "+s, nil)
			if len(faults) == 0 {
				t.Errorf("%q passes", s)
			} else if !slices.ContainsFunc(faults, func(f triage.Fault) bool { return f.Why == why }) {
				t.Errorf("%q: got %q, want %q", s, faults[0].Why, why)
			}
		}
	}
}

func TestOrdinaryRepliesPass(t *testing.T) {
	table := lintTable(t, "harmless.txt")
	for _, language := range []string{"en", "de", "fr", "es", "it", "pt", "nl"} {
		if len(table[language]) < 30 {
			t.Errorf("%s: got %d sentences, want thirty", language, len(table[language]))
		}
		for _, s := range table[language] {
			if faults := triage.Lint(s, nil); len(faults) > 0 {
				t.Errorf("%q: %s", s, faults[0].Why)
			}
		}
	}
}

func TestAPlaceholderIsANameAndNoOpenEnd(t *testing.T) {
	agreed := []string{"Hi {{name}},\nwe refund {{ticket}} to your card.", "Your ticket is {{ticket}}", "Dear {{name", "{{name}}"}
	for draft, passes := range map[string]bool{
		"Hi Ana,":                                    true,
		"Hi Dr. Ana Maria Lopez,":                    true,
		"we refund 35436 to your card.":              true,
		"Hi Ana,\nwe refund the order to your card.": true,
		"Hi Ana, we will refund you $500 tomorrow.":  false,
		"Hi refund,":                                 false,
		"we refund 500 € to your card.":              false,
		"we refund 500 euros to your card.":          false,
		"we refund all of it today to your card.":    false,
		"we refund to your card.":                    false,
		"Your ticket is refunded":                    false,
		"Dear refund":                                false,
		"Dear {{name refund":                         false,
		"Refund tomorrow.":                           false,
	} {
		if faults := triage.Lint(draft, agreed); (len(faults) == 0) != passes {
			t.Errorf("%q: got %v", draft, faults)
		}
	}
}

func TestNoCommitmentPassesByAMacroThatDoesNotMakeIt(t *testing.T) {
	var harmless, commits []string
	for _, s := range lintTable(t, "harmless.txt") {
		harmless = append(harmless, s...)
	}
	for _, s := range lintTable(t, "commits.txt") {
		commits = append(commits, s...)
	}
	slices.Sort(harmless)
	slices.Sort(commits)
	rapid.Check(t, func(t *rapid.T) {
		macro := rapid.Custom(func(t *rapid.T) string {
			words := strings.Fields(rapid.SampledFrom(harmless).Draw(t, "sentence"))
			for range rapid.IntRange(1, 3).Draw(t, "holes") {
				words[rapid.IntRange(0, len(words)-1).Draw(t, "at")] = rapid.SampledFrom([]string{"{{name}}", "{{ticket}}", "{{account}}.", "{{"}).Draw(t, "hole")
			}
			return strings.Join(words, rapid.SampledFrom([]string{" ", "\n", ""}).Draw(t, "between"))
		})
		macros := rapid.SliceOfN(macro, 1, 4).Draw(t, "macros")
		commitment := rapid.SampledFrom(commits).Draw(t, "commitment")
		head, _, _ := strings.Cut(rapid.SampledFrom(append(macros, "")).Draw(t, "macro"), "{{")
		for _, draft := range []string{commitment, head + " " + commitment, head + " " + commitment + " " + rapid.SampledFrom(harmless).Draw(t, "after")} {
			if len(triage.Lint(draft, macros)) == 0 {
				t.Fatalf("%q passes by %q", draft, macros)
			}
		}
	})
}

// What is refused without a macro passes only by one that would be refused itself, its placeholders filled with a harmless word.
func FuzzLint(f *testing.F) {
	f.Add("Hi Ana, we will refund you $500 tomorrow.", "Hi {{name}},")
	f.Add("we refund 35436 to your card.", "we refund {{ticket}} to your card.")
	f.Add("am 3. Mai", "am 3.\n{{x}} Mai")
	f.Add("pay you\nback", "pay {{a}}{{b}} back {{c")
	f.Fuzz(func(t *testing.T, draft, macro string) {
		if len(triage.Lint(draft, nil)) == 0 || len(triage.Lint(draft, []string{macro})) > 0 {
			return
		}
		filled := macro
		for {
			before, rest, found := strings.Cut(filled, "{{")
			_, after, closed := strings.Cut(rest, "}}")
			if !found || !closed {
				break
			}
			filled = before + " xq " + after
		}
		if len(triage.Lint(models.CleanText(filled), nil)) == 0 {
			t.Errorf("%q passes by %q, which commits to nothing", draft, macro)
		}
	})
}

func TestWhatWasAnsweredBeforeCommitsNobody(t *testing.T) {
	const odd = "This will be fixed today for you. We will send you 50 euros for the trouble. We are responsible for the damage."
	var past []triage.Answered
	for _, name := range []string{"Ada", "Bob", "Eve"} {
		past = append(past, triage.Answered{Ticket: name, Customer: name, At: now, Question: "Export\nThe export of my reports is broken again", Answer: odd})
	}
	answers := triage.NewAnswers(past, nil, now)
	if p, ok := triage.New(triage.WithAnswers(answers, nil)).Decide(written("The export of my reports is broken again"), models.TriageRules{}).For(models.ActionReply); ok {
		t.Errorf("drafts %q", p.Value)
	}
}
