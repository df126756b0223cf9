// Package pgtest gives tests a PostgreSQL of their own: the server that REMIT_TEST_POSTGRES_URL names, or else a throw-away
// one from the binaries on this machine, which listens on a socket in a temporary directory and ends with the test binary.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EnvURL names the variable with the address of a server on which databases may be made.
const EnvURL = "REMIT_TEST_POSTGRES_URL"

// ErrNone says that there is no PostgreSQL to be had.
var ErrNone = errors.New("no PostgreSQL: neither " + EnvURL + " nor initdb on PATH or in /usr/lib/postgresql/*/bin")

var shared struct {
	once   sync.Once
	server *server
	err    error
}

// Run runs the tests and stops the server that they may have started. It is called from TestMain, with os.Exit around it.
func Run(m *testing.M) int {
	defer func() {
		if shared.server != nil {
			shared.server.stop()
		}
	}()
	return m.Run()
}

// URL gives the address of a fresh, empty database, and drops it when the test ends. The test is skipped where there is no
// PostgreSQL.
func URL(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = find(false) })
	if errors.Is(shared.err, ErrNone) {
		t.Skip(shared.err)
	}
	if shared.err != nil {
		t.Fatalf("start PostgreSQL: %v", shared.err)
	}
	name := "remit_test_" + randomHex()
	if err := shared.server.exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := shared.server.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Logf("drop the database: %v", err)
		}
	})
	return shared.server.database(name)
}

// Durable gives the address of an empty database that keeps what it commits, as one in use does, for measuring with. It is on
// the server that REMIT_TEST_POSTGRES_URL names, or on one of its own; stop ends what was started. The error is ErrNone where
// there is neither.
func Durable() (url string, stop func(), err error) {
	url, _, stop, err = Restartable()
	return url, stop, err
}

// Restartable is Durable with a way to end the server at once, as a power cut would, and have it start again; restart gives
// when it answers. restart is nil for a server that is not ours.
func Restartable() (url string, restart func() error, stop func(), err error) {
	s, err := find(true)
	if err != nil {
		return "", nil, nil, err
	}
	name := "remit_bench_" + randomHex()
	if err := s.exec("CREATE DATABASE " + name); err != nil {
		s.stop()
		return "", nil, nil, fmt.Errorf("make a database: %w", err)
	}
	if s.cmd != nil {
		restart = s.restart
	}
	return s.database(name), restart, func() {
		_ = s.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
		s.stop()
	}, nil
}

// server is where databases are made. cmd is nil for one that is not ours.
type server struct {
	url     *url.URL
	command func() *exec.Cmd
	cmd     *exec.Cmd
	dir     string
	done    chan struct{}
}

func find(durable bool) (*server, error) {
	if v := os.Getenv(EnvURL); v != "" {
		u, err := url.Parse(v)
		if err != nil {
			return nil, errors.New(EnvURL + " cannot be read")
		}
		return &server{url: u}, nil
	}
	bin, ok := binaries()
	if !ok {
		return nil, ErrNone
	}
	return start(bin, durable)
}

// binaries gives the directory with initdb and postgres, the newest one first.
func binaries() (string, bool) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Sort(dirs)
	slices.Reverse(dirs)
	if p, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			dirs = append([]string{filepath.Dir(real)}, dirs...)
		}
	}
	for _, d := range dirs {
		_, err1 := os.Stat(filepath.Join(d, "initdb"))
		_, err2 := os.Stat(filepath.Join(d, "postgres"))
		if err1 == nil && err2 == nil {
			return d, true
		}
	}
	return "", false
}

// start makes a cluster and starts it, as an unprivileged user where we are root, for PostgreSQL refuses to run as root.
func start(bin string, durable bool) (*server, error) {
	dir, err := os.MkdirTemp("", "remitpg")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, url: &url.URL{
		Scheme: "postgres", User: url.User("remit"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode(),
	}}
	as, err := owner(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "remit", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attributes(as), dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	args := []string{"-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=32MB"}
	if !durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	s.command = func() *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, "postgres"), args...)
		cmd.SysProcAttr, cmd.Dir = attributes(as), dir
		return cmd
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.await(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// identity is a user to run as; the zero identity is ourselves.
type identity struct{ uid, gid uint32 }

// owner gives the directory to an unprivileged user where we are root, and says whom.
func owner(dir string) (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return identity{}, fmt.Errorf("find an unprivileged user: %w", err)
		}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return identity{}, err
	}
	return identity{uint32(uid), uint32(gid)}, nil
}

// launch starts the server on a thread that lives as long as it does: the kernel ends it with the thread, so that it
// outlives no test binary, however that ends.
func (s *server) launch() error {
	cmd, done, started := s.command(), make(chan struct{}), make(chan error)
	s.cmd, s.done = cmd, done
	go func() {
		runtime.LockOSThread()
		defer close(done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // ended by stop, with whatever status
		}
	}()
	return <-started
}

// await waits until the server answers.
func (s *server) await() error {
	var err error
	for range 200 {
		if err = s.exec("SELECT 1"); err == nil {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("PostgreSQL ended while starting: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("PostgreSQL does not answer: %w", err)
}

// restart ends the server without leaving anything tidy behind, and starts it again on the same data.
func (s *server) restart() error {
	_ = s.cmd.Process.Signal(quit)
	<-s.done
	if err := s.launch(); err != nil {
		return err
	}
	return s.await()
}

func (s *server) stop() {
	if s.cmd == nil {
		return
	}
	if s.cmd.Process != nil { // else it could not be started again
		_ = s.cmd.Process.Signal(quit)
	}
	<-s.done
	_ = os.RemoveAll(s.dir)
}

func (s *server) exec(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, text)
	return err
}

func (s *server) database(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

func randomHex() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
