package decision

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"remit/models"
)

// literalChecker finds the words and numbers that a condition states itself and that could never be met: it would be in force, and
// never do anything. What is only known when it is evaluated is not checked.
type literalChecker struct {
	err     error
	actions []string // those that proposal.action is compared with
}

// Visit implements ast.Visitor.
func (c *literalChecker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.CallNode:
		c.call(n)
	case *ast.BinaryNode:
		c.compared(n.Operator, n.Left, n.Right)
		c.compared(n.Operator, n.Right, n.Left)
	}
}

// wrong keeps the first thing that is wrong.
func (c *literalChecker) wrong(err error) {
	if c.err == nil {
		c.err = err
	}
}

// call checks what a helper is asked for.
func (c *literalChecker) call(n *ast.CallNode) {
	if len(n.Arguments) != 1 {
		return
	}
	s, ok := n.Arguments[0].(*ast.StringNode)
	if !ok {
		return
	}
	switch nameOf(n.Callee) {
	case "money":
		if _, err := models.ParseMoney(s.Value); err != nil {
			c.wrong(err)
		}
	case "signal":
		known := append(models.TicketSignals(), models.PaymentSignals()...)
		if !slices.Contains(known, s.Value) {
			c.wrong(fmt.Errorf("nothing is found under the name of %q: %s", s.Value, oneOf(s.Value, known)))
		}
	case "account.renews_within", "vendor.bank_changed_within":
		if _, err := ParseDuration(s.Value); err != nil {
			c.wrong(err)
		}
	}
}

// comparing are the operators of comparisons.
var comparing = []string{"==", "!=", "<", "<=", ">", ">=", "in"}

// compared checks what a fact is compared with.
func (c *literalChecker) compared(operator string, fact, with ast.Node) {
	if !slices.Contains(comparing, operator) {
		return
	}
	name := nameOf(fact)
	if name == "proposal.action" {
		c.actions = append(c.actions, stringsIn(with)...)
	}
	if x, ok := numberIn(with); ok && isShare(name) && (x < 0 || x > 1) {
		c.wrong(fmt.Errorf("%s is from 0 to 1, and is compared with %v", name, x))
	}
}

// isShare reports a fact that is from 0 to 1.
func isShare(name string) bool {
	switch name {
	case "signal", "proposal.confidence", "account.churn_risk", "cash.breach":
		return true
	}
	return strings.HasPrefix(name, "tone.")
}

// nameOf gives "tone.anger" of a field and "signal" of a word or of a call of it; "" of anything else.
func nameOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.ChainNode:
		return nameOf(n.Node)
	case *ast.CallNode:
		return nameOf(n.Callee)
	case *ast.MemberNode:
		return memberPath(n)
	case *ast.IdentifierNode:
		return n.Value
	}
	return ""
}

// numberIn gives the number that is stated, with its sign.
func numberIn(n ast.Node) (float64, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return float64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.UnaryNode:
		if x, ok := numberIn(n.Node); ok && n.Operator == "-" {
			return -x, true
		}
	}
	return 0, false
}

// stringsIn gives the words that are stated, alone or in a list.
func stringsIn(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.StringNode:
		return []string{n.Value}
	case *ast.ArrayNode:
		var out []string
		for _, e := range n.Nodes {
			out = append(out, stringsIn(e)...)
		}
		return out
	}
	return nil
}

// oneOf says which words are to be chosen from, the likely one first where there is one.
func oneOf(word string, known []string) string {
	choice := "use one of " + strings.Join(known, ", ")
	if near := models.Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s? Else %s", near, choice)
	}
	return choice
}

// undecided says which of the actions that an expression speaks of its domain has not, "" where it has them all.
func undecided(actions, known []string) string {
	for _, a := range actions {
		if !slices.Contains(known, a) {
			return fmt.Sprintf("nothing is decided under the name of %q: %s", a, oneOf(a, known))
		}
	}
	return ""
}
