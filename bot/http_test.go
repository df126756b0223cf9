package bot_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
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

func TestCheckLooksAtWhereClicksArrive(t *testing.T) {
	w := newWorld(t)
	find := func(what string) (bot.Finding, bool) {
		for _, f := range w.bot.Check(t.Context()) {
			if strings.HasPrefix(f.What, what) {
				return f, true
			}
		}
		return bot.Finding{}, false
	}
	w.bot.PublicURL = w.url
	if f, ok := find("Slack clicks at"); !ok || !f.OK {
		t.Errorf("remit itself: %+v", f)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	w.bot.PublicURL = other.URL
	if f, _ := find("Slack clicks at"); f.OK || !strings.Contains(f.Says, "something else answers there, with status 404") || f.Mend == "" {
		t.Errorf("something else: %+v", f)
	}
	other.Close()
	if f, _ := find("Slack clicks at"); f.OK || f.Says != "nothing answers there" {
		t.Errorf("nothing: %+v", f)
	}
	w.bot.Mode, w.bot.AppToken = bot.ModeSocket, "xapp-wrong"
	if f, ok := find("Slack Socket Mode"); !ok || f.OK || f.Mend == "" {
		t.Errorf("a wrong app token: %+v", f)
	}
	if _, ok := find("Slack clicks at"); ok {
		t.Error("with Socket Mode nobody has to reach us")
	}
}

func TestCheckComparesTheClocksAndReadsTheUserGroups(t *testing.T) {
	w := newWorld(t)
	w.slack.SetGroup("S0FIN", priya, tom)
	w.bot.Groups = map[string]string{"finance-leads": "S0FIN", "gone": "S0GONE", "own": ""}
	said := map[string]bot.Finding{}
	slow := w.clock.Now().Add(-3 * time.Minute)
	w.bot.Now = func() time.Time { return slow }
	for _, f := range w.bot.Check(t.Context()) {
		said[f.What] = f
	}
	if f := said["clock"]; f.OK || f.Says != "-3m0s from Slack's" || f.Mend == "" {
		t.Errorf("the clock: %+v", f)
	}
	if f := said["Slack user group @finance-leads"]; !f.OK || f.Says != "2 members" {
		t.Errorf("a group: %+v", f)
	}
	if f := said["Slack user group @gone"]; f.OK || f.Mend == "" {
		t.Errorf("a group that is gone: %+v", f)
	}
	if _, asked := said["Slack user group @own"]; asked {
		t.Error("a group of remit's own was asked of Slack")
	}
}

func TestTheManifestAsksForNoMoreThanIsUsed(t *testing.T) {
	for mode, wants := range map[string][]string{
		"http":   {"https://remit.example.com/slack/interactions", "https://remit.example.com/slack/commands", "https://remit.example.com/slack/events"},
		"socket": {`"socket_mode_enabled": true`},
	} {
		raw, err := bot.Manifest(mode, "https://remit.example.com/")
		if err != nil {
			t.Fatal(err)
		}
		wantSaid(t, string(raw), append(wants, "channels:history", "groups:history", "Report a wrong decision", "app_mention", "home_tab_enabled")...)
		if strings.Contains(string(raw), "users:read.email") || mode == "socket" && strings.Contains(string(raw), "remit.example.com") {
			t.Errorf("%s: the manifest asks for what nothing needs", mode)
		}
	}
	for mode, at := range map[string]string{"http": "http://remit.example.com", "off": "https://remit.example.com"} {
		if _, err := bot.Manifest(mode, at); models.KindOf(err) != models.Invalid {
			t.Errorf("Manifest(%s, %s) = %v, want Invalid", mode, at, err)
		}
	}
}

// Each scope is there for a call that is made; a scope without one would be a right for nothing.
func TestEveryScopeHasAReason(t *testing.T) {
	for _, s := range bot.Scopes() {
		if s.Why == "" {
			t.Errorf("%s has no reason", s.Name)
		}
	}
}
