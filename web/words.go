package web

import (
	"slices"
	"strings"
	"unicode/utf8"

	"remit/models"
)

// sure says a confidence in a word or two.
func sure(f float64) string {
	switch {
	case f >= 0.95:
		return "almost certain"
	case f >= 0.8:
		return "confident"
	case f >= 0.6:
		return "fairly sure"
	}
	return "unsure"
}

// shownValue gives an action's value in the words of a page.
func shownValue(a models.Action, v string) string {
	switch {
	case v == "":
		return "not set"
	case a == models.ActionSchedule:
		return models.Day(v).Display()
	case a == models.ActionHold && v == models.ValueHold:
		return "hold the payment"
	case a == models.ActionHold && v == models.ValueRelease:
		return "release the payment"
	case a == models.ActionTag || a == models.ActionLevel || a == models.ActionCash:
		return a.Said(v)
	}
	return v
}

// approveLabel names the deed on the button.
func approveLabel(a models.Action, v string) string { return "Approve: " + clip(a.Deed(v), 60) }

// overrideLabel names what choosing otherwise would be.
func overrideLabel(a models.Action, v string) string {
	switch a {
	case models.ActionPriority:
		return "Override: another priority"
	case models.ActionRoute:
		return "Override: another queue"
	case models.ActionTag:
		return "Override: other tags"
	case models.ActionReply:
		return "Override: rewrite"
	case models.ActionSchedule:
		return "Override: another day"
	case models.ActionHold:
		if v == models.ValueHold {
			return "Override: pay now"
		}
		return "Override: hold"
	case models.ActionCash:
		return "Override: leave it"
	}
	return "Override"
}

func domainName(d models.Domain) string {
	switch d {
	case models.Triage:
		return "Tickets"
	case models.Finance:
		return "Payments"
	case "all":
		return "Everything"
	}
	return models.Sentence(string(d))
}

func stateName(s models.State) string {
	switch s {
	case models.Asked:
		return "waits for an answer"
	case models.Waiting:
		return "acts soon"
	case models.Expired:
		return "nobody answered"
	}
	return string(s)
}

// stateTone gives the colour of a state's badge.
func stateTone(s models.State) string {
	switch s {
	case models.Asked, models.Expired:
		return "warn"
	case models.Waiting, models.Applying, models.Reverting:
		return "info"
	case models.Applied:
		return "good"
	case models.Failed:
		return "bad"
	}
	return "dim"
}

func levelName(l models.Level) string {
	switch l {
	case models.LevelOff:
		return "off"
	case models.LevelActAfterWindow:
		return "act after a window"
	}
	return string(l)
}

func entryTone(k models.EntryKind) string {
	switch k {
	case models.EntryAnswered, models.EntrySettled:
		return "good"
	case models.EntryRefused, models.EntryDeadLetter:
		return "bad"
	case models.EntryUndone, models.EntryPaused, models.EntryRefreshed:
		return "warn"
	case models.EntryDecided:
		return "info"
	}
	return "dim"
}

// clip shortens text to n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

func initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		r, _ := utf8.DecodeRuneInString(word)
		out = append(out, r)
	}
	if len(out) > 2 {
		out = out[:2]
	}
	return strings.ToUpper(string(out))
}

func sortedSwitches(m map[models.Domain]models.Switch) []models.Switch {
	out := make([]models.Switch, 0, len(m))
	for _, s := range m {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b models.Switch) int { return strings.Compare(string(a.Domain), string(b.Domain)) })
	return out
}
