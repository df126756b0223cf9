package judge

import (
	"context"

	"remit/models"
)

type openAI struct{ Options }

// OpenAI gives a judge behind any address that speaks OpenAI's chat completions with structured output
// (platform.openai.com/docs/api-reference/chat).
func OpenAI(o Options) Judge { return &openAI{o} }

// Name implements Judge.
func (j *openAI) Name() string { return "openai/" + j.Model }

type chat struct {
	Model          string     `json:"model"`
	Messages       []chatTurn `json:"messages"`
	Temperature    float64    `json:"temperature"`
	ResponseFormat chatFormat `json:"response_format"`
}

type chatTurn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type chatFormat struct {
	Type       string     `json:"type"`
	JSONSchema chatSchema `json:"json_schema"`
}

type chatSchema struct {
	Name   string         `json:"name"`
	Strict bool           `json:"strict"`
	Schema map[string]any `json:"schema"`
}

// Ask implements Judge.
func (j *openAI) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	var got struct {
		Choices []struct {
			Message chatTurn `json:"message"`
		} `json:"choices"`
	}
	err := j.post(ctx, j.Name(), "/chat/completions", j.bearer(), chat{
		Model:          j.Model,
		Messages:       []chatTurn{{Role: "system", Content: instructions}, {Role: "user", Content: q.ask()}},
		ResponseFormat: chatFormat{Type: "json_schema", JSONSchema: chatSchema{Name: "opinion", Strict: true, Schema: schema(q.Labels)}},
	}, &got)
	if err != nil {
		return models.Opinion{}, err
	}
	if len(got.Choices) == 0 {
		return models.Opinion{}, models.Errorf(models.Invalid, "%s said nothing", j.Name())
	}
	return opinion(j.Name(), got.Choices[0].Message.Content)
}
