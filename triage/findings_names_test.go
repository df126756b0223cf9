package triage

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

func TestEveryFindingMayBeAskedForByItsName(t *testing.T) {
	said := slices.Clone(other[:])
	for _, r := range rules {
		if r.signal {
			said = append(said, r.name)
		}
	}
	known := models.TicketSignals()
	slices.Sort(said)
	slices.Sort(known)
	if diff := cmp.Diff(said, known); diff != "" {
		t.Errorf("conditions may ask for others than there are: %s", diff)
	}
}
