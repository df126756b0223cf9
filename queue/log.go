package queue

import (
	"context"
	"log/slog"
)

// quiet gives a logger that passes on River's errors alone: its notes on every failed job repeat ours.
func quiet(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(errorsOnly{l.Handler()})
}

type errorsOnly struct{ slog.Handler }

// Enabled reports whether a record of the level is passed on.
func (h errorsOnly) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && h.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the filter on what it gives.
func (h errorsOnly) WithAttrs(as []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(as)}
}

// WithGroup keeps the filter on what it gives.
func (h errorsOnly) WithGroup(name string) slog.Handler { return errorsOnly{h.Handler.WithGroup(name)} }
