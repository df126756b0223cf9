package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"remit/models"
)

// Handler carries out an effect, or finds that there is nothing to do any more. It may run more than once for one effect.
type Handler func(ctx context.Context, effectID string) error

// Handlers says who carries out which kind of effect.
type Handlers map[models.EffectKind]Handler

// Options says how effects are carried out.
type Options struct {
	Handlers Handlers
	// Now is the true time: River compares it with its own. Without it pauses are counted from the start of a try, and after
	// a try that took longer than its pause River's own schedule is followed.
	Now func() time.Time
	// GiveUp is told of an effect whose last try failed or whose error is final. If it fails itself, the effect is tried
	// again later, and given up on again.
	GiveUp func(ctx context.Context, effectID string, err error) error
	Tries  int                         // 12 where zero
	Pause  func(try int) time.Duration // before the try after this one; Backoff where nil
	Poll   time.Duration               // between looks for jobs where nothing tells of them; 150 ms where zero
	Limit  time.Duration               // of one try; 45 s where zero
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Tries <= 0 {
		o.Tries = 12
	}
	if o.Pause == nil {
		o.Pause = Backoff
	}
	if o.Poll <= 0 {
		o.Poll = 150 * time.Millisecond
	}
	if o.Limit <= 0 {
		o.Limit = 45 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.GiveUp == nil {
		o.GiveUp = func(context.Context, string, error) error { return nil }
	}
	return o
}

// Backoff is the pause after a failed try: a second, doubling up to five minutes, of which a random half is taken off so
// that what failed together does not come back together.
func Backoff(try int) time.Duration {
	full := min(math.Exp2(float64(try-1)), 300)
	return time.Duration(full * (0.5 + rand.Float64()/2) * float64(time.Second))
}

// snooze is a Handler's wish to be called again later.
type snooze time.Duration

// Error says the wish.
func (s snooze) Error() string { return "asked to be called again in " + time.Duration(s).String() }

// Snooze is what a Handler returns to be called again after d, without that counting as a failed try.
func Snooze(d time.Duration) error { return snooze(max(d, 0)) }

// Snoozed gives the pause that err asks for, if it asks for one.
func Snoozed(err error) (time.Duration, bool) {
	s, ok := errors.AsType[snooze](err)
	return time.Duration(s), ok
}

// Queue runs jobs.
type Queue struct {
	opts Options
	run  runner
	stop sync.Once
}

// workers is how many effects of a lane are under way at once.
var workers = map[string]int{"apply": 16, "card": 4, "timer": 4, "fetch": 8, "advise": 8, "tell": 4}

// Open makes the queue of these jobs ready. Nothing runs before Start.
func Open(ctx context.Context, j *Jobs, o Options) (*Queue, error) {
	q := &Queue{opts: o.withDefaults()}
	ws := river.NewWorkers()
	if err := river.AddWorkerSafely(ws, &worker{Options: q.opts}); err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	queues := map[string]river.QueueConfig{}
	for lane, n := range workers {
		queues[lane] = river.QueueConfig{MaxWorkers: n}
	}
	run, err := j.newRunner(ctx, &river.Config{
		Queues: queues, Workers: ws, Logger: quiet(o.Logger),
		FetchCooldown: min(q.opts.Poll, 20*time.Millisecond), FetchPollInterval: q.opts.Poll,
		JobTimeout: q.opts.Limit, RescueStuckJobsAfter: 2 * q.opts.Limit,
		// What became of an effect is in the store; River's rows are only in the way once done.
		CompletedJobRetentionPeriod: 5 * time.Minute,
		CancelledJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	q.run = run
	if err := j.requeueOrphans(ctx); err != nil {
		run.close()
		return nil, err
	}
	return q, nil
}

// Start begins to run jobs. They stop with Stop, or hard when ctx ends.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.run.Start(ctx); err != nil {
		return fmt.Errorf("start the queue: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for those under way until ctx ends; then it cancels them and waits a little more. A
// job that was cut off runs again after the next start.
func (q *Queue) Stop(ctx context.Context) error {
	var err error
	q.stop.Do(func() {
		err = q.run.Stop(ctx)
		if err != nil {
			hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			err = q.run.StopAndCancel(hard)
		}
		q.run.close()
	})
	if err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}
