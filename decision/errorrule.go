package decision

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"remit/models"
)

// Chosen is what an error rule may speak of: what was proposed, and what a person chose instead.
type Chosen struct {
	Proposed  string  `expr:"proposed"`
	Chosen    string  `expr:"chosen"`
	Steps     int     `expr:"steps"`     // priority steps between the two; 0 where they are no priorities
	Reason    string  `expr:"reason"`    // the code of the answer's reason
	Rewritten float64 `expr:"rewritten"` // share of the words that were changed, 0..1
	Fee       bool    `expr:"fee"`       // the person's choice avoided a fee
	Discount  bool    `expr:"discount"`  // the person's choice kept a discount that would have been lost
}

// Compare gives what can be told of the two values alone; what a choice of day cost is the caller's to add.
func Compare(proposed, chosen, reason string) Chosen {
	c := Chosen{Proposed: proposed, Chosen: chosen, Reason: reason, Rewritten: rewritten(proposed, chosen)}
	p, okP := urgency(proposed)
	o, okO := urgency(chosen)
	if okP && okO {
		c.Steps = max(p-o, o-p)
	}
	return c
}

// ErrorRule is the policy's own word on what counts as an error of an action. It is compiled once.
type ErrorRule struct {
	Source  string
	Line    int // in the policy file
	program *vm.Program
}

// ErrorOf gives what counts as an error of the action; ok is false where the policy leaves it to FaultOf.
func (p *Policy) ErrorOf(a models.Action) (ErrorRule, bool) {
	del, ok := p.Delegation(a)
	return del.Error, ok && del.Error.program != nil
}

// Holds reports whether it was an error to propose what was proposed. What cannot be evaluated counts as an error, and is
// reported as Invalid beside.
func (r ErrorRule) Holds(c Chosen) (bool, error) {
	out, err := vm.Run(r.program, c)
	if err != nil {
		return true, models.Errorf(models.Invalid, "%s", firstLine(err.Error()))
	}
	return out.(bool), nil
}

// The goals that an action may be delegated for.
const (
	GoalFirstDecision = "first_decision_p90" // minutes until the first decision, of nine tickets in ten
	GoalTouches       = "touches_per_100"    // how often people touch a hundred items
	GoalLateFees      = "late_fees"          // paid
	GoalDiscounts     = "discounts_taken"    // of those that were offered
)

// goalWords say a goal's figure, of which less is better.
var goalWords = map[string]string{
	GoalFirstDecision: "Minutes until decided, nine in ten", GoalTouches: "Touches per 100", GoalLateFees: "Late fees per 100 payments",
	GoalDiscounts: "Discounts missed per 100 offered",
}

// goals are what an action is to improve where the policy does not say.
var goals = map[models.Action]string{
	models.ActionPriority: GoalFirstDecision, models.ActionRoute: GoalFirstDecision, models.ActionTag: GoalTouches,
	models.ActionReply: GoalTouches, models.ActionSchedule: GoalLateFees, models.ActionHold: GoalTouches,
}

// Goals gives the goals that a policy may name.
func Goals() []string {
	return []string{GoalFirstDecision, GoalTouches, GoalLateFees, GoalDiscounts}
}

// GoalOf gives what the action is to improve.
func (p *Policy) GoalOf(a models.Action) string {
	if del, ok := p.Delegation(a); ok && del.Goal != "" {
		return del.Goal
	}
	return or(goals[a], GoalTouches)
}

// AuditsOf gives how many audits a month each segment of the action has at least.
func (p *Policy) AuditsOf(a models.Action) int {
	del, _ := p.Delegation(a)
	return max(del.Audits, leastAudits)
}

// mostAudits a month is more than anybody answers.
const mostAudits = 10_000

// evidence reads how an action is to be judged.
func (l *loader) evidence(where string, a models.Action, f actionFile) (rule ErrorRule, goal string, audits int) {
	if n := f.Error; n.text != "" {
		program, err := expr.Compile(n.text, expr.Env(Chosen{}), expr.AsBool())
		if err != nil {
			l.wrong(where+".error", "error: %s", plainExpr(err))
		}
		rule = ErrorRule{Source: n.text, Line: n.line, program: program}
	}
	goal = or(f.Goal.text, goals[a])
	if f.Goal.text != "" && !slices.Contains(Goals(), goal) {
		l.wrong(where+".goal", "goal: %q is not a goal: use one of %s", goal, strings.Join(Goals(), ", "))
	}
	if n := f.Audits; n.text != "" {
		var err error
		if audits, err = strconv.Atoi(n.text); err != nil || audits < leastAudits || audits > mostAudits {
			l.wrong(where+".audits", "audits: %q is not a number of audits a month, from %d to %d", n.text, leastAudits, mostAudits)
		}
	}
	return rule, goal, audits
}

// comparedWords of a text are compared; nobody rewrites more.
const comparedWords = 1500

// rewritten gives the share of words that differ between two texts: one less twice the longest common subsequence over
// both lengths, case and punctuation aside.
func rewritten(a, b string) float64 {
	from, to := wordsOf(a), wordsOf(b)
	if len(from)+len(to) == 0 {
		return 0
	}
	row := make([]int, len(to)+1)
	for _, w := range from {
		diagonal := 0
		for j, o := range to {
			above := row[j+1]
			if w == o {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return 1 - 2*float64(row[len(to)])/float64(len(from)+len(to))
}

func wordsOf(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words[:min(len(words), comparedWords)]
}
