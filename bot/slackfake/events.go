package slackfake

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// interact sends an interaction to the app by whichever way it listens.
func (s *Server) interact(ctx context.Context, payload map[string]any) (Answer, error) {
	if s.Socket {
		return s.Envelope(ctx, "interactive", payload)
	}
	return s.Send(ctx, s.AppURL, form(payload))
}

// Command types a slash command.
func (s *Server) Command(ctx context.Context, userID, channelID, command, text string) (Answer, error) {
	s.mu.Lock()
	reply := s.nextID("r")
	s.replies[reply] = &replyURL{made: s.Now(), channel: channelID, user: userID}
	said := map[string]string{
		"command": command, "text": text, "user_id": userID, "team_id": s.teamOf(userID), "channel_id": channelID,
		"response_url": s.base + "/respond/" + reply, "trigger_id": s.trigger(userID),
	}
	s.mu.Unlock()
	if s.Socket {
		return s.Envelope(ctx, "slash_commands", said)
	}
	body := url.Values{}
	for k, v := range said {
		body.Set(k, v)
	}
	return s.Send(ctx, s.CommandURL, []byte(body.Encode()))
}

// EventPayload gives what Slack sends of an event, so that it can be sent again or tampered with.
func (s *Server) EventPayload(event map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, _ := event["user"].(string)
	return map[string]any{
		"type": "event_callback", "team_id": s.teamOf(user), "api_app_id": "A0FAKE", "event_id": s.nextID("Ev"),
		"event_time": s.Now().Unix(), "event": event,
	}
}

// SendEvent sends an event's payload to the app by whichever way it listens.
func (s *Server) SendEvent(ctx context.Context, payload map[string]any) (Answer, error) {
	if s.Socket {
		return s.Envelope(ctx, "events_api", payload)
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		return Answer{}, err
	}
	return s.Send(ctx, s.EventURL, raw)
}

// Mention has a user write to the app in a channel.
func (s *Server) Mention(ctx context.Context, userID, channelID, text string) (Answer, error) {
	s.mu.Lock()
	ts := s.nextTS()
	s.mu.Unlock()
	return s.SendEvent(ctx, s.EventPayload(map[string]any{
		"type": "app_mention", "user": userID, "channel": channelID, "text": "<@" + s.BotUserID + "> " + text, "ts": ts,
	}))
}

// OpenHome has a user open the app's home.
func (s *Server) OpenHome(ctx context.Context, userID string) (Answer, error) {
	return s.SendEvent(ctx, s.EventPayload(map[string]any{"type": "app_home_opened", "user": userID, "tab": "home"}))
}

// Shortcut has a user choose the app's entry in the menu of a message.
func (s *Server) Shortcut(ctx context.Context, userID string, m Message, callbackID string) (Answer, error) {
	s.mu.Lock()
	reply := s.nextID("r")
	s.replies[reply] = &replyURL{made: s.Now(), channel: m.Channel, user: userID, ts: m.TS}
	payload := map[string]any{
		"type": "message_action", "callback_id": callbackID, "trigger_id": s.trigger(userID), "message_ts": m.TS,
		"team": map[string]any{"id": s.teamOf(userID)}, "user": s.who(userID), "channel": map[string]any{"id": m.Channel},
		"message":      map[string]any{"ts": m.TS, "text": m.Text, "blocks": m.Blocks, "metadata": m.Metadata, "bot_id": m.bot},
		"response_url": s.base + "/respond/" + reply,
	}
	s.mu.Unlock()
	return s.interact(ctx, payload)
}

// publishView shows the app's home to a user.
func (s *Server) publishView(a args) result {
	if _, known := s.users[a.get("user_id")]; !known {
		return fail("user_not_found")
	}
	body := json.RawMessage(a.get("view"))
	if problems := CheckHome(body); len(problems) > 0 {
		return fail("invalid_arguments", problems...)
	}
	s.homes[a.get("user_id")] = home{body: body, hash: fmt.Sprintf("%d.%s", s.Now().Unix(), s.nextID("h"))}
	return ok(map[string]any{"view": json.RawMessage(body)})
}

// home is what a user sees of the app, and the hash by which Slack knows that view: it begins with when it was published.
type home struct {
	body json.RawMessage
	hash string
}

// Home gives the home that the user sees; nothing where none was published.
func (s *Server) Home(userID string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.homes[userID].body
}

// PressHome has a user press what on their home is labelled so, by its beginning.
func (s *Server) PressHome(ctx context.Context, userID, label string) (Answer, error) {
	s.mu.Lock()
	h := s.homes[userID]
	s.mu.Unlock()
	var view struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(h.body, &view); err != nil {
		return Answer{}, fmt.Errorf("read the home: %w", err)
	}
	for _, b := range (Message{Blocks: view.Blocks}).Buttons() {
		if strings.HasPrefix(b.Label, label) {
			p := s.ClickPayload(userID, Message{}, b)
			for _, k := range []string{"channel", "message", "response_url"} {
				delete(p, k) // a home is in no channel
			}
			p["container"] = map[string]any{"type": "view", "view_id": "V0" + userID}
			p["view"] = map[string]any{"id": "V0" + userID, "type": "home", "hash": h.hash, "blocks": view.Blocks}
			return s.interact(ctx, p)
		}
	}
	return Answer{}, fmt.Errorf("there is nothing labelled %q on the home", label)
}
