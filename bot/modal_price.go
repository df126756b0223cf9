package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"

	"remit/models"
)

// price says what the pay day that stands in the form would come to, or how to find out.
func (f overrideForm) price(d models.Decision) string {
	if said := f.prices[d.ID]; said != "" {
		return said
	}
	return "Choose a day, and what it costs and what cash it leaves is shown here before you submit."
}

// changedInput shows in the modal what the day that somebody has picked would come to. Nothing is decided by it.
func (b *Bot) changedInput(ctx context.Context, p press, ack func()) {
	ack()
	var from origin
	if json.Unmarshal([]byte(p.View.PrivateMetadata), &from) != nil || b.Pricer == nil {
		return
	}
	ds, _, err := b.namedAny(ctx, from.Seen)
	if err != nil {
		return
	}
	f := overrideForm{title: ds[0].Title, ds: ds, callback: p.View.CallbackID, origin: from, kept: formValues(p.InteractionCallback), prices: map[string]string{}}
	if f.callback == callbackRun {
		f.title = "Pay run"
	}
	f.kept[p.action.BlockID] = p.action.SelectedDate
	for _, d := range ds {
		if day := models.Day(f.kept[blockValue+d.ID]); d.Action == models.ActionSchedule && day.Valid() {
			f.prices[d.ID] = b.priced(ctx, d, day)
		}
	}
	view, err := b.look().overrideForm(f)
	if err == nil {
		_, err = b.api.UpdateViewContext(ctx, view, "", p.View.Hash, p.View.ID)
	}
	if err != nil && slackWord(err) != "hash_conflict" { // a later pick is shown already
		b.Logger.Warn("show a price", slog.Any("error", slackError("views.update", err)))
	}
}

// priced says what a pay day costs beside the planned one and what cash it leaves.
func (b *Bot) priced(ctx context.Context, d models.Decision, day models.Day) string {
	cost, cash, err := b.Pricer.Price(ctx, d.Item, day)
	if err != nil {
		return "Paying on " + day.Display() + ": " + b.explain(d, err)
	}
	said := []string{costSentence(day, cost), cashSentence(cash)}
	if !cash.Short().IsZero() {
		said = append(said, "It breaks the floor by "+cash.Short().Display()+": it is taken with the reason that says you know.")
	}
	return strings.Join(said, " ")
}

func costSentence(day models.Day, cost models.Money) string {
	switch {
	case cost.IsZero():
		return "Paying on " + day.Display() + " costs the same as the day it is planned on."
	case cost.Negative():
		return "Paying on " + day.Display() + " costs " + cost.Neg().Display() + " less than the day it is planned on."
	}
	return "Paying on " + day.Display() + " costs " + cost.Display() + " more than the day it is planned on."
}

func cashSentence(c models.Cash) string {
	if c.Unknown != "" {
		return "What cash it leaves is not known: " + line(c.Unknown, 150) + "."
	}
	return "Cash: " + strings.TrimPrefix(cashLine(c), "Cash: ") + "."
}
