package web

import (
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// retryAfter is how many seconds a provider is asked to wait when the database is locked or full.
const retryAfter = "5"

// StatusOf gives the HTTP status that an error's kind means. It is the one place where the two meet.
func StatusOf(kind models.Kind) int {
	switch kind {
	case "":
		return http.StatusOK
	case models.Invalid:
		return http.StatusBadRequest
	case models.Unauthenticated:
		return http.StatusUnauthorized
	case models.Denied:
		return http.StatusForbidden
	case models.NotFound:
		return http.StatusNotFound
	case models.Conflict:
		return http.StatusConflict
	case models.Gone:
		return http.StatusGone
	case models.TooLarge:
		return http.StatusRequestEntityTooLarge
	case models.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem is the body of every JSON error.
type problem struct {
	Error string      `json:"error"`
	Kind  models.Kind `json:"kind"`
	Field string      `json:"field,omitempty"`
}

// refuse answers with the error as JSON. What is ours to mend is logged here and told as nothing but "internal".
func refuse(c *gin.Context, log *slog.Logger, err error) {
	kind := models.KindOf(err)
	status := StatusOf(kind)
	if status == http.StatusInternalServerError {
		log.ErrorContext(c.Request.Context(), "request failed", "route", c.FullPath(), "error", err)
	}
	if kind == models.Unavailable {
		c.Header("Retry-After", retryAfter)
	}
	c.AbortWithStatusJSON(status, problem{Error: models.SentenceOf(err), Kind: kind, Field: models.FieldOf(err)})
}

// recoverer turns a panic into what answer says. The panic and its stack go to the log; the request does not, since its
// body may be a customer's words and its headers a secret.
func recoverer(log *slog.Logger, answer func(c *gin.Context)) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			log.ErrorContext(c.Request.Context(), "handler panicked", "route", c.FullPath(), "panic", v, "stack", string(debug.Stack()))
			c.Abort()
			if !c.Writer.Written() {
				answer(c)
			}
		}()
		c.Next()
	}
}

// internalJSON is the answer to a panic where JSON is spoken.
func internalJSON(c *gin.Context) {
	c.JSON(http.StatusInternalServerError, problem{Error: models.SentenceOf(errPanic), Kind: models.Internal})
}

var errPanic = models.Errorf(models.Internal, "panic")

// quiet gives a logger that says nothing where none was given.
func quiet(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}
