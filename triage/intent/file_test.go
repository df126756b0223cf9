package intent_test

import (
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"strings"
	"testing"

	"remit/models"
	"remit/triage/intent"
)

func TestAFileGivesTheSameModel(t *testing.T) {
	for name, starter := range starters(t) {
		t.Run(name, func(t *testing.T) {
			m, err := intent.Train(desk(), intent.Options{Seed: 3, Starter: starter})
			if err != nil {
				t.Fatal(err)
			}
			again, err := intent.Decode(m.Encode(), starter)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range desk() {
				if got, want := again.Classify(e.Text), m.Classify(e.Text); !reflect.DeepEqual(got, want) {
					t.Fatalf("%q: got %+v, want %+v", e.Text, got, want)
				}
			}
			if again.Version() != m.Version() || again.Limit != m.Limit {
				t.Errorf("got version %s and limit %v, want %s and %v", again.Version(), again.Limit, m.Version(), m.Limit)
			}
		})
	}
}

func starters(t *testing.T) map[string]*intent.Starter {
	shipped, err := intent.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*intent.Starter{"without a starter": nil, "with the starter that ships": shipped}
}

func TestABrokenFileIsInvalid(t *testing.T) {
	file := trained(t, desk()).Encode()
	change := func(at int, to byte) []byte {
		out := append([]byte(nil), file...)
		out[at] = to
		return out
	}
	cases := map[string]struct {
		file []byte
		want string
	}{
		"empty":                 {nil, "not an intent model"},
		"another file":          {[]byte("text,label\nhello,there\nhow,are you"), "not an intent model"},
		"another version":       {change(11, 9), "version 9"},
		"one bit":               {change(len(file)/2, file[len(file)/2]^1), "damaged"},
		"cut short":             {file[:len(file)-100], "damaged"},
		"the checksum":          {change(len(file)-1, file[len(file)-1]^1), "damaged"},
		"content cut, resealed": {reseal(file[:len(file)/2]), "damaged"},
		"too long, resealed":    {reseal(append(append([]byte(nil), file[:len(file)-4]...), 1, 2, 3)), "damaged"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := intent.Decode(tc.file, nil)
			if models.KindOf(err) != models.Invalid || !strings.Contains(models.SentenceOf(err), tc.want) {
				t.Errorf("got %v, want Invalid with %q", err, tc.want)
			}
		})
	}
}

func reseal(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), crc32.ChecksumIEEE(body))
}

func TestAModelWantsItsOwnStarter(t *testing.T) {
	shipped, err := intent.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	m, err := intent.Train(desk(), intent.Options{Starter: shipped})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := intent.Decode(m.Encode(), nil); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "another starter") {
		t.Errorf("got %v, want Invalid: another starter", err)
	}
}

func TestABrokenStarterIsInvalid(t *testing.T) {
	if _, err := intent.DecodeStarter([]byte("REMITSTA and nothing else")); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want Invalid", err)
	}
}

func FuzzDecode(f *testing.F) {
	m, err := intent.Train(desk(), intent.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.Encode())
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 4 {
			file = reseal(file[:len(file)-4])
		}
		if m, err := intent.Decode(file, nil); err == nil {
			m.Classify("I have a question about my invoice")
		} else if models.KindOf(err) != models.Invalid {
			t.Errorf("got %v, want Invalid", err)
		}
	})
}

func FuzzClassify(f *testing.F) {
	m := trained(f, desk())
	f.Add("I have a question about my invoice")
	f.Add("\xff'’İ\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		p := m.Classify(text)
		if !(p.Confidence >= 0 && p.Confidence <= 1 && p.OOS >= 0 && p.OOS <= 1) || p.Label == "" {
			t.Errorf("%q: got %+v", text, p)
		}
	})
}
