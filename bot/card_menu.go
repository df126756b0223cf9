package bot

import (
	"slices"

	"github.com/slack-go/slack"

	"remit/models"
)

// maxOverflow is how many options a menu of dots holds; one with more is a menu that can be searched.
const maxOverflow = 5

// menu is the one menu of a card.
func menu(options []*slack.OptionBlockObject) slack.BlockElement {
	if len(options) <= maxOverflow {
		return slack.NewOverflowBlockElement(ActionMenu, options...)
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("More…"), ActionMenu, options...)
}

// openOptions gives what else can be done about what is open: approve a part of it, reject a draft, see to it, put it off, hand it over.
func openOptions(open []models.Decision) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	if len(open) > 1 {
		for _, d := range open {
			if confirmation([]models.Decision{d}) != nil {
				continue // a menu cannot ask "really?" about one of its options: the form of Override does it
			}
			out = append(out, option(menuValue(ActionApprove, []models.Decision{d}), "Approve only: "+topic(d.Action)+" "+deed(d.Action, d.Value)))
		}
	}
	for _, d := range open {
		if d.Action == models.ActionReply {
			out = append(out, option(menuValue(ActionReject, []models.Decision{d}), "Do not add a draft"))
		}
	}
	out = append(out, option(menuValue(ActionTake, open), "I have it: no more reminders"))
	if !slices.ContainsFunc(open, func(d models.Decision) bool { return d.State != models.Asked }) {
		out = append(out, option(menuValue(ActionSnooze, open), "Remind us in an hour"))
	}
	return append(out, option(menuValue(ActionHandOver, open), "Hand it over…"))
}

func option(value, label string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(line(label, 75)), nil)
}

// kept says who has said that they see to a decision, or until when its reminders are put off.
func (o CardOptions) kept(d models.Decision) string {
	switch {
	case !d.State.Open():
		return ""
	case d.Owner.ID != "":
		return line(d.Owner.Display(), 60) + " has it."
	case !d.QuietUntil.IsZero():
		return "Nobody is reminded before " + o.clock(d.QuietUntil) + "."
	}
	return ""
}
