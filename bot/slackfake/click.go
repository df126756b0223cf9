package slackfake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Answer is what the app answered to a click, a modal or a command.
type Answer struct {
	Status int
	Body   []byte
	Action string            // response_action of a modal
	Errors map[string]string // of a modal, by block id
}

// Press presses what on the message is labelled so, by its beginning, as the user would. The message may be an old copy
// of what is there now: that is how somebody clicks a stale button.
func (s *Server) Press(ctx context.Context, userID string, m Message, label string) (Answer, error) {
	for _, b := range m.Buttons() {
		if strings.HasPrefix(b.Label, label) {
			return s.interact(ctx, s.ClickPayload(userID, m, b))
		}
	}
	return Answer{}, fmt.Errorf("there is nothing labelled %q on the message", label)
}

// ClickPayload gives the payload that Slack would send for the click, so that it can be tampered with.
func (s *Server) ClickPayload(userID string, m Message, b Button) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := map[string]any{"action_id": b.ActionID, "block_id": b.BlockID, "action_ts": s.nextTS(), "type": "button", "value": b.Value}
	if b.Menu {
		action = map[string]any{
			"action_id": b.ActionID, "block_id": b.BlockID, "action_ts": s.nextTS(), "type": "overflow",
			"selected_option": map[string]any{"text": map[string]any{"type": "plain_text", "text": b.Label}, "value": b.Value},
		}
	}
	reply := s.nextID("r")
	s.replies[reply] = &replyURL{made: s.Now(), channel: m.Channel, user: userID, ts: m.TS}
	return map[string]any{
		"type": "block_actions", "api_app_id": "A0FAKE", "trigger_id": s.trigger(userID),
		"team": map[string]any{"id": s.teamOf(userID)}, "user": s.who(userID),
		"channel":   map[string]any{"id": m.Channel},
		"container": map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel},
		"message":   map[string]any{"ts": m.TS, "text": m.Text, "blocks": m.Blocks},
		"actions":   []any{action}, "response_url": s.base + "/respond/" + reply,
	}
}

func (s *Server) teamOf(userID string) string {
	if u, known := s.users[userID]; known {
		return u.Team
	}
	return s.TeamID
}

func (s *Server) who(userID string) map[string]any {
	return map[string]any{"id": userID, "team_id": s.teamOf(userID), "username": s.users[userID].Name}
}

func form(payload map[string]any) []byte {
	raw, _ := json.Marshal(payload)
	return []byte(url.Values{"payload": {string(raw)}}.Encode())
}

// SendPayload sends an interaction's payload to the app by whichever way it listens.
func (s *Server) SendPayload(ctx context.Context, payload map[string]any) (Answer, error) {
	return s.interact(ctx, payload)
}

// Sign gives the headers by which Slack signs a body at a time.
func Sign(secret string, at time.Time, body []byte) http.Header {
	ts := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", ts, body)
	return http.Header{
		"X-Slack-Request-Timestamp": {ts},
		"X-Slack-Signature":         {"v0=" + hex.EncodeToString(mac.Sum(nil))},
		"Content-Type":              {"application/x-www-form-urlencoded"},
	}
}

// Send signs the body and posts it to the app.
func (s *Server) Send(ctx context.Context, to string, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return Answer{}, fmt.Errorf("make the request: %w", err)
	}
	req.Header = Sign(s.SigningSecret, s.Now(), body)
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, fmt.Errorf("send: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, fmt.Errorf("read the answer: %w", err)
	}
	return answerOf(resp.StatusCode, raw), nil
}

func answerOf(status int, raw []byte) Answer {
	a := Answer{Status: status, Body: raw}
	var said struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	if json.Unmarshal(raw, &said) == nil {
		a.Action, a.Errors = said.Action, said.Errors
	}
	return a
}
