package web

import (
	"context"
	"encoding/json"
	"time"

	"remit/decision"
	"remit/models"
)

// Accepter keeps what a webhook brought. Both methods return after the commit; Unavailable means that the provider
// should send it again.
type Accepter interface {
	// Accept stores deliveries and gives how many of them were new.
	Accept(ctx context.Context, ds []models.Delivery) (fresh int, err error)
	// Bury stores a delivery that cannot be read, and reports whether it was new.
	Bury(ctx context.Context, l models.DeadLetter) (fresh bool, err error)
}

// Pinger reports whether the database answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Counter gives how many there are of what the metrics show, by name: "inbox_pending", "dead_letters", "state_asked",
// "effects_queued".
type Counter interface {
	Counts(ctx context.Context) (map[string]int64, error)
}

// Cases gives what is open.
type Cases interface {
	// Case gives an item with its decisions and timeline, or NotFound.
	Case(ctx context.Context, item string) (models.Case, error)
	// OpenItems gives the items with open decisions, asked longest first; all domains for "".
	OpenItems(ctx context.Context, d models.Domain, limit int) ([]string, error)
}

// Log gives what was decided.
type Log interface {
	// Log gives decisions newest first.
	Log(ctx context.Context, q models.LogQuery) ([]models.Decision, error)
	// Decision gives a decision by its id, or NotFound.
	Decision(ctx context.Context, id string) (models.Decision, error)
	// Snapshot gives facts by their id, or NotFound.
	Snapshot(ctx context.Context, id string) (models.Snapshot, error)
}

// Resolver takes a person's answer to a decision. Denied, Conflict and Invalid errors carry the sentence to show.
type Resolver interface {
	Resolve(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error)
}

// Auditor takes what a person would have done where remit acted by itself. The decision that it gives back tells what remit
// did.
type Auditor interface {
	Audit(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error)
}

// Autonomy gives every slice's level and what it rests on, and lets managers grant a level and take one back.
type Autonomy interface {
	Autonomy(ctx context.Context) ([]decision.Record, error)
	Grant(ctx context.Context, q decision.GrantRequest, by models.Person) (models.Grant, error)
	Revoke(ctx context.Context, of decision.Slice, by models.Person, why string) error
}

// Undoer takes back what was applied.
type Undoer interface {
	Undo(ctx context.Context, id string, by models.Person, why string) (models.Decision, error)
}

// BulkUndoer takes back in bulk what remit did by itself, or with dry only says what that would be.
type BulkUndoer interface {
	UndoAll(ctx context.Context, q decision.UndoQuery, by models.Person, why string, dry bool) (decision.UndoReport, error)
}

// Switcher works the kill switch; the domain "all" is every domain.
type Switcher interface {
	Pause(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error)
	Resume(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error)
}

// Switches gives the kill switches that were ever touched.
type Switches interface {
	Switches(ctx context.Context) (map[models.Domain]models.Switch, error)
}

// Caps says in a sentence each which caps keep remit from acting now.
type Caps interface {
	CapsReached(ctx context.Context) ([]string, error)
}

// DeadLetters gives what could not be decided, newest first, and tries it again.
type DeadLetters interface {
	DeadLetters(ctx context.Context, limit int) ([]models.DeadLetter, error)
	Replay(ctx context.Context, id string, by models.Actor, at time.Time) error
}

// Logins says whose a link or a token is. Anything but a valid one is Unauthenticated. A link works once, a token until
// it expires.
type Logins interface {
	RedeemLogin(ctx context.Context, token string, now time.Time) (personID string, err error)
	TokenPerson(ctx context.Context, token string, now time.Time) (personID string, err error)
}

// People knows who is who.
type People interface {
	ByID(id string) (models.Person, bool)
}

// Cards gives an item's card as Slack blocks: the JSON array, or an object that holds it under "blocks".
type Cards interface {
	Blocks(ctx context.Context, c models.Case) (json.RawMessage, error)
}

// Sessions keeps browser sessions by the hash of their token. Any scs.CtxStore will do.
type Sessions interface {
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}
