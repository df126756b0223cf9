package triage

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Answered is a question of the past and what an agent wrote to it.
type Answered struct {
	Ticket   string // its number at the helpdesk
	Customer string // whoever asked, for telling customers apart
	Question string // subject and first message
	Answer   string
	At       time.Time
}

// Answers are what has been answered before and may be said again: sentences that went to several customers alike, so that
// nothing of one customer's affairs is told to another, and that promise nothing.
type Answers struct {
	library *Library
	drafts  map[string]pastDraft
	version string
}

// pastDraft is an answer that may be said again.
type pastDraft struct {
	id, text string
	tickets  int // that it was sent to
	last     Answered
}

// What makes an answer one that may be said again.
const (
	leastAlike   = 2    // customers that each of its sentences was sent to
	leastKept    = 0.6  // share of its sentences that are left, salutations aside
	salutation   = 3    // words that a sentence has more than
	leastDraft   = 5    // words of what is left
	mostQuestion = 2000 // bytes of what is kept of the questions that an answer was for
	halfLife     = 180 * 24 * time.Hour
)

// NewAnswers finds what may be said again. agreed are the macros' texts; now is for how recent an answer is.
func NewAnswers(past []Answered, agreed []string, now time.Time) *Answers {
	alike := map[string]map[string]struct{}{}
	for _, p := range past {
		for _, s := range wholeSentences(ownWords(p.Answer)) {
			key := plainly(s)
			if alike[key] == nil {
				alike[key] = map[string]struct{}{}
			}
			alike[key][p.Customer] = struct{}{}
		}
	}
	drafts, questions := map[string]pastDraft{}, map[string]string{}
	lint := newLinter(agreed)
	for _, p := range past {
		text, ok := sayable(p.Answer, alike, lint)
		if !ok {
			continue
		}
		id := models.NewID("ans", plainly(text))
		d := drafts[id]
		d.id, d.tickets = id, d.tickets+1
		if d.text == "" || p.At.After(d.last.At) {
			d.text, d.last = text, p
		}
		if len(questions[id]) < mostQuestion {
			questions[id] += "\n" + p.Question
		}
		drafts[id] = d
	}
	a := &Answers{drafts: drafts}
	var articles []Article
	sum := fnv.New32a()
	for _, id := range slices.Sorted(maps.Keys(drafts)) {
		articles = append(articles, Article{ID: id, Title: firstLine(drafts[id].last.Question), Text: questions[id]})
		_, _ = sum.Write([]byte(id))
	}
	a.library, a.version = NewLibrary(articles), fmt.Sprintf("triage-answers/1-%08x", sum.Sum32())
	return a
}

// Len gives how many different answers may be said again.
func (a *Answers) Len() int { return len(a.drafts) }

// ownWords gives what the agent wrote: without markup, quotations and what follows a closing formula.
func ownWords(answer string) string {
	var b strings.Builder
	var m mail
	for rest := plain(models.CleanText(answer)); rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		trimmed := strings.TrimSpace(line)
		if m.ends(line, after) || isClosing(trimmed) {
			break
		}
		if trimmed != "" && trimmed[0] != '>' {
			m.began = true
			b.WriteString(trimmed)
			b.WriteByte('\n')
		}
		rest = after
	}
	return b.String()
}

// sayable gives what of an answer may be said to somebody else.
func sayable(answer string, alike map[string]map[string]struct{}, lint *linter) (string, bool) {
	var kept []string
	all := 0
	for _, s := range wholeSentences(ownWords(answer)) {
		if len(wordsOf(s)) <= salutation {
			continue
		}
		all++
		if len(alike[plainly(s)]) >= leastAlike && Redact(s) == s && len(lint.faults(s)) == 0 {
			kept = append(kept, s)
		}
	}
	text := strings.Join(kept, " ")
	return text, float64(len(kept)) >= leastKept*float64(all) && len(wordsOf(text)) >= leastDraft
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// Approvals say how often people sent what was drafted from a source, by the source's name as its reason tells it.
type Approvals map[string]Approved

// Approved counts what became of drafts.
type Approved struct{ Sent, Drafted int }

// rate is the share that was sent, drawn towards two in three.
func (a Approvals) rate(source string) float64 {
	n := a[source]
	return float64(n.Sent+2) / float64(n.Drafted+3)
}

// fresh gives how much an answer's age leaves of its fit: half a year halves what recency adds.
func fresh(at, now time.Time) float64 {
	age := max(0, now.Sub(at))
	return 0.5 + 0.5*math.Exp2(-float64(age)/float64(halfLife))
}

// best gives the answer that fits best, and how much of the text it was asked before: how well its questions fit, how recent it is, and how often people sent it.
func (a *Answers) best(text string, now time.Time, ap Approvals) (d pastDraft, share float64) {
	if a == nil {
		return d, 0
	}
	top := 0.0
	for _, f := range a.library.Find(text, bestOf) {
		c := a.drafts[f.ID]
		if s := f.Score * fresh(c.last.At, now) * ap.rate(c.source()); s > top && f.Share >= leastShare {
			d, top, share = c, s, f.Share
		}
	}
	return d, share
}

// leastShare is how much of a question an answer's own questions must speak of.
const leastShare = 0.4

// bestOf is how many of the best fitting answers recency and approval choose from.
const bestOf = 10

// source names where the answer is from, for its reason.
func (d pastDraft) source() string {
	return fmt.Sprintf("the answer to ticket %s of %s", models.CleanText(d.last.Ticket), d.last.At.Format("2 Jan 2006"))
}
