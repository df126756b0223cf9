package bot

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/decision"
	"remit/models"
)

// The callback ids of the bot's modals, and the block ids of what they ask besides a value for each decision.
const (
	callbackOverride = "override"
	callbackTold     = "told"
	blockReason      = "reason"
	blockNote        = "note"
	blockValue       = "v." // followed by the decision's id
	inputID          = "in."
)

// whysFor gives the reasons that may be given about the decisions.
func whysFor(ds []models.Decision) []models.Why {
	if !slices.ContainsFunc(ds, func(d models.Decision) bool { return d.Domain == models.Finance }) {
		return models.Whys()
	}
	return append(models.Whys(), models.Why{Code: decision.ReasonBelowFloor, Text: "I know that it breaks the floor (" + decision.ReasonBelowFloor + ")"})
}

// origin is what a modal remembers: the decisions it answers, and the channel it was opened in. It comes back from outside,
// so that nothing in it is believed without looking.
type origin struct {
	Seen    string `json:"d"`
	Channel string `json:"c"`
}

// overrideView draws the modal in which a person says what to do instead.
func (o CardOptions) overrideView(title string, ds []models.Decision, channel string) (slack.ModalViewRequest, error) {
	meta, err := json.Marshal(origin{Seen: encodeSeen(ds), Channel: channel})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	blocks := []slack.Block{slack.NewContextBlock("about", plain(line(title, 300)))}
	for _, d := range ds {
		blocks = append(blocks, o.valueInput(d))
	}
	if len(ds) > 1 {
		blocks = append(blocks, slack.NewContextBlock("left", plain("What you leave as remit proposes it stays open: approve it on the card.")))
	}
	blocks = append(blocks, reasonInput(ds), noteInput())
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackOverride, PrivateMetadata: string(meta),
		Title: plain("Override"), Submit: plain("Override"), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: blocks},
	}, nil
}

// maxInput is the most that Slack takes in one text field.
const maxInput = 3000

// valueInput asks for one decision's value, prefilled with what the button promised or with what remit proposes.
func (o CardOptions) valueInput(d models.Decision) slack.Block {
	id := blockValue + d.ID
	label := plain(topic(d.Action))
	if d.Action == models.ActionReply && (length(d.Value) > maxInput || clean(d.Value) != d.Value) {
		// Cut or cleaned, it would be sent back as if a person had shortened it.
		return slack.NewSectionBlock(plain("The draft cannot be edited here. Edit it in remit."), nil, nil, slack.SectionBlockOptionBlockID(id))
	}
	hint := plain(line("remit proposes: "+value(d.Action, d.Value), 150))
	return slack.NewInputBlock(id, label, hint, o.element(d))
}

func (o CardOptions) element(d models.Decision) slack.BlockElement {
	id := inputID + d.ID
	switch d.Action {
	case models.ActionPriority:
		var all []string
		for _, p := range models.Priorities() {
			all = append(all, string(p))
		}
		return choice(id, all, d.Value, func(v string) string { return v })
	case models.ActionSchedule:
		picker := slack.NewDatePickerBlockElement(id)
		for _, day := range []string{d.Value, d.Before} {
			// What waits is stopped by keeping the day there is now.
			if models.Day(day).Valid() && (picker.InitialDate == "" || d.State == models.Waiting) {
				picker.InitialDate = day
			}
		}
		return picker
	case models.ActionHold:
		return holdChoice(id, d)
	case models.ActionReply:
		return slack.NewPlainTextInputBlockElement(nil, id).WithMultiline(true).WithInitialValue(d.Value).WithMaxLength(maxInput)
	case models.ActionTag:
		return slack.NewPlainTextInputBlockElement(plain("billing, refund"), id).WithInitialValue(initial(d.Value))
	}
	if all := options(d); len(d.Options) > 0 && slices.Contains(all, d.Value) {
		return choice(id, all, d.Value, func(v string) string { return line(v, 75) })
	}
	return slack.NewPlainTextInputBlockElement(nil, id).WithInitialValue(initial(d.Value))
}

func initial(v string) string {
	if length(v) > maxInput {
		return ""
	}
	return v
}

// options gives what a menu can offer of the values that a person may well want: Slack takes 100, of 150 units each.
func options(d models.Decision) []string {
	var out []string
	for _, v := range append([]string{d.Value, d.Before}, d.Options...) {
		if strings.TrimSpace(clean(v)) != "" && length(v) <= 150 && !slices.Contains(out, v) && len(out) < 100 {
			out = append(out, v)
		}
	}
	return out
}

func choice(id string, values []string, chosen string, label func(string) string) slack.BlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), id)
	for _, v := range values {
		opt := slack.NewOptionBlockObject(v, plain(label(v)), nil)
		e.Options = append(e.Options, opt)
		if v == chosen {
			e.InitialOption = opt
		}
	}
	return e
}

// holdChoice is prefilled with what the button on the card promised: the other of the two.
func holdChoice(id string, d models.Decision) slack.BlockElement {
	hold := slack.NewOptionBlockObject(models.ValueHold, plain("Hold the payment"), nil)
	pay := slack.NewOptionBlockObject(models.ValueRelease, plain("Let it be paid on its day"), nil)
	e := slack.NewRadioButtonsBlockElement(id, hold, pay)
	e.InitialOption = pay
	if d.Value == models.ValueRelease {
		e.InitialOption = hold
	}
	return e
}

func reasonInput(ds []models.Decision) slack.Block {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), inputID+blockReason)
	for _, c := range whysFor(ds) {
		e.Options = append(e.Options, slack.NewOptionBlockObject(c.Code, plain(c.Text), nil))
	}
	return slack.NewInputBlock(blockReason, plain("Why"), nil, e)
}

func noteInput() slack.Block {
	e := slack.NewPlainTextInputBlockElement(nil, inputID+blockNote).WithMultiline(true).WithMaxLength(1000)
	return slack.NewInputBlock(blockNote, plain("Note"), plain("Kept with the decision."), e).WithOptional(true)
}

// toldView says a sentence in the place of a modal that cannot go on.
func (o CardOptions) toldView(sentence string) *slack.ModalViewRequest {
	return &slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackTold, Title: plain("Not done"), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(show(sentence, 2900)), nil, nil)}},
	}
}
