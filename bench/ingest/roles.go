package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
	_ "modernc.org/sqlite" // the driver that remit's own database uses
)

// serveRole is what this program does when it is one of the servers.
func serveRole(role string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var h http.Handler
	switch role {
	case "noop":
		h = noop()
	case "raw":
		r, err := newRaw(os.Getenv("REMIT_BENCH_DIR"))
		if err != nil {
			return err
		}
		defer r.close()
		h = r
	default:
		return fmt.Errorf("no role %q", role)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	srv := &http.Server{Handler: h}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// noop is Gin doing nothing.
func noop() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.POST("/v1/webhooks/:name", func(c *gin.Context) {
		_, _ = io.Copy(io.Discard, c.Request.Body)
		c.Status(http.StatusAccepted)
	})
	return r
}

// raw stores the rows that remit's inbox would get, many requests a transaction, and does nothing else.
type raw struct {
	db   *sql.DB
	rows chan row
	done chan struct{}
}

type row struct {
	id   string
	body []byte
	said chan error
}

// rawBatch is how many rows share a transaction at most.
const rawBatch = 512

func newRaw(dir string) (*raw, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL,
		kind TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, received_at TIMESTAMP NOT NULL, UNIQUE (source, key))`)
	if err != nil {
		return nil, err
	}
	r := &raw{db: db, rows: make(chan row, 1024), done: make(chan struct{})}
	go r.commit()
	return r, nil
}

func (r *raw) close() {
	close(r.rows)
	<-r.done
	_ = r.db.Close()
}

// ServeHTTP stores one request and answers once it is committed.
func (r *raw) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var head struct {
		ID string `json:"id"`
	}
	if err == nil {
		err = json.Unmarshal(body, &head)
	}
	if err == nil {
		one := row{id: head.ID, body: body, said: make(chan error, 1)}
		r.rows <- one
		err = <-one.said
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (r *raw) commit() {
	defer close(r.done)
	for one := range r.rows {
		batch := []row{one}
		for len(batch) < rawBatch {
			select {
			case next, ok := <-r.rows:
				if ok {
					batch = append(batch, next)
					continue
				}
			default:
			}
			break
		}
		err := r.insert(batch)
		for _, b := range batch {
			b.said <- err
		}
	}
}

func (r *raw) insert(batch []row) error {
	args := make([]any, 0, 7*len(batch))
	now := time.Now().UTC()
	for _, b := range batch {
		args = append(args, "ev_"+b.id, "helpdesk", b.id, "zen:event-type:ticket.created", "ticket:helpdesk:"+b.id, b.body, now)
	}
	values := strings.Repeat(",(?,?,?,?,?,?,?)", len(batch))[1:]
	_, err := r.db.Exec(`INSERT INTO inbox (id, source, key, kind, subject, body, received_at) VALUES `+values+` ON CONFLICT DO NOTHING`, args...)
	return err
}
