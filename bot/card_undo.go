package bot

import (
	"github.com/slack-go/slack"

	"remit/models"
)

// maxUndo is how many decisions one card offers to undo; the others are undone on their pages.
const maxUndo = 2

// undoing offers to take back what was done. A card does not know what time it is: whether it is too late is said on the
// click.
func (o CardOptions) undoing(c models.Case) []slack.Block {
	var buttons []slack.BlockElement
	for _, d := range c.Decisions {
		if d.State == models.Applied && d.Action.Reversible() && d.Changes() && !d.AuditState.Pending() && len(buttons) < maxUndo {
			buttons = append(buttons, undoButton(d))
		}
	}
	if len(buttons) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("undo", buttons...)}
}

func undoButton(d models.Decision) slack.BlockElement {
	b := slack.NewButtonBlockElement(ActionUndo+"."+string(d.Action), encodeSeen([]models.Decision{d}), plain(line(undoLabel(d), 75)))
	b.AccessibilityLabel = line(undoLabel(d)+": "+d.Title, 75)
	b.Confirm = slack.NewConfirmationBlockObject(plain("Undo this?"), plain(line(undoText(d), 300)), plain("Undo"), plain("Leave it"))
	return b
}

func undoLabel(d models.Decision) string {
	return "Undo: " + topic(d.Action) + " " + line(deed(d.Action, d.Final), 40)
}

func undoText(d models.Decision) string {
	switch {
	case d.Action == models.ActionReply:
		return "A note that the draft is withdrawn is added to the ticket."
	case d.Before == "":
		return "What was set is taken away again."
	}
	return "It goes back to " + line(value(d.Action, d.Before), 100) + ", unless somebody has changed it since."
}
