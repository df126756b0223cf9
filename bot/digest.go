package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Quiet says when cards that can wait are held back, and how many an hour a channel gets.
type Quiet struct {
	PerHour  int            // cards an hour in one channel; what is over goes into one digest. 0 for no bound
	From, To time.Duration  // of each day since midnight: within them cards wait until To; equal for never. They may span midnight
	Days     []time.Weekday // on which all day is quiet
}

// until gives when the quiet that t is in ends; the zero time when t is not in it.
func (q Quiet) until(t time.Time) time.Time {
	from := t
	for range 9 { // a week of quiet days, and the nights beside it
		end := q.ends(t)
		if end.IsZero() {
			break
		}
		t = end
	}
	if t.Equal(from) {
		return time.Time{}
	}
	return t
}

func (q Quiet) ends(t time.Time) time.Time {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	at := func(day int, d time.Duration) time.Time { // by the clock on the wall, also when it is put forward that night
		return time.Date(t.Year(), t.Month(), t.Day()+day, 0, int(d/time.Minute), 0, 0, t.Location())
	}
	since := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	switch {
	case slices.Contains(q.Days, t.Weekday()):
		return midnight.AddDate(0, 0, 1)
	case q.From == q.To:
		return time.Time{}
	case q.From < q.To && since >= q.From && since < q.To:
		return at(0, q.To)
	case q.From > q.To && since >= q.From:
		return at(1, q.To)
	case q.From > q.To && since < q.To:
		return at(0, q.To)
	}
	return time.Time{}
}

// digestPrefix begins the names of digests among the places of cards.
const digestPrefix = "digest:"

// digestName names the digest of a channel in the hour of t.
func digestName(channel string, t time.Time) string {
	return digestPrefix + channel + ":" + t.UTC().Format("2006-01-02T15")
}

// channelOf gives the channel in a digest's name.
func channelOf(digest string) string {
	channel, _, _ := strings.Cut(strings.TrimPrefix(digest, digestPrefix), ":")
	return channel
}

// hold keeps a card back that can wait: until the quiet hours end, or in the digest of an hour that has had enough cards.
func (b *Bot) hold(ctx context.Context, ref models.CardRef, s sheet) (bool, error) {
	if s.urgent() {
		return false, nil
	}
	now := b.Now().In(b.Zone)
	if end := b.Quiet.until(now); !end.IsZero() {
		return true, &RetryAfter{D: end.Sub(now), Why: "quiet hours"}
	}
	if b.Quiet.PerHour <= 0 {
		return false, nil
	}
	n, err := b.Refs.PostedSince(ctx, s.home(), now.Add(-time.Hour))
	if err != nil || n < b.Quiet.PerHour {
		return false, err
	}
	ref.Held = digestName(s.home(), now)
	if _, err := b.save(ctx, ref); err != nil {
		return true, err
	}
	return true, b.digest(ctx, ref.Held)
}

// digest brings a digest up to date.
func (b *Bot) digest(ctx context.Context, name string) error {
	defer b.lock(name)()
	again := false
	for range rounds {
		err := b.digestOnce(ctx, name, again)
		if models.KindOf(err) != models.Conflict {
			return err
		}
		again = true
	}
	return &RetryAfter{D: time.Second, Why: "the digest is being changed elsewhere"}
}

func (b *Bot) digestOnce(ctx context.Context, name string, again bool) error {
	items, err := b.Refs.HeldIn(ctx, name)
	if err != nil {
		return fmt.Errorf("read what %s holds: %w", name, err)
	}
	s := digestSheet{Bot: b, channel: channelOf(name)}
	for _, item := range items {
		c, err := b.Cases.Case(ctx, item)
		if err != nil {
			return fmt.Errorf("read the case of %s: %w", item, err)
		}
		s.cases = append(s.cases, c)
	}
	ref, err := b.ref(ctx, name)
	if err != nil {
		return err
	}
	return b.place(ctx, ref, s, again, true)
}

// digestSheet tells in one message of what can wait.
type digestSheet struct {
	*Bot
	channel string
	cases   []models.Case
}

func (s digestSheet) home() string { return s.channel }
func (s digestSheet) urgent() bool { return true } // it is there so that cards can be held back
func (s digestSheet) open() bool   { return len(s.stillOpen()) > 0 }

func (s digestSheet) stillOpen() []models.Case {
	return slices.DeleteFunc(slices.Clone(s.cases), func(c models.Case) bool { return !wants(c) })
}

// ActionShow is the button that has a card posted which a digest tells of; its value is the item.
const ActionShow = "show"

// digestMost is how many items a digest names one by one.
const digestMost = 20

func (s digestSheet) draw(note string) ([]slack.Block, string) {
	open := s.stillOpen()
	title := fmt.Sprintf("%d more can wait", len(open))
	if len(open) == 0 {
		title = fmt.Sprintf("All %d that could wait are settled", len(s.cases))
	}
	blocks := []slack.Block{slack.NewHeaderBlock(plain(title))}
	if note != "" {
		blocks = append(blocks, slack.NewContextBlock("note", plain(note)))
	}
	for i, c := range open[:min(len(open), digestMost)] {
		show := slack.NewButtonBlockElement(fmt.Sprintf("%s.%d", ActionShow, i), c.Item, plain("Show"))
		show.AccessibilityLabel = cut("Show: "+line(c.Title, 60), 75)
		blocks = append(blocks, slack.NewSectionBlock(plain(s.entry(c)), nil, slack.NewAccessory(show), slack.SectionBlockOptionBlockID(fmt.Sprintf("i%d", i))))
	}
	if rest := len(open) - digestMost; rest > 0 {
		blocks = append(blocks, slack.NewContextBlock("rest", plain(fmt.Sprintf("%d more are open in remit.", rest))))
	}
	return blocks, escape("remit: " + title)
}

// entry tells a case in two lines: what it is, and what is asked until when.
func (s digestSheet) entry(c models.Case) string {
	var asked []string
	for _, d := range c.Open() {
		asked = append(asked, topic(d.Action)+" "+line(value(d.Action, d.Value), 60))
	}
	if len(audits(c)) > 0 {
		asked = append(asked, "a check of what remit did")
	}
	said := line(c.Title, 120) + "\n" + cut(strings.Join(asked, ", "), 200)
	if len(c.Open()) == 0 {
		return said
	}
	if at := c.Open()[0].ExpiresAt; !at.IsZero() {
		said += " · until " + at.In(s.Zone).Format("Mon 2 Jan 15:04")
	}
	return said
}

// show posts the card of an item that a digest tells of, for whoever may look at it.
func (b *Bot) show(ctx context.Context, in slack.InteractionCallback, item string, ack func()) {
	ack()
	if _, err := b.clicker(ctx, in); err != nil {
		b.tell(ctx, in, models.SentenceOf(err)+whomToAsk(nil))
		return
	}
	ref, err := b.ref(ctx, item)
	if err == nil && ref.Held == "" && !ref.Posted() {
		err = models.Errorf(models.Invalid, "This button does not name a card of remit's. Nothing was done.")
	}
	digest := ref.Held
	if err == nil {
		err = b.bring(ctx, item, true)
	}
	if err != nil {
		b.tell(ctx, in, "The card could not be posted: "+models.SentenceOf(err))
		return
	}
	if digest != "" {
		if err := b.digest(ctx, digest); err != nil {
			b.Logger.Debug("update a digest", "kind", string(models.KindOf(err)))
		}
	}
}
