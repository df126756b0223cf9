package slackfake

import (
	"encoding/json"
	"regexp"
	"strings"
)

// control is what Slack would turn into a mention, a channel, a date or a link.
var control = regexp.MustCompile(`<[!@#a-z][^<>]*>`)

// Control gives what Slack would act on in the message's marked-up texts, besides links that start with one of allowed:
// mentions, channel names and links. Plain texts are shown as they stand and hold none.
func Control(blocks json.RawMessage, text string, allowed ...string) []string {
	found := control.FindAllString(text, -1)
	walkTexts(blocks, func(kind, s string) {
		if kind == "mrkdwn" {
			found = append(found, control.FindAllString(s, -1)...)
		}
	})
	var out []string
	for _, f := range found {
		if !startsWithAny(strings.TrimPrefix(f, "<"), allowed) {
			out = append(out, f)
		}
	}
	return out
}

func startsWithAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if p != "" && strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// Words gives everything that the blocks say, a text a line.
func Words(blocks json.RawMessage) string {
	var b strings.Builder
	walkTexts(blocks, func(_, s string) { b.WriteString(s + "\n") })
	return b.String()
}

// Words gives everything that the message's blocks say, a text a line.
func (m Message) Words() string { return Words(m.Blocks) }

func walkTexts(raw json.RawMessage, see func(kind, text string)) {
	var v any
	if json.Unmarshal(raw, &v) == nil {
		walk(v, see)
	}
}

func walk(v any, see func(kind, text string)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, see)
		}
	case map[string]any:
		kind, _ := v["type"].(string)
		if s, isText := v["text"].(string); isText && (kind == "plain_text" || kind == "mrkdwn") {
			see(kind, s)
			return
		}
		for _, k := range []string{"text", "fields", "elements", "accessory", "label", "hint", "element", "options", "title", "blocks"} {
			walk(v[k], see)
		}
	}
}

// Button is something on a message that can be pressed: a button, or an option of a menu.
type Button struct {
	Label    string
	ActionID string
	BlockID  string
	Value    string
	URL      string
	Menu     bool
}

// Buttons gives what can be pressed on the message, in order.
func (m Message) Buttons() []Button {
	var blocks []struct {
		Type      string           `json:"type"`
		BlockID   string           `json:"block_id"`
		Elements  []map[string]any `json:"elements"`
		Accessory map[string]any   `json:"accessory"`
	}
	if json.Unmarshal(m.Blocks, &blocks) != nil {
		return nil
	}
	var out []Button
	for _, b := range blocks {
		if b.Type == "section" && b.Accessory != nil {
			out = append(out, buttonsOf(b.Accessory, b.BlockID)...)
		}
		if b.Type != "actions" {
			continue
		}
		for _, e := range b.Elements {
			out = append(out, buttonsOf(e, b.BlockID)...)
		}
	}
	return out
}

func buttonsOf(e map[string]any, blockID string) []Button {
	id, _ := e["action_id"].(string)
	if e["type"] == "button" {
		b := buttonOf(e)
		b.ActionID, b.BlockID = id, blockID
		return []Button{b}
	}
	opts, _ := e["options"].([]any)
	var out []Button
	for _, o := range opts {
		m, _ := o.(map[string]any)
		b := buttonOf(m)
		b.ActionID, b.BlockID, b.Menu = id, blockID, true
		out = append(out, b)
	}
	return out
}

func buttonOf(e map[string]any) Button {
	text, _ := e["text"].(map[string]any)
	label, _ := text["text"].(string)
	value, _ := e["value"].(string)
	url, _ := e["url"].(string)
	return Button{Label: label, Value: value, URL: url}
}
