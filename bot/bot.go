// Package bot is remit in Slack: it draws the cards, keeps each one up to date, and takes what people click to the rest of
// the program. It renders and asks, and never decides.
//
// A card is built once, as Slack's block JSON; the console shows the same blocks. A card's place is written down before
// the card is posted, so that a post whose outcome is unknown is looked for before it is sent again.
package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Cases is what the bot reads: the cards' content, and the decision that a button names.
type Cases interface {
	Case(ctx context.Context, item string) (models.Case, error)
	Decision(ctx context.Context, id string) (models.Decision, error)
}

// Refs keeps where cards are. Saving is a compare-and-set on the revision; from 0 the card must not be there yet.
type Refs interface {
	CardRef(ctx context.Context, item string) (models.CardRef, error)
	SaveCardRef(ctx context.Context, ref models.CardRef, from int) error
	// PostedSince counts the cards that were put in a channel since.
	PostedSince(ctx context.Context, channel string, since time.Time) (int, error)
	// HeldIn gives the items that a digest tells of, in the order of their ids.
	HeldIn(ctx context.Context, digest string) ([]string, error)
}

// Resolver takes answers. Resolve tells by the error's kind why an answer was not taken; Refused notes in the timeline an
// attempt that did not come that far.
type Resolver interface {
	Resolve(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error)
	Refused(ctx context.Context, id string, by models.Actor, text string) error
}

// People tells who is who here.
type People interface {
	// BySlack gives the person whom a Slack user is.
	BySlack(teamID, userID string) (models.Person, bool)
	// Named gives the person with that id or e-mail address, as requesters are written.
	Named(name string) (models.Person, bool)
	// Reaches gives the people whom a name, with a leading @, means: one person, or a group's.
	Reaches(name string) []models.Person
}

// Duty tells who is on duty.
type Duty interface {
	// OnDuty gives the rotas, by name, that the person is on at a time: none where that is not known.
	OnDuty(ctx context.Context, p models.Person, at time.Time) []string
	// Now gives who is on the rota of that name at a time: nobody where that is not known, or it is no rota.
	Now(ctx context.Context, name string, at time.Time) []models.Person
}

// Options are what a Bot is made of. Without a Token Slack is off: cards are still drawn for the console.
type Options struct {
	Token         models.Secret
	Mode          string        // ModeHTTP or ModeSocket: by which Slack reaches us; empty for ModeHTTP
	PublicURL     string        // at which Slack calls us in ModeHTTP, for Check
	SigningSecret models.Secret // of what comes over HTTP
	AppToken      models.Secret // to Listen by
	Connections   int           // of Listen; 0 for 2
	APIURL        string        // with a closing slash; empty for Slack's own
	TeamID        string        // empty: asked of Slack once
	Channels      map[models.Domain]string
	Queues        map[string]string // the channel of a support queue, by its name in lower case
	Quiet         Quiet
	Elsewhere     Fallback
	Fallback      string // the channel for domains without one, and for cards whose channel is gone
	ConsoleURL    string // where people open the console; empty for no links
	People        People
	Groups        map[string]string // name of a group to its Slack user group's id
	Links         Links             // nil: strangers can only ask an admin by word of mouth
	Duty          Duty              // nil: no rota
	Resolver      Resolver
	Keeper        Keeper
	Cases         Cases
	Redact        func() bool                  // whether what is told of tickets holds no personal data now; nil for always
	Items         func(id string) []string     // what a provider's own id may name here; nil where only titles tell
	Agents        func(source string) []string // to whom a source's tickets can be given; nil, or none, where that is not asked
	Refs          Refs
	Outbox        Outbox
	Now           func() time.Time
	Zone          *time.Location // in which cards tell the time; nil for UTC
	Logger        *slog.Logger
	HTTP          *http.Client
	PerSecond     float64                     // posts a second in one channel; 0 for 1
	Turns         Turns                       // nil: no other process writes to Slack
	Runs          func(context.Context) error // draws the pay runs that are shown anew; nil: nobody shows any

	Deeds
}

// Bot is remit in one Slack workspace.
type Bot struct {
	Options
	whole   Cases // with personal data, whatever Redact says
	api     *slack.Client
	patient time.Duration // how long Slack is kept waiting

	mu      sync.Mutex
	self    *slack.AuthTestResponse // learned once
	paces   map[string]*pace
	members map[string]member
	items   map[string]*itemLock

	switched map[models.Domain]models.Switch // that were told of last
	told     memory
	groups   groups
	nudged   chan struct{}
	office   office // of Deliver alone
	closed   bool
	work     sync.WaitGroup
	ctx      context.Context // of work that outlives its request
	cancel   context.CancelFunc
}

// New makes a Bot. It asks nothing of Slack yet.
func New(o Options) *Bot {
	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.PerSecond <= 0 {
		o.PerSecond = 1
	}
	b := &Bot{Options: o, patient: patient, paces: map[string]*pace{}, members: map[string]member{}, items: map[string]*itemLock{}, switched: map[models.Domain]models.Switch{}}
	b.redacting(o.Redact)
	b.nudged = make(chan struct{}, 1)
	b.office = office{later: map[string]time.Time{}, where: map[string]string{}, tries: map[string]int{}}
	b.api = slack.New(o.Token.Reveal(), slack.OptionAPIURL(o.APIURL), slack.OptionHTTPClient(o.HTTP))
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// On reports whether there is a Slack to speak to.
func (b *Bot) On() bool { return !b.Token.Empty() }

// Close waits for what clicks have begun. Later clicks are told to come back.
func (b *Bot) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.work.Wait()
	b.cancel()
}

// start runs f under the bot's own context, which outlives the request. It reports false once the bot is closing.
func (b *Bot) start(limit time.Duration, f func(context.Context)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.work.Go(func() {
		ctx, cancel := context.WithTimeout(b.ctx, limit)
		defer cancel()
		f(ctx)
	})
	return true
}

// Blocks gives the case's card as Slack's block JSON, for the console to show.
func (b *Bot) Blocks(c models.Case) (json.RawMessage, error) {
	blocks, _ := Card(c, b.look())
	return json.Marshal(slack.Blocks{BlockSet: blocks})
}

func (b *Bot) look() CardOptions {
	return CardOptions{Zone: b.Zone, ConsoleURL: b.ConsoleURL, Agents: b.Agents}
}

// identity gives who the bot is in Slack, asked once.
func (b *Bot) identity(ctx context.Context) (slack.AuthTestResponse, error) {
	b.mu.Lock()
	known := b.self
	b.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	who, err := b.api.AuthTestContext(ctx)
	if err != nil {
		return slack.AuthTestResponse{}, slackError("auth.test", err)
	}
	b.mu.Lock()
	b.self = who
	b.mu.Unlock()
	return *who, nil
}

// team gives the workspace whose people may click.
func (b *Bot) team(ctx context.Context) (string, error) {
	if b.TeamID != "" {
		return b.TeamID, nil
	}
	who, err := b.identity(ctx)
	return who.TeamID, err
}
