package bot

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// clicked does what a click on a card or a home asks for. ack lets Slack go; the rest is done after.
func (b *Bot) clicked(ctx context.Context, in slack.InteractionCallback, ack func()) {
	b.click(ctx, in, ack)
	if in.View.Type == slack.VTHomeTab {
		b.home(ctx, in.Team.ID, in.User.ID)
	}
}

func (b *Bot) click(ctx context.Context, in slack.InteractionCallback, ack func()) {
	if len(in.ActionCallback.BlockActions) == 0 {
		ack()
		return
	}
	if b.acted(ctx, in, ack) {
		return
	}
	verb, value := asks(in.ActionCallback.BlockActions[0])
	switch verb {
	case ActionShow:
		b.show(ctx, in, value, ack)
		return
	case ActionAskLink:
		b.askLink(ctx, in, ack)
		return
	case ActionLink, ActionRefuseLink:
		b.settleLink(ctx, in, value, ack)
		return
	}
	ds, asked, err := b.named(ctx, value)
	if err != nil {
		ack()
		b.tell(ctx, in, models.SentenceOf(err))
		return
	}
	p, err := b.clicker(ctx, in)
	if err != nil {
		ack()
		said := b.refuse(ctx, in, ds, err)
		if errors.Is(err, errStranger) {
			b.introduce(ctx, in, said)
			return
		}
		b.tell(ctx, in, said)
		return
	}
	switch verb {
	case ActionApprove:
		if owing(ds) != "" {
			b.openNote(ctx, in, ds, asked, ack)
			return
		}
		b.answer(ctx, in, p, models.AnswerApprove, ds, asked, ack)
	case ActionReject:
		b.answer(ctx, in, p, models.AnswerReject, ds, asked, ack)
	case ActionOverride:
		b.openOverride(ctx, in, p, ds, asked, ack)
	case ActionTake, ActionSnooze, ActionUndo:
		b.keep(ctx, in, p, verb, ds, ack)
	case ActionHandOver:
		b.openHandOver(ctx, in, ds, ack)
	default:
		ack()
		b.tell(ctx, in, "remit does not know this button. Nothing was done.")
	}
}

// named gives the decisions that a button names, each with the version that was seen. All must be of one item.
func (b *Bot) named(ctx context.Context, value string) ([]models.Decision, []seen, error) {
	ds, asked, err := b.namedAny(ctx, value)
	for _, d := range ds {
		if d.Item != ds[0].Item {
			return nil, nil, errNoButton
		}
	}
	return ds, asked, err
}

// answer gives each of the decisions the same answer, in turn, and tells what could not be done.
func (b *Bot) answer(ctx context.Context, in slack.InteractionCallback, p models.Person, kind models.AnswerKind, ds []models.Decision, asked []seen, ack func()) {
	var told []string
	late := map[string]error{}
	failed := false
	for i, d := range ds {
		answer := models.Answer{By: p.Actor(), Kind: kind, At: b.Now(), Via: "slack", Version: asked[i].Version, ShownAt: shownAt(in), Bulk: len(ds) > 1}
		_, err := b.Resolver.Resolve(ctx, d.ID, p, answer)
		said := models.Answer{Kind: kind}.Verb() + "."
		if err != nil {
			failed, late[d.ID] = true, err
			said = b.explain(d, err)
		}
		if len(ds) > 1 {
			said = topic(d.Action) + ": " + said
		}
		told = append(told, said)
	}
	ack()
	if failed {
		b.tell(ctx, in, strings.Join(told, "\n"))
	}
	for id, err := range late {
		b.tooLate(ctx, id, p, err)
	}
	b.refresh(ctx, ds[0].Item)
}

// tooLate notes in the timeline an answer that lost to another, or was given to what had changed. What was refused for who
// gave it has been noted already.
func (b *Bot) tooLate(ctx context.Context, id string, p models.Person, why error) {
	if models.KindOf(why) != models.Conflict {
		return
	}
	if err := b.Resolver.Refused(ctx, id, p.Actor(), "An answer from Slack came too late: "+models.SentenceOf(why)); err != nil {
		b.Logger.Error("note a late answer", slog.String("decision", id), slog.Any("error", err))
	}
}

// explain says an engine's error as a sentence; what is not classified is ours, and is logged.
func (b *Bot) explain(d models.Decision, err error) string {
	if models.KindOf(err) == models.Internal {
		b.Logger.Error("resolve a decision", slog.String("decision", d.ID), slog.Any("error", err))
	}
	return models.SentenceOf(err)
}

// refresh brings the card up to date at once. The queue does so too: what fails here is not lost.
func (b *Bot) refresh(ctx context.Context, item string) {
	if err := b.Notify(ctx, item); err != nil {
		b.Logger.Debug("update a card after a click", slog.String("item", item), slog.String("kind", string(models.KindOf(err))))
	}
}

// openOverride opens the modal, or says why it cannot be.
func (b *Bot) openOverride(ctx context.Context, in slack.InteractionCallback, p models.Person, ds []models.Decision, asked []seen, ack func()) {
	var open []models.Decision
	var why string
	for i, d := range ds {
		switch {
		case !d.State.Open():
			why = d.Standing(b.Zone)
		case d.Version != asked[i].Version:
			why = "This has changed since the card was drawn. Look at it again: it is being updated."
		default:
			open = append(open, d)
		}
	}
	if len(open) == 0 {
		ack()
		b.tell(ctx, in, why)
		for _, d := range ds {
			b.tooLate(ctx, d.ID, p, models.Errorf(models.Conflict, "%s", why))
		}
		b.refresh(ctx, ds[0].Item)
		return
	}
	err := b.openView(ctx, in, open)
	ack()
	if err != nil {
		b.tell(ctx, in, b.unopened(open[0], err))
	}
}

func (b *Bot) openView(ctx context.Context, in slack.InteractionCallback, ds []models.Decision) error {
	c, err := b.Cases.Case(ctx, ds[0].Item)
	if err != nil {
		return err
	}
	view, err := b.look().overrideView(c.Title, ds, in.Channel.ID)
	if err != nil {
		return err
	}
	_, err = b.api.OpenViewContext(ctx, in.TriggerID, view)
	if err != nil {
		return slackError("views.open", err)
	}
	return nil
}

// unopened says what to do when no modal came: a trigger lives for three seconds only.
func (b *Bot) unopened(d models.Decision, err error) string {
	b.Logger.Warn("open an override", slog.String("decision", d.ID), slog.Any("error", err))
	if b.ConsoleURL == "" {
		return "Slack did not open the form in time. Press the button again."
	}
	return "Slack did not open the form in time. Press the button again, or answer here: " + b.look().page(d.ID)
}
