package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"remit/decision"
	"remit/models"
)

// Cluster is where errors gather, and the rule that would have remit ask there.
type Cluster struct {
	ID       string        `json:"id"`
	Domain   models.Domain `json:"domain"`
	Action   models.Action `json:"action"`
	Plain    string        `json:"plain"` // the rule in a sentence
	When     string        `json:"when"`  // the rule as a guardrail's condition
	Errors   int           `json:"errors"`
	Cases    int           `json:"cases"` // Errors of so many, where it was found
	Examples []Example     `json:"examples"`
	Test     Backtest      `json:"backtest"`
}

// Backtest is what a rule would have done on the part of the record that it was not found on, less what the rules before
// it explain. A guardrail that fires always asks, so this is what ruling again with it would have given.
type Backtest struct {
	Errors   int     `json:"errors"`   // known ones, there
	Caught   int     `json:"caught"`   // of them that it would have asked about
	Right    int     `json:"right"`    // known to be right
	Bothered int     `json:"bothered"` // of them that it would have asked about too
	Share    float64 `json:"share"`    // of what it would have asked about, that was wrong
	Low      float64 `json:"low"`      // Share is within Low and High with 95 % confidence
	High     float64 `json:"high"`
	Base     float64 `json:"base"`        // share that is wrong anyway
	Acted    int     `json:"acted"`       // what remit did by itself in the period,
	Asked    int     `json:"acted_asked"` // and how much of it would have been asked
}

// Sentence says the back-test in a sentence.
func (b Backtest) Sentence() string {
	out := fmt.Sprintf("On decisions that it was not found on, and that no rule above explains, it would have asked about %d of %d known errors and about %d of %d right ones: %s of what it asks about is wrong (between %s and %s), against %s in all.",
		b.Caught, b.Errors, b.Bothered, b.Right, percent(b.Share), percent(b.Low), percent(b.High), percent(b.Base))
	if b.Acted > 0 {
		out += fmt.Sprintf(" Of the %d decisions that remit took by itself in this period it would have asked about %d.", b.Acted, b.Asked)
	}
	return out
}

// Limits of the search.
const (
	leastFound   = 4    // errors that a rule holds for, where it is found,
	leastCaught  = 2    // and where it is tried
	heldOut      = 0.4  // share of the record that rules are tried on
	mostClusters = 3    // of an action
	mostCases    = 5000 // of an action that are looked at, the newest
	pairs        = 12   // conditions that others are joined to
	worth        = 1.01 // by how much a second condition must make a rule better
)

// clusters seeks, in each action, conditions under which errors gather (subgroup discovery: greedily by weighted relative
// accuracy, Lavrač, Flach and Zupan 1999, "Rule evaluation measures: a unifying view"), on one part of the record; the other
// part tries them. A rule is at most two simple conditions, and is proposed only where on the other part, too, errors are more
// frequent under it than they are anyway, with 95 % confidence.
func (p *past) clusters() []Cluster {
	if p.Policy == nil {
		return nil
	}
	by := map[models.Action][]judged{}
	for _, j := range p.cases {
		if j.known && !j.verdict.Unanswered && j.facts != nil {
			by[j.Action] = append(by[j.Action], j)
		}
	}
	var out []Cluster
	for _, a := range slices.Sorted(maps.Keys(by)) {
		cases := by[a]
		s := newSearch(p, a, cases[max(0, len(cases)-mostCases):])
		out = append(out, s.run()...)
	}
	slices.SortStableFunc(out, func(a, b Cluster) int { return cmp.Compare(b.Domain, a.Domain) })
	return out
}

// search is the search for one action's clusters.
type search struct {
	*past
	action models.Action
	cases  []judged
	probes []decision.Probe
	left   []bool // where rules are found: what no rule explains yet
	held   []bool // where they are tried: what no rule explains yet
	simple []simple
}

func newSearch(p *past, a models.Action, cases []judged) *search {
	s := &search{past: p, action: a, cases: cases}
	var wrong []judged
	for _, j := range cases {
		held := decision.Drawn(j.ID, "review", heldOut)
		s.held, s.left = append(s.held, held), append(s.left, !held)
		s.probes = append(s.probes, p.Policy.Probe(*j.facts, proposalOf(j)))
		if !held && j.verdict.Wrong {
			wrong = append(wrong, j)
		}
	}
	s.simple = simples(wrong, p.Policy.Rates)
	for i := range s.simple {
		c := &s.simple[i]
		c.fires = s.tried(c.cond)
	}
	return s
}

// proposalOf gives what was proposed, as conditions speak of it.
func proposalOf(j judged) models.Proposal {
	return models.Proposal{Action: j.Action, Item: j.Item, Value: j.Value, Before: j.Before, Confidence: j.Confidence, Segment: j.Segment}
}

// tried gives, case by case, whether a condition would have made remit ask.
func (s *search) tried(c decision.Condition) []bool {
	fires := make([]bool, len(s.probes))
	for i, b := range s.probes {
		fires[i] = b.Fires(c)
	}
	return fires
}

// count counts the cases of a part for which a rule fires, and the errors among them.
func (s *search) count(part, fires []bool) (n, wrong int) {
	for i := range s.cases {
		if part[i] && (fires == nil || fires[i]) {
			n++
			if s.cases[i].verdict.Wrong {
				wrong++
			}
		}
	}
	return n, wrong
}

func (s *search) run() []Cluster {
	if _, wrong := s.count(s.left, nil); wrong < leastFound {
		return nil
	}
	var out []Cluster
	for range mostClusters {
		when, plain, ok := s.best()
		if !ok {
			break
		}
		cond, err := decision.Compile(when, s.Policy.Rates)
		if err != nil {
			break // both parts compile, so the whole does
		}
		fires := s.tried(cond)
		if c, ok := s.cluster(when, plain, fires); ok {
			out = append(out, c)
		}
		for i, f := range fires { // the next rule is for what this one leaves
			s.left[i], s.held[i] = s.left[i] && !f, s.held[i] && !f
		}
	}
	return out
}

// rated is a rule of one or two simple conditions by their places, and how good it is.
type rated struct {
	a, b  int // b is -1 for a rule of one
	score float64
}

// best gives the rule that explains most of what is left.
func (s *search) best() (when, plain string, ok bool) {
	var singles []rated
	for i := range s.simple {
		if score, ok := s.score(s.simple[i].fires); ok {
			singles = append(singles, rated{i, -1, score})
		}
	}
	s.rank(singles)
	top := rated{b: -1}
	if len(singles) > 0 {
		top = singles[0]
	}
	for _, one := range s.widest() {
		for j := range s.simple {
			if j == one {
				continue
			}
			score, ok := s.score(both(s.simple[one].fires, s.simple[j].fires))
			if ok && score > top.score*worth {
				top = rated{one, j, score}
			}
		}
	}
	if top.score <= 0 {
		return "", "", false
	}
	when, plain = s.words(top)
	return when, plain, true
}

// widest gives the conditions that others are joined to: those which say most about errors alone, whether or not that is enough.
func (s *search) widest() []int {
	var all []rated
	for i := range s.simple {
		n, wrong := s.count(s.left, s.simple[i].fires)
		total, errors := s.count(s.left, nil)
		if n > 0 && wrong >= leastFound {
			all = append(all, rated{i, -1, float64(wrong)/float64(total) - float64(n)/float64(total)*float64(errors)/float64(total)})
		}
	}
	s.rank(all)
	var out []int
	for _, r := range all[:min(len(all), pairs)] {
		out = append(out, r.a)
	}
	return out
}

func (s *search) rank(rs []rated) {
	slices.SortFunc(rs, func(x, y rated) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(s.simple[x.a].when, s.simple[y.a].when))
	})
}

// score is the weighted relative accuracy of a rule on what is left: how much more errors there are under it than chance
// would put there. ok is false where they are too few, or not half as frequent again as elsewhere.
func (s *search) score(fires []bool) (score float64, ok bool) {
	total, errors := s.count(s.left, nil)
	n, wrong := s.count(s.left, fires)
	if wrong < leastFound || total == 0 {
		return 0, false
	}
	share, base := float64(wrong)/float64(n), float64(errors)/float64(total)
	return float64(n) / float64(total) * (share - base), share >= min(1.5*base, (1+base)/2)
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// words gives a rule as an expression and in plain English. It speaks of its action alone: a guardrail stands for its
// whole domain. Of two conditions the one that can always be evaluated comes first, since what cannot be makes the whole ask.
func (s *search) words(r rated) (when, plain string) {
	parts := []simple{s.simple[r.a]}
	if r.b >= 0 {
		parts = append(parts, s.simple[r.b])
	}
	slices.SortStableFunc(parts, func(a, b simple) int { return cmp.Compare(s.blind(a), s.blind(b)) })
	when, plain = fmt.Sprintf("proposal.action == %q and %s", s.action, parts[0].when), parts[0].plain
	for _, p := range parts[1:] {
		when, plain = when+" and "+p.when, plain+" and "+p.plain
	}
	return when, fmt.Sprintf("Ask about %s where %s.", s.action, plain)
}

// blind counts the cases in which a condition cannot be evaluated.
func (s *search) blind(c simple) int {
	n := 0
	for _, b := range s.probes {
		if b.Blind(c.cond) {
			n++
		}
	}
	return n
}

// cluster tries a rule on the part that was held out; ok is false where it does not hold there.
func (s *search) cluster(when, plain string, fires []bool) (c Cluster, ok bool) {
	c = Cluster{ID: models.NewID("rule", when), Domain: s.action.Domain(), Action: s.action, When: when, Plain: plain}
	c.Cases, c.Errors = s.count(s.left, fires)
	asked, caught := s.count(s.held, fires)
	all, errors := s.count(s.held, nil)
	c.Test = Backtest{Errors: errors, Caught: caught, Right: all - errors, Bothered: asked - caught}
	c.Test.Share, _ = ratio(caught, asked)
	c.Test.Base, _ = ratio(errors, all)
	c.Test.Low, c.Test.High = interval(caught, asked)
	c.Test.Acted, c.Test.Asked = s.acted(when)
	for i := len(s.cases) - 1; i >= 0 && len(c.Examples) < shown; i-- {
		if fires[i] && s.cases[i].verdict.Wrong {
			c.Examples = append(c.Examples, exampleOf(s.cases[i]))
		}
	}
	return c, caught >= leastCaught && c.Test.Low > c.Test.Base && !s.inForce(when)
}

// inForce reports whether the policy has the rule already.
func (s *search) inForce(when string) bool {
	d := s.Policy.Domains[s.action.Domain()]
	return d != nil && slices.ContainsFunc(d.Guardrails, func(r decision.Rule) bool { return r.When.Source == when })
}

// acted counts what remit did by itself in the period, and how much of it the rule would have asked about.
func (s *search) acted(when string) (n, asked int) {
	cond, err := decision.Compile(when, s.Policy.Rates)
	for _, j := range s.within(s.From, s.To) {
		if !j.Autonomous || unchanged(j) || j.Action != s.action || j.facts == nil || err != nil {
			continue
		}
		n++
		if s.Policy.Probe(*j.facts, proposalOf(j)).Fires(cond) {
			asked++
		}
	}
	return n, asked
}

func percent(x float64) string {
	if x > 0 && x < .1 || x > .99 && x < 1 {
		return fmt.Sprintf("%.1f %%", x*100)
	}
	return fmt.Sprintf("%.0f %%", x*100)
}
