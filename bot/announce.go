package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Announce posts a notice in its domain's channel, once: announced again, the message is changed in its place if the notice
// looks different, and one whose posting was in doubt is looked for before it is posted again. Its pictures go into the
// thread. The error is a *RetryAfter where it says when to call again.
func (b *Bot) Announce(ctx context.Context, n Notice) error {
	if !b.On() {
		return nil
	}
	defer b.lock(n.Key)()
	k, err := n.card()
	if err != nil {
		return err
	}
	ref, err := b.ref(ctx, n.Key)
	if err != nil {
		return err
	}
	if !ref.Posted() && !ref.TriedAt.IsZero() {
		if ref, err = b.found(ctx, ref); err != nil {
			return err
		}
	}
	switch {
	case !ref.Posted():
		return b.postNotice(ctx, n, ref, k)
	case ref.Digest == k.digest:
		return nil
	}
	if _, _, _, err := b.api.UpdateMessageContext(ctx, ref.Channel, ref.TS, content(k)...); err != nil {
		return slackError("chat.update", err)
	}
	ref.Digest = k.digest
	_, err = b.save(ctx, ref)
	return err
}

func (n Notice) card() (card, error) {
	raw, err := json.Marshal(n.Blocks)
	if err != nil {
		return card{}, fmt.Errorf("draw %s: %w", n.Key, err)
	}
	sum := sha256.Sum256(append(raw, n.Text...))
	return card{item: n.Key, blocks: n.Blocks, text: n.Text, digest: hex.EncodeToString(sum[:16]), open: true}, nil
}

// found looks for a notice whose posting was in doubt.
func (b *Bot) found(ctx context.Context, ref models.CardRef) (models.CardRef, error) {
	there, err := b.find(ctx, ref)
	if err != nil {
		return ref, slackError("conversations.history", err)
	}
	if len(there) == 0 {
		if left := ref.TriedAt.Add(inFlight).Sub(b.Now()); left > 0 {
			return ref, &RetryAfter{D: left, Why: "the notice may be on its way"}
		}
		return ref, nil
	}
	if ref, err = b.keepFirst(ctx, ref, there); err != nil {
		return ref, err
	}
	ref.TriedAt, ref.Digest = time.Time{}, ""
	return b.save(ctx, ref)
}

func (b *Bot) postNotice(ctx context.Context, n Notice, ref models.CardRef, k card) error {
	if ref.Channel == "" {
		ref.Channel = b.channel(n.Domain)
	}
	if ref.Channel == "" {
		return models.Errorf(models.Invalid, "There is no Slack channel for %q and no fallback: set slack.channels.", n.Domain)
	}
	if err := b.turn(ctx, ref.Channel); err != nil {
		return err
	}
	if ref.Nonce == "" {
		ref.Nonce = models.NewID("card", n.Key, ref.Channel, fmt.Sprint(ref.Revision))
	}
	ref.TriedAt = b.Now()
	ref, err := b.save(ctx, ref)
	if err != nil {
		return err
	}
	ts, err := b.send(ctx, ref, k)
	if err != nil {
		return b.notAnnounced(ctx, ref, err)
	}
	ref.TS, ref.Digest, ref.TriedAt = ts, k.digest, time.Time{}
	if ref, err = b.save(ctx, ref); err != nil {
		return err
	}
	for _, p := range n.Pictures {
		b.illustrate(ctx, ref, p)
	}
	return nil
}

// notAnnounced writes down what a failed post means: nothing happened, or nobody knows.
func (b *Bot) notAnnounced(ctx context.Context, ref models.CardRef, err error) error {
	if ambiguous(err) {
		ref.TriedAt = ref.TriedAt.Add(-inFlight) // it is over here; whether it arrived is looked for next time
	} else {
		ref.TriedAt = time.Time{}
	}
	if _, saveErr := b.save(context.WithoutCancel(ctx), ref); saveErr != nil {
		return fmt.Errorf("%w (and then: %w)", slackError("chat.postMessage", err), saveErr)
	}
	return slackError("chat.postMessage", err)
}

// illustrate shares a picture in the thread of a message. Slack shows a picture within a message only to people who may see
// the file already, so that it has to be shared somewhere; a thread is where it is in nobody's way. It is an addition: where
// it fails, the card still says everything.
func (b *Bot) illustrate(ctx context.Context, ref models.CardRef, p Picture) {
	if err := b.upload(ctx, ref, p); err != nil {
		b.Logger.Warn("share a picture", slog.String("name", p.Name), slog.String("kind", string(models.KindOf(err))))
	}
}

func (b *Bot) upload(ctx context.Context, ref models.CardRef, p Picture) error {
	to, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: p.Name, FileSize: len(p.PNG), AltTxt: cut(p.Alt, 1000)})
	if err != nil {
		return slackError("files.getUploadURLExternal", err)
	}
	err = b.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: to.UploadURL, Reader: bytes.NewReader(p.PNG), Filename: p.Name})
	if err != nil {
		return models.Errorf(models.Unavailable, "Slack did not take the picture: %w", err)
	}
	_, err = b.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
		Files: []slack.FileSummary{{ID: to.FileID, Title: cut(p.Alt, 200)}}, Channel: ref.Channel, ThreadTimestamp: ref.TS,
	})
	if err != nil {
		return slackError("files.completeUploadExternal", err)
	}
	return nil
}
