package assess

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"remit/decision"
	"remit/models"
)

// suggestion is what the policy's template is filled with.
type suggestion struct {
	Triage, Finance []levelLine
	Queues          []string
	Line            string // an amount above which a second look is wanted
	Floor           models.Currency
	Segment         string   // the fact that tells tickets' segments apart, where some are readier than the rest
	Grants          []string // of levels to those
}

// levelLine is one action's line.
type levelLine struct {
	Action models.Action
	Text   string
}

var policyTemplate = template.Must(template.New("policy").Parse(`# A first policy, suggested by remit assess. Put your own people's groups in; docs/policy.md explains each word.
timezone: UTC
{{- if .Triage}}
triage:
  approvers: "@support-leads"
{{- with .Segment}}
  segment: {{.}}   # each is judged by itself
{{- end}}
{{- range .Triage}}
  {{.Action}}: {{.Text}}
{{- end}}
{{- with .Queues}}
  queues:
{{- range .}}
    - {{.}}
{{- end}}
{{- end}}
{{- end}}
{{- if .Finance}}
finance:
  approvers: "@finance-leads"
{{- range .Finance}}
  {{.Action}}: {{.Text}}
{{- end}}
{{- with .Line}}
  guardrails:
    - when: payable.amount > money("{{.}}")   # one payment in a hundred is larger
{{- end}}
{{- with .Floor}}
  cash: {floor: 0 {{.}}}   # say what must be left
{{- end}}
{{- end}}
caps: {actions_per_hour: 50}
{{- with .Grants}}
# What is ready in a segment only: evidence earns it there, or a manager grants it for at most 30 days, on the page Autonomy or here:
# grants:
{{- range .}}
#   - {{.}}
{{- end}}
{{- end}}
`))

// suggest gives a first policy of at most 25 lines, beside the grants that it may begin with as comments. It is loaded before it is given out.
func suggest(r Report, now time.Time) (string, error) {
	var s suggestion
	for _, p := range r.Processes {
		if p.Segment != "" {
			continue
		}
		text := levelOf(p)
		if parts := r.readier(p); len(parts) > 0 {
			text = s.levelIn(parts, r.fact)
		}
		if text == "" {
			continue
		}
		line := levelLine{p.Action, text}
		if p.Domain == models.Triage {
			s.Triage = append(s.Triage, line)
		} else {
			s.Finance = append(s.Finance, line)
		}
		if p.Action == models.ActionSchedule {
			s.Floor = r.currency
		}
	}
	if slices.ContainsFunc(s.Triage, func(l levelLine) bool { return l.Action == models.ActionRoute }) {
		s.Queues = queueLines(r.queues)
	}
	if len(s.Finance) > 0 && r.large.Minor > 0 {
		s.Line = r.large.String()
	}
	var b bytes.Buffer
	if err := policyTemplate.Execute(&b, s); err != nil {
		return "", fmt.Errorf("write the suggested policy: %w", err)
	}
	if len(s.Triage)+len(s.Finance) == 0 {
		return "# Nothing in the export is ready to be delegated or watched: see the reasons above.\n", nil
	}
	if _, err := decision.LoadPolicy(b.Bytes(), everybody{}, now); err != nil {
		return "", fmt.Errorf("the suggested policy does not load: %w", err)
	}
	return b.String(), nil
}

// levelOf gives an action's line of the policy; "" where nothing is to be delegated.
func levelOf(p Process) string {
	switch p.Ready {
	case Ready:
		if p.Action == models.ActionSchedule {
			return "{level: act-after-window, window: 4h, max_error: 20%}   # a ceiling: it asks until evidence has earned more"
		}
		return fmt.Sprintf("{level: act, max_error: %.0f%%}   # a ceiling: it asks until evidence has earned more", maxErrors[p.Action]*100)
	case Ask:
		return "{level: ask}"
	case Observe:
		return "{level: observe}   # watches, and bothers nobody"
	}
	return ""
}

// readier gives the segments of the process that are readier than the whole of it, those of the best grade.
func (r Report) readier(whole Process) []Process {
	var out []Process
	for _, p := range r.Processes { // the readiest first
		better := p.Action == whole.Action && p.Segment != "" && p.Ready.rank() > whole.Ready.rank()
		if better && (len(out) == 0 || p.Ready == out[0].Ready) {
			out = append(out, p)
		}
	}
	return out
}

// levelIn gives an action's line where segments are readier than the rest: a ceiling is the action's, and what is earned or granted
// below it is a segment's. Where they are ready but no fact tells them apart, nothing can act in them alone.
func (s *suggestion) levelIn(parts []Process, fact string) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = fmt.Sprintf("%q", p.Segment)
	}
	where := strings.Join(names, ", ")
	if parts[0].Ready != Ready {
		level, _, _ := strings.Cut(levelOf(parts[0]), "   #")
		return level + "   # for " + where
	}
	if fact == "" {
		return "{level: ask}   # ready in " + where + " only, and no fact tells those apart"
	}
	s.Segment = fact
	for _, n := range names {
		s.Grants = append(s.Grants, fmt.Sprintf("{action: %s, segment: %s, level: act, by: WHO, until: YYYY-MM-DD, reason: WHY}", parts[0].Action, n))
	}
	level, _, _ := strings.Cut(levelOf(parts[0]), "   #")
	return level + "   # a ceiling, for " + where + ": it asks until a segment has earned or been granted more"
}

// everybody is a Directory in which every name reaches enough people: the suggestion's groups are the reader's to fill.
type everybody struct{}

// Reaches implements decision.Directory.
func (everybody) Reaches(string) []models.Person {
	var out []models.Person
	for _, id := range []string{"a", "b", "c"} {
		out = append(out, models.Person{ID: id, Roles: []models.Role{models.RoleApprover}})
	}
	return out
}

// Queues are suggested with their most telling words.
const (
	mostQueues = 6
	mostWords  = 5
)

// queuesOf gives the most frequent groups with the words that speak for them, by the smoothed log odds of a ticket of the
// group having the word against one of another.
func queuesOf(texts, labels []string) []models.Queue {
	groups, words := map[string]int{}, map[string]map[string]int{}
	total := map[string]int{}
	for i, text := range texts {
		g := labels[i]
		groups[g]++
		if words[g] == nil {
			words[g] = map[string]int{}
		}
		for w := range plainWords(text) {
			words[g][w]++
			total[w]++
		}
	}
	var names []string
	for g, n := range groups {
		if n >= 20 {
			names = append(names, g)
		}
	}
	slices.SortFunc(names, byCount(groups))
	var out []models.Queue
	for _, g := range names[:min(len(names), mostQueues)] {
		if q := queueOf(g, groups[g], len(texts), words[g], total); len(q.Words) > 0 {
			out = append(out, q)
		}
	}
	return out
}

func queueOf(name string, n, all int, own, total map[string]int) models.Queue {
	score := map[string]float64{}
	var found []string
	for w, k := range own {
		rest := float64(total[w]-k) + .5
		odds := math.Log((float64(k) + .5) / float64(n+1) / (rest / float64(all-n+1)))
		if k >= 5 && odds > 1 {
			score[w] = odds * math.Sqrt(float64(k))
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		if score[a] != score[b] {
			return int(math.Copysign(1, score[b]-score[a]))
		}
		return strings.Compare(a, b)
	})
	return models.Queue{Name: name, Words: found[:min(len(found), mostWords)]}
}

// plainWords gives the words of a text that a person could put into a policy.
func plainWords(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(clip(text, textRead)), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if n := len([]rune(w)); n >= 4 && n <= 20 && !common[w] {
			out[w] = true
		}
	}
	return out
}

// common are words that name no group.
var common = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("that this with have what when where which there their they them then than been being were will would could should does didn doesn just some more most very about into from your yours please thanks thank hello dear need want like know make made only also still again after before over here back") {
		m[w] = true
	}
	return m
}()

// queueLines writes queues as lines of YAML, quoted by the library where a name needs it.
func queueLines(qs []models.Queue) []string {
	var out []string
	for _, q := range qs {
		node := yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		words := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, w := range q.Words {
			words.Content = append(words.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: w})
		}
		node.Content = []*yaml.Node{
			{Kind: yaml.ScalarNode, Value: "name"},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: models.CleanText(q.Name)},
			{Kind: yaml.ScalarNode, Value: "words"},
			words,
		}
		if line, err := yaml.Marshal(&node); err == nil && bytes.Count(line, []byte("\n")) == 1 {
			out = append(out, strings.TrimSpace(string(line)))
		}
	}
	return out
}
