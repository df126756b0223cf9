package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

func policyVersion(n int, s models.PolicyState) models.PolicyVersion {
	v := models.PolicyVersion{
		Number: n, Text: "triage: {}\n", Sum: "pol_1", Author: priya, Savers: []string{"priya"}, Via: "console", Why: "because",
		Loosens: []string{"One thing."}, Against: n - 1, CreatedAt: day,
	}
	if err := v.To(s, priya, day); err != nil {
		panic(err)
	}
	return v
}

var _ = claim("a version of the policy comes back as it was kept", func(t *testing.T, s *opened) {
	want := policyVersion(1, models.PolicyInForce)
	err := s.CommitPolicies(t.Context(), decision.PolicyChanges{
		New: []models.PolicyVersion{want}, FileSum: "pol_file",
		Entries: []models.Entry{{Kind: models.EntryPolicy, By: priya, At: day, Text: "Version 1 of the policy is in force: because"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.reopen(t)
	got, err := s.PolicyVersion(t.Context(), 1)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if got, err := s.PolicyBySum(t.Context(), want.Sum); err != nil || got.Number != 1 {
		t.Errorf("by its sum it is version %d, %v", got.Number, err)
	}
	_, err = s.PolicyBySum(t.Context(), "pol_none")
	wantKind(t, err, models.NotFound)
	if sum, err := s.PolicyFileSum(t.Context()); sum != "pol_file" || err != nil {
		t.Errorf("the file's sum is %q, %v", sum, err)
	}
	if n, err := s.PolicyInForce(t.Context()); n != 1 || err != nil {
		t.Errorf("in force is %d, %v", n, err)
	}
	_, err = s.PolicyVersion(t.Context(), 2)
	wantKind(t, err, models.NotFound)
	mustVerify(t, s)
})

var _ = claim("without a version nothing of the policy is in force", func(t *testing.T, s *opened) {
	n, err := s.PolicyInForce(t.Context())
	inForce, proposed, err2 := s.OpenPolicies(t.Context())
	if n != 0 || err != nil || inForce.Number != 0 || proposed.Number != 0 || err2 != nil {
		t.Errorf("got %d %v, %+v, %+v %v", n, err, inForce, proposed, err2)
	}
	if sum, err := s.PolicyFileSum(t.Context()); sum != "" || err != nil {
		t.Errorf("got %q, %v", sum, err)
	}
})

var _ = claim("of the policy one version rules and one waits, and who comes late is told so", func(t *testing.T, s *opened) {
	one := policyVersion(1, models.PolicyInForce)
	keep := func(c decision.PolicyChanges) error { return s.CommitPolicies(t.Context(), c) }
	if err := keep(decision.PolicyChanges{New: []models.PolicyVersion{one, policyVersion(2, models.PolicyProposed)}}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, keep(decision.PolicyChanges{New: []models.PolicyVersion{policyVersion(2, models.PolicyProposed)}}), models.Conflict)
	wantKind(t, keep(decision.PolicyChanges{New: []models.PolicyVersion{policyVersion(3, models.PolicyInForce)}}), models.Conflict)
	wantKind(t, keep(decision.PolicyChanges{New: []models.PolicyVersion{policyVersion(3, models.PolicyProposed)}}), models.Conflict)

	from := one.Revision
	if err := one.To(models.PolicyReplaced, priya, day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	three := policyVersion(3, models.PolicyInForce)
	swap := decision.PolicyChanges{Moves: []decision.PolicyMove{{Version: one, From: from}}, New: []models.PolicyVersion{three}}
	if err := keep(swap); err != nil {
		t.Fatal(err)
	}
	swap.New[0] = policyVersion(4, models.PolicyInForce)
	wantKind(t, keep(swap), models.Conflict)
	vs, err := s.PolicyVersions(t.Context(), 2)
	if err != nil || len(vs) != 2 || vs[0].Number != 3 || vs[1].Number != 2 {
		t.Errorf("the newest are %+v, %v", vs, err)
	}
	inForce, proposed, err := s.OpenPolicies(t.Context())
	if err != nil || inForce.Number != 3 || proposed.Number != 2 {
		t.Errorf("open are %d and %d, %v", inForce.Number, proposed.Number, err)
	}
})
