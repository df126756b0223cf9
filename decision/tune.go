package decision

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// Tuned gives a policy's text with another ceiling and line of error for one action, and everything else as it was written,
// comments too. The error is Invalid for a text that does not delegate the action: tuning gives nothing that was not there.
func Tuned(text []byte, a models.Action, level models.Level, maxError float64) ([]byte, error) {
	if !level.Valid() || !(maxError > 0 && maxError < 1) {
		return nil, models.FieldErrorf("level", "a level, and a share of errors above 0 and below 1, are needed")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) != 1 {
		return nil, models.Errorf(models.Invalid, "The policy in force cannot be read as YAML.")
	}
	root := doc.Content[0]
	domain := entry(root, string(a.Domain()))
	if a.Domain().Other() {
		domain = entry(entry(root, "domains"), string(a.Domain()))
	}
	action := entry(domain, actionKey(a))
	if action == nil || action.Kind != yaml.MappingNode {
		return nil, models.FieldErrorf("action", "the policy does not delegate %s", a)
	}
	set(action, "level", string(level))
	set(action, "max_error", strconv.FormatFloat(math.Round(maxError*1e6)/1e4, 'f', -1, 64)+"%")
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return nil, models.Errorf(models.Internal, "write the tuned policy: %w", err)
	}
	return out.Bytes(), e.Close()
}

// actionKey gives how an action is written under its domain.
func actionKey(a models.Action) string {
	if _, own, found := strings.Cut(string(a), "."); found {
		return own
	}
	return string(a)
}

// entry gives the value of a key of a mapping, nil where there is none.
func entry(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// set puts a plain value under a key of a mapping, in its place where it is there already.
func set(m *yaml.Node, key, value string) {
	if v := entry(m, key); v != nil {
		v.Kind, v.Tag, v.Value, v.Style, v.Alias, v.Content = yaml.ScalarNode, "", value, 0, nil, nil
		return
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: value})
}
