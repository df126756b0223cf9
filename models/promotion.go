package models

import "fmt"

// Promotion is the proposal to raise the level of autonomy of an action in a segment, with its evidence. A person approves
// it, or it does not happen. A demotion is told in the same words: To is then below From.
type Promotion struct {
	Action    Action  `json:"action"`
	Segment   string  `json:"segment"`
	Model     string  `json:"model"`
	From      Level   `json:"from"`
	To        Level   `json:"to"`
	Verdicts  int     `json:"verdicts"`  // of people who were asked, on what would be acted on
	Errors    int     `json:"errors"`    // of them
	Agreement float64 `json:"agreement"` // share of the verdicts
	Bound     float64 `json:"bound"`     // the error is below it with 95 % confidence, however often it was looked at
	MaxError  float64 `json:"max_error"` // the policy's
	Cut       float64 `json:"cut"`       // it would act from this confidence
	ActsMonth float64 `json:"acts_month"`
	Goal      string  `json:"goal"` // what the layer is for, and what that was before and is since
	Before    float64 `json:"before"`
	Since     float64 `json:"since"`
	GoalKnown bool    `json:"goal_known"`
	Why       string  `json:"why,omitempty"` // of a demotion
}

// Named says what it is of: "priority in enterprise".
func (p Promotion) Named() string {
	if p.Segment == "" {
		return string(p.Action)
	}
	return fmt.Sprintf("%s in %s", p.Action, p.Segment)
}

// Raises reports a promotion, as opposed to a demotion.
func (p Promotion) Raises() bool { return p.From != p.To && p.From.Min(p.To) == p.From }

// Reasons tells the evidence in plain words.
func (p Promotion) Reasons() []Reason {
	if !p.Raises() {
		return []Reason{{Code: "evidence.against", Text: p.Why, Weight: 1}}
	}
	out := []Reason{
		{Code: "evidence.bound", Weight: .5, Text: fmt.Sprintf("Errors are below %.2g %% with 95 %% confidence; the policy allows %.2g %%.", 100*p.Bound, 100*p.MaxError)},
		{Code: "evidence.agreement", Weight: .3, Text: fmt.Sprintf("People agreed with %d of %d (%.1f %%).", p.Verdicts-p.Errors, p.Verdicts, 100*p.Agreement)},
		{Code: "evidence.volume", Weight: .1, Text: fmt.Sprintf("It would act by itself on some %.0f cases a month, from a confidence of %.0f %%; about %.0f of them may be wrong.", p.ActsMonth, 100*p.Cut, p.ActsMonth*p.Bound)},
	}
	if p.GoalKnown {
		return append(out, Reason{Code: "goal", Weight: .1, Text: fmt.Sprintf("Its goal, %s, was %.4g before and is %.4g since.", p.Goal, p.Before, p.Since)})
	}
	return append(out, Reason{Code: "goal", Weight: .1, Text: fmt.Sprintf("Whether its goal (%s) improved is not known yet.", p.Goal)})
}
