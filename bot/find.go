package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// eventType marks a card's metadata, by which it is found again.
const eventType = "remit_card"

// lookback is how long before the last try a card may have been posted; it covers clocks that differ, and a try before.
const lookback = 10 * time.Minute

// pages bounds a search, at 200 messages a page.
const pages = 10

// recover finds out what became of a post whose outcome is unknown: takes the message that is there, or posts again.
func (b *Bot) recover(ctx context.Context, ref models.CardRef, s sheet) error {
	found, err := b.find(ctx, ref)
	if err != nil && isLost(err) && b.Fallback != "" && ref.Channel != b.Fallback {
		return b.elsewhere(ctx, ref, s)
	}
	if err != nil {
		return slackError("conversations.history", err)
	}
	if len(found) == 0 {
		if left := ref.TriedAt.Add(inFlight).Sub(b.Now()); left > 0 {
			return &RetryAfter{D: left, Why: "the card may be on its way"}
		}
		return b.post(ctx, ref, s)
	}
	ref, err = b.keepFirst(ctx, ref, found)
	if err != nil {
		return err
	}
	ref.TriedAt, ref.Digest, ref.PostedAt, ref.Held = time.Time{}, "", ref.TriedAt, ""
	if ref, err = b.save(ctx, ref); err != nil {
		return err
	}
	k, err := b.drawn(s, ref.Channel)
	if err != nil {
		return err
	}
	return b.update(ctx, ref, s, k)
}

// sweep looks for duplicates of a card after a doubtful post. Once enough time has passed the doubt is dropped.
func (b *Bot) sweep(ctx context.Context, ref models.CardRef) (models.CardRef, error) {
	found, err := b.find(ctx, ref)
	if err != nil {
		return ref, slackError("conversations.history", err)
	}
	was := ref
	if len(found) > 0 {
		if ref, err = b.keepFirst(ctx, ref, found); err != nil {
			return ref, err
		}
	}
	if b.Now().Sub(ref.TriedAt) >= settle {
		ref.TriedAt = time.Time{}
	}
	if ref == was {
		return ref, nil
	}
	return b.save(ctx, ref)
}

// keepFirst deletes all of the messages but the earliest, which every process that looks agrees on.
func (b *Bot) keepFirst(ctx context.Context, ref models.CardRef, found []string) (models.CardRef, error) {
	for _, ts := range found[1:] {
		_, _, err := b.api.DeleteMessageContext(ctx, ref.Channel, ts)
		if err != nil && slackWord(err) != "message_not_found" {
			return ref, slackError("chat.delete", err)
		}
	}
	if ref.TS != found[0] {
		ref.TS, ref.Digest = found[0], "" // what the earlier one says is not known
	}
	return ref, nil
}

// lookLater asks to be called again while a duplicate may still arrive.
func (b *Bot) lookLater(ref models.CardRef) error {
	if ref.TriedAt.IsZero() {
		return nil
	}
	left := max(ref.TriedAt.Add(settle).Sub(b.Now()), time.Second)
	return &RetryAfter{D: left, Why: "an earlier post of the card may still arrive"}
}

// find gives the ids of the messages that carry the card's nonce, earliest first.
func (b *Bot) find(ctx context.Context, ref models.CardRef) ([]string, error) {
	who, err := b.identity(ctx)
	if err != nil {
		return nil, err
	}
	query := &slack.GetConversationHistoryParameters{
		ChannelID: ref.Channel, Limit: 200, IncludeAllMetadata: true,
		Oldest: fmt.Sprint(ref.TriedAt.Add(-lookback).Unix()), Latest: fmt.Sprint(ref.TriedAt.Add(settle + lookback).Unix()),
	}
	var found []string
	for range pages {
		h, err := b.api.GetConversationHistoryContext(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, m := range h.Messages {
			if ours(m, who.BotID, ref.Nonce) {
				found = append(found, m.Timestamp)
			}
		}
		query.Cursor = h.ResponseMetaData.NextCursor
		if query.Cursor == "" {
			break
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(a, b) })
	return slices.Compact(found), nil
}

// ours reports a message of this app with the nonce: another app's metadata proves nothing.
func ours(m slack.Message, botID, nonce string) bool {
	return m.Metadata.EventType == eventType && m.Metadata.EventPayload["nonce"] == nonce &&
		(botID == "" || m.BotID == "" || m.BotID == botID)
}
