package connector

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"remit/models"
)

// Decode reads JSON into a wire shape. Text comes out clean (see models.CleanText). The error is Invalid, names the field
// where one is at fault, and repeats nothing of the body.
func Decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
			return models.FieldErrorf(e.Field, "must be %s", wanted(e.Type))
		}
		return models.FieldErrorf("body", "is not JSON of the expected shape")
	}
	// The decoder has replaced invalid UTF-8 already; an escaped NUL is all that can be left.
	if bytes.Contains(body, []byte(`\u0000`)) {
		clean(reflect.ValueOf(into))
	}
	return nil
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a number"
}

func clean(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			clean(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			clean(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			clean(v.Index(i))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(models.CleanText(v.String()))
		}
	}
}

// ID is an identifier that some providers write as text and some as a number; null is none.
type ID string

// UnmarshalJSON takes text, a whole number or null.
func (id *ID) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*id = ID(models.CleanText(s))
		return nil
	}
	if s := string(b); strings.Trim(s, "-0123456789") == "" {
		*id = ID(s)
		return nil
	}
	return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[string]()}
}

// Time reads an RFC 3339 time; empty text is the zero time. The error is Invalid and names the field.
func Time(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, models.FieldErrorf(field, "must be a time such as 2026-12-03T09:30:00Z")
	}
	return t.UTC(), nil
}

// What is kept of a customer's words, in bytes. A pasted file is no reason to leave a ticket unread, so what is longer is cut.
const (
	maxText    = 500_000
	maxSubject = 20_000
	maxField   = 4_000
)

// cutMark ends what was cut.
const cutMark = "…"

// Text gives a message as it is kept, at most 500,000 bytes: a longer one is cut between two characters and ends in "…".
func Text(s string) string { return fit(s, maxText) }

// Subject gives a subject line as it is kept, at most 20,000 bytes.
func Subject(s string) string { return fit(s, maxSubject) }

// Fields gives custom fields as they are kept, each at most 4,000 bytes.
func Fields(all map[string]string) map[string]string {
	for name, value := range all {
		all[name] = fit(value, maxField)
	}
	return all
}

func fit(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := most - len(cutMark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + cutMark
}

// Deliver gives one event of a verified request as a row for the inbox.
func Deliver(source, key, kind, subject string, r Request) models.Delivery {
	return models.Delivery{
		ID: models.DeliveryID(source, key), Source: source, Key: key, Kind: kind, Subject: subject,
		Body: r.Body, ReceivedAt: r.At,
	}
}

// NewEvent gives the event that a delivery is, about an item, at the provider's time; where the provider told none, when
// it was received.
func NewEvent(d models.Delivery, kind models.EventKind, item string, at time.Time) models.Event {
	if at.IsZero() {
		at = d.ReceivedAt
	}
	return models.Event{
		ID: models.DeliveryID(d.Source, d.Key), Source: d.Source, Kind: kind, Subject: d.Subject, Item: item,
		At: at, ReceivedAt: d.ReceivedAt, Actor: models.Actor{Kind: models.ByUnknown},
	}
}
