package connectortest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Golden compares events with the file they were written to, or writes the file where update is set.
func Golden(t *testing.T, file string, got any, update bool) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("no golden file (run with -update, then read it): %v", err)
	}
	if string(want) != string(b) {
		t.Errorf("%s:\ngot  %s\nwant %s", file, b, want)
	}
}
