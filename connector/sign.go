package connector

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"

	"remit/models"
)

// Keys are the secrets that a provider may have signed with: the one in force and, while they are being rotated, the one
// before. The zero Keys match nothing.
type Keys struct{ keys [][]byte }

// NewKeys reads the secrets, each through decode; nil takes them as they stand. No secret, an empty one, and one that
// decode refuses are Invalid: a source without a secret would let everybody in.
func NewKeys(secrets []models.Secret, decode func(string) ([]byte, error)) (Keys, error) {
	if len(secrets) == 0 {
		return Keys{}, models.FieldErrorf("secrets", "at least one signing secret is needed")
	}
	var k Keys
	for i, s := range secrets {
		key := []byte(strings.TrimSpace(s.Reveal()))
		if decode != nil {
			decoded, err := decode(string(key))
			if err != nil {
				return Keys{}, models.FieldErrorf("secrets", "secret %d is not in the form that this provider gives out", i+1)
			}
			key = decoded
		}
		if len(key) == 0 {
			return Keys{}, models.FieldErrorf("secrets", "secret %d is empty", i+1)
		}
		k.keys = append(k.keys, key)
	}
	return k, nil
}

// Signed reports whether one of the given signatures is the HMAC-SHA256 of the parts under one of the keys, written by
// encode. The written forms are compared, so that no signature has two spellings, and every pair is, in constant time.
func (k Keys) Signed(encode func([]byte) string, given []string, parts ...[]byte) bool {
	ok := 0
	for _, want := range k.Sign(encode, parts...) {
		for _, g := range given {
			ok |= subtle.ConstantTimeCompare([]byte(g), []byte(want))
		}
	}
	return ok == 1
}

// Sign gives the HMAC-SHA256 of the parts under each key, written by encode.
func (k Keys) Sign(encode func([]byte) string, parts ...[]byte) []string {
	sigs := make([]string, 0, len(k.keys))
	for _, key := range k.keys {
		h := hmac.New(sha256.New, key)
		for _, p := range parts {
			_, _ = h.Write(p)
		}
		sigs = append(sigs, encode(h.Sum(nil)))
	}
	return sigs
}

// Fresh refuses, as Unauthenticated, a signed time that is further than skew from when the request arrived, either way.
func Fresh(signed, at time.Time, skew time.Duration) error {
	switch age := at.Sub(signed); {
	case age > skew:
		return Unsigned("the signed timestamp is too old")
	case age < -skew:
		return Unsigned("the signed timestamp is in the future")
	}
	return nil
}

// Unsigned gives the Unauthenticated error that says why.
func Unsigned(why string) error { return models.Errorf(models.Unauthenticated, "%s", why) }
