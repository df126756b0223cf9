// Package hook makes webhooks as their providers write and sign them, for the programs that send or read some.
package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"
)

func sum(secret []byte, parts ...string) []byte {
	m := hmac.New(sha256.New, secret)
	for _, p := range parts {
		_, _ = io.WriteString(m, p)
	}
	return m.Sum(nil)
}

// Zendesk gives the headers with which Zendesk sends the body at a time.
func Zendesk(secret string, body []byte, at time.Time) http.Header {
	ts := at.UTC().Format(time.RFC3339)
	h := http.Header{}
	h.Set("X-Zendesk-Webhook-Signature-Timestamp", ts)
	h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(sum([]byte(secret), ts, string(body))))
	return h
}

// Standard gives the headers of Standard Webhooks for an event's id. The key is the secret's bytes, after "whsec_" and base64.
func Standard(key []byte, id string, body []byte, at time.Time) http.Header {
	ts := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", ts)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(sum(key, id, ".", ts, ".", string(body))))
	return h
}

// Stripe gives the header with which Stripe sends the body at a time.
func Stripe(secret string, body []byte, at time.Time) http.Header {
	ts := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set("Stripe-Signature", "t="+ts+",v1="+hex.EncodeToString(sum([]byte(secret), ts, ".", string(body))))
	return h
}

// Libredesk gives the header with which libredesk sends the body, which says no time.
func Libredesk(secret string, body []byte) http.Header {
	h := http.Header{}
	h.Set("X-Libredesk-Signature", "sha256="+hex.EncodeToString(sum([]byte(secret), string(body))))
	return h
}
