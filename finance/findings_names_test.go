package finance

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

func TestEveryFindingMayBeAskedForByItsName(t *testing.T) {
	said := append(slices.Collect(maps.Keys(weights)), signalAnomaly)
	known := models.PaymentSignals()
	slices.Sort(said)
	slices.Sort(known)
	if diff := cmp.Diff(said, known); diff != "" {
		t.Errorf("conditions may ask for others than there are: %s", diff)
	}
}
