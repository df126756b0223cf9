package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server runs the two handlers until it is told to stop.
type Server struct {
	Public  http.Handler
	Console http.Handler
	Log     *slog.Logger  // what the HTTP library complains about; nil: nowhere
	Grace   time.Duration // how long requests under way may take once it is told to stop; zero: 10 s
}

// Serve serves the public handler on one listener and the console on the other (nil: none of it) until ctx ends or one of
// them fails. It stops listening at once, lets requests under way finish within Grace, and returns once all have: nil
// when ctx ended and everything finished in time. It closes the listeners.
func (s *Server) Serve(ctx context.Context, publicListener, consoleListener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 2)
	running := 0
	start := func(h http.Handler, l net.Listener) {
		if h == nil || l == nil {
			return
		}
		running++
		go func() {
			defer cancel() // if one goes, the other shall not live on alone
			done <- s.serveOne(ctx, h, l)
		}()
	}
	start(s.Public, publicListener)
	start(s.Console, consoleListener)
	var err error
	for range running {
		err = errors.Join(err, <-done)
	}
	return err
}

func (s *Server) serveOne(ctx context.Context, h http.Handler, l net.Listener) error {
	srv := newServer(h, s.Log)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	grace := s.Grace
	if grace <= 0 {
		grace = 10 * time.Second
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := srv.Shutdown(stop)
	if err != nil {
		_ = srv.Close() // what did not finish in time is cut off; Shutdown's error says so
	}
	<-failed
	if err != nil {
		return fmt.Errorf("stop %s: %w", l.Addr(), err)
	}
	return nil
}

// newServer bounds how long a slow or silent client can hold a connection.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(quiet(log).Handler(), slog.LevelWarn),
	}
}
