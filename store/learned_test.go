package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

func learned(version string, at time.Time) models.Learned {
	l := models.NewLearned("payments", version, []byte(`{"trees":[`+version+`]}`), at, "From 12,000 payments.")
	l.Live = true
	return l
}

func putLearned(t *testing.T, s *opened, l models.Learned) {
	t.Helper()
	if err := s.PutLearned(t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

var _ = claim("what was learned comes back whole, and of a kind one version is live", func(t *testing.T, s *opened) {
	one, two := learned("1", day), learned("2", day.Add(time.Hour))
	other := models.NewLearned("intents", "1", []byte("x"), day, "")
	other.Live = true
	putLearned(t, s, one)
	putLearned(t, s, two)
	putLearned(t, s, other)
	got, err := s.LiveLearned(t.Context(), "payments")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(two, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if err := s.UseLearned(t.Context(), "payments", one.ID); err != nil {
		t.Fatal(err)
	}
	all, err := s.LearnedVersions(t.Context(), "payments")
	if err != nil || len(all) != 2 || all[0].Live || !all[1].Live || all[1].Body != nil {
		t.Errorf("got %+v, %v; want the newest first, the older one live, without bodies", all, err)
	}
	if id, err := s.LiveLearnedID(t.Context(), "intents"); err != nil || id != other.ID {
		t.Errorf("got %q, %v: another kind was touched", id, err)
	}
})

var _ = claim("what ships judges again once nothing learned is live", func(t *testing.T, s *opened) {
	putLearned(t, s, learned("1", day))
	if err := s.UseLearned(t.Context(), "payments", ""); err != nil {
		t.Fatal(err)
	}
	if id, err := s.LiveLearnedID(t.Context(), "payments"); err != nil || id != "" {
		t.Errorf("got %q, %v", id, err)
	}
	_, err := s.LiveLearned(t.Context(), "payments")
	wantKind(t, err, models.NotFound)
	wantKind(t, s.UseLearned(t.Context(), "payments", "none"), models.NotFound)
})

var _ = claim("a damaged model is not kept", func(t *testing.T, s *opened) {
	l := learned("1", day)
	l.Body = append(l.Body, ' ')
	wantKind(t, s.PutLearned(t.Context(), l), models.Invalid)
})
