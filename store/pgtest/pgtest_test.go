package pgtest

import (
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

func TestEachTestHasAFreshDatabase(t *testing.T) {
	for range 2 {
		c, err := pgx.Connect(t.Context(), URL(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), "CREATE TABLE only_once (a INT)"); err != nil {
			t.Error(err)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestADurableServerKeepsWhatItCommits(t *testing.T) {
	if _, ok := binaries(); !ok && os.Getenv(EnvURL) == "" {
		t.Skip(ErrNone)
	}
	url, stop, err := Durable()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	var fsync string
	if err := c.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "on" {
		t.Errorf("got fsync %s, %v; want on", fsync, err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerThatIsRestartedStillHasWhatWasCommitted(t *testing.T) {
	url, restart, stop, err := Restartable()
	if errors.Is(err, ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if restart == nil {
		t.Skip("the server is not ours to restart")
	}
	run := func(text string) {
		t.Helper()
		c, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), text); err != nil {
			t.Error(err)
		}
		_ = c.Close(t.Context())
	}
	run("CREATE TABLE kept (a INT)")
	if err := restart(); err != nil {
		t.Fatal(err)
	}
	run("INSERT INTO kept VALUES (1)")
}
