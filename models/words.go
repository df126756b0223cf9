package models

import "strings"

// The words for deeds, the same on cards and pages.

// Topic names what an action is about.
func (a Action) Topic() string {
	switch a {
	case ActionPriority:
		return "Priority"
	case ActionRoute:
		return "Queue"
	case ActionTag:
		return "Tags"
	case ActionReply:
		return "Reply"
	case ActionSchedule:
		return "Pay day"
	case ActionHold:
		return "Payment"
	case ActionCash:
		return "Cash"
	case ActionLevel:
		return "Autonomy"
	}
	if name := Sentence(a.Name()); name != "" {
		return name
	}
	return "Decision"
}

// Said gives an action's value in a few words.
func (a Action) Said(value string) string {
	switch a {
	case ActionTag:
		return strings.ReplaceAll(value, ",", ", ")
	case ActionReply:
		return "a draft"
	case ActionSchedule:
		return Day(value).Display()
	case ActionHold:
		if value == ValueRelease {
			return "pay"
		}
		return "hold"
	case ActionCash:
		if value == ValueAccept {
			return "leave it as it is"
		}
		return "somebody sees to it"
	case ActionLevel:
		return Level(value).Said()
	}
	return value
}

// Deed names what a button does, in as few words as fit on it.
func (a Action) Deed(value string) string {
	switch a {
	case ActionTag:
		return "tags"
	case ActionReply:
		return "add draft"
	case ActionSchedule:
		return "pay " + Day(value).Display()
	case ActionHold:
		if value == ValueRelease {
			return "pay now"
		}
		return "hold"
	case ActionCash:
		if value == ValueAccept {
			return "leave it as it is"
		}
		return "I see to it"
	case ActionLevel:
		return Level(value).Deed()
	}
	if a.Domain().Other() {
		return strings.ReplaceAll(a.Name(), "_", " ") + " " + value
	}
	return value
}

// Said says what remit does at the level.
func (l Level) Said() string {
	switch l {
	case LevelObserve:
		return "watches"
	case LevelAsk:
		return "asks"
	case LevelActAfterWindow:
		return "acts unless stopped"
	case LevelAct:
		return "acts by itself"
	}
	return string(l)
}

// Deed names what giving the level does.
func (l Level) Deed() string {
	switch l {
	case LevelAct:
		return "let it act"
	case LevelActAfterWindow:
		return "let it act, with a window"
	case LevelAsk:
		return "have it ask"
	}
	return string(l)
}
