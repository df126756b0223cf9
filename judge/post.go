package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"remit/models"
)

// Options say how to reach a judge.
type Options struct {
	BaseURL string
	Key     models.Secret
	Model   string
	HTTP    *http.Client
}

// bearer gives the header that shows the key, where there is one.
func (o Options) bearer() http.Header {
	if o.Key.Reveal() == "" {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + o.Key.Reveal()}}
}

// mostEnvelope is how much of an answer is read, in bytes: the opinion, escaped, and what is wrapped around it.
const mostEnvelope = 4 * mostAnswer

// post asks what stands at path below the address, and reads its JSON. It is asked once: who asks decides whether to ask
// again. The error is Unavailable where that may help, and Invalid where it will not; it repeats nothing of what was sent or
// answered.
func (o Options) post(ctx context.Context, name, path string, header http.Header, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return models.Errorf(models.Internal, "the question to %s cannot be written as JSON", name)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(o.BaseURL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return models.Errorf(models.Invalid, "%s has no usable address", name)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := o.HTTP.Do(req)
	if err != nil {
		return unreachable(name)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refused(name, resp.StatusCode)
	}
	said, err := io.ReadAll(io.LimitReader(resp.Body, mostEnvelope+1))
	if err != nil {
		return unreachable(name)
	}
	if len(said) > mostEnvelope {
		return models.Errorf(models.Invalid, "%s said too much", name)
	}
	if err := json.Unmarshal(said, answer); err != nil {
		return models.Errorf(models.Invalid, "%s did not answer in the shape that was asked for", name)
	}
	return nil
}

// refused says what a status means; the body may repeat what was sent, so nothing is told of it.
func refused(name string, status int) error {
	if status == http.StatusTooManyRequests || status >= 500 {
		return models.Errorf(models.Unavailable, "%s answered %d", name, status)
	}
	return models.Errorf(models.Invalid, "%s answered %d: check its address, model and key", name, status)
}

func unreachable(name string) error {
	return models.Errorf(models.Unavailable, "%s cannot be reached", name)
}
