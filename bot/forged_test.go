package bot_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func TestACopyOfARequestIsRefusedAndLogged(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(o *bot.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	m := w.card(ticketCase(priorityAsk()))
	raw, err := json.Marshal(w.slack.ClickPayload(priya, m, m.Buttons()[0]))
	if err != nil {
		t.Fatal(err)
	}
	body := url.Values{"payload": {string(raw)}}.Encode()
	header := slackfake.Sign("shh", w.clock.Now(), []byte(body))
	to := w.url + "/slack/interactions"
	if got := post(t, to, header, body); got != http.StatusOK {
		t.Fatalf("the first was answered %d", got)
	}
	w.bot.Wait()
	w.clock.add(4 * time.Minute) // within the time that the signature holds
	if got := post(t, to, header, body); got != http.StatusUnauthorized {
		t.Errorf("the copy was answered %d, want 401", got)
	}
	w.bot.Wait()
	if n := w.desk.settled(); n != 1 || len(w.slack.Ephemerals()) != 0 {
		t.Errorf("%d answers and %d told, want one answer and nobody told", n, len(w.slack.Ephemerals()))
	}
	if !strings.Contains(log.String(), "a copy of an earlier one") {
		t.Errorf("the log says %q", log.String())
	}
}

func TestEveryAddressRefusesWhatSlackDidNotSign(t *testing.T) {
	w := newWorld(t)
	now := w.clock.Now()
	for _, path := range []string{"/slack/interactions", "/slack/commands", "/slack/events"} {
		body := `{"type":"url_verification","challenge":"x"}`
		for name, header := range map[string]http.Header{
			"unsigned":          {},
			"another secret":    slackfake.Sign("other", now, []byte(body)),
			"stale":             slackfake.Sign("shh", now.Add(-6*time.Minute), []byte(body)),
			"of another body":   slackfake.Sign("shh", now, []byte(body+" ")),
			"no number of time": {"X-Slack-Request-Timestamp": {"soon"}, "X-Slack-Signature": {"v0=00"}},
		} {
			if got := post(t, w.url+path, header, body); got != http.StatusUnauthorized {
				t.Errorf("%s, %s: got %d, want 401", path, name, got)
			}
		}
		if got := post(t, w.url+path+"?payload=x", slackfake.Sign("shh", now, []byte(body)), body); got != http.StatusUnauthorized {
			t.Errorf("%s with a query: got %d, want 401", path, got)
		}
	}
	if n := len(w.slack.Calls("")); n != 0 {
		t.Errorf("Slack was called %d times for it", n)
	}
}

func TestSlacksHandshakeIsAnswered(t *testing.T) {
	w := newWorld(t)
	a, err := w.slack.Send(t.Context(), w.url+"/slack/events", []byte(`{"type":"url_verification","challenge":"c-1"}`))
	if err != nil || a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"challenge":"c-1"`) {
		t.Errorf("got %d %s %v", a.Status, a.Body, err)
	}
}

func TestWhatSomebodyMadeUpIsRefusedWithASentence(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		m := w.card(ticketCase(priorityAsk()))
		id := priorityAsk().ID
		for name, c := range map[string]struct {
			button slackfake.Button
			says   string
		}{
			"an unknown button":                {slackfake.Button{ActionID: "launch", Value: id + ":2"}, "does not know this button"},
			"no decision":                      {slackfake.Button{ActionID: "approve", Value: ""}, "does not name a decision"},
			"a decision that is not ours":      {slackfake.Button{ActionID: "approve", Value: "dec_other:1"}, "does not name a decision"},
			"an unknown deed in the menu":      {slackfake.Button{ActionID: "more", Value: "launch " + id + ":2", Menu: true}, "does not know this button"},
			"a version that never was":         {slackfake.Button{ActionID: "approve", Value: id + ":99"}, "changed since"},
			"a version that is none":           {slackfake.Button{ActionID: "approve", Value: id + ":x"}, "does not name a decision"},
			"more decisions than a card shows": {slackfake.Button{ActionID: "approve", Value: strings.Repeat(id+":2,", 9) + id + ":2"}, "does not name a decision"},
			"an item that no digest tells of":  {slackfake.Button{ActionID: "show.0", Value: "ticket:other:1"}, "does not name a card"},
		} {
			t.Run(name, func(t *testing.T) {
				before := len(w.slack.Ephemerals())
				if _, err := w.slack.SendPayload(t.Context(), w.slack.ClickPayload(priya, m, c.button)); err != nil {
					t.Fatal(err)
				}
				w.bot.Wait()
				e := w.slack.Ephemerals()
				if len(e) != before+1 || !strings.Contains(slackfake.Words(e[len(e)-1].Blocks), c.says) {
					t.Errorf("told %d things, want one that says %q", len(e)-before, c.says)
				}
				if w.decision(id).State != models.Asked || w.desk.settled() != 0 {
					t.Error("something was answered")
				}
			})
		}
	})
}

func TestClickersOfAnotherWorkspaceAreRefused(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.slack.AddUser(slackfake.User{ID: priya, Name: "priya", Team: "T0OTHER"}) // the same id, elsewhere
		w.press(priya, w.card(ticketCase(priorityAsk())), "Approve")
		if w.desk.settled() != 0 || !strings.Contains(w.told(), "another workspace") {
			t.Errorf("%d answers, told %q", w.desk.settled(), w.told())
		}
	})
}
