package models

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Submission is a decision that another system proposes under the same remit, as it last told of it. Its fields are that
// system's own words: they are shown and weighed, never believed.
type Submission struct {
	ID         string    `json:"id" gorm:"primaryKey"` // SubmissionID of source and external id
	Source     string    `json:"source"`
	ExternalID string    `json:"external_id"` // by which its proposer knows it, and is answered
	Item       string    `json:"item"`        // what it is about, see SubmissionItem
	Action     Action    `json:"action"`      // "domain.action"
	Title      string    `json:"title"`
	Value      string    `json:"value"`  // what should be done
	Before     string    `json:"before"` // what there is now, and stays if people say no
	Options    []string  `json:"options" gorm:"serializer:json"`
	Facts      Told      `json:"facts" gorm:"serializer:json"`
	Amount     Money     `json:"amount,omitzero" gorm:"embedded;embeddedPrefix:amount_"` // what it spends, where it spends money
	Stated     float64   `json:"stated"`                                                 // how sure its proposer says it is, above 0 and up to 1
	Reasons    []Reason  `json:"reasons" gorm:"serializer:json"`
	Reversible bool      `json:"reversible"` // the proposer can take it back when told to
	Requester  string    `json:"requester"`  // the person whom it is proposed for, who may be barred from approving it
	Segment    string    `json:"segment"`
	Model      string    `json:"model"` // name and version of what proposes
	URL        string    `json:"url"`   // where a person looks at it
	Withdrawn  bool      `json:"withdrawn"`
	Why        string    `json:"why"`                                    // why it was withdrawn
	UpdatedAt  time.Time `json:"updated_at" gorm:"autoUpdateTime:false"` // the proposer's time of its newest word
}

// SubmissionID is the id of what a source proposes under an id of its own.
func SubmissionID(source, externalID string) string { return "proposal:" + source + ":" + externalID }

// SubmissionItem is the id of what a proposal of another system is about: "item:stock:erp:SKU-881".
func SubmissionItem(d Domain, source, externalID string) string {
	return "item:" + string(d) + ":" + source + ":" + externalID
}

// ExternalItem gives the proposer's own id of the item.
func (s Submission) ExternalItem() string {
	return strings.TrimPrefix(s.Item, SubmissionItem(s.Action.Domain(), s.Source, ""))
}

// DefaultStated is the confidence of a proposal that states none: no opinion.
const DefaultStated = 0.5

// Fold gives what is known of the proposal after a word about it; an older word changes nothing. A withdrawal leaves what
// was proposed as it was. The error is Invalid where the two are not about the same.
func (s Submission) Fold(n Submission) (Submission, error) {
	switch {
	case s.ID != "" && s.Item != n.Item:
		return s, FieldErrorf("data.item", "the proposal %q was about %q before: propose anew under another id", n.ExternalID, s.ExternalItem())
	case s.Action != "" && n.Action != "" && s.Action != n.Action:
		return s, FieldErrorf("data.action", "the proposal %q was for %s before: propose anew under another id", n.ExternalID, s.Action)
	case n.UpdatedAt.Before(s.UpdatedAt):
		return s, nil
	case n.Withdrawn && s.ID != "":
		s.Withdrawn, s.Why, s.UpdatedAt = true, n.Why, n.UpdatedAt
		return s, nil
	}
	return n, nil
}

// Same reports whether the two propose the same on the same facts, whenever that was said.
func (s Submission) Same(o Submission) bool {
	s.UpdatedAt, o.UpdatedAt = time.Time{}, time.Time{}
	return reflect.DeepEqual(s.normal(), o.normal())
}

// normal makes lists and facts compare the same whether they come from a message or from a database.
func (s Submission) normal() Submission {
	if len(s.Options) == 0 {
		s.Options = nil
	}
	if len(s.Reasons) == 0 {
		s.Reasons = nil
	}
	if len(s.Facts) == 0 {
		s.Facts = nil
	}
	return s
}

// TellTogether gives several proposals about one item as one, for showing: each fact, and the money that it spends, is named for
// the action that it was told for.
func TellTogether(ss []Submission) Submission {
	out := ss[0]
	out.Facts, out.Amount = Told{}, Money{}
	for _, s := range ss {
		for name, v := range s.Facts {
			out.Facts[s.Action.Name()+"_"+name] = v
		}
		if !s.Amount.IsZero() {
			out.Facts[s.Action.Name()+"_spends"] = s.Amount.String()
		}
	}
	return out
}

// Hidden gives the proposal as whoever is to audit what became of it may see it: without what was proposed, what that costs,
// and the facts that repeat it.
func (s Submission) Hidden() Submission {
	facts := maps.Clone(s.Facts)
	maps.DeleteFunc(facts, func(_ string, v any) bool { return fmt.Sprint(v) == s.Value })
	s.Facts, s.Value, s.Stated, s.Amount, s.Reasons, s.Options = facts, "", 0, Money{}, nil, nil
	return s
}

// Hidden gives the facts as whoever is to audit a decision made on them may see them; see Submission.Hidden.
func (f Facts) Hidden() Facts {
	if f.Submission != nil {
		s := f.Submission.Hidden()
		f.Submission = &s
	}
	return f
}

// Stale reports whether the proposer last said something longer than maxAge before now; a maxAge of zero is none.
func (s Submission) Stale(now time.Time, maxAge time.Duration) bool {
	return maxAge > 0 && now.Sub(s.UpdatedAt) > maxAge
}

// Told are the facts that another system gives with a proposal, by name. A value is text, a number (float64) or a bool; an
// amount of money is text such as "1200.00 USD".
type Told map[string]any

// The bounds of what may be told.
const (
	maxTold     = 50
	maxToldText = 500
)

var toldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// Check reports, as Invalid, facts that cannot be kept.
func (t Told) Check() error {
	if len(t) > maxTold {
		return FieldErrorf("facts", "at most %d facts can be told", maxTold)
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if !toldName.MatchString(name) {
			return FieldErrorf("facts", "%q is not a name of letters, digits and _", clipped(name))
		}
		switch v := t[name].(type) {
		case string:
			if len(v) > maxToldText {
				return FieldErrorf("facts."+name, "has more than %d bytes", maxToldText)
			}
		case float64:
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return FieldErrorf("facts."+name, "is not a number")
			}
		case bool:
		default:
			return FieldErrorf("facts."+name, "must be text, a number, true or false")
		}
	}
	return nil
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Clean gives the facts with text that can be stored; see CleanText.
func (t Told) Clean() Told {
	out := make(Told, len(t))
	for name, v := range t {
		if s, ok := v.(string); ok {
			v = CleanText(s)
		}
		out[name] = v
	}
	return out
}

// Value gives a fact, or an Invalid error where it was not told.
func (t Told) Value(name string) (any, error) {
	v, ok := t[name]
	if !ok {
		return nil, Errorf(Invalid, "%q was not told", name)
	}
	return v, nil
}

// Number gives a fact that is a number, or an Invalid error.
func (t Told) Number(name string) (float64, error) { return toldAs[float64](t, name, "a number") }

// Text gives a fact that is text, or an Invalid error.
func (t Told) Text(name string) (string, error) { return toldAs[string](t, name, "text") }

// Flag gives a fact that is true or false, or an Invalid error.
func (t Told) Flag(name string) (bool, error) { return toldAs[bool](t, name, "true or false") }

// Money gives a fact that is an amount, or an Invalid error.
func (t Told) Money(name string) (Money, error) {
	s, err := toldAs[string](t, name, `an amount such as "1200.00 USD"`)
	if err != nil {
		return Money{}, err
	}
	return ParseMoney(s)
}

func toldAs[T any](t Told, name, what string) (as T, err error) {
	v, err := t.Value(name)
	if err != nil {
		return as, err
	}
	as, ok := v.(T)
	if !ok {
		return as, Errorf(Invalid, "%q is not %s", name, what)
	}
	return as, nil
}

// Row is one fact as people read it.
type Row struct{ Name, Said string }

// Rows gives the facts in the order of their names: "on_hand" is said as "On hand", amounts with their commas.
func (t Told) Rows() []Row {
	var rows []Row
	for _, name := range slices.Sorted(maps.Keys(t)) {
		rows = append(rows, Row{Name: Sentence(name), Said: said(t[name])})
	}
	return rows
}

func said(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return grouped(v)
	case string:
		if m, err := ParseMoney(v); err == nil {
			return m.Display()
		}
		return v
	}
	return fmt.Sprint(v)
}

// grouped writes a number with commas: 12,500 or 0.25.
func grouped(v float64) string {
	s := fmt.Sprintf("%.10g", v)
	if strings.ContainsAny(s, "eE") {
		return s
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, ok := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if ok {
		whole += "." + frac
	}
	return sign + whole
}

// Tidings are what the proposer of a decision is told of it.
type Tidings struct {
	Submission Submission // as it was decided on
	Decision   string     // its id here
	Fate       Fate
	Proposed   string // the value that was proposed
	Note       string // of the person who settled it
}
