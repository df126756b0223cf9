package triage

import (
	"strings"
	"time"

	"remit/models"
)

// reading is a ticket's text as words: the customer's own, without quotes, signatures, markup, logs and blobs. It is
// reused from one ticket to the next.
type reading struct {
	lex      *lexicon
	lower    []byte // the words in lower case, a space between two, a line break between sentences
	words    []word
	bangs    []uint8 // exclamation marks, by sentence
	asks     []int32 // sentences that ask or request something
	hits     []hit
	until    []int32 // by entry: where its last hit ended
	scratch  []byte
	features features

	clause    int32
	flag      uint8 // for each word of the passage that is being read
	budget    int   // bytes still to be read
	truncated bool
	logLines  int
	letters   [scriptCount]int
	newest    int         // words of the newest message and the subject
	at        time.Time   // when that was written; zero: not known
	ends      []int       // where each of the older messages ends, in words, the newest of them first
	dates     []time.Time // when each of those was written
}

// Limits on what is read of a ticket, in bytes.
const (
	maxText    = 20 << 10
	maxSubject = 1 << 10
	maxWord    = 64
	maxBlob    = 60 // a longer run of letters and digits without a space is no word
)

func (r *reading) reset(lex *lexicon, entries int) {
	r.lex = lex
	r.lower, r.words, r.bangs, r.hits = r.lower[:0], r.words[:0], append(r.bangs[:0], 0), r.hits[:0]
	r.asks = r.asks[:0]
	if cap(r.until) < entries {
		r.until = make([]int32, entries)
	}
	r.until = r.until[:entries]
	clear(r.until)
	r.ends, r.dates, r.at = r.ends[:0], r.dates[:0], time.Time{}
	r.clause, r.flag, r.budget, r.truncated, r.logLines, r.newest = 0, 0, maxText, false, 0, 0
	r.letters = [scriptCount]int{}
}

// ticket reads the subject and the newest message, then what the customer wrote earlier, newest first.
func (r *reading) ticket(t models.Ticket) {
	if !begins(t.Latest(), t.Subject) {
		r.passage(t.Subject, maxSubject)
	}
	r.passage(t.Latest(), maxText)
	r.newest, r.at = len(r.words), t.CreatedAt
	r.flag = old
	seen := false
	for i := len(t.Thread) - 1; i >= 0; i-- {
		c := t.Thread[i]
		if !c.Public || c.Author.Kind != models.ByCustomer {
			continue
		}
		switch {
		case !seen:
			r.at, seen = c.At, true
		case c.Text != t.Text:
			r.older(c.Text, c.At)
		}
	}
	if seen && t.Text != t.Latest() {
		r.older(t.Text, t.CreatedAt)
	}
}

// older reads a message before the newest.
func (r *reading) older(text string, at time.Time) {
	r.passage(text, maxText)
	r.ends, r.dates = append(r.ends, len(r.words)), append(r.dates, at)
}

// begins reports whether a text begins with its subject, as where the helpdesk makes the subject of it: what is said once
// counts once.
func begins(text, subject string) bool {
	subject = strings.TrimRight(strings.TrimSpace(subject), ".… ")
	return subject != "" && strings.HasPrefix(strings.TrimSpace(text), subject)
}

// newestEnd gives the end of the newest message in lower.
func (r *reading) newestEnd() int32 {
	if r.newest == 0 {
		return 0
	}
	return r.words[r.newest-1].end
}
