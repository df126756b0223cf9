package decision

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"remit/models"
)

// Condition is an expression over typed facts, compiled once. An unknown field is an error at load. The zero Condition
// never holds.
type Condition struct {
	Source  string
	Line    int // in the policy file
	program *vm.Program
	actions []string // which it compares proposal.action with
}

// Compile checks the expression against the facts that it may speak of.
func Compile(source string, rates models.Rates) (Condition, error) {
	program, actions, err := compileFacts(source, rates, expr.AsBool())
	return Condition{Source: source, program: program, actions: actions}, err
}

// compileFacts compiles an expression over the facts to the type that kind asks for, and gives which actions it speaks of.
func compileFacts(source string, rates models.Rates, kind expr.Option) (program *vm.Program, actions []string, err error) {
	literals := &literalChecker{}
	opts := append(moneyFunctions(rates),
		expr.Env(conditionEnv{}), kind, expr.Patch(literals), expr.Patch(toldPatcher{}),
		expr.Function("told", isTold,
			new(func(string, string) string), new(func(models.Money, string) models.Money)),
	)
	program, err = expr.Compile(source, opts...)
	if err == nil {
		err = literals.err
	}
	if err != nil {
		return nil, nil, models.Errorf(models.Invalid, "%s", plainExpr(err))
	}
	return program, literals.actions, nil
}

// Holds evaluates the condition. Whatever it needs and cannot know is an error, which callers take as holding.
func (c Condition) Holds(env *conditionEnv) (bool, error) {
	out, err := vm.Run(c.program, *env)
	if err != nil {
		return true, models.Errorf(models.Invalid, "%s", firstLine(err.Error()))
	}
	return out.(bool), nil
}

var noField = regexp.MustCompile(`type (?:decision|models)\.(\w+?)(?:Env)? has no field (\w+)`)

// plainExpr says what is wrong with an expression in one line: the place in it is told as (line:column).
func plainExpr(err error) string {
	return noField.ReplaceAllStringFunc(firstLine(strings.TrimSpace(err.Error())), func(s string) string {
		m := noField.FindStringSubmatch(s)
		return strings.ToLower(m[1]) + " has no field " + m[2]
	})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// conditionEnv is what a condition may speak of. A fact that is not known is nil, and asking it anything is an error.
type conditionEnv struct {
	Ticket   *ticketEnv           `expr:"ticket"`
	Account  *accountEnv          `expr:"account"`
	Tone     *models.Tone         `expr:"tone"`
	Payable  *payableEnv          `expr:"payable"`
	Vendor   *vendorEnv           `expr:"vendor"`
	Cash     *cashEnv             `expr:"cash"`
	Proposal *proposalEnv         `expr:"proposal"`
	Signal   func(string) float64 `expr:"signal"`
	Hours    func() bool          `expr:"business_hours"`
	told
}

type ticketEnv struct {
	Subject  string               `expr:"subject"`
	Text     string               `expr:"text"`
	Status   string               `expr:"status"`
	Priority string               `expr:"priority"`
	Group    string               `expr:"group"`
	Channel  string               `expr:"channel"`
	Tags     []string             `expr:"tags"`
	Reopens  int                  `expr:"reopens"`
	Turns    int                  `expr:"turns"`
	Similar  int                  `expr:"similar"`
	Intent   string               `expr:"intent"` // empty where no model knows it
	Mentions func(...string) bool `expr:"mentions"`
}

type accountEnv struct {
	Name         string                     `expr:"name"`
	Tier         string                     `expr:"tier"`
	ARR          models.Money               `expr:"arr"`
	PastDue      models.Money               `expr:"past_due"`
	VIP          bool                       `expr:"vip"`
	ChurnRisk    float64                    `expr:"churn_risk"`
	RenewsWithin func(string) (bool, error) `expr:"renews_within"`
}

type payableEnv struct {
	Amount    models.Money `expr:"amount"`
	Entity    string       `expr:"entity"`
	Vendor    string       `expr:"vendor"`
	Invoice   string       `expr:"invoice"`
	PO        string       `expr:"po"`
	Requester string       `expr:"requester"`
	Approver  string       `expr:"approver"`
	DueOn     string       `expr:"due_on"`
}

type vendorEnv struct {
	Name              string                     `expr:"name"`
	Class             string                     `expr:"class"`
	BankChangedWithin func(string) (bool, error) `expr:"bank_changed_within"`
}

type cashEnv struct {
	Low    models.Money `expr:"low"`
	Floor  models.Money `expr:"floor"`
	Breach float64      `expr:"breach"`
}

type proposalEnv struct {
	Action     string  `expr:"action"`
	Value      string  `expr:"value"`
	Before     string  `expr:"before"`
	Confidence float64 `expr:"confidence"`
	Segment    string  `expr:"segment"`
}

// newEnv gives the facts in the form that conditions speak of. A stale account is an unknown one.
func newEnv(f models.Facts, p models.Proposal, policy *Policy) *conditionEnv {
	env := &conditionEnv{
		Tone: f.Tone, Signal: f.Signal,
		Hours: func() bool { return policy.Calendar.Open(f.Now.In(policy.Zone)) },
		Proposal: &proposalEnv{
			Action: string(p.Action), Value: p.Value, Before: p.Before, Confidence: p.Confidence, Segment: p.Segment,
		},
		told: toldFacts(f.Submission),
	}
	if f.Ticket != nil {
		env.Ticket = ticketFacts(f)
	}
	if a := f.Account; a != nil && !staleAccount(*a, f.Now, policy) {
		env.Account = accountFacts(*a, f.Now)
	}
	if p := f.Payable; p != nil {
		env.Payable = &payableEnv{
			Amount: p.Amount, Entity: p.Entity, Vendor: p.VendorName, Invoice: p.Invoice, PO: p.PO,
			Requester: p.Requester, Approver: p.Approver, DueOn: string(p.DueOn),
		}
	}
	if f.Vendor != nil {
		env.Vendor = vendorFacts(*f.Vendor, f)
	}
	if c := f.Cash; c != nil && c.Unknown == "" {
		env.Cash = &cashEnv{Low: c.Low, Floor: c.Floor, Breach: c.Breach}
	}
	return env
}

func staleAccount(a models.Account, now time.Time, policy *Policy) bool {
	age := policy.TriageRules().AccountAge
	return age > 0 && a.Stale(now, age)
}

func ticketFacts(f models.Facts) *ticketEnv {
	t := f.Ticket
	return &ticketEnv{
		Subject: t.Subject, Text: t.Latest(), Status: string(t.Status), Priority: string(t.Priority), Group: t.Group,
		Channel: t.Channel, Tags: t.Tags, Reopens: t.Reopens, Turns: len(t.Thread), Similar: f.Similar,
		Mentions: mentions(t), Intent: f.Intent.Known(),
	}
}

// mentions reports whether the subject or the customer's newest words have any of the given words, whole, in any case.
func mentions(t *models.Ticket) func(...string) bool {
	return func(words ...string) bool {
		text := strings.ToLower(t.Subject + "\n" + t.Latest())
		for _, w := range words {
			if hasWord(text, strings.ToLower(w)) {
				return true
			}
		}
		return false
	}
}

func hasWord(text, word string) bool {
	if word == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !letter(text[start-1])) && (end == len(text) || !letter(text[end])) {
			return true
		}
		from = end
	}
}

// letter takes every byte beyond ASCII for one of a letter: a word in another script is not cut in two.
func letter(b byte) bool {
	return b >= 0x80 || b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
}

func accountFacts(a models.Account, now time.Time) *accountEnv {
	return &accountEnv{
		Name: a.Name, Tier: a.Tier, ARR: a.ARR, PastDue: a.PastDue, VIP: a.VIP, ChurnRisk: a.ChurnRisk,
		RenewsWithin: func(s string) (bool, error) {
			d, err := ParseDuration(s)
			if err != nil {
				return false, err
			}
			if a.RenewalOn == "" {
				return false, fmt.Errorf("account.renewal_on is not known")
			}
			left := a.RenewalOn.Time().Sub(now)
			return left >= 0 && left <= d, nil
		},
	}
}

func vendorFacts(v models.Vendor, f models.Facts) *vendorEnv {
	return &vendorEnv{
		Name: v.Name, Class: v.Class,
		BankChangedWithin: func(s string) (bool, error) {
			d, err := ParseDuration(s)
			if err != nil {
				return false, err
			}
			if p := f.Payable; p != nil && p.Bank != "" && v.Unlike(p.Bank) {
				return true, nil
			}
			at := v.BankChangedAt()
			return !at.IsZero() && f.Now.Sub(at) <= d, nil
		},
	}
}

// mayBeUnknown are the fields of a known fact that may not have been told: asking for one that was not is an error, so
// that the rule fires, where comparing it with nothing would quietly let a case pass.
var mayBeUnknown = map[string]bool{
	"account.tier": true, "account.arr": true, "vendor.class": true, "payable.due_on": true, "payable.requester": true, "payable.approver": true,
	"payable.entity": true, "payable.amount": true,
}

// toldPatcher wraps those fields.
type toldPatcher struct{}

// Visit implements ast.Visitor.
func (toldPatcher) Visit(node *ast.Node) {
	n, ok := (*node).(*ast.MemberNode)
	if !ok {
		return
	}
	if path := memberPath(n); mayBeUnknown[path] {
		ast.Patch(node, &ast.CallNode{
			Callee: &ast.IdentifierNode{Value: "told"}, Arguments: []ast.Node{n, &ast.StringNode{Value: path}},
		})
	}
}

func memberPath(n *ast.MemberNode) string {
	of, ok := n.Node.(*ast.IdentifierNode)
	if !ok {
		return ""
	}
	field, ok := n.Property.(*ast.StringNode)
	if !ok {
		return ""
	}
	return of.Value + "." + field.Value
}

func isTold(params ...any) (any, error) {
	switch v := params[0].(type) {
	case string:
		if v != "" {
			return v, nil
		}
	case models.Money:
		if v.Currency != "" {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%s is not known", params[1])
}

// moneyFunctions give conditions money("25000 USD") and its comparisons, across currencies by the policy's rates. A
// missing rate is an error.
func moneyFunctions(rates models.Rates) []expr.Option {
	compare := func(holds func(int) bool) func(...any) (any, error) {
		return func(params ...any) (any, error) {
			a, b := params[0].(models.Money), params[1].(models.Money)
			a, err := rates.Convert(a, b.Currency)
			if err != nil {
				return nil, err
			}
			c, err := a.Cmp(b)
			return holds(c), err
		}
	}
	opts := []expr.Option{expr.Function("money", func(params ...any) (any, error) {
		return models.ParseMoney(params[0].(string))
	}, new(func(string) models.Money))}
	for _, op := range []struct {
		sign, name string
		holds      func(int) bool
	}{
		{">", "money_more", func(c int) bool { return c > 0 }},
		{">=", "money_least", func(c int) bool { return c >= 0 }},
		{"<", "money_less", func(c int) bool { return c < 0 }},
		{"<=", "money_most", func(c int) bool { return c <= 0 }},
		{"==", "money_same", func(c int) bool { return c == 0 }},
	} {
		opts = append(opts,
			expr.Function(op.name, compare(op.holds), new(func(models.Money, models.Money) bool)),
			expr.Operator(op.sign, op.name))
	}
	return opts
}
