package bot

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// The callback ids of the bot's modals, and the block ids of what they ask besides a value for each decision.
const (
	callbackOverride = "override"
	callbackRun      = "override.run"
	callbackAudit    = "audit"
	callbackReport   = "report"
	callbackSwitch   = "switch"
	callbackTune     = "tune"
	callbackSave     = "tune.save"
	callbackTold     = "told"
	blockReason      = "reason"
	blockNote        = "note"
	blockValue       = "v." // followed by the decision's id
	blockGive        = "g." // likewise: to whom the ticket goes
	inputID          = "in."
)

// whysFor gives the reasons that may be given about the decisions.
func whysFor(ds []models.Decision) []models.Why {
	whys := models.Whys()
	for _, d := range ds {
		for _, w := range models.WhysOf(d.Action) {
			if !slices.Contains(whys, w) {
				whys = append(whys, w)
			}
		}
	}
	return whys
}

// origin is what a modal remembers: the decisions it is about, or the deed, and the channel it was opened in. It comes back
// from outside, so that nothing in it is believed without looking: decisions are read again at the version that was seen,
// the person's role and the values are checked again.
type origin struct {
	Seen    string  `json:"d,omitempty"`
	Channel string  `json:"c,omitempty"`
	Deed    string  `json:"x,omitempty"` // of the kill switch: its action id
	Domain  string  `json:"m,omitempty"`
	Tuning  *Tuning `json:"t,omitempty"`
	Why     string  `json:"w,omitempty"`
}

// overrideForm is what the modal of an override is drawn from.
type overrideForm struct {
	title    string
	ds       []models.Decision
	callback string
	origin   origin
	kept     map[string]string // what was put in already, by block id
	prices   map[string]string // what the chosen pay day would come to, by decision
}

// overrideView draws the modal in which a person says what to do instead.
func (o CardOptions) overrideView(title string, ds []models.Decision, channel string) (slack.ModalViewRequest, error) {
	return o.overrideForm(overrideForm{title: title, ds: ds, callback: callbackOverride, origin: origin{Channel: channel}})
}

func (o CardOptions) overrideForm(f overrideForm) (slack.ModalViewRequest, error) {
	f.origin.Seen = encodeSeen(f.ds)
	blocks := []slack.Block{slack.NewContextBlock("about", plain(line(f.title, 300)))}
	for _, d := range f.ds {
		blocks = append(blocks, o.valueInput(d, f))
		blocks = append(blocks, o.giveInput(d, f)...)
		if d.Action == models.ActionSchedule {
			blocks = append(blocks, slack.NewContextBlock("price."+d.ID, plain(f.price(d))))
		}
	}
	if len(f.ds) > 1 {
		blocks = append(blocks, slack.NewContextBlock("left", plain("What you leave as remit proposes it stays open: approve it on the card.")))
	}
	blocks = append(blocks, reasonInput(f.ds, f.kept[blockReason]), noteInput(f.kept[blockNote]))
	return modal(f.callback, "Override", "Override", f.origin, blocks)
}

// modal puts a form together.
func modal(callback, title, submit string, from origin, blocks []slack.Block) (slack.ModalViewRequest, error) {
	var meta strings.Builder
	e := json.NewEncoder(&meta)
	e.SetEscapeHTML(false) // it would make six characters of one, and Slack takes 3,000
	if err := e.Encode(from); err != nil {
		return slack.ModalViewRequest{}, err
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, PrivateMetadata: strings.TrimSpace(meta.String()), Title: plain(title), Submit: plain(submit), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: blocks},
	}, nil
}

// maxInput is the most that Slack takes in one text field.
const maxInput = 3000

// valueInput asks for one decision's value, prefilled with what the button promised or with what remit proposes.
func (o CardOptions) valueInput(d models.Decision, f overrideForm) slack.Block {
	id := blockValue + d.ID
	label := plain(topic(d.Action))
	if f.callback == callbackRun {
		label = plain(line(d.Title, 200))
	}
	if d.Action == models.ActionReply && (length(d.Value) > maxInput || clean(d.Value) != d.Value) {
		// Cut or cleaned, it would be sent back as if a person had shortened it.
		return slack.NewSectionBlock(plain("The draft cannot be edited here. Edit it in remit."), nil, nil, slack.SectionBlockOptionBlockID(id))
	}
	hint := plain(line("remit proposes: "+value(d.Action, d.Value), 150))
	e := o.element(d)
	if picker, is := e.(*slack.DatePickerBlockElement); is && models.Day(f.kept[id]).Valid() {
		picker.InitialDate = f.kept[id]
	}
	in := slack.NewInputBlock(id, label, hint, e)
	in.DispatchAction = d.Action == models.ActionSchedule // so that its price can be shown before it is chosen
	return in
}

// maxChoices is how many options Slack takes in a menu.
const maxChoices = 100

// giveInput asks to whom of its queue a ticket goes, where that can be said.
func (o CardOptions) giveInput(d models.Decision, f overrideForm) []slack.Block {
	if d.Action != models.ActionRoute || models.IsIncident(d.Item) || o.Agents == nil {
		return nil
	}
	agents := slices.DeleteFunc(slices.Clone(o.Agents(d.Source)), func(a string) bool { return length(a) > maxChoice || clean(a) != a })
	if len(agents) == 0 {
		return nil
	}
	id := blockGive + d.ID
	e := choice(inputID+id, agents[:min(len(agents), maxChoices)], f.kept[id], func(v string) string { return line(v, 75) })
	return []slack.Block{slack.NewInputBlock(id, plain("Give it to"), plain("Somebody of the queue. Left empty, the queue sees to that itself."), e).WithOptional(true)}
}

// maxChoice is how long the value of an option may be.
const maxChoice = 150

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
	case models.ActionCash:
		return choice(id, []string{models.ValueAccept}, models.ValueAccept, func(v string) string { return models.Sentence(deed(d.Action, v)) })
	case models.ActionLevel:
		return levelChoice(id, d)
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

// levelChoice is prefilled with what the button on the card promised: the level as it is.
func levelChoice(id string, d models.Decision) slack.BlockElement {
	all := []string{string(models.LevelAsk), string(models.LevelActAfterWindow), string(models.LevelAct)}
	if len(d.Options) > 0 {
		all = options(d)
	}
	return choice(id, all, otherLevel(d), func(v string) string { return "remit " + levelWord(v) })
}

func reasonInput(ds []models.Decision, kept string) slack.Block {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), inputID+blockReason)
	for _, c := range whysFor(ds) {
		opt := slack.NewOptionBlockObject(c.Code, plain(c.Text), nil)
		e.Options = append(e.Options, opt)
		if c.Code == kept {
			e.InitialOption = opt
		}
	}
	return slack.NewInputBlock(blockReason, plain("Why"), nil, e)
}

func noteInput(kept string) slack.Block {
	e := slack.NewPlainTextInputBlockElement(nil, inputID+blockNote).WithMultiline(true).WithMaxLength(1000)
	if kept != "" {
		e = e.WithInitialValue(cut(clean(kept), 1000))
	}
	return slack.NewInputBlock(blockNote, plain("Note"), plain("Kept with the decision."), e).WithOptional(true)
}

// toldView says a sentence in the place of a modal that cannot go on.
func (o CardOptions) toldView(sentence string) *slack.ModalViewRequest {
	return &slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackTold, Title: plain("Not done"), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(show(sentence, 2900)), nil, nil)}},
	}
}
