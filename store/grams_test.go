package store

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestARowHasTheGramsOfEveryPartOfItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 60, -1).Draw(t, "text")
		runes := []rune(text)
		from := rapid.IntRange(0, len(runes)).Draw(t, "from")
		part := string(runes[from:rapid.IntRange(from, len(runes)).Draw(t, "to")])
		var has []gram
		gramsOf(text, func(g gram) { has = append(has, g) })
		for _, g := range askedOf(strings.ToLower(part)) {
			if !slices.Contains(has, g) {
				t.Fatalf("%q is asked for by a gram that %q has not", part, text)
			}
		}
	})
}

func TestALongTextIsAskedForByFewGramsOfAllOfIt(t *testing.T) {
	text := "abcdefghijklmnopqrstuvwxyz0123456789"
	asked := askedOf(text)
	if len(asked) != askedGrams || asked[0] != gramOf('a', 'b', 'c') || asked[askedGrams-1] != gramOf('7', '8', '9') {
		t.Errorf("got %d grams, want %d from the first to the last", len(asked), askedGrams)
	}
	for _, short := range []string{"", "ab", "aİ", "a\u0307b"} {
		if got := askedOf(short); got != nil {
			t.Errorf("%q: got %v, want none", short, got)
		}
	}
	if got := askedOf("aaaaaaa"); len(got) != 1 {
		t.Errorf("one gram again and again is asked for %d times", len(got))
	}
}

// The numbers are in databases.
func TestAGramKeepsItsNumber(t *testing.T) {
	if got := gramOf('a', 'b', 'c'); got != 0x6ec23825 {
		t.Errorf("got %#x", got)
	}
}

func TestWhatIsEncodedOfABlockIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int64{64, 4096}).Draw(t, "size")
		texts := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("abÄ1")), 0, 8, -1), 0, int(min(size, 300))).Draw(t, "texts")
		b, want := blockGrams{}, map[gram][]int64{}
		for row, text := range texts {
			b.add(row, text)
			gramsOf(text, func(g gram) {
				if !slices.Contains(want[g], int64(row)) {
					want[g] = append(want[g], int64(row))
				}
			})
		}
		encoded := b.encode(size)
		want[gramOf('x', 'y', 'z')] = nil
		for g, rows := range want {
			got, err := rowsIn(encoded[g.bucket()], g, size)
			slices.Reverse(rows)
			if err != nil || !slices.Equal(got.rows(), rows) {
				t.Fatalf("%x: got %v, %v, want %v", g, got.rows(), err, rows)
			}
		}
	})
}

func TestADamagedBlockIsAnErrorAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		set, err := rowsIn(bytes, gram(rapid.Uint32().Draw(t, "gram")), 64)
		if err == nil && set != nil && len(set) != 8 {
			t.Fatalf("got a set of %d bytes", len(set))
		}
		if set, err = unpacked(bytes, 64); err == nil && len(set) != 8 {
			t.Fatalf("got a set of %d bytes", len(set))
		}
	})
	for _, bytes := range [][]byte{{1}, {0, 0, 0}, {0, 0, 0, 0x80}, {0, 0, 0, 9, 1}} {
		if _, err := rowsIn(bytes, 0, 64); err == nil {
			t.Errorf("%v: got no error", bytes)
		}
	}
	if _, err := unpacked([]byte{70}, 64); err == nil {
		t.Error("a row beyond the block: got no error")
	}
}
