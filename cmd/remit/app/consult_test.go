package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"remit/config"
	"remit/models"
)

func TestAnotherJudgeIsHeardBesideAndNeverWaitedFor(t *testing.T) {
	var down atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Text string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		if down.Load() || strings.Contains(q.Text, "4111") {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(`{"priority":"P1","confidence":0.9}`))
	}))
	t.Cleanup(srv.Close)
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(c *config.Config, _ *world) {
		c.Judge = config.Judge{Provider: config.JudgeHTTP, BaseURL: config.URL(srv.URL), Model: "m", Seconds: 5, PerDay: 10}
	})
	heard := func(id string) (out models.Second) {
		w.eventually("the other judge was asked about "+id, func() bool {
			said, err := w.app.Store.Seconds(t.Context(), "http/m", w.clock.Now().AddDate(0, 0, -1))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range said {
				if s.DecisionID == w.newest(item(id), models.ActionPriority).ID {
					out = s
					return true
				}
			}
			return false
		})
		return out
	}
	w.ticket("1", down1)
	w.settled()
	if s := heard("1"); s.Other != "P1" || !s.Agrees() || s.Confidence != 0.9 {
		t.Errorf("got %+v", s)
	}
	down.Store(true)
	w.ticket("2", down1)
	w.settled()
	if d := w.newest(item("2"), models.ActionPriority); d.State != models.Applied {
		t.Errorf("with the other judge down a sure ticket is %s", d.State)
	}
	if s := heard("2"); s.Other != "" || s.Error == "" {
		t.Errorf("got %+v, want that it had no opinion", s)
	}
	b, err := w.app.Beside(t.Context())
	if err != nil || b.Asked != 2 || b.Failed != 1 || b.Agreed != 1 {
		t.Errorf("got %+v, %v", b, err)
	}
}

const down1 = down + " My card is 4111 1111 1111 1111."

func TestAnotherJudgeIsShownTheWritersOwnWordsAlone(t *testing.T) {
	heard := make(chan string, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Text string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		heard <- q.Text
		_, _ = w.Write([]byte(`{"priority":"P1","confidence":0.9}`))
	}))
	t.Cleanup(srv.Close)
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(c *config.Config, _ *world) {
		c.Judge = config.Judge{Provider: config.JudgeHTTP, BaseURL: config.URL(srv.URL), Model: "m", Seconds: 5, PerDay: 10}
	})
	w.ticket("1", "<p>Our <b>export</b> fails. Card 4111&nbsp;1111&nbsp;1111&nbsp;1111</p><blockquote>Bob wrote of his divorce</blockquote><p>On 1 Dec 2026, Bob wrote:</p>&gt; and of his debts")
	w.settled()
	text := <-heard
	if !strings.Contains(text, "Our export fails. Card [card]") || strings.ContainsAny(text, "<>&") || strings.Contains(text, "Bob") {
		t.Errorf("it was shown %q", text)
	}
}
