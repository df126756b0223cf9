package judge

import (
	"context"
	"net/http"
	"strings"

	"remit/models"
)

type claude struct{ Options }

// Anthropic gives a judge behind an address that speaks Anthropic's messages with structured output
// (docs.anthropic.com/en/api/messages).
func Anthropic(o Options) Judge { return &claude{o} }

// Name implements Judge.
func (j *claude) Name() string { return "anthropic/" + j.Model }

const (
	anthropicVersion = "2023-06-01"
	// mostTokens bounds an answer.
	mostTokens = 1024
)

type message struct {
	Model        string         `json:"model"`
	MaxTokens    int            `json:"max_tokens"`
	System       string         `json:"system"`
	Messages     []chatTurn     `json:"messages"`
	OutputConfig map[string]any `json:"output_config"`
}

// Ask implements Judge.
func (j *claude) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	var got struct {
		Content []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"content"`
	}
	header := http.Header{"X-Api-Key": {j.Key.Reveal()}, "Anthropic-Version": {anthropicVersion}}
	err := j.post(ctx, j.Name(), "/v1/messages", header, message{
		Model: j.Model, MaxTokens: mostTokens, System: instructions,
		Messages:     []chatTurn{{Role: "user", Content: q.ask()}},
		OutputConfig: map[string]any{"format": map[string]any{"type": "json_schema", "schema": schema(q.Labels)}},
	}, &got)
	if err != nil {
		return models.Opinion{}, err
	}
	var said strings.Builder
	for _, block := range got.Content {
		if block.Type == "text" {
			said.WriteString(block.Text)
		}
	}
	return opinion(j.Name(), said.String())
}
