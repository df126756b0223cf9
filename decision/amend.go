package decision

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// AddGuardrail gives the policy's text with one guardrail more in a domain, first in its list, and everything else as its
// people wrote it, comments and all. The comment stands beside the rule. The error is Conflict where the
// rule is there already, and Invalid where the text is no policy or does not name the domain; whether the whole may be put in force is for LoadPolicy to say.
func AddGuardrail(text []byte, d models.Domain, when, comment string) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, models.Errorf(models.Invalid, "the policy is not a file that a rule can be added to")
	}
	key, domain := child(doc.Content[0], string(d))
	if domain == nil || domain.Kind != yaml.MappingNode || len(domain.Content) == 0 {
		return nil, models.Errorf(models.Invalid, "the policy does not name %s", d)
	}
	if _, list := child(domain, "guardrails"); list != nil && has(list, when) {
		return nil, models.Errorf(models.Conflict, "The policy has this rule already.")
	}
	rule := ruleLine(when, comment)
	out, ok := written(text, key, domain, rule)
	if !ok {
		out = rewrittenWith(&doc, domain, when, comment)
	}
	if err := onlyAdded(text, out, d, when); err != nil {
		return nil, err
	}
	return out, nil
}

// has reports whether one of the rules has the condition.
func has(rules *yaml.Node, when string) bool {
	return slices.ContainsFunc(rules.Content, func(r *yaml.Node) bool {
		_, cond := child(r, "when")
		return cond != nil && cond.Value == when
	})
}

// child gives the key and the value of a mapping's entry.
func child(n *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// ruleLine writes a rule as an item of a list.
func ruleLine(when, comment string) string {
	line := "- when: '" + strings.ReplaceAll(when, "'", "''") + "'"
	if comment = strings.Join(strings.Fields(comment), " "); comment != "" {
		line += "   # " + comment
	}
	return line
}

// written puts the rule into the text itself, at the lines where the parsed nodes stand, so that no other line changes. ok is
// false for a list or a domain that is written on one line.
func written(text []byte, key, domain *yaml.Node, rule string) ([]byte, bool) {
	if domain.Style&yaml.FlowStyle != 0 || domain.Line == key.Line {
		return nil, false
	}
	lines := strings.SplitAfter(string(text), "\n")
	indent := strings.Repeat(" ", domain.Content[0].Column-1)
	at, list := child(domain, "guardrails")
	switch {
	case at == nil:
		return inserted(lines, key.Line, indent+"guardrails:\n"+indent+"  "+rule+"\n"), true
	case list.Kind == yaml.SequenceNode && list.Style&yaml.FlowStyle == 0 && len(list.Content) > 0 && list.Line > at.Line:
		dash := leading(lines[list.Content[0].Line-1])
		return inserted(lines, at.Line, dash+rule+"\n"), true
	case list.Tag == "!!null" && list.Value == "":
		return inserted(lines, at.Line, indent+"  "+rule+"\n"), true
	case empty(list) && strings.Contains(lines[at.Line-1], "[]"):
		lines[at.Line-1] = strings.Replace(lines[at.Line-1], " []", "", 1)
		return inserted(lines, at.Line, indent+"  "+rule+"\n"), true
	}
	return nil, false
}

func empty(list *yaml.Node) bool { return list.Kind == yaml.SequenceNode && len(list.Content) == 0 }

func leading(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// inserted puts a line below the line of that number.
func inserted(lines []string, below int, line string) []byte {
	if !strings.HasSuffix(lines[below-1], "\n") {
		lines[below-1] += "\n"
	}
	return []byte(strings.Join(slices.Insert(slices.Clone(lines), below, line), ""))
}

// rewrittenWith adds the rule to the parsed nodes and writes them all: comments stay, spaces may change.
func rewrittenWith(doc, domain *yaml.Node, when, comment string) []byte {
	item := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Value: "when"},
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: when, Style: yaml.SingleQuotedStyle, LineComment: strings.Join(strings.Fields(comment), " ")},
	}}
	domain.Style &^= yaml.FlowStyle
	if at, list := child(domain, "guardrails"); list != nil && list.Kind == yaml.SequenceNode {
		list.Style &^= yaml.FlowStyle
		if list.LineComment != "" { // it stood behind what is now several lines
			at.HeadComment, list.LineComment = strings.TrimSpace(at.HeadComment+"\n"+list.LineComment), ""
		}
		list.Content = append([]*yaml.Node{item}, list.Content...)
	} else {
		domain.Content = append(domain.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "guardrails"},
			&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}})
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if enc.Encode(doc) != nil {
		return nil
	}
	return b.Bytes()
}

// onlyAdded makes sure that the new text says what the old one said and one rule more: nobody's policy is changed by a way
// of writing YAML that was not thought of.
func onlyAdded(old, amended []byte, d models.Domain, when string) error {
	var was, is map[string]any
	if yaml.Unmarshal(old, &was) != nil || yaml.Unmarshal(amended, &is) != nil {
		return models.Errorf(models.Invalid, "the rule could not be added: add it to %s.guardrails by hand", d)
	}
	domain, _ := is[string(d)].(map[string]any)
	rules, _ := domain["guardrails"].([]any)
	if len(rules) == 0 {
		return models.Errorf(models.Invalid, "the rule could not be added: add it to %s.guardrails by hand", d)
	}
	first, last := asRule(rules[0]), asRule(rules[len(rules)-1])
	switch {
	case first == when:
		domain["guardrails"] = rules[1:]
	case last == when:
		domain["guardrails"] = rules[:len(rules)-1]
	}
	before, _ := was[string(d)].(map[string]any)
	if had, ok := before["guardrails"].([]any); !ok || len(had) == 0 {
		delete(before, "guardrails")
		if left, _ := domain["guardrails"].([]any); len(left) == 0 {
			delete(domain, "guardrails")
		}
	}
	if fmt.Sprint(was) != fmt.Sprint(is) {
		return models.Errorf(models.Invalid, "the rule could not be added without changing something else: add it to %s.guardrails by hand", d)
	}
	return nil
}

func asRule(v any) string {
	m, _ := v.(map[string]any)
	s, _ := m["when"].(string)
	return s
}
