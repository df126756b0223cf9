// Package connector is the seam between remit and the systems of the company: what every provider's package gives, so
// that ingest, the engine and the queue need to know none of them.
//
// A delivery is verified on its raw bytes, split into events, stored, and translated later: Verify and Split run while
// the provider waits, Translate in the drain, Apply and Fetch from the queue.
package connector

import (
	"context"
	"net/http"
	"time"

	"remit/models"
)

// MaxSkew is how far a signed timestamp may be from now, either way, unless the provider says otherwise.
const MaxSkew = 5 * time.Minute

// Request is a webhook as it arrived. Body is raw; At is when it arrived.
type Request struct {
	Method string
	URL    string // as the provider called it: public URL, path and query
	Header http.Header
	Body   []byte
	At     time.Time
}

// Connector speaks for one configured source of a provider.
type Connector interface {
	// Verify establishes that the provider sent these bytes, in constant time and before anything is parsed. The
	// error is Unauthenticated.
	Verify(Request) error
	// Split gives the events of a verified request, each with a key from signed bytes only and the subject it is
	// ordered by. No deliveries and no error means a kind that remit has no use for. The error is Invalid and names
	// the field where one is at fault.
	Split(Request) ([]models.Delivery, error)
	// Translate gives a delivery in remit's own words. It is pure and total: any bytes give events or an Invalid
	// error, never a panic.
	Translate(models.Delivery) ([]models.Event, error)
}

// Answerer is a connector whose provider wants something particular back. ok is false where a plain status will do.
type Answerer interface {
	Answer(Request) (status int, contentType string, body []byte, ok bool)
}

// Applier is a connector that can write to its provider. The same Write.Key twice has the effect of once. Errors are
// Unavailable where trying again may help, Conflict where the item has changed under us, and otherwise final. The
// fingerprints of what will echo come from the Write itself, and are kept before Apply is called.
type Applier interface {
	Apply(ctx context.Context, w models.Write) error
	// Echoes gives the fingerprints (see models.Change.Fingerprint) by which the write will be known when it comes back.
	Echoes(w models.Write) []string
}

// Fetcher is a connector that can ask for what a thin event lacks. What it gives goes through the inbox like any
// delivery; the event is decided when that is drained. NotFound means that there is nothing to fetch any more.
type Fetcher interface {
	Fetch(ctx context.Context, ev models.Event) ([]models.Delivery, error)
}

// Poller is a connector that asks its provider for events instead of being told. Poll gives what is new since the
// cursor, the next cursor, and whether there is more to be had at once. The deliveries are stored before the cursor is.
type Poller interface {
	Poll(ctx context.Context, cursor string) (ds []models.Delivery, next string, more bool, err error)
	// Every is the time between polls once there is nothing more.
	Every() time.Duration
}
