package triage

import (
	"slices"
	"testing"

	"remit/models"
)

func TestADamagedModelIsRefused(t *testing.T) {
	whole := shipped.file()
	if !slices.Equal(whole, shippedFile) {
		t.Fatal("writing what was read gives another file")
	}
	for claim, file := range map[string][]byte{
		"empty":          nil,
		"cut":            whole[:len(whole)/2],
		"a flipped bit":  func() []byte { b := slices.Clone(whole); b[100] ^= 1; return b }(),
		"something else": []byte("these are not the weights that were asked for"),
	} {
		if _, err := readToneModel(file); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v, want Invalid", claim, err)
		}
	}
}
