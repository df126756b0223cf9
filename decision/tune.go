package decision

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// Tune gives the policy's text with another ceiling and error bound of one action, and everything else as its people wrote
// it, comments and all. The error is Invalid where the text is no policy, does not name the action, or is written so that
// only a person can change it; whether the whole may be put in force is for LoadPolicy to say.
func Tune(text []byte, a models.Action, level models.Level, maxError float64) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, models.Errorf(models.Invalid, "the policy is not a file that can be tuned")
	}
	at := doc.Content[0]
	path := append(strings.Split(pathOf(a.Domain()), "."), keyOf(a))
	for _, step := range path {
		if _, at = under(at, step); at == nil {
			return nil, models.Errorf(models.Invalid, "the policy does not name %s", a)
		}
	}
	byHand := models.Errorf(models.Invalid, "%s is written so that only a person can change it: edit the policy by hand", strings.Join(path, "."))
	_, said := under(at, "level")
	if said == nil || at.Kind != yaml.MappingNode {
		return nil, byHand
	}
	bound := strconv.FormatFloat(math.Round(maxError*1e6)/1e4, 'f', -1, 64) + "%"
	lines := strings.SplitAfter(string(text), "\n")
	_, had := under(at, "max_error")
	withLevel := string(level)
	if had == nil {
		withLevel += maxErrorAfter(at, bound)
	}
	// On one line the later of the two comes first, so that the other stays where it was parsed.
	edits := []edit{{said, withLevel}, {had, bound}}
	if had != nil && had.Column > said.Column {
		edits[0], edits[1] = edits[1], edits[0]
	}
	for _, e := range edits {
		if e.node != nil && !e.in(lines) {
			return nil, byHand
		}
	}
	out := []byte(strings.Join(lines, ""))
	if !onlyTuned(text, out, path, string(level), bound) {
		return nil, byHand
	}
	return out, nil
}

// maxErrorAfter writes a bound that was not there before, behind the level.
func maxErrorAfter(action *yaml.Node, bound string) string {
	if action.Style&yaml.FlowStyle != 0 {
		return ", max_error: " + bound
	}
	return "\n" + strings.Repeat(" ", action.Content[0].Column-1) + "max_error: " + bound
}

// edit puts another word in the place of a scalar.
type edit struct {
	node *yaml.Node
	word string
}

func (e edit) in(lines []string) bool {
	i, column := e.node.Line-1, e.node.Column-1
	if e.node.Style != 0 || i >= len(lines) || column > len(lines[i]) || !strings.HasPrefix(lines[i][column:], e.node.Value) {
		return false
	}
	lines[i] = lines[i][:column] + e.word + lines[i][column+len(e.node.Value):]
	return true
}

// onlyTuned makes sure that the new text says what the old one did but for the two values.
func onlyTuned(old, tuned []byte, path []string, level, bound string) bool {
	var was, is map[string]any
	if yaml.Unmarshal(old, &was) != nil || yaml.Unmarshal(tuned, &is) != nil {
		return false
	}
	at := was
	for _, step := range path {
		next, ok := at[step].(map[string]any)
		if !ok {
			return false
		}
		at = next
	}
	at["level"], at["max_error"] = level, bound
	return reflect.DeepEqual(was, is)
}
