package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// maxAudits bounds how many audits one card asks about; the rest follow once these are answered.
const maxAudits = 2

// audits gives the decisions of a case that people are asked to judge without being told what remit did. One that can
// still be stopped is not among them yet: to stop it people must be told what it is.
func audits(c models.Case) []models.Decision {
	var out []models.Decision
	for _, d := range c.Decisions {
		if d.Auditable() && !d.State.Open() && len(out) < maxAudits {
			out = append(out, d)
		}
	}
	return out
}

// audit asks what a person would have done. Nothing of remit's own answer is in it: not the value, not the reasons, not
// how sure it was, and choices stand in an order that says nothing.
func (o CardOptions) audit(i int, d models.Decision) []slack.Block {
	id := fmt.Sprintf("a%d", i)
	says := []string{
		"remit has acted on this by itself and checks whether people agree. What it did, and why, is shown once you have chosen.",
		auditAsked(d), "If nobody answers, nothing changes, and it counts against remit.",
	}
	return []slack.Block{
		slack.NewSectionBlock(plain(auditQuestion(d)), nil, slack.NewAccessory(auditElement(d)), slack.SectionBlockOptionBlockID(id)),
		slack.NewContextBlock(id+".how", plain(joinLines(says))),
	}
}

func auditAsked(d models.Decision) string {
	if len(d.Ruling.Approval.From) == 0 {
		return ""
	}
	return "Asked of " + line(strings.Join(d.Ruling.Approval.From, ", "), 150) + "."
}

func auditQuestion(d models.Decision) string {
	switch d.Action {
	case models.ActionPriority:
		return "A check: which priority would you have given it?" + was(d)
	case models.ActionRoute:
		return "A check: which queue would you have chosen?" + was(d)
	case models.ActionTag:
		return "A check: which tags would you have set?"
	case models.ActionReply:
		return "A check: what would you have written?"
	case models.ActionSchedule:
		return "A check: on which day would you have paid?" + was(d)
	case models.ActionHold:
		return "A check: would you have held this payment?"
	}
	return "A check: what would you have done about " + line(strings.ToLower(topic(d.Action)), 60) + "?"
}

// was says what stood there before, which whoever would have decided knew.
func was(d models.Decision) string {
	if d.Before == "" {
		return ""
	}
	return " It was " + line(value(d.Action, d.Before), 60) + "."
}

// auditElement is a menu where there are choices to offer, and else a button that opens a form.
func auditElement(d models.Decision) slack.BlockElement {
	options := auditOptions(d)
	if len(options) < 2 {
		b := slack.NewButtonBlockElement(ActionAuditAsk, encodeSeen([]models.Decision{d}), plain("Say what you would do"))
		b.ActionID = ActionAuditAsk + "." + string(d.Action)
		b.AccessibilityLabel = line("Say what you would have done: "+d.Title, 75)
		return b
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), ActionAudit+"."+string(d.Action), options...)
	menu.Confirm = slack.NewConfirmationBlockObject(plain("Is this your answer?"),
		plain("What remit did is shown next. The answer then counts as it stands."), plain("Yes"), plain("Choose again"))
	return menu
}

func auditOptions(d models.Decision) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, v := range auditChoices(d) {
		carried := encodeSeen([]models.Decision{d}) + "=" + v
		if length(carried) > 150 {
			return nil // a menu without it would tell by what it lacks
		}
		out = append(out, slack.NewOptionBlockObject(carried, plain(line(auditLabel(d.Action, v), 75)), nil))
	}
	return out
}

// auditChoices gives what a person may choose from, in an order that does not depend on what remit chose.
func auditChoices(d models.Decision) []string {
	switch d.Action {
	case models.ActionPriority:
		var all []string
		for _, p := range models.Priorities() {
			all = append(all, string(p))
		}
		return all
	case models.ActionHold:
		return []string{models.ValueHold, models.ValueRelease}
	case models.ActionRoute:
		if len(d.Options) == 0 {
			return nil
		}
		all := options(d)
		slices.Sort(all)
		return all
	}
	return nil
}

func auditLabel(a models.Action, v string) string {
	if a == models.ActionHold {
		if v == models.ValueRelease {
			return "Let it be paid"
		}
		return "Hold it"
	}
	return v
}

// audited says, once it may be said, what a person chose without being told what remit had done.
func audited(d models.Decision) string {
	switch d.AuditState {
	case models.AuditAnswered:
		choice := d.Choice(d.Audited)
		said := "the same"
		if choice != d.Value {
			said = line(deed(d.Action, choice), 60)
		}
		return " Asked without being told, " + line(d.Audited.By.Display(), 60) + " said " + said + "."
	case models.AuditMissed:
		return " A check of it was not answered."
	}
	return ""
}
