package slackfake

import (
	"context"
	"encoding/json"
	"fmt"
)

// Submit submits a modal with what is prefilled, and in place of that what values say by block id. It does to the modal
// what the app answers: keeps it open on errors, replaces it on an update, else closes it.
func (s *Server) Submit(ctx context.Context, viewID string, values map[string]string) (Answer, error) {
	payload, err := s.SubmitPayload(viewID, values)
	if err != nil {
		return Answer{}, err
	}
	a, err := s.SendPayload(ctx, payload)
	if err != nil {
		return a, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return a, s.views[viewID].after(a)
}

func (v *View) after(a Answer) error {
	var said struct {
		View json.RawMessage `json:"view"`
	}
	_ = json.Unmarshal(a.Body, &said)
	switch {
	case a.Status != 200:
		return nil
	case a.Action == "errors":
		inputs := v.inputs()
		for id := range a.Errors {
			if _, has := inputs[id]; !has {
				return fmt.Errorf("error for block %q, which is not an input of the modal", id)
			}
		}
	case a.Action == "update":
		if problems := CheckView(said.View); len(problems) > 0 {
			return fmt.Errorf("the app's new view is refused: %v", problems)
		}
		v.Body = said.View
	default:
		v.open = false
	}
	return nil
}

// SubmitPayload gives the payload that Slack would send, so that it can be tampered with.
func (s *Server) SubmitPayload(viewID string, values map[string]string) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[viewID]
	if v == nil || !v.open {
		return nil, fmt.Errorf("there is no open modal %q", viewID)
	}
	state := map[string]any{}
	for id, e := range v.inputs() {
		actionID, _ := e["action_id"].(string)
		state[id] = map[string]any{actionID: fill(e, values[id])}
	}
	view := v.wire(s.TeamID)
	view["state"] = map[string]any{"values": state}
	return map[string]any{
		"type": "view_submission", "team": map[string]any{"id": s.teamOf(v.User)}, "user": s.who(v.User), "view": view,
	}, nil
}

// inputs gives the input elements of the modal by block id.
func (v *View) inputs() map[string]map[string]any {
	var body struct {
		Blocks []struct {
			Type    string         `json:"type"`
			BlockID string         `json:"block_id"`
			Element map[string]any `json:"element"`
		} `json:"blocks"`
	}
	_ = json.Unmarshal(v.Body, &body)
	out := map[string]map[string]any{}
	for _, b := range body.Blocks {
		if b.Type == "input" {
			out[b.BlockID] = b.Element
		}
	}
	return out
}

// fill gives the state of an input in which a person put value, or left it as it was for "".
func fill(e map[string]any, value string) map[string]any {
	kind, _ := e["type"].(string)
	out := map[string]any{"type": kind}
	switch kind {
	case "plain_text_input":
		out["value"] = e["initial_value"]
		if value != "" {
			out["value"] = value
		}
	case "datepicker":
		out["selected_date"] = e["initial_date"]
		if value != "" {
			out["selected_date"] = value
		}
	case "users_select":
		out["selected_user"] = value
	default:
		out["selected_option"] = e["initial_option"]
		if value != "" {
			out["selected_option"] = map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}
		}
	}
	return out
}
