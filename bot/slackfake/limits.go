package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Slack's limits, in UTF-16 units, which is the strictest reading of "characters".
const (
	maxMessage     = 12_000
	maxMessageRows = 50
	maxViewRows    = 100
	maxSection     = 3000
	maxFields      = 10
	maxField       = 2000
	maxHeader      = 150
	maxButtonText  = 75
	maxValue       = 2000
	maxOptionValue = 150
	maxURL         = 3000
	maxElements    = 25
	maxContext     = 10
	maxID          = 255
	maxMetadata    = 3000
	maxTitle       = 24
	maxOptions     = 100
	maxRadio       = 10
	maxOverflow    = 5
	maxLabel       = 2000
	maxPlaceholder = 150
	maxInput       = 3000
)

// Length counts a text as Slack does.
func Length(s string) int { return len(utf16.Encode([]rune(s))) }

// checker collects what is wrong, in Slack's manner.
type checker struct {
	surface  string
	problems []string
	ids      map[string]bool // block ids
	actions  map[string]bool // action ids
}

func (c *checker) add(path, format string, v ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, v...), path))
}

// CheckMessage gives Slack's complaints about a message, none for a good one. Blocks may be empty.
func CheckMessage(blocks json.RawMessage, text string) []string {
	c := &checker{surface: "message", ids: map[string]bool{}, actions: map[string]bool{}}
	if strings.TrimSpace(text) == "" {
		c.add("/text", "a text is required")
	}
	if n := Length(text) + Length(unescaped(blocks)); n >= maxMessage {
		c.add("/blocks", "the message has %d characters: must be less than %d", n, maxMessage)
	}
	if len(blocks) > 0 {
		c.blocks(blocks, maxMessageRows)
	}
	return c.problems
}

// unescaped gives the JSON in its shortest form: what Go's encoder does to < and & is not the message's length.
func unescaped(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return string(raw)
	}
	return b.String()
}

// CheckView gives Slack's complaints about a modal, none for a good one.
func CheckView(view json.RawMessage) []string { return checkView("modal", view) }

// CheckHome gives Slack's complaints about an app's home, none for a good one.
func CheckHome(view json.RawMessage) []string { return checkView("home", view) }

func checkView(surface string, view json.RawMessage) []string {
	c := &checker{surface: surface, ids: map[string]bool{}, actions: map[string]bool{}}
	var v map[string]any
	if err := json.Unmarshal(view, &v); err != nil {
		c.add("", "not JSON")
		return c.problems
	}
	if v["type"] != c.surface {
		c.add("/type", "must be %s", c.surface)
	}
	c.text(v["title"], "/title", maxTitle, surface == "modal", "plain_text")
	c.text(v["submit"], "/submit", maxTitle, false, "plain_text")
	c.text(v["close"], "/close", maxTitle, false, "plain_text")
	c.str(v["private_metadata"], "/private_metadata", maxMetadata)
	c.str(v["callback_id"], "/callback_id", maxID)
	raw, _ := json.Marshal(v["blocks"])
	if inputs := c.blocks(raw, maxViewRows); inputs > 0 && v["submit"] == nil {
		c.add("/submit", "required when there are input blocks")
	}
	return c.problems
}

func (c *checker) blocks(raw json.RawMessage, most int) (inputs int) {
	var blocks []map[string]any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		c.add("/blocks", "must be an array of blocks")
		return 0
	}
	if len(blocks) > most {
		c.add("/blocks", "no more than %d items allowed", most)
	}
	for i, b := range blocks {
		path := fmt.Sprintf("/blocks/%d", i)
		c.id(b["block_id"], path+"/block_id", c.ids)
		c.block(b, path)
		if b["type"] == "input" {
			inputs++
		}
	}
	return inputs
}

func (c *checker) block(b map[string]any, path string) {
	switch b["type"] {
	case "header":
		c.text(b["text"], path+"/text", maxHeader, true, "plain_text")
	case "section":
		c.section(b, path)
	case "context":
		c.context(b, path)
	case "actions":
		c.actionsBlock(b, path)
	case "input":
		c.input(b, path)
	case "divider":
	case "image":
		c.str(b["image_url"], path+"/image_url", maxURL)
		if s, _ := b["alt_text"].(string); s == "" {
			c.add(path+"/alt_text", "required")
		}
	default:
		c.add(path+"/type", "unsupported type: %v", b["type"])
	}
}

func (c *checker) section(b map[string]any, path string) {
	fields, _ := b["fields"].([]any)
	c.text(b["text"], path+"/text", maxSection, len(fields) == 0, "")
	if b["fields"] != nil && len(fields) == 0 {
		c.add(path+"/fields", "must have at least 1 item")
	}
	if len(fields) > maxFields {
		c.add(path+"/fields", "no more than %d items allowed", maxFields)
	}
	for i, f := range fields {
		c.text(f, fmt.Sprintf("%s/fields/%d", path, i), maxField, true, "")
	}
	if acc, has := b["accessory"].(map[string]any); has {
		c.element(acc, path+"/accessory")
	}
}

func (c *checker) context(b map[string]any, path string) {
	els, _ := b["elements"].([]any)
	if len(els) == 0 || len(els) > maxContext {
		c.add(path+"/elements", "must have 1 to %d items", maxContext)
	}
	for i, e := range els {
		m, _ := e.(map[string]any)
		if m["type"] != "image" {
			c.text(e, fmt.Sprintf("%s/elements/%d", path, i), maxSection, true, "")
		}
	}
}

func (c *checker) actionsBlock(b map[string]any, path string) {
	els, _ := b["elements"].([]any)
	if len(els) == 0 || len(els) > maxElements {
		c.add(path+"/elements", "must have 1 to %d items", maxElements)
	}
	for i, e := range els {
		m, _ := e.(map[string]any)
		c.element(m, fmt.Sprintf("%s/elements/%d", path, i))
	}
}

func (c *checker) input(b map[string]any, path string) {
	if c.surface == "message" {
		c.add(path, "input blocks are for modals")
	}
	c.text(b["label"], path+"/label", maxLabel, true, "plain_text")
	c.text(b["hint"], path+"/hint", maxLabel, false, "plain_text")
	el, has := b["element"].(map[string]any)
	if !has {
		c.add(path+"/element", "required")
		return
	}
	c.element(el, path+"/element")
}

func (c *checker) element(e map[string]any, path string) {
	c.id(e["action_id"], path+"/action_id", c.actions)
	c.text(e["placeholder"], path+"/placeholder", maxPlaceholder, false, "plain_text")
	switch e["type"] {
	case "button":
		c.text(e["text"], path+"/text", maxButtonText, true, "plain_text")
		c.str(e["value"], path+"/value", maxValue)
		c.str(e["url"], path+"/url", maxURL)
		c.str(e["accessibility_label"], path+"/accessibility_label", maxButtonText)
		c.confirm(e["confirm"], path+"/confirm")
	case "overflow":
		c.options(e, path, maxOverflow)
		c.confirm(e["confirm"], path+"/confirm")
	case "static_select":
		c.options(e, path, maxOptions)
	case "users_select":
		c.confirm(e["confirm"], path+"/confirm")
	case "radio_buttons":
		c.options(e, path, maxRadio)
	case "plain_text_input":
		c.str(e["initial_value"], path+"/initial_value", maxInput)
	case "datepicker":
		if d, set := e["initial_date"].(string); set && len(d) != len("2026-12-03") {
			c.add(path+"/initial_date", "must be YYYY-MM-DD")
		}
	default:
		c.add(path+"/type", "unsupported element: %v", e["type"])
	}
}

func (c *checker) options(e map[string]any, path string, most int) {
	opts, _ := e["options"].([]any)
	if len(opts) == 0 || len(opts) > most {
		c.add(path+"/options", "must have 1 to %d items", most)
	}
	initial, _ := json.Marshal(e["initial_option"])
	found := e["initial_option"] == nil
	values := map[any]bool{}
	for i, o := range opts {
		m, _ := o.(map[string]any)
		at := fmt.Sprintf("%s/options/%d", path, i)
		c.text(m["text"], at+"/text", maxButtonText, true, "")
		c.text(m["description"], at+"/description", maxButtonText, false, "")
		c.str(m["value"], at+"/value", maxOptionValue)
		c.str(m["url"], at+"/url", maxURL)
		if values[m["value"]] {
			c.add(at+"/value", "values must be unique")
		}
		values[m["value"]] = true
		this, _ := json.Marshal(m)
		found = found || bytes.Equal(this, initial)
	}
	if !found {
		c.add(path+"/initial_option", "must be one of the options")
	}
}

func (c *checker) confirm(v any, path string) {
	m, has := v.(map[string]any)
	if !has {
		return
	}
	c.text(m["title"], path+"/title", 100, true, "plain_text")
	c.text(m["text"], path+"/text", 300, true, "")
	c.text(m["confirm"], path+"/confirm", 30, true, "plain_text")
	c.text(m["deny"], path+"/deny", 30, true, "plain_text")
}

func (c *checker) text(v any, path string, most int, required bool, kind string) {
	m, has := v.(map[string]any)
	if !has {
		if required {
			c.add(path, "missing required field")
		}
		return
	}
	t, _ := m["type"].(string)
	if (t != "plain_text" && t != "mrkdwn") || (kind != "" && t != kind) {
		c.add(path+"/type", "unsupported type: %s", t)
	}
	s, _ := m["text"].(string)
	if s == "" {
		c.add(path+"/text", "must be more than 0 characters")
	}
	if Length(s) > most {
		c.add(path+"/text", "must be less than %d characters", most+1)
	}
}

func (c *checker) str(v any, path string, most int) {
	if s, _ := v.(string); Length(s) > most {
		c.add(path, "must be less than %d characters", most+1)
	}
}

func (c *checker) id(v any, path string, seen map[string]bool) {
	s, _ := v.(string)
	c.str(v, path, maxID)
	if s != "" && seen[s] {
		c.add(path, "%q is not unique", s)
	}
	seen[s] = s != ""
}
