package decision

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"remit/models"
)

// SegmentOther is the segment of what the policy's expression cannot name: a fact that it needs is not known, or what it
// names is empty.
const SegmentOther = "other"

// segmentRunes is how long the name of a segment may be.
const segmentRunes = 60

// SegmentRule is an expression over the facts that names the slice of the work that a case belongs to. The zero rule
// names none.
type SegmentRule struct {
	Source  string
	Line    int // in the policy file
	program *vm.Program
}

// SegmentOf names the slice of the domain's work that a proposal belongs to: what people see evidence kept for. It is ""
// where the policy does not slice the domain, SegmentOther where its expression cannot tell, and else at most sixty runes
// on one line.
func (p *Policy) SegmentOf(d models.Domain, f models.Facts, pr models.Proposal) string {
	dom, ok := p.Domains[d]
	if !ok || dom.Segment.program == nil {
		return ""
	}
	out, err := vm.Run(dom.Segment.program, *newEnv(f, pr, p))
	name, _ := out.(string)
	if name = tidySegment(name); err != nil || name == "" {
		return SegmentOther
	}
	return name
}

// tidySegment makes what may come from a customer's facts a name that fits on one line of a page.
func tidySegment(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > segmentRunes {
		s = strings.TrimSpace(string(r[:segmentRunes]))
	}
	return s
}

// segment reads a domain's segment, which may speak of the known actions.
func (l *loader) segment(where string, n lined, known []string) SegmentRule {
	if n.text == "" {
		return SegmentRule{}
	}
	program, actions, err := compileFacts(n.text, l.rates, expr.AsKind(reflect.String))
	if err != nil {
		l.wrong(where+".segment", "segment: %s", plainExpr(err))
	}
	if wrong := undecided(actions, known); wrong != "" {
		l.wrong(where+".segment", "segment: %s", wrong)
	}
	return SegmentRule{Source: n.text, Line: n.line, program: program}
}
