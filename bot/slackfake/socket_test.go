package slackfake_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"remit/bot/slackfake"
)

// dial connects to the workspace as an app would.
func dial(t *testing.T, s *slackfake.Server, api, token string) (*websocket.Conn, error) {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, api+"apps.connections.open", http.NoBody)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var said struct{ URL string }
	_ = json.NewDecoder(resp.Body).Decode(&said)
	if _, err := url.Parse(said.URL); err != nil {
		t.Fatal(err)
	}
	c, answer, err := websocket.DefaultDialer.DialContext(t.Context(), said.URL, nil)
	if answer != nil && answer.Body != nil {
		_ = answer.Body.Close()
	}
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func listening(t *testing.T) (*slackfake.Server, string) {
	t.Helper()
	s := slackfake.New("xoxb", "shh", time.Now)
	s.AppToken, s.Socket = "xapp", true
	api, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, api
}

func TestAnAppHasAtMostTenConnectionsAndNoneWithoutItsToken(t *testing.T) {
	s, api := listening(t)
	if _, err := dial(t, s, api, "xoxb"); err == nil {
		t.Error("the bot token opened a connection")
	}
	for range 10 {
		if _, err := dial(t, s, api, "xapp"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Linked(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t, s, api, "xapp"); err == nil {
		t.Error("there is an eleventh")
	}
}

func TestAnAcknowledgementOf20KBIsDroppedWithoutAWord(t *testing.T) {
	s, api := listening(t)
	c, err := dial(t, s, api, "xapp")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Linked(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			var in struct {
				Type string `json:"type"`
				ID   string `json:"envelope_id"`
			}
			if c.ReadJSON(&in) != nil {
				return
			}
			if in.ID != "" {
				_ = c.WriteJSON(map[string]any{"envelope_id": in.ID, "payload": strings.Repeat("x", 20<<10)})
				_ = c.WriteJSON(map[string]any{"envelope_id": in.ID, "payload": map[string]any{"text": "short"}})
			}
		}
	}()
	a, err := s.Envelope(context.Background(), "slash_commands", map[string]any{})
	if err != nil || !strings.Contains(string(a.Body), "short") || s.Dropped() != 1 {
		t.Errorf("got %s %v with %d dropped, want the short one", a.Body, err, s.Dropped())
	}
}

func callAPI(t *testing.T, api, method string, args url.Values) map[string]any {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, api+method, strings.NewReader(args.Encode()))
	req.Header.Set("Authorization", "Bearer xoxb")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&out)
	return out
}

func TestAFileIsThereOnceItsBytesAreAndItIsCompleted(t *testing.T) {
	s, api := listening(t)
	begun := callAPI(t, api, "files.getUploadURLExternal", url.Values{"filename": {"fan.png"}, "length": {"4"}, "alt_txt": {"a fan"}})
	to, _ := begun["upload_url"].(string)
	files := url.Values{"files": {`[{"id":"` + begun["file_id"].(string) + `","title":"Cash"}]`}}
	if said := callAPI(t, api, "files.completeUploadExternal", files); said["ok"] == true {
		t.Error("a file without bytes was completed")
	}
	send := func(body string) int {
		resp, err := http.Post(to, "application/octet-stream", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := send("12345"); got == http.StatusOK {
		t.Error("another length than was said was taken")
	}
	if got := send("1234"); got != http.StatusOK {
		t.Fatalf("the bytes were answered %d", got)
	}
	if said := callAPI(t, api, "files.completeUploadExternal", files); said["ok"] != true {
		t.Fatalf("got %v", said)
	}
	if all := s.Files(); len(all) != 1 || string(all[0].Body) != "1234" || all[0].Alt != "a fan" || all[0].Title != "Cash" {
		t.Errorf("got %+v", all)
	}
}
