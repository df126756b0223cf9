package web

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// said gives what a block tells people: its texts, whatever element they are in.
func said(t *testing.T, raw json.RawMessage) []string {
	t.Helper()
	var b struct {
		Type     string
		Text     *textObject
		Label    *textObject
		Hint     *textObject
		Fields   []textObject
		Elements []element
		AltText  string `json:"alt_text"`
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range append(b.Fields, deref(b.Text), deref(b.Label), deref(b.Hint)) {
		if o.Type != "mrkdwn" {
			out = append(out, o.Text)
		}
	}
	switch b.Type {
	case "context":
		for _, e := range b.Elements {
			var text string
			if json.Unmarshal(e.Text, &text) == nil && e.Type == "plain_text" {
				out = append(out, text)
			}
		}
	case "header", "section", "input", "actions", "divider", "image": // what is in actions has forms on the page
	default:
		t.Errorf("the console does not know blocks of type %q", b.Type)
	}
	return append(out, b.AltText)
}

func deref(o *textObject) textObject {
	if o == nil {
		return textObject{}
	}
	return *o
}

var tag = regexp.MustCompile(`<[^>]*>`)

func TestTheConsoleSaysAllThatAnyCardSays(t *testing.T) {
	files, err := filepath.Glob("../bot/testdata/cards/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("got %d cards, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			made, err := renderBlocks(text)
			if err != nil {
				t.Fatal(err)
			}
			page := html.UnescapeString(tag.ReplaceAllString(strings.ReplaceAll(string(made.HTML), "<br>", "\n"), ""))
			var card struct{ Blocks []json.RawMessage }
			if err := json.Unmarshal(text, &card); err != nil {
				t.Fatal(err)
			}
			for _, b := range card.Blocks {
				for _, s := range said(t, b) {
					if !strings.Contains(page, withEmojis(s)) {
						t.Errorf("the console does not say %q:\n%s", s, page)
					}
				}
			}
		})
	}
}
