package bot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// clock writes a moment for people, in their zone.
func (o CardOptions) clock(t time.Time) string { return t.In(o.zone()).Format("Mon 2 Jan 15:04") }

func (o CardOptions) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// topic, value and deed are the words of models for an action, its value, and what a button does.
func topic(a models.Action) string           { return line(a.Topic(), 60) }
func value(a models.Action, v string) string { return a.Said(v) }
func deed(a models.Action, v string) string  { return a.Deed(v) }

// change says what would become what: "P3 → P1".
func change(d models.Decision, n int) string {
	to := line(value(d.Action, d.Value), n)
	if who := d.GoesTo(); who != "" {
		to += " for " + line(who, 60)
	}
	if d.Before == "" || d.Before == d.Value || d.Action == models.ActionReply {
		return to
	}
	return line(value(d.Action, d.Before), n) + " → " + to
}

// sure says a confidence as people do. Only certainty itself is 100 %.
func sure(c float64) string {
	n := int(math.Round(c * 100))
	if c < 1 {
		n = min(n, 99)
	}
	return fmt.Sprintf("%d %% sure", max(n, 0))
}

// approving and overriding say what the two buttons do.
func approving(d models.Decision) string {
	at := ""
	if d.State == models.Waiting {
		at = " at once"
	}
	switch d.Action {
	case models.ActionPriority:
		return "Approve sets the priority to " + line(d.Value, 40) + at + "."
	case models.ActionRoute:
		if d.Assignee != "" {
			return "Approve moves the ticket to " + line(d.Value, 60) + at + ", and gives it to " + line(d.Assignee, 60) + "."
		}
		return "Approve moves the ticket to " + line(d.Value, 60) + at + "."
	case models.ActionTag:
		return "Approve sets these tags" + at + "."
	case models.ActionReply:
		return "Approve adds the draft as an internal note" + at + "; nothing is sent to the customer."
	case models.ActionSchedule:
		return "Approve sets the pay day to " + value(d.Action, d.Value) + at + "."
	case models.ActionHold:
		if d.Value == models.ValueRelease {
			return "Approve releases the payment" + at + "."
		}
		return "Approve holds the payment" + at + " until a person releases it."
	case models.ActionCash:
		return "Approve says that you see to it: it is asked again only if it gets worse, or goes on."
	case models.ActionLevel:
		return levelApproving(d)
	}
	return "Approve has it done" + at + ": " + line(deed(d.Action, d.Value), 90) + "."
}

func overriding(d models.Decision) string {
	if d.State == models.Waiting {
		return "Override stops it: you say what is done instead."
	}
	switch d.Action {
	case models.ActionPriority:
		return "Override lets you choose another priority."
	case models.ActionRoute:
		return "Override lets you choose another queue."
	case models.ActionTag:
		return "Override lets you choose other tags."
	case models.ActionReply:
		return "Override lets you edit the draft; “Do not add a draft” is in the menu."
	case models.ActionSchedule:
		return "Override lets you choose another day."
	case models.ActionHold:
		if d.Value == models.ValueRelease {
			return "Override holds the payment."
		}
		return "Override lets the payment go out on its day."
	case models.ActionCash:
		return "Override says that it may stay as it is."
	case models.ActionLevel:
		return levelOverriding(d)
	}
	if d.Before != "" {
		return "Override lets you choose something else, or leave it: " + line(d.Before, 60) + "."
	}
	return "Override lets you say what to do instead."
}

// silence says what happens if nobody answers, and when.
func (o CardOptions) silence(d models.Decision) string {
	switch d.State {
	case models.Expired:
		return "Nobody answered by " + o.clock(d.ExpiresAt) + ", so nothing was done. It can still be answered."
	case models.Failed:
		return "It was tried and did not get through. Approve tries again."
	case models.Waiting:
		return "Will be done at " + o.clock(d.ActAt) + " unless somebody stops it."
	}
	stays := "it stays as it is"
	switch {
	case d.Action == models.ActionHold && d.Value == models.ValueHold && d.Before == models.ValueRelease:
		stays = "the payment stays set for its day"
	case d.Action == models.ActionHold && d.Before == models.ValueHold:
		stays = "the payment stays on hold"
	case d.Action == models.ActionSchedule && d.Before != "":
		stays = "it stays on " + value(d.Action, d.Before)
	case d.Action == models.ActionReply:
		stays = "no draft is added"
	case d.Action == models.ActionCash:
		stays = "it is closed by itself once it is over"
	case d.Action == models.ActionLevel:
		stays = "remit goes on as it does now"
	case d.Domain.Other() && d.Before != "":
		stays = "it stays as it is (" + line(d.Before, 60) + ")"
	}
	if next, more := d.Ruling.Next(); more && !d.ExpiresAt.IsZero() {
		from := next.Approval.From
		return "If nobody answers by " + o.clock(d.ExpiresAt) + ", " + line(from[len(from)-1], 60) + " is asked too. Until then nothing is done: " + stays + "."
	}
	if d.ExpiresAt.IsZero() {
		return "Until somebody answers, nothing is done: " + stays + "."
	}
	return "If nobody answers by " + o.clock(d.ExpiresAt) + ", nothing is done: " + stays + "."
}

// asked says who may answer and how many must.
func asked(d models.Decision, r room) string {
	from := strings.Join(d.Ruling.Approval.From, ", ")
	if from == "" {
		from = "nobody: the policy names no approver"
	}
	s := "Asked of " + line(from, r.note)
	n := d.Ruling.Approval.Needed()
	switch each := d.Ruling.Approval.Each; {
	case len(each) > 0:
		s += ": " + line(quorums(each), r.note) + " must agree"
		if d.Action == models.ActionHold {
			s += " to pay, one person can hold"
		}
	case n > 1 && d.Action == models.ActionHold:
		s += fmt.Sprintf(": one person can hold, %d must agree to pay", n)
	case n > 1:
		s += fmt.Sprintf(": %d people must agree", n)
	}
	if d.Ruling.Approval.NotRequester {
		s += ", not whoever asked for it"
	}
	return s + "."
}

// quorums says how many of whom: "1 of @legal and 2 of @finance-leads".
func quorums(each []models.Quorum) string {
	var said []string
	for _, q := range each {
		said = append(said, q.Display())
	}
	return strings.Join(said, " and ")
}

// agreed says who has answered so far, with what, and how many more must say the same.
func (o CardOptions) agreed(d models.Decision) string {
	var said, choices []string
	for _, a := range d.Answers {
		if choice := d.Choice(a); !slices.Contains(choices, choice) && len(choices) < 2 {
			choices = append(choices, choice)
			said = append(said, o.agreedOn(d, choice))
		}
	}
	return strings.Join(said, " ")
}

func (o CardOptions) agreedOn(d models.Decision, choice string) string {
	by := d.Agreed(choice)
	var who []string
	for _, a := range by[:min(len(by), 3)] {
		who = append(who, line(a.By.Display(), 40)+" ("+o.clock(a.At)+")")
	}
	return fmt.Sprintf("%s said %s; %s.", strings.Join(who, ", "), line(deed(d.Action, choice), 40), line(d.StillNeeded(choice), 120))
}

// settled says in a line what became of a decision that is no longer open.
func (o CardOptions) settled(c models.Case, d models.Decision) string {
	what := topic(d.Action) + ": "
	switch d.State {
	case models.Superseded:
		return what + "no longer open." + noted(d) + " " + o.who(d)
	case models.Reverting:
		return what + o.who(d) + " It is being undone" + o.undone(c, d) + "."
	case models.Reverted:
		return what + o.who(d) + " It was undone" + o.undone(c, d) + "."
	case models.Applying:
		return what + o.who(d) + " It is being carried out." + audited(d)
	case models.Applied:
		if d.Retractable() {
			return what + o.who(d) + " It can be undone in remit." + audited(d)
		}
		return what + o.who(d) + audited(d)
	}
	return what + string(d.State) + "."
}

func noted(d models.Decision) string {
	if d.Note == "" {
		return ""
	}
	return " " + strings.TrimRight(line(d.Note, 200), ".") + "."
}

// who says by whom, when and to what a decision was settled.
func (o CardOptions) who(d models.Decision) string {
	a, ok := d.Settled()
	if !ok {
		if d.State == models.Superseded {
			return ""
		}
		s := "remit did this by itself at " + o.clock(d.UpdatedAt) + ": " + change(d, 60)
		if d.Action != models.ActionLevel {
			s += ", " + sure(d.Confidence)
		}
		return s + "."
	}
	s := ""
	switch a.Kind {
	case models.AnswerOverride:
		s = "Overridden"
	case models.AnswerReject:
		s = "Rejected"
	case models.AnswerUpstream:
		s = "Settled in the system itself"
	default:
		s = "Approved"
	}
	s += " by " + o.names(d, a) + " at " + o.clock(a.At) + ": " + line(settledOn(d, a), 60) + "."
	if a.Note != "" {
		s += " “" + line(a.Note, 200) + "”"
	}
	return s
}

// settledOn names the deed that an answer settled the decision on.
func settledOn(d models.Decision, a models.Answer) string {
	if a.Kind == models.AnswerReject {
		return "no draft is added"
	}
	said := deed(d.Action, cmp.Or(a.Value, d.Value))
	if a.Assignee != "" {
		said += " for " + a.Assignee
	}
	return said
}

// names gives everybody who chose what it was settled on.
func (o CardOptions) names(d models.Decision, a models.Answer) string {
	var who []string
	for _, p := range d.Agreed(d.Choice(a)) {
		who = append(who, line(p.By.Display(), 60))
	}
	return strings.Join(who[:min(len(who), 4)], " and ")
}

func (o CardOptions) undone(c models.Case, d models.Decision) string {
	for i := len(c.Entries) - 1; i >= 0; i-- {
		if e := c.Entries[i]; e.DecisionID == d.ID && e.Kind == models.EntryUndone {
			return " by " + line(e.By.Display(), 60) + " at " + o.clock(e.At)
		}
	}
	return ""
}

// plural counts: "1 payment", "3 payments".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
