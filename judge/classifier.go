package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"remit/models"
)

type classifier struct{ Options }

// Classifier gives a judge that is asked by a POST of {"text", "labels"} and answers
// {"priority", "intent", "anger", "draft", "confidence"}, of which it may leave out what it has no opinion on.
func Classifier(o Options) Judge { return &classifier{o} }

// Name implements Judge.
func (j *classifier) Name() string { return "http/" + j.Model }

// Ask implements Judge.
func (j *classifier) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	body, _ := json.Marshal(q) // strings: nothing can fail
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.BaseURL, bytes.NewReader(body))
	if err != nil {
		return models.Opinion{}, models.Errorf(models.Invalid, "%s has no usable address", j.Name())
	}
	req.Header.Set("Content-Type", "application/json")
	if key := j.Key.Reveal(); key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := j.bounded().Do(req)
	if err != nil {
		return models.Opinion{}, failed(j.Name(), err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return models.Opinion{}, refused(j.Name(), resp.StatusCode)
	}
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		return models.Opinion{}, failed(j.Name(), err)
	}
	return opinion(j.Name(), string(said))
}
