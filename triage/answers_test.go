package triage_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
	"remit/triage"
)

func TestRewrittenTellsHowMuchOfADraftWasChanged(t *testing.T) {
	draft := "Hello Dana, please use the link on the sign-in page to reset your password. It is good for one hour."
	for name, c := range map[string]struct {
		sent     string
		from, to float64
	}{
		"as it was":                      {draft, 0, 0},
		"other punctuation and markup":   {"<p>Hello Dana - please use the <b>link</b> on the sign-in page to reset your password!</p><p>It is good for one hour</p>", 0, 0},
		"with a signature and a quote":   {draft + "\n\nBest regards\nPriya\nAcme Support\n\nOn Monday Dana wrote:\n> I cannot get in", 0, 0.05},
		"one word":                       {strings.Replace(draft, "hour", "day", 1), 0.01, 0.1},
		"a sentence more":                {draft + " If it does not work, write to us again and we will look into it together.", 0.2, 0.6},
		"something else altogether":      {"We have shipped a new device to you, its number follows by post soon.", 0.8, 1},
		"nothing":                        {"", 1, 1},
		"the same words the other way":   {"one hour for good is It password your reset to page in sign the on link the use please Dana Hello", 0.5, 1},
		"an NUL and broken UTF-8 in the": {"\x00\xff" + draft, 0, 0.1},
	} {
		if got := triage.Rewritten(draft, c.sent); got < c.from || got > c.to {
			t.Errorf("%s: got %.2f, want %.2f to %.2f", name, got, c.from, c.to)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if x, y := triage.Rewritten(a, b), triage.Rewritten(b, a); x != y || x < 0 || x > 1 || triage.Rewritten(a, a) != 0 {
			t.Fatalf("got %v and %v", x, y)
		}
	})
}

func TestNothingIsPromisedThatNoMacroPromises(t *testing.T) {
	agreed := []string{"Hello {{name}}, we refund {{ticket}} to your card. It takes 5 to 7 days.", "Wir erstatten Ihnen den Betrag."}
	for sentence, why := range map[string]string{
		"We will refund you the whole order.":             "promises money",
		"You get 20 % off your next one.":                 "promises money",
		"A credit of $50 is on its way.":                  "promises money",
		"It will be with you by Friday.":                  "names a date",
		"We answer within the hour, by 17:30.":            "names a date",
		"It ships on 3.12. at the latest.":                "names a date",
		"We accept liability for the damage.":             "takes a legal position",
		"Under the contract this is our fault.":           "takes a legal position",
		"Sie erhalten eine Gutschrift.":                   "promises money",
		"Thank you for your message.":                     "",
		"Please use the link to reset your password.":     "",
		"Hello Dana, we refund 35436 to your card.":       "",
		"It takes 5 to 7 days.":                           "",
		"It takes 5 to 7 days and you get a discount.":    "promises money",
		"Wir erstatten Ihnen den Betrag.":                 "",
		"Hello Dana, we refund 35436 to your card today.": "promises money",
	} {
		got := ""
		if faults := triage.Lint("Thank you for writing. "+sentence, agreed); len(faults) > 0 {
			got = faults[0].Why
			if faults[0].Sentence != sentence {
				t.Errorf("%q: blames %q", sentence, faults[0].Sentence)
			}
		}
		if got != why {
			t.Errorf("%q: got %q, want %q", sentence, got, why)
		}
	}
}

const reset = "You can set a new password with the link on the sign-in page. It opens a form that asks for your address."

// answered is a history in which passwords were reset for three customers, and other things happened once.
func answered() []triage.Answered {
	var out []triage.Answered
	for i, name := range []string{"Ada", "Bob", "Eve"} {
		out = append(out, triage.Answered{
			Ticket: fmt.Sprint(100 + i), Customer: name, At: now.AddDate(0, 0, -30+i),
			Question: "Password\nI forgot my password and cannot sign in to the portal, attempt " + fmt.Sprint(i),
			Answer:   "Dear " + name + ",\n" + reset + " Your order 4711-" + name + " is not affected.\n\nKind regards\nPriya\n\n> I forgot my password",
		})
	}
	return append(out,
		triage.Answered{Ticket: "200", Customer: "Zoe", At: now, Question: "Invoice\nWhere is my invoice?", Answer: "Dear Zoe,\nyour invoice of the divorce lawyer went to zoe@mail.example.\nKind regards"},
		triage.Answered{Ticket: "201", Customer: "Max", At: now, Question: "Refund\nMy money back please", Answer: "We will refund you. We are sorry about all of that."},
		triage.Answered{Ticket: "202", Customer: "Tom", At: now, Question: "Refund\nMoney back", Answer: "We will refund you. We are sorry about all of that."},
	)
}

func TestWhatWasAnsweredBeforeIsDraftedWithoutAnybodysAffairs(t *testing.T) {
	answers := triage.NewAnswers(answered(), nil, now)
	j := triage.New(triage.WithAnswers(answers, nil))
	p, ok := j.Decide(written("Hello, I forgot my password and cannot sign in to the portal."), models.TriageRules{}).For(models.ActionReply)
	if !ok || p.Value != reset {
		t.Fatalf("got %q, want the sentences that three customers were sent", p.Value)
	}
	if src := triage.DraftSource(p.Reasons); !strings.HasPrefix(src, "the answer to ticket 102 of ") {
		t.Errorf("it says it is from %q", src)
	}
	for _, text := range []string{"Where is my invoice of the divorce lawyer?", "I want my money back, refund please."} {
		if p, ok := j.Decide(written(text), models.TriageRules{}).For(models.ActionReply); ok {
			t.Errorf("%q: drafts %q, which went to one customer only or promises money", text, p.Value)
		}
	}
	agreed := triage.NewAnswers(answered(), []string{"We will refund you."}, now)
	if got := agreed.Len(); got != 2 {
		t.Errorf("got %d answers with an agreed promise, want that one too", got)
	}
	macro := models.TriageRules{Macros: []models.Macro{{Title: "Reset", Words: []string{"password"}, Text: "Use the reset link."}}}
	if p, _ := j.Decide(written("Hello, I forgot my password and cannot sign in to the portal."), macro).For(models.ActionReply); p.Value != "Use the reset link." {
		t.Errorf("got %q, want the macro: it was agreed on", p.Value)
	}
}

func TestMacrosPeopleSendComeFirstAndSpeakTheCustomersLanguage(t *testing.T) {
	rules := models.TriageRules{Macros: []models.Macro{
		{Title: "A", Words: []string{"password"}, Text: "Answer A."},
		{Title: "B", Words: []string{"password"}, Text: "Answer B."},
		{Title: "C", Words: []string{"passwort"}, Text: "Antwort C.", Language: "de"},
		{Title: "D", Words: []string{"password"}, Text: "Réponse D.", Language: "fr"},
	}}
	ask := func(j *triage.Judge, text string) string {
		p, _ := j.Decide(written(text), rules).For(models.ActionReply)
		return p.Value
	}
	const question = "I forgot my password and cannot sign in."
	sent := triage.New(triage.WithAnswers(nil, triage.Approvals{"macro A": {Sent: 0, Drafted: 9}, "macro B": {Sent: 8, Drafted: 9}}))
	if got := ask(sent, question); got != "Answer B." {
		t.Errorf("got %q, want what people send", got)
	}
	if got := ask(judge, "Ich habe mein Passwort vergessen und kann mich nicht mehr anmelden, bitte helfen Sie mir."); got != "Antwort C." {
		t.Errorf("got %q, want the German one", got)
	}
	if got := ask(judge, question); got == "Réponse D." {
		t.Error("a French draft for an English question")
	}
}
