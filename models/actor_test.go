package models_test

import (
	"testing"

	"remit/models"
)

func TestWhoAskedIsKnownByWhateverNameBooksWrite(t *testing.T) {
	frank := models.Person{ID: "frank", Name: "Frank Weber", Email: "frank@acme.example"}
	for _, name := range []string{"frank", "FRANK", " Frank ", "frank@acme.example", "Frank@Acme.example", "Frank Weber", "frank weber"} {
		if !frank.Called(name) {
			t.Errorf("%q is not Frank", name)
		}
	}
	for _, name := range []string{"", " ", "fran", "frank@other.example", "Weber"} {
		if frank.Called(name) || frank.MayBe(name) {
			t.Errorf("%q is Frank, or may be", name)
		}
	}
	newcomer := models.Link{SlackID: "U1", Name: "Frank"}.Newcomer()
	unaddressed := models.Person{ID: "jo"}
	for name, want := range map[string][2]bool{"": {false, false}, "77": {true, false}, "jo@acme.example": {true, true}} {
		if got := [2]bool{newcomer.MayBe(name), unaddressed.MayBe(name)}; got != want {
			t.Errorf("%q may be a newcomer, somebody without an address: %v, want %v", name, got, want)
		}
	}
}
