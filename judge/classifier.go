package judge

import (
	"context"
	"encoding/json"

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
	var said json.RawMessage
	if err := j.post(ctx, j.Name(), "", j.bearer(), q, &said); err != nil {
		return models.Opinion{}, err
	}
	return opinion(j.Name(), string(said))
}
