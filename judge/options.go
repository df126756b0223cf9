package judge

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"remit/models"
)

// Options say how to reach a judge.
type Options struct {
	BaseURL string
	Key     models.Secret
	Model   string
	HTTP    *http.Client
}

// mostEnvelope is how much of what is answered is read, in bytes: the opinion, escaped, and what is wrapped around it.
const mostEnvelope = 4 * mostAnswer

// bounded gives the client so that no answer is read beyond a limit, whoever reads it.
func (o Options) bounded() *http.Client {
	c := *o.HTTP
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.Transport = boundedTransport{c.Transport}
	return &c
}

type boundedTransport struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: mostEnvelope}
	}
	return resp, err
}

// errTooMuch says that more was answered than is read.
var errTooMuch = errors.New("the answer is too long")

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// failed says what an error of asking means: where nobody was reached, or the connection was cut, asking again may help; what
// was answered otherwise is no answer. It repeats nothing of what was sent or answered.
func failed(name string, err error) error {
	var network net.Error // of which every error of http.Client is one
	switch {
	case errors.Is(err, errTooMuch):
		return models.Errorf(models.Invalid, "%s said too much", name)
	case errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return models.Errorf(models.Unavailable, "%s cannot be reached", name)
	}
	return models.Errorf(models.Invalid, "%s did not answer in the shape that was asked for", name)
}

// refused says what a status means; the body may repeat what was sent, so nothing is told of it.
func refused(name string, status int) error {
	if status == http.StatusTooManyRequests || status >= 500 {
		return models.Errorf(models.Unavailable, "%s answered %d", name, status)
	}
	return models.Errorf(models.Invalid, "%s answered %d: check its address, model and key", name, status)
}
