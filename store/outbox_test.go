package store_test

import (
	"slices"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

func cardEffect(id, item string, urgent bool, at time.Time) models.Effect {
	return models.Effect{ID: id, Ref: id, Kind: models.EffectCard, Item: item, State: models.EffectQueued, Urgent: urgent, MadeAt: at}
}

var _ = claim("cards that wait: those in Slack first, then urgent ones, then the longest waiting", func(t *testing.T, s *opened) {
	effects := []models.Effect{
		cardEffect("1", "ticket:a", false, day), cardEffect("2", "ticket:b", false, day.Add(time.Second)),
		cardEffect("3", "ticket:c", true, day.Add(2*time.Second)), cardEffect("4", "ticket:d", true, day.Add(time.Second)),
		cardEffect("5", "ticket:a", false, day.Add(3*time.Second)), cardEffect("6", "ticket:b", true, day.Add(4*time.Second)),
	}
	if err := s.Commit(t.Context(), decision.Changes{At: day, Effects: effects}); err != nil {
		t.Fatal(err)
	}
	ref := models.CardRef{Item: "ticket:a", Channel: "C1", TS: "1.1", Revision: 1, PostedAt: day, PagedOK: true}
	if err := s.SaveCardRef(t.Context(), ref, 0); err != nil {
		t.Fatal(err)
	}
	want := func(items ...string) []models.PendingCard {
		t.Helper()
		got, err := s.PendingCards(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range got {
			names = append(names, p.Item)
		}
		if !slices.Equal(names, items) {
			t.Errorf("got %v, want %v", names, items)
		}
		return got
	}
	first := want("ticket:a", "ticket:d", "ticket:c", "ticket:b")[0]
	if !first.Posted || !first.Paged || first.Urgent || !first.MadeAt.Equal(day) || !slices.Equal(first.Effects, []string{"1", "5"}) {
		t.Errorf("got %+v", first)
	}
	if err := s.CardsDone(t.Context(), first.Effects); err != nil {
		t.Fatal(err)
	}
	if err := s.CardsDead(t.Context(), []string{"3"}, "Slack refused it"); err != nil {
		t.Fatal(err)
	}
	want("ticket:d", "ticket:b")
	if e, err := s.Effect(t.Context(), "3"); err != nil || e.State != models.EffectDead || e.Error != "Slack refused it" {
		t.Errorf("got %+v, %v", e, err)
	}
})

var _ = claim("cards are counted by channel, and known by the digest that holds them", func(t *testing.T, s *opened) {
	for i, ref := range []models.CardRef{
		{Item: "a", Channel: "C1", TS: "1", PostedAt: day},
		{Item: "b", Channel: "C1", TS: "2", PostedAt: day.Add(-2 * time.Hour)},
		{Item: "c", Channel: "C2", TS: "3", PostedAt: day},
		{Item: "digest:C1:x", Channel: "C1", TS: "4", PostedAt: day},
		{Item: "e", Held: "digest:C1:x"},
		{Item: "d", Held: "digest:C1:x"},
		{Item: "f", Held: "digest:C1:y"},
	} {
		ref.Revision = 1
		if err := s.SaveCardRef(t.Context(), ref, 0); err != nil {
			t.Fatal(i, err)
		}
	}
	if n, err := s.PostedSince(t.Context(), "C1", day.Add(-time.Hour)); n != 1 || err != nil {
		t.Errorf("%d posted, %v; want 1", n, err)
	}
	if held, err := s.HeldIn(t.Context(), "digest:C1:x"); !slices.Equal(held, []string{"d", "e"}) || err != nil {
		t.Errorf("held %v, %v", held, err)
	}
})

var _ = claim("a wish to be known is asked once, settled once, and only one Slack user is a person", func(t *testing.T, s *opened) {
	ctx := t.Context()
	olga := models.Person{ID: "olga", Slack: "U0OLGA", Roles: []models.Role{models.RoleAdmin}}
	ask := func(id string) models.Link {
		t.Helper()
		l, err := s.AskLink(ctx, models.Link{SlackID: id, Name: "Tom", AskedAt: day})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	tom := ask("U0TOM")
	if err := tom.Settle(olga, "tom", day); err != nil {
		t.Fatal(err)
	}
	if err := s.SettleLink(ctx, tom); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.SettleLink(ctx, tom), models.Conflict)
	if again := ask("U0TOM"); again.State != models.LinkLinked || again.PersonID != "tom" {
		t.Errorf("asking again gave %+v, want what was settled", again)
	}
	other := ask("U0OTHER")
	if err := other.Settle(olga, "tom", day); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.SettleLink(ctx, other), models.Conflict)
	other = ask("U0OTHER")
	if err := other.Settle(olga, "", day); err != nil {
		t.Fatal(err)
	}
	if err := s.SettleLink(ctx, other); err != nil {
		t.Fatal(err)
	}
	if again := ask("U0OTHER"); again.State != models.LinkAsked {
		t.Errorf("a refused one cannot ask again: %+v", again)
	}
	if all, err := s.Links(ctx); len(all) != 2 || err != nil {
		t.Errorf("got %v, %v", all, err)
	}
	_, err := s.Link(ctx, "U0NOBODY")
	wantKind(t, err, models.NotFound)
})
