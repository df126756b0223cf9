package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
)

// textObject is Slack's text: plain, or with markup.
type textObject struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// html renders the text. Customers write in it, so a page puts it where its direction cannot leak out.
func (t textObject) html() template.HTML {
	if t.Type == "mrkdwn" {
		return mrkdwn(t.Text)
	}
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(withEmojis(t.Text)), "\n", "<br>"))
}

// element is what stands in a context, in actions, or beside a section.
type element struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // an object in a button, a string in a context
	ActionID string          `json:"action_id"`
	Value    string          `json:"value"`
	URL      string          `json:"url"`
	ImageURL string          `json:"image_url"`
	AltText  string          `json:"alt_text"`
	Options  []struct {
		Text  textObject `json:"text"`
		Value string     `json:"value"`
		URL   string     `json:"url"`
	} `json:"options"`
}

// label gives the text of a button.
func (e element) label() string {
	var t textObject
	if json.Unmarshal(e.Text, &t) != nil {
		return ""
	}
	return t.Text
}

// contextText gives the text of a context's element.
func (e element) contextText() template.HTML {
	var s string
	if json.Unmarshal(e.Text, &s) != nil {
		return ""
	}
	return textObject{Type: e.Type, Text: s}.html()
}

// block is one of Slack's layout blocks, in so far as a card uses them.
type block struct {
	Type      string          `json:"type"`
	Text      *textObject     `json:"text"`
	Label     *textObject     `json:"label"` // of an input
	Hint      *textObject     `json:"hint"`
	Fields    []textObject    `json:"fields"`
	Elements  json.RawMessage `json:"elements"`
	Accessory *element        `json:"accessory"`
	ImageURL  string          `json:"image_url"`
	AltText   string          `json:"alt_text"`
}

func (b block) elements() []element {
	var es []element
	if json.Unmarshal(b.Elements, &es) != nil {
		return nil
	}
	return es
}

// card is a card's blocks, ready for a page.
type card struct {
	HTML   template.HTML
	Links  []link            // from buttons and menus that only open something
	labels map[string]string // button text by "approve" or "override" and the value
}

// link is a link that a card offers.
type link struct{ Label, URL string }

// renderBlocks makes a card out of Slack blocks. Buttons that do something are left out of the HTML: the page has forms
// for them. What it does not know it leaves out.
func renderBlocks(raw json.RawMessage) (card, error) {
	blocks, err := parseBlocks(raw)
	if err != nil {
		return card{}, err
	}
	c := card{labels: map[string]string{}}
	var b strings.Builder
	for _, bl := range blocks {
		writeBlock(&b, bl)
		if bl.Type == "actions" {
			c.note(bl.elements())
		}
		if bl.Accessory != nil {
			c.note([]element{*bl.Accessory})
		}
	}
	c.HTML = template.HTML(b.String())
	return c, nil
}

func parseBlocks(raw json.RawMessage) ([]block, error) {
	var blocks []block
	if json.Unmarshal(raw, &blocks) == nil {
		return blocks, nil
	}
	var message struct {
		Blocks []block `json:"blocks"`
	}
	if err := json.Unmarshal(raw, &message); err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	return message.Blocks, nil
}

func writeBlock(b *strings.Builder, bl block) {
	switch bl.Type {
	case "header":
		if bl.Text != nil {
			fmt.Fprintf(b, `<h3 dir="auto">%s</h3>`, bl.Text.html())
		}
	case "section":
		writeSection(b, bl)
	case "context":
		b.WriteString(`<div class="context">`)
		for _, e := range bl.elements() {
			if e.Type == "image" {
				writeImage(b, e.ImageURL, e.AltText, "icon")
				continue
			}
			fmt.Fprintf(b, `<span dir="auto">%s</span>`, e.contextText())
		}
		b.WriteString("</div>")
	case "divider":
		b.WriteString("<hr>")
	case "image":
		writeImage(b, bl.ImageURL, bl.AltText, "picture")
	case "input":
		writeInput(b, bl)
	}
}

// writeInput shows what a form asks for; it is answered where the form is.
func writeInput(b *strings.Builder, bl block) {
	if bl.Label != nil {
		fmt.Fprintf(b, `<div class="text" dir="auto">%s</div>`, bl.Label.html())
	}
	if bl.Hint != nil {
		fmt.Fprintf(b, `<div class="context"><span dir="auto">%s</span></div>`, bl.Hint.html())
	}
}

func writeSection(b *strings.Builder, bl block) {
	if bl.Text != nil {
		fmt.Fprintf(b, `<div class="text" dir="auto">%s</div>`, bl.Text.html())
	}
	if len(bl.Fields) > 0 {
		b.WriteString(`<div class="fields">`)
		for _, f := range bl.Fields {
			fmt.Fprintf(b, `<div dir="auto">%s</div>`, f.html())
		}
		b.WriteString("</div>")
	}
	if a := bl.Accessory; a != nil && a.Type == "image" {
		writeImage(b, a.ImageURL, a.AltText, "icon")
	}
}

// writeImage shows pictures of our own; one from elsewhere would tell its server who looks, so it is only linked to.
func writeImage(b *strings.Builder, url, alt, class string) {
	switch {
	case localPath(url):
		fmt.Fprintf(b, `<img class=%q src="%s" alt="%s">`, class, template.HTMLEscapeString(url), template.HTMLEscapeString(alt))
	case webLink(url):
		fmt.Fprintf(b, `<a rel="noopener noreferrer" href="%s"><bdi>%s</bdi></a>`, template.HTMLEscapeString(url), template.HTMLEscapeString(alt))
	}
}

// note keeps what the buttons and menus say: links to open, and what approving and overriding are called.
func (c *card) note(es []element) {
	for _, e := range es {
		if e.URL != "" && webLink(e.URL) && e.label() != "" {
			c.Links = append(c.Links, link{e.label(), e.URL})
			continue
		}
		for _, o := range e.Options {
			if o.URL != "" && webLink(o.URL) {
				c.Links = append(c.Links, link{o.Text.Text, o.URL})
			}
		}
		for _, deed := range []string{"approve", "override"} {
			if e.Type == "button" && strings.Contains(e.ActionID, deed) {
				c.labels[deed+" "+e.Value] = e.label()
			}
		}
	}
}

// label gives what the card calls a deed on a decision, or otherwise. A button's value leads with the decision's id; one
// that is about several, by commas, is called something that does not fit a single one.
func (c card) label(deed, decisionID, otherwise string) string {
	for key, text := range c.labels {
		if strings.HasPrefix(key, deed+" "+decisionID) && !strings.Contains(key, ",") && text != "" {
			return text
		}
	}
	return otherwise
}
