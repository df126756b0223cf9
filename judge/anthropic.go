package judge

import (
	"context"
	"errors"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"remit/models"
)

type claude struct {
	messages anthropic.MessageService
	model    string
}

// Anthropic gives a judge behind an address that speaks Anthropic's messages with structured output. Of the SDK it takes the one
// service, as OpenAI does.
func Anthropic(o Options) Judge {
	return &claude{model: o.Model, messages: anthropic.NewMessageService(
		option.WithBaseURL(o.BaseURL), option.WithAPIKey(o.Key.Reveal()), option.WithHTTPClient(o.bounded()), option.WithMaxRetries(0),
	)}
}

// Name implements Judge.
func (j *claude) Name() string { return "anthropic/" + j.model }

// mostTokens bounds an answer.
const mostTokens = 1024

// Ask implements Judge.
func (j *claude) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	got, err := j.messages.New(ctx, anthropic.MessageNewParams{
		Model: anthropic.Model(j.model), MaxTokens: mostTokens,
		System:       []anthropic.TextBlockParam{{Text: instructions}},
		Messages:     []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(q.ask()))},
		OutputConfig: anthropic.OutputConfigParam{Format: anthropic.JSONOutputFormatParam{Schema: schema(q.Labels)}},
	})
	if err != nil {
		var api *anthropic.Error
		if errors.As(err, &api) {
			return models.Opinion{}, refused(j.Name(), api.StatusCode)
		}
		return models.Opinion{}, failed(j.Name(), err)
	}
	var said strings.Builder
	for _, block := range got.Content {
		if block.Type == "text" {
			said.WriteString(block.Text)
		}
	}
	return opinion(j.Name(), said.String())
}
