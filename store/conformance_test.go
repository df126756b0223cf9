package store_test

import (
	"os"
	"testing"

	"remit/store/pgtest"
)

// claims is the suite that both databases pass.
var claims = map[string]func(*testing.T, *opened){}

func claim(name string, f func(*testing.T, *opened)) bool {
	claims[name] = f
	return true
}

func TestSQLiteKeepsThePromises(t *testing.T) {
	for name, f := range claims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, openSQLite(t))
		})
	}
}

func TestPostgresKeepsThePromises(t *testing.T) {
	for name, f := range claims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, openAt(t, pgtest.URL(t)))
		})
	}
}

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
