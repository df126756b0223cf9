package decision

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// ParseDuration reads "15m", "4h", "90d" or "2w": what time.ParseDuration reads, and days and weeks.
func ParseDuration(s string) (time.Duration, error) {
	unit, scale := "", time.Duration(0)
	switch {
	case strings.HasSuffix(s, "d"):
		unit, scale = "d", 24*time.Hour
	case strings.HasSuffix(s, "w"):
		unit, scale = "w", 7*24*time.Hour
	default:
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 {
			return 0, fmt.Errorf("%q is not a duration such as 15m, 4h or 90d", s)
		}
		return d, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(s, unit))
	if err != nil || n < 0 || n > 36_500 {
		return 0, fmt.Errorf("%q is not a duration such as 15m, 4h or 90d", s)
	}
	return time.Duration(n) * scale, nil
}

// The scalars of the policy file. An error becomes a yaml.TypeError, which the decoder collects: every problem of a
// file is reported at once, with its line.

func wrong(n *yaml.Node, err error) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %s", n.Line, err)}}
}

type duration time.Duration

// UnmarshalYAML reads what ParseDuration reads.
func (d *duration) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseDuration(n.Value)
	if err != nil {
		return wrong(n, err)
	}
	*d = duration(v)
	return nil
}

// hours says whether a time passes in working hours only, where anything was said.
type hours struct {
	said    bool
	working bool
}

func (h hours) or(otherwise bool) bool {
	if h.said {
		return h.working
	}
	return otherwise
}

func parseHoursWord(s string) (hours, error) {
	if s != "business" && s != "always" {
		return hours{}, fmt.Errorf("%q is neither \"business\" (working hours only) nor \"always\"", s)
	}
	return hours{said: true, working: s == "business"}, nil
}

// UnmarshalYAML reads "business" or "always".
func (h *hours) UnmarshalYAML(n *yaml.Node) error {
	v, err := parseHoursWord(n.Value)
	if err != nil {
		return wrong(n, err)
	}
	*h = v
	return nil
}

// timed is a duration and which hours it passes in.
type timed struct {
	d     time.Duration
	hours hours
}

// UnmarshalYAML reads "8h", "8h business" or "8h always".
func (t *timed) UnmarshalYAML(n *yaml.Node) error {
	span, word, said := strings.Cut(strings.TrimSpace(n.Value), " ")
	d, err := ParseDuration(span)
	if err == nil && said {
		t.hours, err = parseHoursWord(strings.TrimSpace(word))
	}
	if err != nil {
		return wrong(n, err)
	}
	t.d = d
	return nil
}

type percent float64

// UnmarshalYAML reads "5%" or 0.05; anything outside 0..1 is refused.
func (p *percent) UnmarshalYAML(n *yaml.Node) error {
	s, isPercent := strings.CutSuffix(strings.TrimSpace(n.Value), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if isPercent {
		v /= 100
	}
	if err != nil || v != v || v < 0 || v > 1 {
		return wrong(n, fmt.Errorf("%q is not a share such as 5%% or 0.05, within 0 and 1", n.Value))
	}
	*p = percent(v)
	return nil
}

type money models.Money

// UnmarshalYAML reads "25000 USD"; a negative amount is refused.
func (m *money) UnmarshalYAML(n *yaml.Node) error {
	v, err := models.ParseMoney(n.Value)
	if err == nil && v.Negative() {
		err = fmt.Errorf("%q is below zero", n.Value)
	}
	if err != nil {
		return wrong(n, err)
	}
	*m = money(v)
	return nil
}

type level models.Level

// UnmarshalYAML reads the name of a level.
func (l *level) UnmarshalYAML(n *yaml.Node) error {
	if !models.Level(n.Value).Valid() {
		return wrong(n, fmt.Errorf("%q is not a level: use observe, ask, act-after-window or act", n.Value))
	}
	*l = level(n.Value)
	return nil
}

type rung models.Rung

// UnmarshalYAML reads "15m @duty-manager".
func (r *rung) UnmarshalYAML(n *yaml.Node) error {
	after, to, ok := strings.Cut(strings.TrimSpace(n.Value), " ")
	to = strings.TrimSpace(to)
	d, err := ParseDuration(after)
	if err != nil || !ok || d == 0 || !strings.HasPrefix(to, "@") {
		return wrong(n, fmt.Errorf("%q is not a step of a chain such as %q", n.Value, "15m @duty-manager"))
	}
	*r = rung{After: d, To: to}
	return nil
}

type approvers models.Approval

// UnmarshalYAML reads "@finance-leads", a list of such names, or {from, count, not, note}.
func (a *approvers) UnmarshalYAML(n *yaml.Node) error {
	var names nameList
	if n.Kind != yaml.MappingNode {
		if err := n.Decode(&names); err != nil {
			return err
		}
		*a = approvers{From: names, Count: 1}
		return nil
	}
	var f struct {
		From  nameList `yaml:"from"`
		Count *int     `yaml:"count"`
		Not   string   `yaml:"not"`
	}
	if err := strict(n, &f, "from", "count", "not"); err != nil {
		return err
	}
	count := 1
	if f.Count != nil {
		count = *f.Count
	}
	switch {
	case count < 1 || count > 5:
		return wrong(n, fmt.Errorf("count: %d is not within 1 and 5", count))
	case f.Not != "" && f.Not != "requester":
		return wrong(n, fmt.Errorf("not: %q is not known: only \"requester\" is", f.Not))
	}
	*a = approvers{From: f.From, Count: count, NotRequester: f.Not == "requester"}
	return nil
}

// lined is a text and the line it stands on, for what is read once the whole file is known.
type lined struct {
	text string
	line int
}

// UnmarshalYAML reads one scalar.
func (l *lined) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return wrong(n, fmt.Errorf("one value is wanted here, in quotes where it has signs of YAML in it"))
	}
	*l = lined{text: n.Value, line: n.Line}
	return nil
}

// nameList is one name or a list of them.
type nameList []string

// UnmarshalYAML reads "@a" or ["@a", "@b"]; each needs its @.
func (l *nameList) UnmarshalYAML(n *yaml.Node) error {
	nodes := n.Content
	if n.Kind == yaml.ScalarNode {
		nodes = []*yaml.Node{n}
	}
	for _, c := range nodes {
		if len(c.Value) < 2 || c.Value[0] != '@' {
			return wrong(c, fmt.Errorf("%q is not a group or person such as \"@finance-leads\" (quoted, with its @)", c.Value))
		}
		*l = append(*l, c.Value)
	}
	return nil
}

// strict decodes a mapping and refuses keys other than those given: a nested Unmarshaler loses the decoder's own check.
func strict(n *yaml.Node, into any, keys ...string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := n.Content[i]; !slices.Contains(keys, k.Value) {
			return wrong(k, fmt.Errorf("%q is not a key here: use %s", k.Value, strings.Join(keys, ", ")))
		}
	}
	return n.Decode(into)
}
