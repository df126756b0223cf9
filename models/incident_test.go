package models

import "testing"

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
