package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/time/rate"

	"remit/models"
)

const (
	// maxEnvelope is what Slack takes as an acknowledgement, in bytes: it drops a larger one without a word.
	maxEnvelope = 20 << 10
	// silent is how long a connection may say nothing before it counts as dead: Slack pings every few seconds.
	silent = time.Minute
	// writeLimit bounds the writing of an acknowledgement.
	writeLimit = 5 * time.Second
	// slowest is the longest pause between two tries to connect.
	slowest = time.Minute
)

// Listen takes what Slack sends over Socket Mode until ctx ends: the same clicks, commands and events as Handler, over
// connections that we open, so that no public address is needed. There are several, so that one can end without anybody
// having to wait, and each is opened again when Slack wants it to be or it breaks. Listen returns early only when Slack will
// not let us in at all; the error is Denied then.
func (b *Bot) Listen(ctx context.Context) error {
	api := slack.New(b.Token.Reveal(), slack.OptionAppLevelToken(b.AppToken.Reveal()), slack.OptionAPIURL(b.APIURL), slack.OptionHTTPClient(b.HTTP))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var lines sync.WaitGroup
	for range cmp.Or(max(b.Connections, 0), 2) {
		lines.Go(func() {
			if err := b.stay(ctx, api); err != nil {
				cancel(err)
			}
		})
	}
	lines.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// stay keeps one connection open. A connection that Slack is about to end is heard out while the next one is opened.
func (b *Bot) stay(ctx context.Context, api *slack.Client) error {
	var hearing sync.WaitGroup
	defer hearing.Wait()
	// A Slack that takes every connection and ends it again is not stormed.
	pace := rate.NewLimiter(rate.Every(time.Second), 5)
	for failed := 0; pace.Wait(ctx) == nil; {
		conn, err := b.dial(ctx, api)
		if err == nil {
			err = b.listenOn(ctx, conn, &hearing)
			failed = 0
		}
		if models.KindOf(err) == models.Denied {
			b.Logger.Error("Slack does not let remit listen any more: clicks and commands do not arrive. Run remit doctor", slog.Any("error", err))
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		failed++
		b.pause(ctx, err, failed)
	}
	return nil
}

// pause waits before the next try: as long as Slack asks, and longer with every failure.
func (b *Bot) pause(ctx context.Context, err error, failed int) {
	if err == nil {
		return // Slack asked for it
	}
	d := min(time.Duration(failed*failed)*200*time.Millisecond, slowest)
	if later, ok := errors.AsType[*RetryAfter](err); ok {
		d = max(d, later.D)
	}
	b.Logger.Warn("Slack cannot be listened to; it is tried again", slog.Duration("in", d), slog.String("kind", string(models.KindOf(err))))
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// dial asks Slack for an address to connect to, and connects.
func (b *Bot) dial(ctx context.Context, api *slack.Client) (*websocket.Conn, error) {
	_, url, err := api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, slackError("apps.connections.open", err)
	}
	// Slack takes no message in several frames, so that the largest must fit the buffer.
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, WriteBufferSize: maxEnvelope + 4<<10}
	conn, resp, err := d.DialContext(ctx, url, nil)
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		// Its text would tell the address, by which anybody could listen.
		return nil, models.Errorf(models.Unavailable, "Slack could not be reached to listen to it")
	}
	conn.SetReadLimit(maxBody)
	return conn, nil
}

// listenOn hears the connection until it ends, or until Slack says that it soon will.
func (b *Bot) listenOn(ctx context.Context, conn *websocket.Conn, hearing *sync.WaitGroup) error {
	l := &link{Conn: conn, leaving: make(chan struct{})}
	ended := make(chan error, 1)
	hearing.Go(func() { ended <- b.hear(ctx, l) })
	select {
	case <-l.leaving:
		return nil
	case err := <-ended:
		return err
	}
}

// link is one connection. Its acknowledgements go out one at a time.
type link struct {
	*websocket.Conn
	mu      sync.Mutex
	open    sync.WaitGroup // envelopes that are not acknowledged yet
	leaving chan struct{}  // closed when Slack says that it will end the connection
}

// hear takes envelopes until the connection ends; then it waits for what is under way to be acknowledged. It ends without
// an error when Slack or ctx wanted it to; the error is Denied when Slack will not have us back.
func (b *Bot) hear(ctx context.Context, l *link) error {
	dead := time.AfterFunc(silent, func() { _ = l.Close() })
	defer dead.Stop()
	l.SetPingHandler(func(data string) error {
		dead.Reset(silent)
		return l.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
	})
	// A read that has timed out ends the reading alone: what is under way can still be acknowledged.
	stop := context.AfterFunc(ctx, func() { _ = l.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	defer func() {
		l.open.Wait()
		_ = l.Close()
	}()
	for {
		_, raw, err := l.ReadMessage()
		if err != nil {
			return ended(ctx, l)
		}
		dead.Reset(silent)
		if err := b.envelope(l, raw); err != nil {
			return err
		}
	}
}

func ended(ctx context.Context, l *link) error {
	if ctx.Err() != nil || l.left() {
		return nil
	}
	return models.Errorf(models.Unavailable, "the connection to Slack broke")
}

func (l *link) left() bool {
	select {
	case <-l.leaving:
		return true
	default:
		return false
	}
}

// ack acknowledges an envelope with an answer. It reports false when the answer was not sent: it is too large, or the
// connection is gone.
func (l *link) ack(id string, v reply) bool {
	raw, err := json.Marshal(socketmode.Response{EnvelopeID: id, Payload: v})
	fits := err == nil && len(raw) < maxEnvelope
	if !fits {
		raw, _ = json.Marshal(socketmode.Response{EnvelopeID: id}) // a string alone always can be
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	slow := time.AfterFunc(writeLimit, func() { _ = l.Close() })
	defer slow.Stop()
	return l.WriteMessage(websocket.TextMessage, raw) == nil && fits
}

// sent is what Slack sends over a connection.
type sent struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
	Reason  string          `json:"reason"` // of a disconnect
}

// finalReasons are those for which Slack ends a connection and will open no other.
var finalReasons = []string{"link_disabled"}

// envelope begins the work of one envelope; it is acknowledged with the answer. One that came before is acknowledged, and
// nothing else. The error is Denied when Slack says that it wants no connection any more.
func (b *Bot) envelope(l *link, raw []byte) error {
	var in sent
	if err := json.Unmarshal(raw, &in); err != nil {
		b.Logger.Warn("Slack sent what remit cannot read")
		return nil
	}
	switch {
	case in.Type == socketmode.RequestTypeHello:
		b.Logger.Info("listening to Slack")
		return nil
	case in.Type == socketmode.RequestTypeDisconnect && slices.Contains(finalReasons, in.Reason):
		return models.Errorf(models.Denied, "Socket Mode was turned off in the Slack app (%s)", in.Reason)
	case in.Type == socketmode.RequestTypeDisconnect && !l.left():
		close(l.leaving)
		return nil
	case in.ID == "":
		return nil
	}
	l.open.Add(1)
	ack := func(v reply) bool {
		defer l.open.Done()
		return l.ack(in.ID, v)
	}
	if b.told.before("envelope/"+in.ID, b.Now()) {
		ack(nil)
		return nil
	}
	do, err := b.opened(in)
	if err != nil {
		b.Logger.Warn("refused an envelope of Slack's", slog.String("type", in.Type), slog.String("why", models.SentenceOf(err)))
		ack(nil) // for it would come again and again
		return nil
	}
	if !b.begin(do, ack) {
		l.open.Done() // it is left to another connection, or to the next process
	}
	return nil
}

// opened reads what is in an envelope.
func (b *Bot) opened(in sent) (work, error) {
	switch in.Type {
	case socketmode.RequestTypeInteractive:
		return b.interaction(in.Payload)
	case socketmode.RequestTypeEventsAPI:
		return b.event(in.Payload)
	case socketmode.RequestTypeSlashCommands:
		var c slash
		if err := json.Unmarshal(in.Payload, &c); err != nil {
			return nil, models.FieldErrorf("payload", "is not a command of Slack's")
		}
		return b.command(c)
	}
	return nil, models.Errorf(models.Invalid, "nothing is known of envelopes of type %q", in.Type)
}
