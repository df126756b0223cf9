package review

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"remit/decision"
	"remit/models"
)

// simple is one simple condition, as the policy writes it and as a person would say it.
type simple struct {
	when  string
	plain string
	cond  decision.Condition
	fires []bool // by case
}

// offered collects simple conditions that errors have in common.
type offered struct {
	counts map[string]int
	plain  map[string]string
}

func (o *offered) add(when, plain string) {
	o.counts[when]++
	o.plain[when] = plain
}

// Limits of the search: a condition must hold for so many errors, and of words and values the commonest are tried.
const (
	inCommon = 3
	mostOf   = 120
)

// simples gives the conditions that hold in several of the errors, compiled. What does not compile is left out: a rule that a
// policy would refuse is none.
func simples(errors []judged, rates models.Rates) []simple {
	o := offered{counts: map[string]int{}, plain: map[string]string{}}
	for _, j := range errors {
		o.ofProposal(j)
		o.ofTicket(*j.facts)
		o.ofPayment(*j.facts)
		for _, s := range j.facts.Signals {
			if s.Strength >= .5 {
				o.add(fmt.Sprintf("signal(%s) >= 0.5", strconv.Quote(s.Name)), fmt.Sprintf("there are signs of %q", s.Name))
			}
		}
		o.add("not business_hours()", "it comes outside working hours")
	}
	var whens []string
	for w, n := range o.counts {
		if n >= inCommon {
			whens = append(whens, w)
		}
	}
	slices.SortFunc(whens, func(a, b string) int { return cmp.Or(cmp.Compare(o.counts[b], o.counts[a]), cmp.Compare(a, b)) })
	var out []simple
	for _, w := range whens[:min(len(whens), mostOf)] {
		if c, err := decision.Compile(w, rates); err == nil {
			out = append(out, simple{when: w, plain: o.plain[w], cond: c})
		}
	}
	return out
}

// equals offers that a fact is a value, where the value is short enough to stand in a rule.
func (o *offered) equals(field, value, plain string) {
	if value == "" || len(value) > 60 || strings.IndexFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return
	}
	o.add(fmt.Sprintf("%s == %s", field, strconv.Quote(value)), fmt.Sprintf("%s %q", plain, value))
}

func (o *offered) ofProposal(j judged) {
	if j.Action == models.ActionPriority || j.Action == models.ActionRoute {
		o.equals("proposal.value", j.Value, "remit proposes")
		o.equals("proposal.before", j.Before, "it was")
	}
	o.equals("proposal.segment", j.Segment, "the segment is")
	for _, c := range []string{"0.7", "0.8", "0.9", "0.95"} {
		if line, _ := strconv.ParseFloat(c, 64); j.Confidence < line {
			o.add("proposal.confidence < "+c, fmt.Sprintf("remit is less than %.0f %% sure", line*100))
		}
	}
}

func (o *offered) ofTicket(f models.Facts) {
	t := f.Ticket
	if t == nil {
		return
	}
	for _, w := range wordsOf(t) {
		o.add(fmt.Sprintf("ticket.mentions(%s)", strconv.Quote(w)), fmt.Sprintf("the ticket mentions %q", w))
	}
	o.equals("ticket.channel", t.Channel, "it came by")
	o.equals("ticket.group", t.Group, "it is with")
	for _, tag := range t.Tags {
		if len(tag) <= 60 {
			o.add(strconv.Quote(tag)+" in ticket.tags", fmt.Sprintf("it is tagged %q", tag))
		}
	}
	if t.Reopens > 0 {
		o.add("ticket.reopens > 0", "it was reopened")
	}
	if len(t.Thread) >= 4 {
		o.add("ticket.turns >= 4", "the thread has four messages or more")
	}
	if a := f.Account; a != nil {
		o.equals("account.tier", a.Tier, "the account's tier is")
		if a.VIP {
			o.add("account.vip", "the account is a VIP's")
		}
	}
	if f.Tone != nil {
		o.ofTone(*f.Tone)
	}
}

func (o *offered) ofTone(t models.Tone) {
	for _, s := range []struct {
		name  string
		value float64
	}{{"anger", t.Anger}, {"frustration", t.Frustration}, {"anxiety", t.Anxiety}} {
		for _, line := range []float64{.5, .8} {
			if s.value >= line {
				o.add(fmt.Sprintf("tone.%s >= %.1f", s.name, line), fmt.Sprintf("%s is at least %.1f", s.name, line))
			}
		}
	}
}

// lines of amounts, in major units, that people put into policies.
var lines = []int64{1_000, 5_000, 10_000, 25_000, 50_000, 100_000}

func (o *offered) ofPayment(f models.Facts) {
	p := f.Payable
	if p == nil {
		return
	}
	o.equals("payable.vendor", p.VendorName, "the vendor is")
	o.equals("payable.entity", p.Entity, "it is paid by")
	for _, line := range lines {
		m, err := models.ParseAmount(strconv.FormatInt(line, 10), string(p.Amount.Currency))
		if err == nil && p.Amount.Minor > m.Minor {
			o.add(fmt.Sprintf("payable.amount > money(%q)", m.String()), "it is above "+m.Display())
		}
	}
	if f.Vendor != nil {
		o.equals("vendor.class", f.Vendor.Class, "the vendor's class is")
	}
}

// wordsOf gives the words of a ticket that a rule could mention, each once: letters only, so that no customer's words can
// be more than a word.
func wordsOf(t *models.Ticket) []string {
	text := strings.ToLower(t.Subject + " " + t.Latest())
	words := strings.FieldsFunc(text[:min(len(text), 8<<10)], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 3 || len(w) > 30 || common[w] || strings.ContainsAny(w, "0123456789")
	})
	slices.Sort(words)
	return slices.Compact(words)
}

// common are words that say nothing about a case.
var common = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("the and for are but not you your our with this that have has had was were will would can could please thanks thank hello dear from they them there here when what which who how why all any its it's i'm out now get got one two just been being also about into than then some more very need help hi regards best kind") {
		m[w] = true
	}
	return m
}()
