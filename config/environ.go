package config

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"remit/models"
)

// envPrefix leads every variable that sets a key: REMIT_SLACK_BOT_TOKEN is slack.bot_token. An element of a list goes by
// its index or by its name: REMIT_SOURCES_0_TOKEN, REMIT_SOURCES_HELPDESK_TOKEN. A list of words is written with commas.
const envPrefix = "REMIT_"

// index marks a part of a path that is a place in a list.
const index = "#"

// literal is a value from the environment: it stands for itself, and a ${...} in it is not expanded.
type literal string

// environment turns variables into keys of the tree that the file gave.
type environment struct {
	vars     map[string]string
	tree     map[string]any
	problems Problems
}

func newEnvironment(environ []string, tree map[string]any) *environment {
	e := &environment{vars: map[string]string{}, tree: tree}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		e.vars[name] = value
	}
	return e
}

// path gives the path in the tree that a variable sets, and its value. An empty variable says nothing. One that sets
// nothing is let be, unless it looks like a slip: other programs name variables after the service too.
func (e *environment) path(name, value string) (string, any) {
	if value == "" {
		return "", nil
	}
	words := strings.TrimPrefix(name, envPrefix)
	path, leaf := resolve(reflect.TypeFor[Config](), e.tree, words)
	if leaf == nil {
		e.suspect(name, words)
		return "", nil
	}
	if leaf.Kind() == reflect.Slice {
		return strings.Join(path, delim), literals(value)
	}
	return strings.Join(path, delim), literal(value)
}

func literals(value string) []any {
	var list []any
	for word := range strings.SplitSeq(value, ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, literal(word))
		}
	}
	return list
}

// suspect reports a variable that sets nothing but was meant to.
func (e *environment) suspect(name, words string) {
	known := envNames(reflect.TypeFor[Config](), e.tree, "")
	near := models.Nearest(words, known)
	section, _, _ := strings.Cut(words, "_")
	switch {
	case near != "" && models.Edits(words, near) <= 2:
		e.problems.add(name, "sets no key", "did you mean "+envPrefix+near+"?")
	case contains([]string{"SLACK", "SOURCES", "PEOPLE", "GROUPS"}, section):
		e.problems.add(name, "sets no key", "name the element by its index or its name, then the key, as in REMIT_SOURCES_0_TOKEN")
	}
}

// resolve finds the key of type t, or below it, that the words name; leaf is nil where there is none. Words are joined by
// underscores, which names have too, so every way of cutting them is tried.
func resolve(t reflect.Type, node any, words string) (path []string, leaf reflect.Type) {
	switch {
	case words == "" && scalar(t), words == "" && t.Kind() == reflect.Slice && scalar(t.Elem()):
		return nil, t
	case words == "" || scalar(t):
		return nil, nil
	case t.Kind() == reflect.Map:
		return []string{mapKey(node, words)}, t.Elem()
	}
	for _, c := range children(t, node) {
		if rest, ok := cutWord(words, c.env); ok {
			if below, leaf := resolve(c.typ, c.node, rest); leaf != nil {
				return append([]string{c.path}, below...), leaf
			}
		}
	}
	return nil, nil
}

func cutWord(words, word string) (rest string, ok bool) {
	if words == word {
		return "", true
	}
	return strings.CutPrefix(words, word+"_")
}

// mapKey gives the key that the words name among those there are, else a new one in lower case with hyphens.
func mapKey(node any, words string) string {
	m, _ := node.(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if envName(k) == words {
			return k
		}
	}
	return strings.ReplaceAll(strings.ToLower(words), "_", "-")
}

// child is one step down from a struct or a list: what it is called in the environment and in a path.
type child struct {
	env, path string
	typ       reflect.Type
	node      any
}

func children(t reflect.Type, node any) []child {
	var cs []child
	switch {
	case t.Kind() == reflect.Struct:
		m, _ := node.(map[string]any)
		for i := range t.NumField() {
			key := keyOf(t.Field(i))
			cs = append(cs, child{env: envName(key), path: key, typ: t.Field(i).Type, node: m[key]})
		}
	case t.Kind() == reflect.Slice && !scalar(t.Elem()):
		list, _ := node.([]any)
		for i, element := range list {
			c := child{path: index + strconv.Itoa(i), typ: t.Elem(), node: element}
			c.env = strconv.Itoa(i)
			cs = append(cs, c)
			if name := nameOf(element); name != "" {
				c.env = envName(name)
				cs = append(cs, c)
			}
		}
		// One variable knows nothing of the others: that no place was left out is seen when they are merged.
		for i := len(list); i < len(list)+100; i++ {
			cs = append(cs, child{env: strconv.Itoa(i), path: index + strconv.Itoa(i), typ: t.Elem()})
		}
	}
	return cs
}

// envNames lists, without the prefix, the variables that set the keys below t.
func envNames(t reflect.Type, node any, lead string) []string {
	if scalar(t) || t.Kind() == reflect.Map || (t.Kind() == reflect.Slice && scalar(t.Elem())) {
		return []string{lead}
	}
	var names []string
	for _, c := range children(t, node) {
		if c.node != nil || t.Kind() == reflect.Struct {
			names = append(names, envNames(c.typ, c.node, strings.TrimPrefix(lead+"_"+c.env, "_"))...)
		}
	}
	return names
}

var notWord = regexp.MustCompile(`[^A-Z0-9]+`)

func envName(key string) string { return notWord.ReplaceAllString(strings.ToUpper(key), "_") }

// merge lays what the environment says over the tree of the file.
func (e *environment) merge(src, dest map[string]any) error {
	for key, value := range src {
		dest[key] = e.overlay(key, dest[key], value)
	}
	return nil
}

func (e *environment) overlay(key string, dest, src any) any {
	said, ok := src.(map[string]any)
	if !ok {
		return src
	}
	if isList(said) {
		return e.overlayList(key, dest, said)
	}
	m, _ := dest.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	for k, v := range said {
		m[k] = e.overlay(k, m[k], v)
	}
	return m
}

func isList(said map[string]any) bool {
	for k := range said {
		return strings.HasPrefix(k, index)
	}
	return false
}

func (e *environment) overlayList(key string, dest any, said map[string]any) any {
	list, _ := dest.([]any)
	places := make([]int, 0, len(said))
	for k := range said {
		i, _ := strconv.Atoi(strings.TrimPrefix(k, index))
		places = append(places, i)
	}
	slices.Sort(places)
	for _, i := range places {
		if i > len(list) {
			e.problems.add(fmt.Sprintf("%s%s_%d", envPrefix, envName(key), i), fmt.Sprintf("leaves out %s[%d]", key, len(list)), "number the elements without a gap, from 0")
			break
		}
		if i == len(list) {
			list = append(list, nil)
		}
		list[i] = e.overlay(key, list[i], said[index+strconv.Itoa(i)])
	}
	return list
}
