package bot

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// callbackNote is the callback id of the modal in which somebody who approves says what the decision owes.
const callbackNote = "note"

// owing gives what must be said before the decisions are approved; "" where nothing must.
func owing(ds []models.Decision) string {
	for _, d := range ds {
		if owes := d.Owes(d.Value); owes != "" && d.State.Open() {
			return owes
		}
	}
	return ""
}

// openNote asks for the note in a modal: an approval that needs one is no single click.
func (b *Bot) openNote(ctx context.Context, in slack.InteractionCallback, ds []models.Decision, asked []seen, ack func()) {
	for i := range ds {
		ds[i].Version = asked[i].Version // what was seen, so that a card drawn before a change approves nothing
	}
	view, err := noteView(ds, in.Channel.ID)
	if err == nil {
		_, err = b.api.OpenViewContext(ctx, in.TriggerID, view)
	}
	ack()
	if err != nil {
		b.tell(ctx, in, b.unopened(ds[0], slackError("views.open", err)))
	}
}

func noteView(ds []models.Decision, channel string) (slack.ModalViewRequest, error) {
	meta, err := json.Marshal(origin{Seen: encodeSeen(ds), Channel: channel})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	said := owing(ds)
	if before := ds[0].Ruling.Approval.Note; before != "" {
		said += "\nBefore you approve: " + before
	}
	e := slack.NewPlainTextInputBlockElement(plain("Ms Weber, +49 30 901820, confirmed"), inputID+blockNote).WithMultiline(true).WithMaxLength(1000)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackNote, PrivateMetadata: string(meta),
		Title: plain("Approve"), Submit: plain("Approve"), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(plain(show(said, 1000)), nil, nil, slack.SectionBlockOptionBlockID("about")),
			slack.NewInputBlock(blockNote, plain("Note"), plain("Kept with the decision."), e),
		}},
	}, nil
}

// approveWithNote approves each of the decisions with what was said.
func (b *Bot) approveWithNote(ctx context.Context, f form, p models.Person) {
	ds, asked, err := b.named(ctx, f.from.Seen)
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	note := cut(clean(formValues(f.in)[blockNote]), 1000)
	if strings.TrimSpace(note) == "" {
		b.mend(ctx, f, map[string]string{blockNote: owing(ds)})
		return
	}
	defer b.refresh(ctx, ds[0].Item)
	var told []string
	for i, d := range ds {
		a := models.Answer{By: p.Actor(), Kind: models.AnswerApprove, At: b.Now(), Via: "slack", Version: asked[i].Version, Note: note}
		if _, err := b.Resolver.Resolve(ctx, d.ID, p, a); err != nil {
			told = append(told, topic(d.Action)+": "+b.explain(d, err))
		}
	}
	if len(told) > 0 {
		b.replace(ctx, f, strings.Join(told, "\n"))
		return
	}
	f.say(nil)
}
