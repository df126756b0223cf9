package triage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
	"remit/triage"
)

func TestTheLibraryFindsWhatFits(t *testing.T) {
	library := triage.NewLibrary([]triage.Article{
		{ID: "refund", Title: "Refund status", Text: "We check your refund and write when it is paid."},
		{ID: "card", Title: "Card has not arrived", Words: []string{"delivery"}, Text: "A card takes ten days to arrive."},
		{ID: "fees", Title: "Fees abroad", Text: "There is no fee for paying with the card in another country."},
	})
	for text, want := range map[string]string{
		"Where is my refund?":                    "refund",
		"My new card still hasn't arrived":       "card",
		"Do you charge fees in other countries?": "fees",
		"When is the delivery?":                  "card",
		"Good morning":                           "",
		"":                                       "",
	} {
		got := ""
		if found := library.Find(text, 1); len(found) > 0 {
			got = found[0].ID
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if found := triage.NewLibrary(nil).Find("refund", 3); len(found) != 0 {
		t.Errorf("got %v in an empty library, want nothing", found)
	}
}

func TestOfEqualMacrosTheOneWhoseTextFitsIsDrafted(t *testing.T) {
	rules := models.TriageRules{Macros: []models.Macro{
		{Title: "Card lost", Words: []string{"card"}, Text: "Please freeze the card in the app."},
		{Title: "Card abroad", Words: []string{"card"}, Text: "The card works abroad, in all countries."},
	}}
	p, _ := judge.Decide(written("Does the card also work abroad? We travel to Norway."), rules).For(models.ActionReply)
	if d := cmp.Diff("The card works abroad, in all countries.", p.Value); d != "" {
		t.Errorf("draft (-want +got):\n%s", d)
	}
}
