package bot

import (
	"bytes"
	"context"
	"log/slog"
	"slices"

	"github.com/slack-go/slack"

	"remit/models"
)

// Announce posts a notice in its domain's channel, once: announced again, the message is changed in its place if the notice
// looks different, and one whose posting was in doubt is looked for before it is posted again. Its pictures go into the
// thread. The errors are those of Notify.
func (b *Bot) Announce(ctx context.Context, n Notice) error {
	if !b.On() {
		return nil
	}
	defer b.lock(n.Key)()
	ref, err := b.ref(ctx, n.Key)
	if err != nil {
		return err
	}
	if err := b.place(ctx, ref, noticeSheet{b, n}, false, true); err != nil {
		return err
	}
	for _, p := range n.Pictures {
		b.illustrate(ctx, n.Key, p.Name, func() (Picture, error) { return p, nil })
	}
	return nil
}

// AnnounceSwitch tells of a kill switch, and of what it recalled and what had left, where whoever tells it knows that. One
// that was told of is not told of again by somebody who knows less.
func (b *Bot) AnnounceSwitch(ctx context.Context, sw models.Switch, recalled []models.Decision, left []models.Effect) error {
	if b.KnowsSwitch(sw) {
		return nil
	}
	if b.Redact() {
		recalled = redactDecisions(recalled)
	}
	if err := b.Announce(ctx, b.look().Switched(sw, recalled, left)); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.switched[sw.Domain] = sw
	return nil
}

// KnowsSwitch reports a kill switch that this process has told of, or one that has been used again since.
func (b *Bot) KnowsSwitch(sw models.Switch) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := b.switched[sw.Domain]
	return last == sw || last.At.After(sw.At)
}

// noticeSheet is a notice in its place.
type noticeSheet struct {
	*Bot
	Notice
}

func (s noticeSheet) home() string { return s.channel(models.Case{Domain: s.Domain}) }
func (s noticeSheet) open() bool   { return true }
func (s noticeSheet) urgent() bool { return true }

func (s noticeSheet) draw(note string) ([]slack.Block, string) {
	if note == "" {
		return s.Notice.Blocks, s.Text
	}
	return append(slices.Clone(s.Notice.Blocks), slack.NewContextBlock("note", plain(note))), s.Text
}

// illustrate shares a picture in the thread of an item's card, once. Slack shows a picture within a message only to people
// who may see the file already, so that it has to be shared somewhere; a thread is where it is in nobody's way. It is an
// addition: where it fails, the card still says everything.
func (b *Bot) illustrate(ctx context.Context, item, name string, draw func() (Picture, error)) {
	key := "picture:" + name
	ref, err := b.ref(ctx, item)
	if err == nil && ref.Posted() && !hasMark(ref, key) {
		var p Picture
		if p, err = draw(); err == nil {
			p.Name = name
			err = b.upload(ctx, ref, key, p)
		}
	}
	if err != nil && models.KindOf(err) != models.Conflict {
		b.Logger.Warn("share a picture", slog.String("name", name), slog.String("kind", string(models.KindOf(err))))
	}
}

// upload notes the picture as shared and shares it: one that is lost in between is missed by nobody, one that came twice
// would be in the way.
func (b *Bot) upload(ctx context.Context, ref models.CardRef, key string, p Picture) error {
	ref, err := b.mark(ctx, ref, key)
	if err != nil {
		return err
	}
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

// fan shares the picture of the cash that a plan leaves in the thread of a card that asks about a pay day or the pool itself.
func (b *Bot) fan(ctx context.Context, c models.Case) {
	cash := c.Facts.Cash
	if b.Fan == nil || cash == nil || cash.Unknown != "" || len(cash.Days) == 0 || len(audits(c)) > 0 {
		return
	}
	for _, d := range c.Open() {
		if d.Action == models.ActionSchedule || d.Action == models.ActionCash {
			b.illustrate(ctx, c.Item, "cash-"+d.ID+".png", func() (Picture, error) { return b.Fan(*cash) })
			return
		}
	}
}
