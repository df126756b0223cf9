package connector

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

const (
	callTimeout = 15 * time.Second
	maxAnswer   = 8 << 20 // bytes of a provider's answer that are read
)

// Client calls a provider's JSON API. It tries once, since the queue tries again, follows no redirect, since it carries
// credentials, and repeats no body or token in an error.
type Client struct {
	HTTP *http.Client // nil: one that gives up after 15 seconds
	Base string       // "https://acme.zendesk.com"
	Auth func(*http.Request)
}

// Call is one request to a provider.
type Call struct {
	Method string
	Path   string      // below Base, with its query
	Key    string      // idempotency key, for writes
	Header http.Header // besides credentials and content type
	In     any         // sent as JSON; a []byte is sent as it stands
	Out    any         // where the JSON answer goes; nil for an answer that is not needed
}

// Do makes the call. Errors are Unavailable for what may pass (the network, 429, 5xx; see RetryAfter), NotFound, Gone,
// Conflict and Denied as the provider says, and Invalid for every other refusal and for an answer that is not understood.
func (c Client) Do(ctx context.Context, call Call) error {
	req, err := c.request(ctx, call)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	resp, err := c.client().Do(req.WithContext(ctx))
	if err != nil {
		return &models.Error{Kind: models.Unavailable, Message: req.URL.Host + " cannot be reached", Err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return &models.Error{Kind: models.Unavailable, Message: req.URL.Host + " broke off its answer", Err: err}
	}
	if resp.StatusCode/100 != 2 {
		return refusal(req, resp)
	}
	if call.Out == nil {
		return nil
	}
	if len(body) > maxAnswer {
		return models.Errorf(models.Invalid, "%s answered with more than %d bytes", req.URL.Host, maxAnswer)
	}
	if err := Decode(body, call.Out); err != nil {
		return models.Errorf(models.Invalid, "%s gave an answer that is not understood: %w", req.URL.Host, err)
	}
	return nil
}

func (c Client) client() *http.Client {
	var hc http.Client
	if c.HTTP != nil {
		hc = *c.HTTP
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &hc
}

func (c Client) request(ctx context.Context, call Call) (*http.Request, error) {
	var body io.Reader
	switch in := call.In.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(in)
	default:
		b, err := json.Marshal(in)
		if err != nil {
			return nil, models.Errorf(models.Internal, "write a request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, strings.TrimSuffix(c.Base, "/")+call.Path, body)
	if err != nil {
		return nil, models.FieldErrorf("base_url", "is not an address that can be called")
	}
	// Without this the transport would quietly send a write again when a connection breaks: Idempotency-Key invites it to.
	req.GetBody = nil
	if call.Header != nil {
		req.Header = call.Header.Clone()
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if call.Key != "" {
		req.Header.Set("Idempotency-Key", call.Key)
	}
	if c.Auth != nil {
		c.Auth(req)
	}
	return req, nil
}

func refusal(req *http.Request, resp *http.Response) error {
	e := &models.Error{
		Kind:    kindOfStatus(resp.StatusCode),
		Message: req.Method + " " + req.URL.Host + req.URL.Path + " answered " + strconv.Itoa(resp.StatusCode),
	}
	if after := retryAfter(resp.Header); after > 0 && e.Kind == models.Unavailable {
		e.Err = &throttled{after: after}
	}
	return e
}

func kindOfStatus(status int) models.Kind {
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusTooEarly, status >= 500:
		return models.Unavailable
	case status == http.StatusNotFound:
		return models.NotFound
	case status == http.StatusGone:
		return models.Gone
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return models.Conflict
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return models.Denied
	}
	return models.Invalid
}

type throttled struct{ after time.Duration }

func (t *throttled) Error() string { return "asked to wait " + t.after.String() }

// RetryAfter gives how long the provider asked to be left alone, 0 where it did not say.
func RetryAfter(err error) time.Duration {
	if t, ok := errors.AsType[*throttled](err); ok {
		return t.after
	}
	return 0
}

// retryAfter reads seconds, or a date against the provider's own clock.
func retryAfter(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 3600)) * time.Second
	}
	then, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(then.Sub(now), 0), time.Hour)
}
