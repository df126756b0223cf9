package models

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what an error means to whoever must react to it: an HTTP status, a retry, a sentence for a person.
type Kind string

// The kinds of error. An error that carries none of them is Internal.
const (
	Invalid         Kind = "invalid"         // the input is wrong; sending it again changes nothing
	Unauthenticated Kind = "unauthenticated" // who sent it could not be established
	Denied          Kind = "denied"          // known, but not allowed
	NotFound        Kind = "not_found"       // nothing there by that name
	Conflict        Kind = "conflict"        // it was there, but somebody or something else was first
	Gone            Kind = "gone"            // it was there once and will not come back
	TooLarge        Kind = "too_large"       // more than we accept
	Unavailable     Kind = "unavailable"     // try again later
	Internal        Kind = "internal"        // ours to mend
)

// Error is a failure with its kind and a sentence that may be shown to a person.
type Error struct {
	Kind    Kind
	Message string
	Field   string // the input field at fault, if one is
	Err     error  // the cause, for logs; never shown to a person

	full string // the message with the cause's own words, where they differ
}

// Errorf makes an error of the given kind. A %w in the format is kept as the cause: Error has its words, the Message only
// what may be shown of it, which is the sentence of a classified cause and nothing of any other.
func Errorf(kind Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	e := &Error{Kind: kind, Message: err.Error(), full: err.Error(), Err: errors.Unwrap(err)}
	if e.Err != nil {
		e.Message = strings.Replace(e.full, e.Err.Error(), shown(e.Err), 1)
		e.Message = strings.TrimRight(e.Message, ": ")
	}
	return e
}

// shown gives what may be shown of a cause.
func shown(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.sentence()
	}
	return ""
}

// FieldErrorf makes an Invalid error that names the field at fault.
func FieldErrorf(field, format string, args ...any) error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Error says the sentence, led by the field where one is named, with the cause's own words: it is for logs.
func (e *Error) Error() string {
	if e.full != "" {
		return e.full
	}
	return e.sentence()
}

func (e *Error) sentence() string {
	if e.Field != "" {
		return e.Field + ": " + e.Message
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of the outermost classified error in the chain, Internal for one that was never classified, and
// "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// SentenceOf gives what may be shown to a person: the message of a classified error, and nothing of the inside of an
// unclassified one.
func SentenceOf(err error) string {
	if s := shown(err); s != "" {
		return s
	}
	return "Something went wrong on our side. It has been logged."
}

// FieldOf gives the input field that the error names, or "".
func FieldOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Field
	}
	return ""
}
