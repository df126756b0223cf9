package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// undoing offers to take back what was done, all of it or a part. A card does not know what time it is: whether it is too
// late is said on the click.
func (o CardOptions) undoing(c models.Case) []slack.Block {
	var ds []models.Decision
	for _, d := range c.Decisions {
		if d.State == models.Applied && d.Action.Reversible() && d.Changes() && !d.Auditable() && len(ds) < maxOpen {
			ds = append(ds, d)
		}
	}
	if len(ds) == 0 {
		return nil
	}
	b := slack.NewButtonBlockElement(ActionUndo, encodeSeen(ds), plain(undoLabel(ds)))
	b.AccessibilityLabel = line("Undo: "+c.Title, 75)
	b.Confirm = slack.NewConfirmationBlockObject(plain("Undo this?"), plain(show(undoText(ds), 300)), plain("Undo"), plain("Leave it"))
	elements := []slack.BlockElement{b}
	if len(ds) > 1 {
		var options []*slack.OptionBlockObject
		for _, d := range ds {
			options = append(options, option(menuValue(ActionUndo, []models.Decision{d}), "Undo only: "+topic(d.Action)+" "+deed(d.Action, d.Final)))
		}
		elements = append(elements, menu(options))
	}
	return []slack.Block{slack.NewActionBlock("undo", elements...)}
}

func undoLabel(ds []models.Decision) string {
	if len(ds) == 1 {
		return line("Undo: "+topic(ds[0].Action)+" "+deed(ds[0].Action, ds[0].Final), 75)
	}
	var deeds []string
	for _, d := range ds {
		deeds = append(deeds, line(deed(d.Action, d.Final), 30))
	}
	return line("Undo all: "+strings.Join(deeds, ", "), 75)
}

// undoText says what undoing would do, a line a decision.
func undoText(ds []models.Decision) string {
	var said []string
	for _, d := range ds {
		switch {
		case d.Action == models.ActionReply:
			said = append(said, "A note that the draft is withdrawn is added to the ticket.")
		case d.Before == "":
			said = append(said, topic(d.Action)+": what was set is taken away again.")
		default:
			said = append(said, topic(d.Action)+" goes back to "+line(value(d.Action, d.Before), 60)+".")
		}
	}
	return joinLines(append(said, "What somebody has changed since stays."))
}
