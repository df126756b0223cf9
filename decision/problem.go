package decision

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// Problem is one thing that is wrong with a policy file.
type Problem struct {
	Line int    `json:"line"`
	Says string `json:"says"`
}

// String says "line 7: ...".
func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Says) }

// refusal is why a policy was not taken.
type refusal struct{ problems []Problem }

// Error says every problem on a line of its own.
func (r *refusal) Error() string {
	lines := make([]string, len(r.problems))
	for i, p := range r.problems {
		lines[i] = p.String()
	}
	return "the policy was refused:\n  " + strings.Join(lines, "\n  ")
}

// ProblemsOf gives what was wrong with the policy file that LoadPolicy refused; nothing for any other error.
func ProblemsOf(err error) []Problem {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.problems
	}
	return nil
}

// wrong notes a problem with what is at a path of the file, such as "finance.cash.floor" or "triage.queues.0". On a line
// that could not even be read, what follows from that is no news.
func (l *loader) wrong(path, format string, args ...any) {
	line := lineOf(l.root, strings.Split(path, "."))
	if p := (Problem{Line: line, Says: fmt.Sprintf(format, args...)}); !l.misread[line] && !slices.Contains(l.problems, p) {
		l.problems = append(l.problems, p)
	}
}

// lineOf gives the line of what is at the path, or of the last step of it that is there.
func lineOf(root *yaml.Node, path []string) int {
	if root == nil || len(root.Content) == 0 {
		return 1
	}
	at := root.Content[0]
	line := at.Line
	for _, step := range path {
		key, value := under(at, step)
		if value == nil {
			return line
		}
		at, line = value, key.Line
	}
	return at.Line
}

// under gives the key and the value of an entry of a mapping, or of the item of a list that step is the number of.
func under(n *yaml.Node, step string) (key, value *yaml.Node) {
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
		return nil, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	return child(n, step)
}

// refusal gives the problems, in the order of their lines, as an Invalid error; nil where there are none.
func (l *loader) refusal() error {
	if len(l.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	r := &refusal{problems: l.problems}
	return &models.Error{Kind: models.Invalid, Message: r.Error(), Err: r}
}

// decode reads the file and notes what the decoder says of it.
func (l *loader) decode(text []byte, into *policyFile) {
	l.root, l.misread = &yaml.Node{}, map[int]bool{}
	if err := yaml.Unmarshal(text, l.root); err != nil {
		l.misreads(strings.TrimPrefix(err.Error(), "yaml: "))
		return
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		for _, s := range te.Errors {
			l.misreads(s)
		}
	} else if err != nil && !errors.Is(err, io.EOF) {
		l.misreads(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var second yaml.Node
	if dec.Decode(&second) == nil {
		l.misreads(fmt.Sprintf("line %d: a second document begins here: a policy is one", second.Line))
	}
}

var (
	leadingLine   = regexp.MustCompile(`^line (\d+): `)
	unknownKey    = regexp.MustCompile(`^field (.+) not found in type (\S+)$`)
	wrongType     = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.+)$")
	twice         = regexp.MustCompile(`^mapping key "(.+)" already defined at line (\d+)$`)
	yamlKinds     = map[string]string{"seq": "a list", "map": "a block of keys", "null": "nothing", "bool": "yes or no"}
	wantedByGoing = []struct{ going, wanted string }{{"int", "a whole number"}, {"float", "a number"}, {"string", "a text"}, {"bool", "true or false"}, {"[]", "a list"}}
)

// filesByType are the parts of the file by the name that the decoder calls them.
var filesByType = byName(
	reflect.TypeFor[policyFile](), reflect.TypeFor[calendarFile](), reflect.TypeFor[capsFile](), reflect.TypeFor[ratesFile](),
	reflect.TypeFor[triageFile](), reflect.TypeFor[financeFile](), reflect.TypeFor[cashFile](), reflect.TypeFor[actionFile](),
	reflect.TypeFor[ruleFile](), reflect.TypeFor[grantFile](), reflect.TypeFor[otherFile](), reflect.TypeFor[alertsFile](),
	reflect.TypeFor[floorFile](), reflect.TypeFor[vendorFile](), reflect.TypeFor[models.Queue](), reflect.TypeFor[models.Macro](),
)

func byName(types ...reflect.Type) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, t := range types {
		m[t.String()] = t
	}
	return m
}

// misreads notes what the decoder says, as a sentence for people.
func (l *loader) misreads(s string) {
	p := Problem{Line: 1, Says: s}
	if m := leadingLine.FindStringSubmatch(s); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Says = strings.TrimPrefix(s, m[0])
	}
	if m := unknownKey.FindStringSubmatch(p.Says); m != nil {
		p.Says = fmt.Sprintf("%q is not a key here: use %s", m[1], strings.Join(keysOf(filesByType[m[2]]), ", "))
	} else if m := wrongType.FindStringSubmatch(p.Says); m != nil {
		p.Says = mistyped(m[1], m[2], m[3])
	} else if m := twice.FindStringSubmatch(p.Says); m != nil {
		p.Says = fmt.Sprintf("%q is there already, on line %s", m[1], m[2])
	}
	l.misread[p.Line] = true
	l.problems = append(l.problems, p)
}

func mistyped(kind, value, going string) string {
	is := or(yamlKinds[kind], fmt.Sprintf("%q", value))
	wanted := "a block of keys"
	for _, w := range wantedByGoing {
		if strings.HasPrefix(strings.TrimPrefix(going, "*"), w.going) {
			wanted = w.wanted
			break
		}
	}
	return fmt.Sprintf("%s stands here, where %s is wanted", is, wanted)
}

// keysOf gives the keys that a part of the file may have.
func keysOf(t reflect.Type) []string {
	if t == nil {
		return []string{"the keys of docs/policy.md"}
	}
	var keys []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" && f.Anonymous {
			keys = append(keys, keysOf(f.Type)...)
		} else if name != "" {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}
