package judge

import (
	"context"
	"errors"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"remit/models"
)

// Options say how to reach a judge.
type Options struct {
	BaseURL string
	Key     models.Secret
	Model   string
	HTTP    *http.Client
}

type openAI struct {
	client openai.Client
	model  string
}

// OpenAI gives a judge behind any address that speaks OpenAI's chat completions with structured output.
func OpenAI(o Options) Judge {
	return &openAI{model: o.Model, client: openai.NewClient(
		option.WithBaseURL(o.BaseURL), option.WithAPIKey(o.Key.Reveal()), option.WithHTTPClient(o.HTTP), option.WithMaxRetries(0),
	)}
}

// Name implements Judge.
func (j *openAI) Name() string { return "openai/" + j.model }

// Ask implements Judge.
func (j *openAI) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	got, err := j.client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:       j.model,
		Messages:    []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(instructions), openai.UserMessage(q.ask())},
		Temperature: openai.Float(0),
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "opinion", Strict: openai.Bool(true), Schema: schema(q.Labels)},
		}},
	})
	if err != nil {
		var api *openai.Error
		if errors.As(err, &api) {
			return models.Opinion{}, refused(j.Name(), api.StatusCode)
		}
		return models.Opinion{}, unreachable(j.Name())
	}
	if len(got.Choices) == 0 {
		return models.Opinion{}, models.Errorf(models.Invalid, "%s said nothing", j.Name())
	}
	return opinion(j.Name(), got.Choices[0].Message.Content)
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
