package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// The further deeds that a card may offer: as the id of a button whose value is that of ActionApprove, or as an option of
// ActionMenu whose value is menuValue's.
const (
	ActionTake     = "take"     // I have it: no reminders any more
	ActionSnooze   = "snooze"   // remind me in an hour
	ActionHandOver = "handover" // opens a form that asks to whom
	ActionUndo     = "undo"     // take back what was done
	ActionReject   = "reject"   // do not add the draft
)

// snoozed is how long a reminder is put off.
const snoozed = time.Hour

// Keeper takes what people say of a decision besides an answer. The errors are of the kinds that Resolver's are.
type Keeper interface {
	Take(ctx context.Context, id string, by models.Person) (models.Decision, error)
	Snooze(ctx context.Context, id string, by models.Person, until time.Time) (models.Decision, error)
	HandOver(ctx context.Context, id string, by, to models.Person) (models.Decision, error)
	Undo(ctx context.Context, id string, by models.Person, why string) (models.Decision, error)
}

// menuValue gives what an option of a card's menu carries: "take dec_a:3". Without a verb it approves.
func menuValue(verb string, ds []models.Decision) string { return verb + " " + encodeSeen(ds) }

// asks gives the deed that a click asks for and the decisions that it names, still to be read.
func asks(a *slack.BlockAction) (verb, value string) {
	if id, _, _ := strings.Cut(a.ActionID, "."); id != ActionMenu {
		return id, a.Value + a.SelectedOption.Value // one of the two
	}
	v := a.SelectedOption.Value
	if verb, value, ok := strings.Cut(v, " "); ok {
		return verb, value
	}
	return ActionApprove, v
}

// keep does one of the further deeds to each of the decisions, and tells what came of it.
func (b *Bot) keep(ctx context.Context, in slack.InteractionCallback, p models.Person, verb string, ds []models.Decision, ack func()) {
	var told []string
	for _, d := range ds {
		said, err := b.kept(ctx, p, verb, d)
		if err != nil {
			said = b.explain(d, err)
		}
		if len(ds) > 1 {
			said = topic(d.Action) + ": " + said
		}
		told = append(told, said)
	}
	ack()
	b.tell(ctx, in, strings.Join(told, "\n"))
	b.refresh(ctx, ds[0].Item)
}

func (b *Bot) kept(ctx context.Context, p models.Person, verb string, d models.Decision) (said string, err error) {
	switch verb {
	case ActionTake:
		_, err = b.Keeper.Take(ctx, d.ID, p)
		return "You have it. Nobody is reminded any more; the clock runs on.", err
	case ActionSnooze:
		until := b.Now().Add(snoozed)
		_, err = b.Keeper.Snooze(ctx, d.ID, p, until)
		return "Put off until " + until.In(b.Zone).Format("15:04") + ". The clock runs on.", err
	}
	_, err = b.Keeper.Undo(ctx, d.ID, p, "")
	return "Being undone.", err
}
