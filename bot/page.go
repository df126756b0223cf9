package bot

import (
	"context"
	"log/slog"
	"time"

	"remit/models"
)

// Page is what people are told when a card that cannot wait does not get into Slack.
type Page struct {
	Key   string // the same however often it is told, so that what takes it can tell
	Title string
	Text  string // what is asked, why, until when
	URL   string // of its page in the console; empty for none
}

// Pager reaches people where Slack does not.
type Pager interface {
	Page(ctx context.Context, p Page) error
}

// Fallback is how people are told of what cannot wait when Slack does not take it.
type Fallback struct {
	Pager Pager         // nil for not at all
	After time.Duration // undelivered for so long; 0 for ten minutes
}

// pageAgain is how long after a page whose outcome is unknown, or that failed, it is sent once more.
const pageAgain = time.Minute

// page tells people another way of the urgent cards that have waited too long. Each is told of once: that is written down
// before and after, so that only a process that dies in between may tell it twice, under the same key.
func (b *Bot) page(ctx context.Context, pending []models.PendingCard) {
	if b.Elsewhere.Pager == nil {
		return
	}
	after := b.Elsewhere.After
	if after <= 0 {
		after = 10 * time.Minute
	}
	for _, p := range pending {
		if !p.Urgent || p.Posted || p.Paged || b.Now().Sub(p.MadeAt) < after {
			continue
		}
		if err := b.pageOne(ctx, p.Item); err != nil {
			b.Logger.Error("tell people another way of what cannot wait", slog.String("item", p.Item), slog.Any("error", err))
			return // the others would fail as well
		}
	}
}

func (b *Bot) pageOne(ctx context.Context, item string) error {
	defer b.lock(item)()
	c, err := b.Cases.Case(ctx, item)
	if err != nil {
		return err
	}
	ref, err := b.ref(ctx, item)
	if err != nil || ref.Posted() || ref.PagedOK || b.Now().Sub(ref.Paged) < pageAgain {
		return err
	}
	s := caseSheet{b, c}
	if !s.urgent() {
		return nil
	}
	ref.Paged = b.Now()
	if ref, err = b.save(ctx, ref); err != nil {
		return ignoreConflict(err)
	}
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	if err := b.Elsewhere.Pager.Page(ctx, b.pageOf(c)); err != nil {
		return err
	}
	ref.PagedOK = true
	_, err = b.save(context.WithoutCancel(ctx), ref)
	return ignoreConflict(err)
}

// ignoreConflict drops the error of having lost the race to tell people: somebody else tells them.
func ignoreConflict(err error) error {
	if models.KindOf(err) == models.Conflict {
		return nil
	}
	return err
}

func (b *Bot) pageOf(c models.Case) Page {
	p := Page{Key: models.NewID("page", c.Item, c.Open()[0].ID), Title: line(c.Title, 150)}
	lines := []string{"remit asks, and Slack does not take its cards."}
	for _, d := range c.Open() {
		lines = append(lines, "", topic(d.Action)+": "+change(d, 100), reasons(d, rooms[1]), asked(d, rooms[1]), b.look().silence(d))
	}
	if b.ConsoleURL != "" {
		p.URL = b.look().page(c.Open()[0].ID)
		lines = append(lines, "", "Answer here: "+p.URL)
	}
	p.Text = joinLines(lines)
	return p
}
