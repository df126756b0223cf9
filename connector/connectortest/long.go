package connectortest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"remit/connector"
	"remit/models"
)

// mostKept is the most that may be kept of a text, in bytes.
const mostKept = 500_000

// long puts a text as long as a request allows in the place of each text of a ticket that the sample has: what a customer
// pasted is no reason to lose the ticket.
func long(t *testing.T, c connector.Connector, sample Sample) {
	for _, text := range ticketTexts(t, c, sample.Body, sample) {
		quoted, err := json.Marshal(text)
		if err != nil || !bytes.Contains(sample.Body, quoted) {
			continue
		}
		for _, filler := range []string{"iVBORw0KGgo", "é", "日本"} {
			pasted, _ := json.Marshal(text + " " + strings.Repeat(filler, 900_000/len(filler)))
			body := bytes.ReplaceAll(sample.Body, quoted, pasted)
			var kept bool
			for _, got := range ticketTexts(t, c, body, sample) {
				if len(got) > mostKept || !utf8.ValidString(got) {
					t.Errorf("%q and %q on and on: got %d bytes, want at most %d of whole characters", text, filler, len(got), mostKept)
				}
				kept = kept || strings.HasPrefix(got, text+" "+filler) && strings.HasSuffix(got, "…")
			}
			if !kept {
				t.Errorf("%q and %q on and on: got no ticket that begins with it and ends in …", text, filler)
			}
		}
	}
}

// ticketTexts gives what the events of a body have of a customer's words.
func ticketTexts(t *testing.T, c connector.Connector, body []byte, sample Sample) (out []string) {
	t.Helper()
	ds, err := c.Split(sample.Sign(body, At))
	if err != nil {
		t.Errorf("split: %v", err)
	}
	for _, d := range ds {
		evs, err := c.Translate(d)
		if err != nil {
			t.Errorf("translate: %v", err)
		}
		for _, ev := range evs {
			out = append(out, textsOf(ev)...)
		}
	}
	return out
}

func textsOf(ev models.Event) (out []string) {
	if ev.Comment != nil {
		out = append(out, ev.Comment.Text)
	}
	if ev.Ticket != nil {
		for _, text := range []string{ev.Ticket.Subject, ev.Ticket.Text} {
			if text != "" {
				out = append(out, text)
			}
		}
	}
	return out
}
