package connector_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"remit/connector"
	"remit/models"
)

func serve(t *testing.T, h http.HandlerFunc) connector.Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return connector.Client{HTTP: srv.Client(), Base: srv.URL + "/", Auth: func(r *http.Request) { r.Header.Set("Authorization", "Bearer t0ken") }}
}

func TestACallCarriesItsKeyAndCredentials(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Idempotency-Key") != "eff_1" || r.Header.Get("Authorization") != "Bearer t0ken" || string(body) != `{"a":1}` || r.URL.Path != "/x" {
			t.Errorf("got %s %v %s", r.URL, r.Header, body)
		}
		_, _ = io.WriteString(w, `{"id":7}`)
	})
	var out struct{ ID connector.ID }
	err := c.Do(t.Context(), connector.Call{Method: http.MethodPut, Path: "/x", Key: "eff_1", In: map[string]int{"a": 1}, Out: &out})
	if err != nil || out.ID != "7" {
		t.Errorf("got %q, %v; want 7", out.ID, err)
	}
}

func TestAnErrorRepeatsNeitherBodyNorToken(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "the customer wrote: secret words")
	})
	err := c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/x?cursor=secret"})
	if models.KindOf(err) != models.Invalid || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "t0ken") {
		t.Errorf("got %v, want Invalid and nothing told", err)
	}
}

func TestARedirectIsNotFollowedWithCredentials(t *testing.T) {
	calls := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	})
	if err := c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/x"}); models.KindOf(err) != models.Invalid || calls != 1 {
		t.Errorf("got %v after %d calls, want Invalid after one", err, calls)
	}
}

func TestABrokenConnectionIsTriedOnceOnly(t *testing.T) {
	var calls atomic.Int32
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return
		}
		calls.Add(1)
		panic(http.ErrAbortHandler)
	})
	if err := c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/warm"}); err != nil {
		t.Fatal(err)
	}
	err := c.Do(t.Context(), connector.Call{Method: http.MethodPost, Path: "/x", Key: "k", In: 1})
	if models.KindOf(err) != models.Unavailable || calls.Load() != 1 {
		t.Errorf("got %v after %d calls, want Unavailable after one: the queue tries again, not the transport", err, calls.Load())
	}
}

func TestAnswersAreBounded(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 9 << 10 {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	})
	var out any
	if err := c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/x", Out: &out}); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want %q", err, models.Invalid)
	}
}

func TestNonsenseForAnAnswerIsInvalid(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hello") })
	var out struct{}
	if err := c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/x", Out: &out}); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want %q", err, models.Invalid)
	}
}

func TestACancelledCallIsUnavailable(t *testing.T) {
	c := serve(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Do(ctx, connector.Call{Method: http.MethodGet, Path: "/x"}); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v, want %q", err, models.Unavailable)
	}
}

func TestRetryAfterIsReadAsSecondsOrDate(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, "86400": time.Hour, "-1": 0, "soon": 0, "": 0, "Thu, 03 Dec 2026 09:30:30 GMT": 30 * time.Second,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", "Thu, 03 Dec 2026 09:30:00 GMT")
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		if got := connector.RetryAfter(c.Do(t.Context(), connector.Call{Method: http.MethodGet, Path: "/x"})); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	if got := connector.RetryAfter(nil); got != 0 {
		t.Errorf("no error: got %s, want 0", got)
	}
}
