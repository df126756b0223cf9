package standard

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"remit/models"
)

// Schemas are the JSON Schema files (draft 2020-12) of the events, one a kind and one that they share.
//
//go:embed schemas/*.json
var Schemas embed.FS

const schemaBase = "https://remit.invalid/schemas/"

// schemas are the compiled schemas by kind of event.
type schemas map[models.EventKind]*jsonschema.Schema

var compileSchemas = sync.OnceValues(func() (schemas, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	files, err := fs.Glob(Schemas, "schemas/*.json")
	if err != nil {
		return nil, models.Errorf(models.Internal, "list the event schemas: %w", err)
	}
	for _, f := range files {
		b, err := Schemas.ReadFile(f)
		if err != nil {
			return nil, models.Errorf(models.Internal, "read the event schemas: %w", err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return nil, models.Errorf(models.Internal, "read %s: %w", f, err)
		}
		if err := c.AddResource(schemaBase+strings.TrimPrefix(f, "schemas/"), doc); err != nil {
			return nil, models.Errorf(models.Internal, "read %s: %w", f, err)
		}
	}
	return compileAll(c, files)
})

func compileAll(c *jsonschema.Compiler, files []string) (schemas, error) {
	all := schemas{}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "schemas/"), ".json")
		if name == "common" {
			continue
		}
		s, err := c.Compile(schemaBase + name + ".json")
		if err != nil {
			return nil, models.Errorf(models.Internal, "compile %s: %w", f, err)
		}
		all[models.EventKind(name)] = s
	}
	return all, nil
}

// check holds a body to the schema of its type. known is false for a type that remit has no use for. The error is Invalid
// and names the field by its path.
func (s schemas) check(body []byte) (_ models.EventKind, known bool, err error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return "", false, models.FieldErrorf("body", "is not JSON")
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return "", false, models.FieldErrorf("body", "must be an object with type, timestamp and data")
	}
	name, ok := object["type"].(string)
	if !ok {
		return "", false, models.FieldErrorf("type", "is needed, as text")
	}
	schema, known := s[models.EventKind(name)]
	if !known {
		return "", false, nil
	}
	if err := schema.Validate(doc); err != nil {
		return "", true, fieldError(err)
	}
	return models.EventKind(name), true, nil
}

// fieldError gives the first fault of a validation. It is put in our own words, since the library's repeat the value, and
// the value is a customer's.
func fieldError(err error) error {
	v, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return models.FieldErrorf("body", "does not keep to the schema")
	}
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	path := strings.Join(v.InstanceLocation, ".")
	if r, ok := v.ErrorKind.(*kind.Required); ok && len(r.Missing) > 0 {
		return models.FieldErrorf(strings.TrimPrefix(path+"."+r.Missing[0], "."), "is needed")
	}
	if r, ok := v.ErrorKind.(*kind.DependentRequired); ok && len(r.Missing) > 0 {
		return models.FieldErrorf(strings.TrimPrefix(path+"."+r.Missing[0], "."), "is needed with %s", r.Prop)
	}
	if path == "" {
		path = "body"
	}
	return models.FieldErrorf(path, "%s", sentence(v.ErrorKind))
}

func sentence(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return "must be " + strings.Join(k.Want, " or ") + ", not " + k.Got
	case *kind.Format:
		return "must be a " + k.Want + ", such as " + map[string]string{"date": "2026-12-03"}[k.Want] + map[string]string{"date-time": "2026-12-03T09:30:00Z"}[k.Want]
	case *kind.Pattern:
		return "must match " + k.Want
	case *kind.Enum:
		return "must be one of " + listed(k.Want)
	case *kind.MaxLength, *kind.MaxItems:
		return "is too long"
	case *kind.MinLength:
		return "must not be empty"
	}
	return "is not as the schema says (" + strings.Join(k.KeywordPath(), ".") + ")"
}

func listed(values []any) string {
	var words []string
	for _, v := range values {
		if s, ok := v.(string); ok {
			words = append(words, s)
		}
	}
	return strings.Join(words, ", ")
}
