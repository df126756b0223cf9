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

// Handler takes what Slack sends: clicks and modals at /slack/interactions, commands at /slack/commands.
func (b *Bot) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/interactions", b.take(b.interaction))
	mux.HandleFunc("POST /slack/commands", b.take(b.command))
	return mux
}

// answer tells Slack v. It reports false when Slack was let go already: what is to be said must then go another way.
type answer func(v reply) bool

// work is what a verified request asks for. It answers once it knows what to say to Slack, and may go on after that.
type work func(ctx context.Context, say answer)

// take verifies a request, begins its work, and answers when the work has an answer or Slack's patience ends. The work is
// finished either way.
func (b *Bot) take(parse func(url.Values) (work, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		do, err := b.parsed(w, r, parse)
		if err != nil {
			b.Logger.Warn("refused a request in Slack's name", slog.String("path", r.URL.Path), slog.String("why", models.SentenceOf(err)))
			http.Error(w, models.SentenceOf(err), status(err))
			return
		}
		said := make(chan reply, 1)
		var taken atomic.Bool
		say := func(v reply) bool {
			first := taken.CompareAndSwap(false, true)
			if first {
				said <- v
			}
			return first
		}
		began := b.start(workLimit, func(ctx context.Context) {
			defer say(nil)
			do(ctx, say)
		})
		if !began {
			http.Error(w, "remit is stopping; try again in a moment", http.StatusServiceUnavailable)
			return
		}
		deadline := time.AfterFunc(b.patient, func() { say(nil) })
		defer deadline.Stop()
		write(w, <-said)
	}
}

// parsed reads the form of a signed body. The query string is never looked at: Slack does not sign it.
func (b *Bot) parsed(w http.ResponseWriter, r *http.Request, parse func(url.Values) (work, error)) (work, error) {
	if !b.On() {
		return nil, models.Errorf(models.NotFound, "Slack is off")
	}
	body, err := b.read(w, r)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, models.Errorf(models.Invalid, "the body is not a form")
	}
	return parse(form)
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

// interaction reads a click or a submitted modal.
func (b *Bot) interaction(form url.Values) (work, error) {
	var in slack.InteractionCallback
	if err := json.Unmarshal([]byte(form.Get("payload")), &in); err != nil {
		return nil, models.FieldErrorf("payload", "is not an interaction of Slack's")
	}
	switch in.Type {
	case slack.InteractionTypeBlockActions:
		return func(ctx context.Context, say answer) { b.clicked(ctx, in, func() { say(nil) }) }, nil
	case slack.InteractionTypeViewSubmission:
		return func(ctx context.Context, say answer) { b.submitted(ctx, in, say) }, nil
	}
	return func(context.Context, answer) {}, nil
}
