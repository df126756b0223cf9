package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"

	"remit/models"
)

// worker runs one job: it finds the handler and turns what comes of it into what River is to do next.
type worker struct {
	river.WorkerDefaults[effectArgs]
	Options
}

// NextRetry gives the time of the try after the one that failed. It is counted from now: River puts its own policy in the
// place of a time that has passed, as one counted from the start of a slow try would have.
func (w *worker) NextRetry(job *river.Job[effectArgs]) time.Time {
	from := *job.AttemptedAt
	if w.Now != nil {
		from = w.Now()
	}
	return from.Add(w.Pause(job.Attempt))
}

// Work runs the job.
func (w *worker) Work(ctx context.Context, job *river.Job[effectArgs]) error {
	err := w.call(ctx, job.Args)
	if err == nil {
		return nil
	}
	if d, ok := Snoozed(err); ok {
		return river.JobSnooze(d)
	}
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		// Cut off by Stop: no fault of the effect's, so no try of its own.
		return river.JobSnooze(0)
	}
	log := w.Logger.With("effect", job.Args.EffectID, "kind", job.Args.EffectKind, "try", job.Attempt, "error_kind", models.KindOf(err))
	if job.Attempt < w.Tries && mayPass(err) {
		log.WarnContext(ctx, "effect failed, will be tried again", "err", err)
		return said(err)
	}
	log.ErrorContext(ctx, "effect given up", "err", err)
	if gerr := w.GiveUp(context.WithoutCancel(ctx), job.Args.EffectID, err); gerr != nil {
		log.ErrorContext(ctx, "giving up was not recorded, will be tried again", "err", gerr)
		return river.JobSnooze(w.Pause(min(job.Attempt, w.Tries)))
	}
	return river.JobCancel(said(err))
}

// call calls the handler; a panic of it becomes an error like any other.
func (w *worker) call(ctx context.Context, a effectArgs) (err error) {
	h, ok := w.Handlers[a.EffectKind]
	if !ok {
		return models.Errorf(models.Invalid, "nobody carries out effects of kind %q", a.EffectKind)
	}
	defer func() {
		if p := recover(); p != nil {
			w.Logger.ErrorContext(ctx, "effect panicked", "effect", a.EffectID, "kind", a.EffectKind, "panic", panicOf(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic while carrying out an effect of kind %q", a.EffectKind)
		}
	}()
	return h(ctx, a.EffectID)
}

// panicOf says what the panic was about where the runtime says it; other values may quote a customer.
func panicOf(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}

// mayPass reports whether trying again may help: what is unavailable, and what nobody has classified.
func mayPass(err error) bool {
	switch models.KindOf(err) {
	case models.Unavailable, models.Internal:
		return true
	}
	return false
}

// said is the error as River may keep it: without the inside, which could quote a customer.
func said(err error) error { return errors.New(models.SentenceOf(err)) }
