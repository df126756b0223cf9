package judge

import (
	"context"
	"errors"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"remit/models"
)

type openAI struct {
	chat  openai.ChatCompletionService
	model string
}

// OpenAI gives a judge behind any address that speaks OpenAI's chat completions with structured output. Of the SDK it takes
// the one service: a whole client would bring every other into the binary.
func OpenAI(o Options) Judge {
	return &openAI{model: o.Model, chat: openai.NewChatCompletionService(
		option.WithBaseURL(o.BaseURL), option.WithAPIKey(o.Key.Reveal()), option.WithHTTPClient(o.bounded()), option.WithMaxRetries(0),
	)}
}

// Name implements Judge.
func (j *openAI) Name() string { return "openai/" + j.model }

// Ask implements Judge.
func (j *openAI) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	got, err := j.chat.New(ctx, openai.ChatCompletionNewParams{
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
		return models.Opinion{}, failed(j.Name(), err)
	}
	if len(got.Choices) == 0 {
		return models.Opinion{}, models.Errorf(models.Invalid, "%s said nothing", j.Name())
	}
	return opinion(j.Name(), got.Choices[0].Message.Content)
}
