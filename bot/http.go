package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

const (
	// patient is how long Slack is kept waiting for an answer: it gives up after 3 s.
	patient = 2500 * time.Millisecond
	// workLimit bounds what a click begins.
	workLimit = 30 * time.Second
)

// reply is what a request of Slack's is answered with; nil is a plain 200.
type reply any

// Handler takes what Slack sends over signed HTTP: clicks, modals and shortcuts at /slack/interactions, commands at
// /slack/commands, events at /slack/events.
func (b *Bot) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/interactions", b.take(b.interactionForm))
	mux.HandleFunc("POST /slack/commands", b.take(b.commandForm))
	mux.HandleFunc("POST /slack/events", b.take(b.event))
	return mux
}

func (b *Bot) interactionForm(body []byte) (work, error) {
	form, err := formOf(body)
	if err != nil {
		return nil, err
	}
	return b.interaction([]byte(form.Get("payload")))
}

func (b *Bot) commandForm(body []byte) (work, error) {
	form, err := formOf(body)
	if err != nil {
		return nil, err
	}
	return b.command(slash{
		Command: form.Get("command"), Text: form.Get("text"), User: form.Get("user_id"), Team: form.Get("team_id"),
		Channel: form.Get("channel_id"), ResponseURL: form.Get("response_url"), Trigger: form.Get("trigger_id"),
	})
}

func formOf(body []byte) (url.Values, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, models.Errorf(models.Invalid, "the body is not a form")
	}
	return form, nil
}

// answer tells Slack v. It reports false when Slack was let go already, or would not take so much: what is to be said must
// then go another way.
type answer func(v reply) bool

// work is what a verified request asks for. It answers once it knows what to say to Slack, and may go on after that.
type work func(ctx context.Context, say answer)

// begin does the work under the bot's own context and has what is to be said to Slack sent once: what the work says, or
// nothing when Slack's patience ends. It reports false once the bot is closing. The work is finished either way.
func (b *Bot) begin(do work, send answer) bool {
	var taken atomic.Bool
	say := func(v reply) bool { return taken.CompareAndSwap(false, true) && send(v) }
	return b.start(workLimit, func(ctx context.Context) {
		deadline := time.AfterFunc(b.patient, func() { say(nil) })
		defer deadline.Stop()
		defer say(nil)
		do(ctx, say)
	})
}

// take verifies a request, begins its work, and answers when the work has an answer or Slack's patience ends.
func (b *Bot) take(parse func(body []byte) (work, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		do, err := b.parsed(w, r, parse)
		if err != nil {
			b.Logger.Warn("refused a request in Slack's name", slog.String("path", r.URL.Path), slog.String("why", models.SentenceOf(err)))
			http.Error(w, models.SentenceOf(err), status(err))
			return
		}
		said := make(chan reply, 1)
		began := b.begin(do, func(v reply) bool {
			said <- v
			return true
		})
		if !began {
			http.Error(w, "remit is stopping; try again in a moment", http.StatusServiceUnavailable)
			return
		}
		write(w, <-said)
	}
}

// parsed reads a signed body that has not come before. The query string is never looked at, for Slack does not sign it: one
// that is there is a forgery.
func (b *Bot) parsed(w http.ResponseWriter, r *http.Request, parse func(body []byte) (work, error)) (work, error) {
	if !b.On() {
		return nil, models.Errorf(models.NotFound, "Slack is off")
	}
	if r.URL.RawQuery != "" {
		return nil, models.Errorf(models.Unauthenticated, "Slack signs the body alone, and the request says something in its address")
	}
	body, err := b.read(w, r)
	if err != nil {
		return nil, err
	}
	if b.told.before("request/"+r.Header.Get(signatureHeader), b.Now()) {
		return nil, models.Errorf(models.Unauthenticated, "the request is a copy of an earlier one")
	}
	return parse(body)
}

func status(err error) int {
	switch models.KindOf(err) {
	case models.Unauthenticated:
		return http.StatusUnauthorized
	case models.TooLarge:
		return http.StatusRequestEntityTooLarge
	case models.NotFound:
		return http.StatusNotFound
	case models.Invalid:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func write(w http.ResponseWriter, v reply) {
	if v == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// interaction reads a click, a submitted modal or a shortcut.
func (b *Bot) interaction(payload []byte) (work, error) {
	var in slack.InteractionCallback
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, models.FieldErrorf("payload", "is not an interaction of Slack's")
	}
	switch in.Type {
	case slack.InteractionTypeBlockActions:
		return func(ctx context.Context, say answer) { b.clicked(ctx, in, func() { say(nil) }) }, nil
	case slack.InteractionTypeViewSubmission:
		return func(ctx context.Context, say answer) { b.submitted(ctx, in, say) }, nil
	case slack.InteractionTypeMessageAction, slack.InteractionTypeShortcut:
		return func(ctx context.Context, say answer) { b.shortcut(ctx, in, say) }, nil
	}
	return func(context.Context, answer) {}, nil
}
