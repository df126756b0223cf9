package history

import (
	"strconv"
	"strings"

	"remit/models"
	"remit/triage"
)

// repliesField is the custom field in which an export tells how many public replies a ticket took.
const repliesField = "replies"

// answerMark ends the id of the one answer that an export tells.
const answerMark = "/answer"

// FirstContact counts how often tickets were solved with one public reply and not opened again, by what people say that they
// were about. Tickets that are open, or of which it is not known how many replies they took, do not count.
func FirstContact(past []Past, s models.IntentSource) triage.Odds {
	common := labelTags(past, s)
	o := triage.Odds{By: map[string]triage.Solved{}}
	for _, p := range past {
		label, _ := p.label(s, common)
		replies, known := repliesTo(p.Ticket)
		if label == "" || !known || replies < 1 || !p.Ticket.Closed() {
			continue
		}
		n := o.By[label]
		n.Tickets++
		o.All.Tickets++
		if replies == 1 && p.Ticket.Reopens == 0 {
			n.AtOnce++
			o.All.AtOnce++
		}
		o.By[label] = n
	}
	return o
}

// repliesTo counts the public replies of our people. Of an export only what it says outright counts: the one answer that it
// tells may have been one of many.
func repliesTo(t models.Ticket) (n int, known bool) {
	if said, told := t.Fields[repliesField]; told {
		n, err := strconv.Atoi(said)
		return n, err == nil
	}
	for _, c := range t.Thread {
		if strings.HasSuffix(c.ID, answerMark) {
			return 0, false
		}
		if c.Public && c.Author.Kind == models.ByPerson {
			n++
		}
	}
	return n, len(t.Thread) > 0
}

// reopened gives how often the ticket was opened again, from a number or a word. ok is false for what is neither.
func reopened(s string) (n int, ok bool) {
	switch strings.ToLower(s) {
	case "", "no", "false", "n":
		return 0, true
	case "yes", "true", "y":
		return 1, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0
}
