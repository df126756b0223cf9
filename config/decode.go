package config

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"remit/models"
)

// decoder puts a tree of plain values into the types of Config. It is ours and not a library's because it must report
// every problem, each with its key and without its value.
type decoder struct {
	vars     map[string]string
	problems Problems
}

func (d *decoder) decode(c *Config, tree map[string]any) {
	d.value(reflect.ValueOf(c).Elem(), tree, "")
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// scalar reports a type that one word or number sets.
func scalar(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(textType) || t.Kind() == reflect.String || t.Kind() == reflect.Float64
}

// keyOf gives the key that a field of a struct is set by.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// nameOf gives what an element of a list calls itself, or "".
func nameOf(node any) string {
	m, _ := node.(map[string]any)
	for _, key := range []string{"id", "name"} {
		switch s := m[key].(type) {
		case string:
			if !strings.Contains(s, "${") {
				return s
			}
		case literal:
			return string(s)
		}
	}
	return ""
}

func (d *decoder) value(v reflect.Value, node any, key string) {
	if node == nil {
		return
	}
	switch {
	case scalar(v.Type()):
		d.scalar(v, node, key)
	case v.Kind() == reflect.Struct:
		d.fields(v, node, key)
	case v.Kind() == reflect.Slice:
		d.list(v, node, key)
	case v.Kind() == reflect.Map:
		d.entries(v, node, key)
	}
}

func (d *decoder) fields(v reflect.Value, node any, key string) {
	m, ok := node.(map[string]any)
	if !ok {
		d.problems.add(key, "is not a group of keys", "write its keys below it, each indented")
		return
	}
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		fields[keyOf(v.Type().Field(i))] = v.Field(i)
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if field, ok := fields[k]; ok {
			d.value(field, m[k], join(key, k))
			continue
		}
		mend := "remove it; remit.example.yaml has every key"
		if near := models.Nearest(k, slices.Sorted(maps.Keys(fields))); near != "" {
			mend = "did you mean " + near + "?"
		}
		d.problems.add(join(key, k), "is not a key", mend)
	}
}

func (d *decoder) list(v reflect.Value, node any, key string) {
	list, ok := node.([]any)
	if !ok {
		d.problems.add(key, "is not a list", "write it as [one, two], or one to a line after a hyphen")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, node := range list {
		d.value(v.Index(i), node, element(key, i, nameOf(node)))
	}
}

func (d *decoder) entries(v reflect.Value, node any, key string) {
	m, ok := node.(map[string]any)
	if !ok {
		d.problems.add(key, "is not a list of names with their ids", "write it as {name: id}")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		entry := reflect.New(v.Type().Elem()).Elem()
		d.value(entry, m[k], element(key, 0, k))
		v.SetMapIndex(reflect.ValueOf(k), entry)
	}
}

func (d *decoder) scalar(v reflect.Value, node any, key string) {
	text, ok := d.text(node, v.Kind() == reflect.Float64, key)
	if !ok {
		return
	}
	switch into := v.Addr().Interface().(type) {
	case *models.Money:
		if err := into.UnmarshalText([]byte(text)); err != nil {
			d.problems.add(key, "is not an amount with a currency", "write it like 25000 USD, with an ISO 4217 code and no more decimals than the currency has")
		}
	case encoding.TextUnmarshaler:
		if err := into.UnmarshalText([]byte(text)); err != nil {
			d.problems.add(key, "cannot be read", "compare it with remit.example.yaml")
		}
	default:
		d.plain(v, text, key)
	}
}

func (d *decoder) plain(v reflect.Value, text, key string) {
	if v.Kind() == reflect.String {
		v.SetString(text)
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		d.problems.add(key, "is not a number", "write it like 1 or 0.5")
		return
	}
	v.SetFloat(n)
}

// text gives a plain value as text. A whole number is taken as it is, for ids that are numbers; anything else that YAML
// does not read as text (true, 1e5, a date) would come out changed, and must be quoted.
func (d *decoder) text(node any, number bool, key string) (string, bool) {
	switch n := node.(type) {
	case literal:
		return string(n), true
	case string:
		return d.expand(n, key)
	case int, int64, uint64:
		return fmt.Sprint(n), true
	case float64:
		if number {
			return fmt.Sprint(n), true
		}
		d.problems.add(key, "is not text", "put it in quotes")
	case map[string]any, []any:
		d.problems.add(key, "is not a single value", "write one word or number after the colon")
	default:
		d.problems.add(key, "is not text", "put it in quotes")
	}
	return "", false
}

var (
	reference = regexp.MustCompile(`\$\$\{|\$\{[^}]*\}`)
	variable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// expand puts the variables in place of each ${NAME}; $${ is a ${ that stands for itself.
func (d *decoder) expand(text, key string) (string, bool) {
	ok := true
	text = reference.ReplaceAllStringFunc(text, func(ref string) string {
		if strings.HasPrefix(ref, "$$") {
			return ref[1:]
		}
		name := ref[2 : len(ref)-1]
		value := d.vars[name]
		switch {
		case !variable.MatchString(name):
			ok = false
			d.problems.add(key, "has a ${...} around what is not a variable's name", "write $${ for a ${ that stands for itself")
		case value == "":
			ok = false
			d.problems.add(key, fmt.Sprintf("needs the environment variable %s, which is not set", name), "set it, or write the value in its place")
		}
		return value
	})
	return text, ok
}

func join(key, k string) string { return strings.TrimPrefix(key+"."+k, ".") }

// element gives the key of an element of a list: by its name where it has one, else by its index.
func element(key string, i int, name string) string {
	if name == "" {
		name = strconv.Itoa(i)
	}
	return key + "[" + name + "]"
}
