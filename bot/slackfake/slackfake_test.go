package slackfake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/bot/slackfake"
)

func section(n int) string {
	return fmt.Sprintf(`[{"type":"section","text":{"type":"plain_text","text":%q}}]`, strings.Repeat("x", n))
}

func button(fields string) string {
	return `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"},"action_id":"a"` + fields + `}]}]`
}

func menu(kind string, n int) string {
	var opts []string
	for i := range n {
		opts = append(opts, fmt.Sprintf(`{"text":{"type":"plain_text","text":"o"},"value":"%d"}`, i))
	}
	return `[{"type":"actions","elements":[{"type":"` + kind + `","action_id":"a","options":[` + strings.Join(opts, ",") + `]}]}]`
}

func many(n int, block string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(block+",", n), ",") + "]"
}

func fields(n, long int) string {
	f := fmt.Sprintf(`{"type":"plain_text","text":%q}`, strings.Repeat("x", long))
	return `[{"type":"section","fields":` + many(n, f) + `}]`
}

func TestSlacksLimitsAreKeptToTheCharacter(t *testing.T) {
	header := func(n int) string {
		return fmt.Sprintf(`[{"type":"header","text":{"type":"plain_text","text":%q}}]`, strings.Repeat("x", n))
	}
	elements := func(kind string, n int) string {
		return `[{"type":"` + kind + `","elements":` + many(n, `{"type":"plain_text","text":"x"}`) + `}]`
	}
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct{ good, bad string }{
		"blocks in a message":  {many(50, `{"type":"divider"}`), many(51, `{"type":"divider"}`)},
		"a section's text":     {section(3000), section(3001)},
		"fields":               {fields(10, 5), fields(11, 5)},
		"a field's text":       {fields(1, 2000), fields(1, 2001)},
		"a header":             {header(150), header(151)},
		"a button's value":     {button(`,"value":"` + x(2000) + `"`), button(`,"value":"` + x(2001) + `"`)},
		"a button's address":   {button(`,"url":"` + x(3000) + `"`), button(`,"url":"` + x(3001) + `"`)},
		"a button's name":      {button(`,"accessibility_label":"` + x(75) + `"`), button(`,"accessibility_label":"` + x(76) + `"`)},
		"elements of context":  {elements("context", 10), elements("context", 11)},
		"options of overflow":  {menu("overflow", 5), menu("overflow", 6)},
		"options of a select":  {menu("static_select", 100), menu("static_select", 101)},
		"block ids are unique": {many(1, `{"type":"divider","block_id":"a"}`), many(2, `{"type":"divider","block_id":"a"}`)},
		"the length of an id":  {many(1, `{"type":"divider","block_id":"`+x(255)+`"}`), many(1, `{"type":"divider","block_id":"`+x(256)+`"}`)},
		"the whole message":    {many(4, section(2800)[1:len(section(2800))-1]), many(5, section(2800)[1:len(section(2800))-1])},
		"inputs are for views": {`[]`, `[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"datepicker","action_id":"a"}}]`},
		"an empty text":        {section(1), section(0)},
	} {
		t.Run(name, func(t *testing.T) {
			if p := slackfake.CheckMessage(json.RawMessage(c.good), "x"); len(p) != 0 {
				t.Errorf("refused at the limit: %v", p)
			}
			if p := slackfake.CheckMessage(json.RawMessage(c.bad), "x"); len(p) == 0 {
				t.Error("taken beyond the limit")
			}
		})
	}
}

func TestModalsHaveLimitsOfTheirOwn(t *testing.T) {
	view := func(title, meta int) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"type":"modal","title":{"type":"plain_text","text":%q},"private_metadata":%q,"blocks":[]}`,
			strings.Repeat("x", title), strings.Repeat("x", meta)))
	}
	if p := slackfake.CheckView(view(24, 3000)); len(p) != 0 {
		t.Errorf("refused at the limit: %v", p)
	}
	for name, v := range map[string]json.RawMessage{"title": view(25, 0), "private_metadata": view(24, 3001), "no title": view(0, 0)} {
		if p := slackfake.CheckView(v); len(p) == 0 {
			t.Errorf("%s: taken beyond the limit", name)
		}
	}
}

// workspace is a fake with one message in it.
func workspace(t *testing.T) (s *slackfake.Server, api string, now *time.Time) {
	t.Helper()
	at := time.Date(2026, 12, 2, 13, 0, 0, 0, time.UTC)
	s = slackfake.New("xoxb-1", "shh", func() time.Time { return at })
	s.AddChannel("C1", "one")
	s.AddUser(slackfake.User{ID: "U1", Name: "one"})
	api, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, api, &at
}

func call(t *testing.T, api, method string, v url.Values) (status int, said map[string]any) {
	t.Helper()
	if v.Get("token") == "" {
		v.Set("token", "xoxb-1")
	}
	resp, err := http.PostForm(api+method, v)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_ = json.NewDecoder(resp.Body).Decode(&said)
	return resp.StatusCode, said
}

func TestTheTokenIsChecked(t *testing.T) {
	_, api, _ := workspace(t)
	if _, said := call(t, api, "auth.test", url.Values{"token": {"other"}}); said["error"] != "invalid_auth" {
		t.Errorf("got %v, want invalid_auth", said)
	}
}

func TestAMessageNeedsATextAndGoodBlocks(t *testing.T) {
	_, api, _ := workspace(t)
	if _, said := call(t, api, "chat.postMessage", url.Values{"channel": {"C1"}}); said["error"] != "no_text" {
		t.Errorf("got %v, want no_text", said)
	}
	_, said := call(t, api, "chat.postMessage", url.Values{"channel": {"C1"}, "text": {"x"}, "blocks": {section(3001)}})
	meta, _ := said["response_metadata"].(map[string]any)
	if said["error"] != "invalid_blocks" || meta["messages"] == nil {
		t.Errorf("got %v, want invalid_blocks with the reasons", said)
	}
}

func TestAChannelHasItsPace(t *testing.T) {
	s, api, now := workspace(t)
	s.Pace = 2 * time.Second
	post := func() int {
		status, _ := call(t, api, "chat.postMessage", url.Values{"channel": {"C1"}, "text": {"x"}})
		return status
	}
	if a, b := post(), post(); a != 200 || b != 429 {
		t.Errorf("got %d, %d; want 200, 429", a, b)
	}
	*now = now.Add(2 * time.Second)
	if got := post(); got != 200 {
		t.Errorf("after the pause got %d, want 200", got)
	}
}

func openModal(t *testing.T, api, trigger string) any {
	t.Helper()
	_, said := call(t, api, "views.open", url.Values{
		"trigger_id": {trigger}, "view": {`{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`},
	})
	return said["error"]
}

func TestATriggerLivesThreeSecondsAndOpensOnce(t *testing.T) {
	s, api, now := workspace(t)
	trigger := func() string {
		return s.ClickPayload("U1", slackfake.Message{Channel: "C1"}, slackfake.Button{})["trigger_id"].(string)
	}
	one, two := trigger(), trigger()
	if got := openModal(t, api, one); got != nil {
		t.Errorf("got %v, want it to open", got)
	}
	if got := openModal(t, api, one); got != "exchanged_trigger_id" {
		t.Errorf("got %v, want exchanged_trigger_id", got)
	}
	*now = now.Add(3*time.Second + time.Millisecond)
	if got := openModal(t, api, two); got != "expired_trigger_id" {
		t.Errorf("got %v, want expired_trigger_id", got)
	}
}

func TestAResponseURLWorksFiveTimesForHalfAnHour(t *testing.T) {
	s, _, now := workspace(t)
	address := func() string {
		return s.ClickPayload("U1", slackfake.Message{Channel: "C1"}, slackfake.Button{})["response_url"].(string)
	}
	say := func(to string) int {
		resp, err := http.Post(to, "application/json", strings.NewReader(`{"text":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	one, two := address(), address()
	for i := range 5 {
		if got := say(one); got != 200 {
			t.Errorf("use %d: got %d, want 200", i+1, got)
		}
	}
	if got := say(one); got != 404 {
		t.Errorf("the sixth use: got %d, want 404", got)
	}
	*now = now.Add(31 * time.Minute)
	if got := say(two); got != 404 {
		t.Errorf("after half an hour: got %d, want 404", got)
	}
}

func TestMentionsInMarkedUpTextAreSeenAndPlainTextIsNot(t *testing.T) {
	marked := json.RawMessage(`[{"type":"section","text":{"type":"mrkdwn","text":"<!channel> <https://a.b|x>"}}]`)
	plain := json.RawMessage(`[{"type":"section","text":{"type":"plain_text","text":"<!channel>"}}]`)
	if got := slackfake.Control(marked, "<@U1>", "https://a.b"); len(got) != 2 {
		t.Errorf("got %v, want the two mentions", got)
	}
	if got := slackfake.Control(plain, "x"); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
}
