package models

import (
	"strings"
	"testing"
)

func TestTwoJudgesWhoDifferAreEvenUntilPeopleSaySo(t *testing.T) {
	cases := map[string]struct {
		past        Past
		least, most float64
	}{
		"nobody has said anything":          {Past{}, .5, .5},
		"three of three are no proof":       {Past{Apart: 3, OwnRight: 3}, .5, .6},
		"hundreds are":                      {Past{Apart: 400, OwnRight: 392}, .95, .96},
		"and so are those against it":       {Past{Apart: 400, OwnRight: 8}, .04, .05},
		"what both say alike tells nothing": {Past{Same: 400, SameRight: 400}, .5, .5},
	}
	for name, c := range cases {
		if got := c.past.OwnApart(); got < c.least || got > c.most {
			t.Errorf("%s: got %.3f, want %.2f to %.2f", name, got, c.least, c.most)
		}
	}
}

func TestAnOpinionIsAboutWhatWasAsked(t *testing.T) {
	asked := Ticket{Subject: "S", Text: "T", Priority: P3, Group: "G"}
	for name, edit := range map[string]func(*Ticket){
		"other words":          func(t *Ticket) { t.Text = "U" },
		"a newer message":      func(t *Ticket) { t.Thread = []Comment{{Public: true, Author: Actor{Kind: ByCustomer}, Text: "and"}} },
		"a priority by others": func(t *Ticket) { t.Priority = P1 },
		"a group by others":    func(t *Ticket) { t.Group = "H" },
	} {
		now := asked
		edit(&now)
		if AskedOf(now) == AskedOf(asked) {
			t.Errorf("%s: it counts as the same question", name)
		}
	}
	now := asked
	now.Assignee = "sam"
	if AskedOf(now) != AskedOf(asked) {
		t.Error("who has the ticket makes it another question")
	}
}

func TestShareIsToldOnlyWhereItSaysSomething(t *testing.T) {
	if got := (Past{Same: 120, SameRight: 115}).SaysSame(); got != "of 120 such tickets 96 % were right" {
		t.Errorf("got %q", got)
	}
	if got := (Past{Same: 3, SameRight: 3}).SaysSame(); !strings.Contains(got, "too few") {
		t.Errorf("three of three are told as %q", got)
	}
}
