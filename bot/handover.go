package bot

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/slack-go/slack"

	"remit/models"
)

const (
	callbackHandOver = "handover"
	blockTo          = "to"
)

// openHandOver asks in a form to whom the decisions go.
func (b *Bot) openHandOver(ctx context.Context, in slack.InteractionCallback, ds []models.Decision, ack func()) {
	err := b.openToWhom(ctx, in, ds)
	ack()
	if err != nil {
		b.tell(ctx, in, b.unopened(ds[0], err))
	}
}

func (b *Bot) openToWhom(ctx context.Context, in slack.InteractionCallback, ds []models.Decision) error {
	from, err := json.Marshal(origin{Channel: in.Channel.ID, Seen: encodeSeen(ds)})
	if err != nil {
		return err
	}
	pick := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain("Choose a person"), blockTo)
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackHandOver, PrivateMetadata: string(from),
		Title: plain("Hand over"), Submit: plain("Hand over"), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock(blockTo, plain("Who has it from now on"), plain("Somebody who may answer this. The clock runs on."), pick),
		}},
	}
	if _, err := b.api.OpenViewContext(ctx, in.TriggerID, view); err != nil {
		return slackError("views.open", err)
	}
	return nil
}

// handOver takes the form's answer. A person who cannot take it is shown as a mistake in the form.
func (b *Bot) handOver(ctx context.Context, f form) {
	var from origin
	if json.Unmarshal([]byte(f.in.View.PrivateMetadata), &from) != nil {
		b.replace(ctx, f, "This form does not name a decision of remit's. Nothing was done.")
		return
	}
	f.in.Channel.ID = from.Channel
	ds, _, err := b.named(ctx, from.Seen)
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	by, err := b.clicker(ctx, f.in)
	if err != nil {
		b.replace(ctx, f, b.refuse(ctx, f.in, ds, err))
		return
	}
	user := chosenUser(f.in)
	to, err := b.person(ctx, f.in.Team.ID, "", user)
	if err != nil {
		b.mend(ctx, f, map[string]string{blockTo: cut("That is not somebody who may answer this. "+models.SentenceOf(err), 300)})
		return
	}
	for _, d := range ds {
		if _, err := b.Keeper.HandOver(ctx, d.ID, by, to); err != nil {
			b.mend(ctx, f, map[string]string{blockTo: cut(b.explain(d, err), 300)})
			return
		}
	}
	f.say(nil)
	b.refresh(ctx, ds[0].Item)
	told := "<@" + user + ">, " + escape(line(by.Actor().Display(), 80)) + " has handed this over to you."
	if err := b.note(ctx, ds[0].Item, "handed:"+user+":"+from.Seen, told); err != nil && models.KindOf(err) != models.Conflict {
		b.Logger.Warn("tell who was handed a decision", slog.String("item", ds[0].Item), slog.String("kind", string(models.KindOf(err))))
	}
}

func chosenUser(in slack.InteractionCallback) string {
	if in.View.State == nil {
		return ""
	}
	for _, inputs := range in.View.State.Values[blockTo] {
		return inputs.SelectedUser
	}
	return ""
}
