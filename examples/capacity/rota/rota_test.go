package rota

import (
	"slices"
	"strings"
	"testing"
)

func TestPeopleAreMovedFromWhereTheyAreIdleToWhereItIsShort(t *testing.T) {
	ps, err := Propose(Sample, "2026-12-03")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range ps {
		got = append(got, p.Item+": "+p.Value)
		if left := p.Facts["left_behind"].(float64); left < 0 || p.Confidence <= .5 {
			t.Errorf("%s leaves %v behind at %v", p.Item, left, p.Confidence)
		}
	}
	if want := []string{"payments at 14:00: 3 from accounts", "cards at 16:00: 4 from accounts", "software at 16:00: 1 from payments"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhereEverybodyIsBusyNobodyIsMoved(t *testing.T) {
	ps, err := Propose([]byte(firstLine(Sample)+"\na,14:00,60,10,5\nb,14:00,60,10,5\n"), "2026-12-03")
	if err != nil || len(ps) != 0 {
		t.Errorf("got %v %v", ps, err)
	}
	if _, err := Propose([]byte(firstLine(Sample)+"\na,14:00,many,10,5\n"), "2026-12-03"); err == nil || !strings.Contains(err.Error(), "a at 14:00") {
		t.Errorf("got %v, want what is no number said", err)
	}
}
