package bot

import (
	"strings"

	"remit/models"
)

// levelWord says what remit does at a level.
func levelWord(v string) string { return line(models.Level(v).Said(), 40) }

// levelKeep names what overriding does about a level: leave it.
func levelKeep(d models.Decision) string {
	if models.Level(d.Before).Autonomous() {
		return "keep acting"
	}
	return "keep asking"
}

// raises reports a decision that would give remit more to do by itself than it has now.
func raises(d models.Decision) bool {
	to, now := models.Level(d.Value), models.Level(d.Before)
	return to != now && to.Min(now) == now
}

// otherLevel is what overriding is for: to leave the level where it is.
func otherLevel(d models.Decision) string {
	if models.Level(d.Before).Valid() {
		return d.Before
	}
	return string(models.LevelAsk)
}

// sliceWords says which work a level is of, from the item "level:<action>/<segment>".
func sliceWords(item string) string {
	action, segment, _ := strings.Cut(strings.TrimPrefix(item, "level:"), "/")
	words := map[models.Action]string{
		models.ActionPriority: "priorities", models.ActionRoute: "queues", models.ActionTag: "tags", models.ActionReply: "reply drafts",
		models.ActionSchedule: "pay days", models.ActionHold: "holds of payments",
	}[models.Action(action)]
	if words == "" {
		words = line(action, 60)
	}
	if segment != "" {
		words += " of " + line(segment, 60)
	}
	return words
}

func levelApproving(d models.Decision) string {
	what := sliceWords(d.Item)
	switch {
	case !raises(d):
		return "Approve has remit ask again before it decides " + what + "."
	case models.Level(d.Value) == models.LevelActAfterWindow:
		return "Approve lets remit decide " + what + " unless somebody stops it within the policy's window. Evidence against it ends that by itself."
	}
	return "Approve lets remit decide " + what + " without asking first, within the policy. Evidence against it ends that by itself."
}

func levelOverriding(d models.Decision) string {
	if raises(d) {
		return "Override keeps it as it is: remit goes on asking, and proposes again when there is more evidence."
	}
	return "Override keeps it as it is, in your name."
}
