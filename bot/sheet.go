package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// sheet is something that has one place in Slack and is kept up to date there: a case's card, or a digest.
type sheet interface {
	home() string // the channel that it belongs in, "" where there is none
	draw(note string) (blocks []slack.Block, text string)
	open() bool   // asks for something; what does not is not posted
	urgent() bool // is never held back
}

// card is a sheet drawn and ready to be sent.
type card struct {
	blocks []slack.Block
	text   string
	digest string
	open   bool
}

// drawn draws the sheet as it looks in a channel.
func (b *Bot) drawn(s sheet, channel string) (card, error) {
	note := ""
	if channel != "" && channel == b.Fallback && channel != s.home() {
		note = "This card is here because its own channel or message could not be used."
	}
	blocks, text := s.draw(note)
	raw, err := json.Marshal(blocks)
	if err != nil {
		return card{}, fmt.Errorf("draw a card: %w", err)
	}
	sum := sha256.Sum256(append(raw, text...))
	return card{blocks: blocks, text: text, digest: hex.EncodeToString(sum[:16]), open: s.open()}, nil
}

// caseSheet is the card of a case.
type caseSheet struct {
	*Bot
	models.Case
}

func (s caseSheet) home() string { return s.channel(s.Case) }

func (s caseSheet) draw(note string) ([]slack.Block, string) {
	o := s.look()
	o.Note = note
	return Card(s.Case, o)
}

func (s caseSheet) open() bool { return wants(s.Case) }

func (s caseSheet) urgent() bool {
	for _, d := range s.Open() {
		if d.Urgent() {
			return true
		}
	}
	return false
}

// channel gives where the case's card goes: that of its queue, of its domain, or the fallback.
func (b *Bot) channel(c models.Case) string {
	if t := c.Facts.Ticket; t != nil && t.Group != "" {
		if id := b.Queues[strings.ToLower(t.Group)]; id != "" {
			return id
		}
	}
	if id := b.Channels[c.Domain]; id != "" {
		return id
	}
	return b.Fallback
}
