package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// otherDrafts is how many macros besides the best are offered.
const otherDrafts = 2

// delicateFactor lowers the confidence of a draft where a person should find the words.
const delicateFactor = 0.7

// draft is a macro that answers the ticket.
type draft struct {
	macro models.Macro
	words int
	text  string
}

// reply proposes the macro that covers most of the ticket, filled in; where none fits, what was answered before. A draft says
// nothing that is in neither.
func reply(c *situation) (models.Proposal, bool) {
	if !spoke(c.Event) || c.attack > 0 {
		return models.Proposal{}, false
	}
	p, ok := c.agreedReply()
	return c.written(p, ok)
}

// agreedReply drafts of what was agreed on, the macros, or of what was answered before.
func (c *situation) agreedReply() (models.Proposal, bool) {
	drafts := c.drafts()
	if len(drafts) == 0 {
		return c.again()
	}
	best := drafts[0]
	covered := float64(best.words) / float64(len(best.macro.Words))
	p := 0.35 + 0.5*covered*(1-math.Exp(-float64(best.words)))
	words := spokenWords(best.macro.Words, c.newest)
	reasons := []models.Reason{{
		Code: "reply.macro", Text: "Macro \"" + models.CleanText(best.macro.Title) + "\" answers what it speaks of: " + quoteAll(words), Weight: 1,
	}}
	reasons = append(reasons, models.Reason{Code: sourceCode, Text: macroSource(best.macro)})
	if why := c.delicate(); why != "" {
		p *= delicateFactor
		reasons = append(reasons, models.Reason{Code: "reply.delicate", Text: "A person should find the words: " + why})
	}
	return models.Proposal{
		Action: models.ActionReply, Item: c.Ticket.ID, Value: best.text,
		Confidence: c.caution(p), Reasons: append(reasons, c.notes(baseScore)...), Options: otherTexts(drafts[1:]),
		Segment: c.segment, Model: Model,
	}, true
}

// sourceCode is the code of the reason that says where every sentence of a draft is from.
const sourceCode = "reply.source"

func macroSource(m models.Macro) string { return "macro " + models.CleanText(m.Title) }

// DraftSource gives where the sentences of a proposed reply are from, by its reasons; empty where it does not say.
func DraftSource(reasons []models.Reason) string {
	for _, r := range reasons {
		if r.Code == sourceCode {
			return r.Text
		}
	}
	return ""
}

// inLanguage gives the macros in the customer's language where there are any, else those that are in no certain one.
func (c *situation) inLanguage(macros []models.Macro) []models.Macro {
	in := func(lang string) (out []models.Macro) {
		for _, m := range macros {
			if m.Language == lang {
				out = append(out, m)
			}
		}
		return out
	}
	lang := c.language()
	if own := in(lang); len(own) > 0 && lang != unclear && slices.ContainsFunc(own, func(m models.Macro) bool { return countWords(m.Words, c.newest) > 0 }) {
		return own
	}
	return in("")
}

// Confidence in an answer of the past: what every one has, and what the very same question adds.
const (
	againBase = 0.45
	againSure = 0.35
)

// again proposes what was answered to questions like this one before. It says nothing that did not go to several customers.
func (c *situation) again() (models.Proposal, bool) {
	if c.foreign >= 0.5 || len(c.r.words) < emptyWords {
		return models.Proposal{}, false
	}
	d, share := c.answers.best(c.newest, c.Now, c.approvals)
	if share == 0 || models.ActionReply.Check(d.text) != nil {
		return models.Proposal{}, false
	}
	p := againBase + againSure*share
	reasons := []models.Reason{
		{Code: "reply.again", Text: "Questions like this one were answered so before, " + plural(d.tickets, "time"), Weight: 1},
		{Code: sourceCode, Text: d.source()},
	}
	if why := c.delicate(); why != "" {
		p *= delicateFactor
		reasons = append(reasons, models.Reason{Code: "reply.delicate", Text: "A person should find the words: " + why})
	}
	return models.Proposal{
		Action: models.ActionReply, Item: c.Ticket.ID, Value: d.text, Confidence: c.caution(p),
		Reasons: append(reasons, c.notes(baseScore)...), Segment: c.segment, Model: c.answers.version,
	}, true
}

func otherTexts(drafts []draft) []string {
	var out []string
	for _, d := range drafts[:min(len(drafts), otherDrafts)] {
		out = append(out, d.text)
	}
	return out
}

// drafts gives the macros that have a word of the ticket and can be filled in, the best first; of equals the one more of
// whose words were said, then the one that the policy names first.
func (c *situation) drafts() []draft {
	var out []draft
	for _, m := range c.inLanguage(c.policy.Macros) {
		n := countWords(m.Words, c.newest)
		if n == 0 {
			continue
		}
		if text, ok := c.fill(m.Text); ok && models.ActionReply.Check(text) == nil {
			out = append(out, draft{m, n, text})
		}
	}
	slices.SortStableFunc(out, func(a, b draft) int {
		if a.words != b.words {
			return b.words - a.words
		}
		if d := len(a.macro.Words)*b.words - len(b.macro.Words)*a.words; d != 0 {
			return d
		}
		return cmp.Compare(c.approvals.rate(macroSource(b.macro)), c.approvals.rate(macroSource(a.macro)))
	})
	c.decideTie(out)
	return out
}

// decideTie puts first, of the drafts that are as good as the best, those whose title and text fit the ticket better.
func (c *situation) decideTie(drafts []draft) {
	n := 1
	for n < len(drafts) && drafts[n].words == drafts[0].words && len(drafts[n].macro.Words) == len(drafts[0].macro.Words) {
		n++
	}
	if n > len(drafts) || n < 2 {
		return
	}
	articles := make([]Article, n)
	for i, d := range drafts[:n] {
		articles[i] = Article{ID: d.text, Title: d.macro.Title, Text: d.macro.Text, Words: d.macro.Words}
	}
	fit := map[string]float64{}
	for _, f := range NewLibrary(articles).Find(c.newest, n) {
		fit[f.ID] = max(fit[f.ID], f.Score)
	}
	slices.SortStableFunc(drafts[:n], func(a, b draft) int {
		return cmp.Compare(fit[b.text]*c.approvals.rate(macroSource(b.macro)), fit[a.text]*c.approvals.rate(macroSource(a.macro)))
	})
}

// fill puts facts in place of {{name}}, {{ticket}} and {{account}}. It fails where a fact is not known, or the text has
// another placeholder.
func (c *situation) fill(text string) (string, bool) {
	if !strings.Contains(text, "{{") {
		return text, strings.TrimSpace(text) != ""
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		key, after, closed := strings.Cut(rest, "}}")
		fact := c.fact(strings.TrimSpace(key))
		if !closed || fact == "" {
			return "", false
		}
		b.WriteString(fact)
		text = after
	}
}

func (c *situation) fact(key string) string {
	account := ""
	if c.Account != nil {
		account = printable(c.Account.Name)
	}
	switch key {
	case "ticket":
		return printable(c.Ticket.ExternalID)
	case "account":
		return account
	case "name":
		if name := printable(writer(*c.Ticket)); name != "" {
			return name
		}
		return account
	}
	return ""
}

// printable gives a name that may stand in a letter, or nothing: names come from outside, and one that is a sentence or a
// link would put words into our mouth.
func printable(name string) string {
	name = strings.TrimSpace(name)
	if len(name) > 80 || strings.Contains(name, "www.") {
		return ""
	}
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.Is(unicode.M, c) && !strings.ContainsRune(" .'’-,&#", c) {
			return ""
		}
	}
	return name
}

// delicate says what makes the ticket one to be answered with care.
func (c *situation) delicate() string {
	switch {
	case c.said[safetyRule].strength > 0:
		return "somebody may come to harm"
	case c.said[securityRule].strength > 0:
		return "it speaks of a security matter"
	case c.said[legalRule].strength > 0:
		return "it speaks of legal steps"
	case c.mood.Anger >= loud:
		return "the customer is angry"
	}
	return ""
}
