package models

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTicketsAreAlikeByWhatTheySayAndNotByTheirSubjectAlone(t *testing.T) {
	seen := func(id, subject string, marks ...uint32) Seen {
		return Seen{ID: id, Source: "helpdesk", Subject: subject, Marks: marks}
	}
	cases := map[string]struct {
		a, b Seen
		want bool
	}{
		"most of the shorter one's words":                {seen("1", "a", 1, 2, 3, 4), seen("2", "b", 1, 2, 3, 9, 10, 11), true},
		"few of them":                                    {seen("1", "a", 1, 2, 3, 4, 5, 6, 7), seen("2", "b", 1, 2, 3, 9, 10, 11, 12), false},
		"two words are too little":                       {seen("1", "a", 1, 2), seen("2", "b", 1, 2), false},
		"the same subject and some of the words":         {seen("1", "Outage", 1, 2, 3, 4), seen("2", "Outage", 1, 2, 8, 9), true},
		"the same subject about something else":          {seen("1", "Question", 1, 2, 3), seen("2", "Question", 7, 8, 9), false},
		"the same ticket":                                {seen("1", "a", 1, 2, 3), seen("1", "a", 1, 2, 3), false},
		"another helpdesk":                               {seen("1", "a", 1, 2, 3), Seen{ID: "2", Source: "other", Marks: []uint32{1, 2, 3}}, false},
		"no words at all, and the same subject":          {seen("1", "Outage"), seen("2", "Outage"), true},
		"no words at all, and no subject":                {seen("1", ""), seen("2", ""), false},
		"one without words beside one with many of them": {seen("1", "Outage"), seen("2", "Outage", 1, 2, 3), false},
	}
	for name, c := range cases {
		if got := c.a.Alike(c.b); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
		if got := c.b.Alike(c.a); got != c.want {
			t.Errorf("%s, the other way round: got %v, want %v", name, got, c.want)
		}
	}
}

func TestATicketIsLikeTheSameOfManyAsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ticket := rapid.Custom(func(t *rapid.T) Seen {
			// Few different marks, far apart and close, so that some are shared and some only seem to be.
			marks := rapid.SliceOfN(rapid.SampledFrom([]uint32{0, 1, 2, 63, 64, 65, 2047, 2048, 2049, 4096, 4097, 1 << 31, 1<<32 - 1}), 0, 13).Draw(t, "marks")
			slices.Sort(marks)
			return Seen{
				ID: rapid.StringOfN(rapid.RuneFrom([]rune("ab")), 1, 2, -1).Draw(t, "id"), Source: rapid.SampledFrom([]string{"helpdesk", "other"}).Draw(t, "source"),
				Subject: rapid.SampledFrom([]string{"", "Outage", "Question"}).Draw(t, "subject"), Marks: slices.Compact(marks),
			}
		})
		a, b := ticket.Draw(t, "a"), ticket.Draw(t, "b")
		if got, want := a.Likeness().Alike(&b), a.Alike(b); got != want {
			t.Errorf("among many %v, one by one %v", got, want)
		}
	})
}
