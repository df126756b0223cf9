package models

import (
	"fmt"
	"strings"
)

// IntentSource is where the company's own words for what a ticket is about stand: IntentGroup, IntentTag, or "field:" and
// the name of a custom field. Empty means that nothing is learned.
type IntentSource string

// The sources of intents beside custom fields.
const (
	IntentGroup IntentSource = "group"
	IntentTag   IntentSource = "tag"
)

// Field gives the custom field's name; empty where the source is none.
func (s IntentSource) Field() string {
	name, ok := strings.CutPrefix(string(s), "field:")
	if !ok {
		return ""
	}
	return strings.TrimSpace(name)
}

// Valid reports a source that can be learned from.
func (s IntentSource) Valid() bool { return s == IntentGroup || s == IntentTag || s.Field() != "" }

// Kind is the kind of Learned that comes of the source: what was learned of groups never speaks of tags.
func (s IntentSource) Kind() string { return "intent/" + string(s) }

// Intent is what a ticket is about, in the company's own words.
type Intent struct {
	Label      string       `json:"label"`
	Confidence float64      `json:"confidence"`       // that the label is right, if any is
	Outside    bool         `json:"outside"`          // it is like nothing in the history: the label is worth nothing
	Scope      float64      `json:"scope"`            // how far outside, 0..1
	Source     IntentSource `json:"source,omitempty"` // what the labels are
	Model      string       `json:"model"`
}

// Known gives the label where there is one to go by, else nothing.
func (i *Intent) Known() string {
	if i == nil || i.Outside {
		return ""
	}
	return i.Label
}

// Trial is how a learned model did on what was held back from it, beside what judged then.
type Trial struct {
	LearnedID string  `json:"learned_id" gorm:"primaryKey"`
	Former    string  `json:"former"`     // the version that was live; empty for none: it was measured against the most frequent label
	Examples  int     `json:"examples"`   // that it learned from
	Held      int     `json:"held"`       // newest examples, held back from it
	Right     int     `json:"right"`      // of those that it got right
	Rival     int     `json:"rival"`      // that the former got right
	OnlyOwn   int     `json:"only_own"`   // that it alone got right
	OnlyRival int     `json:"only_rival"` // that the former alone got right
	Chance    float64 `json:"chance"`     // of so good a result if it were no better
	Better    bool    `json:"better"`     // so it may be promoted
}

// Says tells the outcome in a sentence.
func (t Trial) Says() string {
	rival := "naming the most frequent one"
	if t.Former != "" {
		rival = t.Former
	}
	s := fmt.Sprintf("Learned from %d tickets; right on %d of the %d newest (%.0f %%), %s on %d; it alone on %d, that alone on %d",
		t.Examples, t.Right, t.Held, 100*float64(t.Right)/float64(max(t.Held, 1)), rival, t.Rival, t.OnlyOwn, t.OnlyRival)
	if t.Better {
		return s + ": better."
	}
	return s + ": not shown to be better."
}

// Beside tells how it did in the shadow, on what came after it was trained.
func (t Trial) Beside() string {
	rival := "what judges"
	if t.Former == "" {
		rival = "naming the most frequent one"
	}
	return fmt.Sprintf("right on %d of %d (%.0f %%), %s on %d", t.Right, t.Held, 100*float64(t.Right)/float64(max(t.Held, 1)), rival, t.Rival)
}

// Candidate is a learned model: the one that judges, or one that only observes beside it.
type Candidate struct {
	Learned
	Trial  Trial // how it did on what was held back from it
	Shadow Trial // how it would have done since, beside what judges
}
