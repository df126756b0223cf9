package decision

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"remit/models"
)

// otherFile is a domain that another system proposes decisions for. Every key besides its own is an action.
type otherFile struct {
	domainFile `yaml:",inline"`
	MaxAge     duration               `yaml:"max_age"`
	Sources    []string               `yaml:"sources"`
	Actions    map[string]*actionFile `yaml:",inline"`
}

var otherName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// others adds the domains of other systems to the policy.
func (l *loader) others(p *Policy, files map[string]*otherFile) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		d := models.Domain(name)
		switch f := files[name]; {
		case !otherName.MatchString(name):
			l.wrong("domains."+name, "%q is not a name: use lower-case letters, digits and _, a letter first", name)
		case !d.Other() || d == All:
			l.wrong("domains."+name, "%q is remit's own name: choose another", name)
		case f == nil || len(f.Actions) == 0:
			l.wrong("domains."+name, "say what of %s is delegated, such as reorder: {level: ask}", name)
		default:
			p.Domains[d] = l.other(d, *f)
		}
	}
}

func (l *loader) other(name models.Domain, f otherFile) *Domain {
	actions := map[models.Action]*actionFile{}
	for _, a := range slices.Sorted(maps.Keys(f.Actions)) {
		if !otherName.MatchString(a) {
			l.wrong(pathOf(name)+"."+a, "%q is not the name of an action: use lower-case letters, digits and _", a)
			continue
		}
		if f.Actions[a] == nil {
			l.wrong(pathOf(name)+"."+a, "say the level of %s: observe, ask, act-after-window or act", a)
			continue
		}
		actions[name.Action(a)] = f.Actions[a]
	}
	d := l.domain(name, f.domainFile, actions)
	d.MaxAge, d.Sources = or(time.Duration(f.MaxAge), defaultMaxAge), f.Sources
	return d
}

// pathOf gives where in the file a domain is: "triage", "domains.stock".
func pathOf(d models.Domain) string {
	if d.Other() {
		return "domains." + string(d)
	}
	return string(d)
}

// keyOf gives the key of an action within its domain.
func keyOf(a models.Action) string {
	if _, key, other := strings.Cut(string(a), "."); other {
		return key
	}
	return string(a)
}

// domainOf gives the domain of a place in the file such as "domains.stock.guardrails".
func domainOf(where string) models.Domain {
	name, _, _ := strings.Cut(strings.TrimPrefix(where, "domains."), ".")
	return models.Domain(name)
}

// The words of conditions that only one kind of domain knows.
var (
	judgedWords = []string{"ticket", "account", "tone", "payable", "vendor", "cash"}
	toldWords   = []string{"fact", "number", "text", "flag", "money_of", "amount"}
)

// foreign says which word of a condition the domain can never know, "" where it may know them all: evaluated, the rule
// would always hold, which nobody means.
func (c Condition) foreign(d models.Domain) string {
	used := identifiers{}
	node := c.program.Node()
	ast.Walk(&node, &used)
	for _, w := range used {
		switch {
		case d.Other() && slices.Contains(judgedWords, w):
			return fmt.Sprintf("%s knows no %s: its conditions speak of number(\"name\"), text(\"name\"), flag(\"name\"), money_of(\"name\"), fact(\"name\"), amount() and proposal", d, w)
		case !d.Other() && slices.Contains(toldWords, w):
			return fmt.Sprintf("%s is of what other systems tell: %s speaks of %s", w, d, strings.Join(judgedWords, ", "))
		}
	}
	return ""
}

// identifiers collects those of an expression.
type identifiers []string

// Visit implements ast.Visitor.
func (w *identifiers) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.IdentifierNode); ok {
		*w = append(*w, n.Value)
	}
}
