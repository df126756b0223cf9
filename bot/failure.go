package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// RetryAfter says that the call is to be made again after D: Slack asked for it, or something is still under way. Its kind
// is Unavailable.
type RetryAfter struct {
	D       time.Duration
	Why     string
	Channel string // the channel that has to wait, where it is one
	Paused  bool   // everything has to wait
}

// Error says why and how long.
func (e *RetryAfter) Error() string { return fmt.Sprintf("%s: again in %s", e.Why, e.D) }

// Unwrap gives the error its kind.
func (e *RetryAfter) Unwrap() error { return models.Errorf(models.Unavailable, "%s", e.Why) }

var (
	authWords = []string{
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"no_permission", "not_allowed_token_type", "access_denied", "ekm_access_denied", "team_access_not_granted",
	}
	// Slack may have done what was asked before it failed so.
	halfDone = []string{"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
	// The message or its channel cannot be used any more.
	lost = []string{"message_not_found", "channel_not_found", "is_archived", "not_in_channel", "cant_update_message", "edit_window_closed"}
)

// errNowhere says that no channel is configured for a card.
var errNowhere = models.Errorf(models.Invalid, "There is no Slack channel for it, and no fallback: set slack.channels.")

// slackWord gives Slack's own word for an error, or "".
func slackWord(err error) string {
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

// isLost reports an error that says the card has to go elsewhere.
func isLost(err error) bool { return slices.Contains(lost, slackWord(err)) }

// ambiguous reports an error after which the call may have been carried out all the same.
func ambiguous(err error) bool {
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited {
		return false
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= 500
	}
	if word := slackWord(err); word != "" {
		return slices.Contains(halfDone, word)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return false
	}
	return true
}

// slackError classifies what Slack, or the way to it, answered. The original stays in the chain.
func slackError(method string, err error) error {
	if later, ok := errors.AsType[*RetryAfter](err); ok {
		return later
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &RetryAfter{D: max(limited.RetryAfter, time.Second), Why: "Slack asks for a slower pace", Paused: true}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		if status.Code == http.StatusTooManyRequests {
			return &RetryAfter{D: 30 * time.Second, Why: "Slack asks for a slower pace", Paused: true}
		}
		return models.Errorf(kindOfStatus(status.Code), "Slack answered %s with status %d: %w", method, status.Code, err)
	}
	word := slackWord(err)
	switch {
	case word == "":
		return unreachable(method, err)
	case word == "ratelimited" || word == "rate_limited":
		return &RetryAfter{D: 30 * time.Second, Why: "Slack asks for a slower pace", Paused: true}
	case slices.Contains(authWords, word):
		return models.Errorf(models.Denied, "Slack refused %s: %s. Check the token and its scopes with remit doctor: %w", method, word, err)
	case slices.Contains(halfDone, word):
		return models.Errorf(models.Unavailable, "Slack failed at %s: %s: %w", method, word, err)
	case isLost(err):
		return models.Errorf(models.NotFound, "Slack refused %s: %s: %w", method, word, err)
	}
	return models.Errorf(models.Internal, "Slack refused %s: %s %v: %w", method, word, complaints(err), err)
}

func kindOfStatus(code int) models.Kind {
	if code >= 500 {
		return models.Unavailable
	}
	return models.Internal
}

func unreachable(method string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", method, err)
	}
	return models.Errorf(models.Unavailable, "Slack could not be reached for %s: %w", method, err)
}

func complaints(err error) []string {
	e, _ := errors.AsType[slack.SlackErrorResponse](err)
	return e.ResponseMetadata.Messages
}
