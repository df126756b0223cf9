package data

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestTablesAreReadByTheirHeader(t *testing.T) {
	cases := map[string]struct {
		name, text string
		want       []Labelled
		broken     bool
	}{
		"text and label":                    {"a.csv", "text,label\n\"a, b\",x\n", []Labelled{{"a, b", "x"}}, false},
		"category stands for label":         {"a.csv", "id,category,text\n1,x,a\n", []Labelled{{"a", "x"}}, false},
		"a byte order mark is passed over":  {"a.csv", "\ufefftext,label\na,x\n", []Labelled{{"a", "x"}}, false},
		"a header without them is an error": {"a.csv", "one,two\na,x\n", nil, true},
		"an empty file is an error":         {"a.csv", "", nil, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), c.name)
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := CSV(file)
			if !reflect.DeepEqual(got, c.want) || (err != nil) != c.broken {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
}
