package bot_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func TestForgedRequestsChangeNothing(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	raw, err := json.Marshal(w.slack.ClickPayload(priya, m, m.Buttons()[0]))
	if err != nil {
		t.Fatal(err)
	}
	body := url.Values{"payload": {string(raw)}}.Encode()
	now := w.clock.Now()
	good := slackfake.Sign("shh", now, []byte(body))
	nobodysBody := slackfake.Sign("shh", now, nil)
	for name, c := range map[string]struct {
		url    string
		header http.Header
		body   string
		want   int
	}{
		"unsigned":                           {w.url, http.Header{}, body, 401},
		"signed with another secret":         {w.url, slackfake.Sign("other", now, []byte(body)), body, 401},
		"a body that was changed":            {w.url, good, body + "&x=1", 401},
		"stale":                              {w.url, slackfake.Sign("shh", now.Add(-6*time.Minute), []byte(body)), body, 401},
		"from the future":                    {w.url, slackfake.Sign("shh", now.Add(6*time.Minute), []byte(body)), body, 401},
		"a signature without its version":    {w.url, http.Header{"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"], "X-Slack-Signature": {good.Get("X-Slack-Signature")[3:]}}, body, 401},
		"the payload in the query, unsigned": {w.url + "?" + body, good, "", 401},
		"the payload in the query, signed":   {w.url + "?" + body, nobodysBody, "", 401},
		"too large":                          {w.url, good, strings.Repeat("x", 1<<20+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			at, query, has := strings.Cut(c.url, "?")
			to := at + "/slack/interactions"
			if has {
				to += "?" + query
			}
			if got := post(t, to, c.header, c.body); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
			w.bot.Wait()
			if w.desk.settled() != 0 {
				t.Error("it was answered")
			}
		})
	}
}

func TestNoSigningSecretMeansNobodyMayClick(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.SigningSecret = "" })
	w.slack.SigningSecret = ""
	m := w.card(ticketCase(priorityAsk()))
	if a := w.press(priya, m, "Approve"); a.Status != 401 {
		t.Errorf("got %d, want 401", a.Status)
	}
}

func TestCheckSaysHowToMendEachFault(t *testing.T) {
	w := newWorld(t)
	for _, f := range w.bot.Check(t.Context()) {
		if !f.OK {
			t.Errorf("%s: %s", f.What, f.Says)
		}
	}
	w.slack.Archive(financeChannel)
	w.slack.Kick(triageChannel)
	w.slack.Scopes = []string{"chat:write"}
	faults := map[string]bool{}
	for _, f := range w.bot.Check(t.Context()) {
		if !f.OK {
			faults[f.What] = f.Mend != ""
		}
	}
	for _, what := range []string{"Slack scopes", "Slack channel " + financeChannel, "Slack channel " + triageChannel} {
		if !faults[what] {
			t.Errorf("%s: no fault with a way to mend it: %v", what, faults)
		}
	}
	w.slack.Token = "xoxb-other"
	last := w.bot.Check(t.Context())
	if f := last[len(last)-1]; f.OK || !strings.Contains(f.Says, "invalid_auth") {
		t.Errorf("got %+v, want the token refused", f)
	}
}

func TestTheManifestAsksForNoMoreThanIsUsed(t *testing.T) {
	raw, err := bot.Manifest("http", "https://remit.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"https://remit.example.com/slack/interactions", "https://remit.example.com/slack/commands", "channels:history", "groups:history"} {
		wantSaid(t, string(raw), want)
	}
	if strings.Contains(string(raw), "users:read.email") || strings.Contains(string(raw), "files:write") {
		t.Error("the manifest asks for rights that nothing needs")
	}
	for mode, at := range map[string]string{"http": "http://remit.example.com", "off": "https://remit.example.com"} {
		if _, err := bot.Manifest(mode, at); models.KindOf(err) != models.Invalid {
			t.Errorf("Manifest(%s, %s) = %v, want Invalid", mode, at, err)
		}
	}
}
