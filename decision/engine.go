package decision

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"remit/models"
)

// Sources knows the configured sources by name.
type Sources interface {
	Translator(source string) (Translator, bool)
	// Writer gives what writes to the source's provider; ok is false for a source that can only be listened to.
	Writer(source string) (Writer, bool)
	// Fetcher gives what asks the source's provider for more; ok is false for one that cannot be asked.
	Fetcher(source string) (Fetcher, bool)
}

// Writer writes a settled decision to its provider; see connector.Applier for what it promises.
type Writer interface {
	Apply(ctx context.Context, w models.Write) error
	Echoes(w models.Write) []string
}

// Fetcher asks a provider for what a thin event lacks; see connector.Fetcher for what it promises.
type Fetcher interface {
	Fetch(ctx context.Context, ev models.Event) ([]models.Delivery, error)
}

// Engine turns events into decisions, and answers into deeds. All of its fields are needed but Log, Adviser, Shadows and Rewritten.
type Engine struct {
	Ledger   Ledger
	Sources  Sources
	Tickets  TicketJudge
	Payments PaymentJudge
	Policy   func() *Policy // the one in force
	People   Managers
	Salt     string // by which it is drawn what is audited; nobody who decides knows it
	Now      func() time.Time
	Build    string // version of remit, kept with each decision
	Batch    int    // deliveries drained at once, at most
	// Rest says how long to leave the database to others after a batch, full or not.
	Rest func(full bool) time.Duration
	Log  *slog.Logger
	// Adviser is asked before a ticket is decided on, in place of Tickets for some of it; nil: nobody.
	Adviser Adviser
	// Shadows has other judges tried out on what is decided; nil: none.
	Shadows *Shadows
	// Rewritten measures how much of a draft was changed before it was sent, 0 to 1; nil: word by word.
	Rewritten func(draft, sent string) float64
	// OnRota gives the ids of who is on a rota now, nobody where that is not known; nil: nobody is on any. It is asked while
	// deciding, and does not wait for anything outside.
	OnRota func(rota string) []string

	desk desk
}

// Run drains until ctx ends: whenever something arrived, and now and then in case an arrival was missed.
func (e *Engine) Run(ctx context.Context, arrived <-chan struct{}, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		n, err := e.Drain(ctx)
		if err != nil && ctx.Err() == nil {
			e.Log.Error("draining failed; it will be tried again", "err", err)
		}
		if n == 0 || err != nil {
			select {
			case <-ctx.Done():
				return nil
			case <-arrived:
			case <-tick.C:
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(e.Rest(n >= e.Batch)):
		}
	}
}

// Drain decides one batch of deliveries and gives how many. A batch that lost a race is tried again whole: in an outage two
// drainers add to one incident again and again, and either could go on alone. One that fails is tried again one by one, so
// that one delivery that cannot be decided is set aside as a dead letter and blocks nobody. The error is Unavailable when
// the database is; nothing is lost then.
func (e *Engine) Drain(ctx context.Context) (n int, err error) {
	for range conflictTries {
		if n, err = e.Ledger.Drain(ctx, e.Batch, e.decide); models.KindOf(err) != models.Conflict {
			break
		}
	}
	switch models.KindOf(err) {
	case "":
		return n, nil
	case models.Unavailable:
		return 0, err
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	for i := range n {
		if err := e.drainOne(ctx); err != nil {
			return i, err
		}
	}
	return n, nil
}

// conflictTries is how often a batch that lost a race is tried before it is tried one by one, and how often a delivery is
// before it is set aside.
const conflictTries = 5

func (e *Engine) drainOne(ctx context.Context) error {
	var tried models.Delivery
	attempt := func(ctx context.Context, r Reader, ds []models.Delivery) (Changes, error) {
		tried = ds[0]
		return e.decide(ctx, r, ds)
	}
	var err error
	for range conflictTries {
		_, err = e.Ledger.Drain(ctx, 1, attempt)
		if models.KindOf(err) != models.Conflict {
			break
		}
	}
	if err == nil || models.KindOf(err) == models.Unavailable || ctx.Err() != nil {
		return err
	}
	e.Log.Error("a delivery was set aside as a dead letter", "source", tried.Source, "delivery", tried.ID, "err", err)
	_, err = e.Ledger.Drain(ctx, 1, func(ctx context.Context, r Reader, ds []models.Delivery) (Changes, error) {
		if ds[0].ID != tried.ID { // another node took it meanwhile
			return e.decide(ctx, r, ds)
		}
		return e.bury(ds[0], err), nil
	})
	return err
}

func (e *Engine) bury(d models.Delivery, err error) Changes {
	now := e.Now()
	letter := models.BuryDelivery(d, err, now)
	return Changes{
		At:          now,
		DeadLetters: []models.DeadLetter{letter},
		Entries: []models.Entry{{
			Item: d.Subject, Kind: models.EntryDeadLetter, By: models.Remit, At: now,
			Text: fmt.Sprintf("An event from %s could not be decided: %s", d.Source, letter.Error),
		}},
	}
}

// decide gives everything that a batch of deliveries causes. It reads and changes nothing but through r and its result.
func (e *Engine) decide(ctx context.Context, r Reader, ds []models.Delivery) (c Changes, err error) {
	defer func() {
		if p := recover(); p != nil {
			e.Log.Error("a judge panicked", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = models.Errorf(models.Internal, "panic while deciding")
		}
	}()
	b, err := e.newBatch(ctx, r, ds)
	if err != nil {
		return Changes{}, err
	}
	for _, ev := range b.events {
		if err := b.handle(ev); err != nil {
			return Changes{}, fmt.Errorf("decide %s: %w", ev.ID, err)
		}
	}
	if err := b.reconcile(); err != nil {
		return Changes{}, err
	}
	if err := b.judgeCopies(); err != nil {
		return Changes{}, err
	}
	if err := b.replan(); err != nil {
		return Changes{}, err
	}
	c = b.changes()
	e.Shadows.see(c, b.policy.TriageRules())
	return c, nil
}
