package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// form is a submitted modal and the way to answer it.
type form struct {
	in   slack.InteractionCallback
	from origin
	say  answer
}

// forms are what submitted modals do, by their callback id.
var forms = map[string]func(*Bot, context.Context, form, models.Person){
	callbackOverride: (*Bot).override,
	callbackRun:      (*Bot).override,
	callbackNote:     (*Bot).approveWithNote,
	callbackAudit:    (*Bot).auditForm,
	callbackReport:   (*Bot).reportForm,
	callbackSwitch:   (*Bot).switchForm,
	callbackTune:     (*Bot).tryTuning,
	callbackSave:     (*Bot).saveTuning,
}

// submitted takes what a person said in a modal. Mistakes are shown in the modal, and what cannot be done any more takes the
// modal's place.
func (b *Bot) submitted(ctx context.Context, in slack.InteractionCallback, say answer) {
	f := form{in: in, say: say}
	if in.View.CallbackID == callbackHandOver {
		b.handOver(ctx, f)
		return
	}
	do := forms[in.View.CallbackID]
	if do == nil {
		b.replace(ctx, f, "remit does not know this form. Nothing was done.")
		return
	}
	if json.Unmarshal([]byte(in.View.PrivateMetadata), &f.from) != nil {
		b.replace(ctx, f, "This form does not name a decision of remit's. Nothing was done.")
		return
	}
	f.in.Channel.ID = f.from.Channel
	p, err := b.clicker(ctx, in)
	if err != nil {
		ds, _, _ := b.namedAny(ctx, f.from.Seen)
		b.replace(ctx, f, b.refuse(ctx, in, ds, err))
		return
	}
	do(b, ctx, f, p)
	if f.from.Channel == "" { // it was opened on a home
		b.home(ctx, in.Team.ID, in.User.ID)
	}
}

// replace puts a sentence in the modal's place, or says it in the channel when the modal was let go.
func (b *Bot) replace(ctx context.Context, f form, sentence string) {
	b.replaceTitled(ctx, f, "Not done", sentence)
}

func (b *Bot) replaceTitled(ctx context.Context, f form, title, sentence string) {
	view := b.look().toldView(sentence)
	view.Title = plain(line(title, 24))
	if !f.say(slack.NewUpdateViewSubmissionResponse(view)) {
		b.tell(ctx, f.in, sentence)
	}
}

// mend shows mistakes in the modal, by block, or says them in the channel when the modal was let go.
func (b *Bot) mend(ctx context.Context, f form, problems map[string]string) {
	if !f.say(slack.NewErrorsViewSubmissionResponse(problems)) {
		for _, p := range problems {
			b.tell(ctx, f.in, p)
		}
	}
}

// override answers the decisions whose value was changed. All are checked before any is answered.
func (b *Bot) override(ctx context.Context, f form, p models.Person) {
	named := b.named
	if f.in.View.CallbackID == callbackRun {
		named = b.namedAny
	}
	ds, asked, err := named(ctx, f.from.Seen)
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	answers, problems := b.answers(ctx, f.in, p, ds, asked)
	if len(problems) > 0 {
		b.mend(ctx, f, problems)
		return
	}
	defer func() {
		b.refreshAll(ctx, ds)
		if f.in.View.CallbackID == callbackRun {
			b.runAnswered(ctx)
		}
	}()
	var told []string
	for _, d := range ds {
		a, changed := answers[d.ID]
		if !changed || alreadyTaken(d, a) {
			continue
		}
		_, err := b.Resolver.Resolve(ctx, d.ID, p, a)
		if models.KindOf(err) == models.Invalid || models.KindOf(err) == models.Conflict && b.stillAsks(ctx, d, a) {
			block := blockValue + d.ID
			switch {
			case models.FieldOf(err) == "assignee":
				block = blockGive + d.ID
			case !d.Pays(a):
				block = blockNote
			}
			b.mend(ctx, f, map[string]string{block: cut(models.SentenceOf(err), 300)})
			return
		}
		if err != nil {
			told = append(told, topic(d.Action)+": "+b.explain(d, err))
			b.tooLate(ctx, d.ID, p, err)
		}
	}
	if len(told) > 0 {
		b.replace(ctx, f, strings.Join(told, "\n"))
		return
	}
	f.say(nil)
}

// refreshAll brings each card of the decisions up to date, once.
func (b *Bot) refreshAll(ctx context.Context, ds []models.Decision) {
	for i, d := range ds {
		if !slices.ContainsFunc(ds[:i], func(o models.Decision) bool { return o.Item == d.Item }) {
			b.refresh(ctx, d.Item)
		}
	}
}

// stillAsks reports a decision that stands as the person saw it: the answer can be mended, and be given again.
func (b *Bot) stillAsks(ctx context.Context, d models.Decision, a models.Answer) bool {
	now, err := b.Cases.Decision(ctx, d.ID)
	return err == nil && now.State.Open() && now.Version == a.Version
}

// alreadyTaken reports an answer that was taken the first time, when a mistake elsewhere in the form had it sent again.
func alreadyTaken(d models.Decision, a models.Answer) bool {
	s, ok := d.Settled()
	return ok && s.By.ID == a.By.ID && s.Kind == a.Kind && s.Value == a.Value && s.Assignee == a.Assignee && s.Via == a.Via
}

// answers reads the form: an answer for each decision whose value is not the proposed one, or what is wrong, by block.
func (b *Bot) answers(ctx context.Context, in slack.InteractionCallback, p models.Person, ds []models.Decision, asked []seen) (map[string]models.Answer, map[string]string) {
	out, problems := map[string]models.Answer{}, map[string]string{}
	form := formValues(in)
	first := ""
	for i, d := range ds {
		v, has := form[blockValue+d.ID]
		if !has {
			continue
		}
		if first == "" {
			first = blockValue + d.ID
		}
		v, same, wrong := b.chosen(ctx, d, normal(d.Action, v))
		if wrong != "" {
			problems[blockValue+d.ID] = wrong
			continue
		}
		give := strings.TrimSpace(form[blockGive+d.ID])
		if same && (give == "" || give == d.Assignee) {
			continue
		}
		a := models.Answer{
			By: p.Actor(), Kind: models.AnswerOverride, Value: v, Reason: form[blockReason], Note: cut(clean(form[blockNote]), 1000),
			At: b.Now(), Via: "slack", Version: asked[i].Version, Assignee: give,
		}
		if err := a.Check(d.Action); err != nil {
			problems[blockValue+d.ID] = cut(models.SentenceOf(err), 300)
			continue
		}
		out[d.ID] = a
	}
	if len(out) == 0 && len(problems) == 0 && first != "" {
		problems[first] = "This is what remit proposes. Choose something else, or approve it on the card."
	}
	if len(problems) == 0 && !knownWhy(ds, form[blockReason]) {
		problems[blockReason] = "Choose a reason."
	}
	return out, problems
}

// chosen gives the value that stands in the form for a decision, whether it is the proposed one, and what is wrong with it.
func (b *Bot) chosen(ctx context.Context, d models.Decision, v string) (value string, same bool, wrong string) {
	if d.Action != models.ActionReply {
		return v, v == normal(d.Action, d.Value), ""
	}
	whole, err := b.whole.Decision(ctx, d.ID)
	if err != nil {
		return v, false, cut(models.SentenceOf(err), 300)
	}
	v, ok := restored(whole.Value, v)
	if !ok {
		return v, false, hiddenMoved
	}
	return v, v == normal(d.Action, whole.Value), ""
}

func knownWhy(ds []models.Decision, code string) bool {
	return slices.ContainsFunc(whysFor(ds), func(c models.Why) bool { return c.Code == code })
}

// formValues gives what stands in each input, by block id.
func formValues(in slack.InteractionCallback) map[string]string {
	out := map[string]string{}
	if in.View.State == nil {
		return out
	}
	for block, inputs := range in.View.State.Values {
		for _, v := range inputs {
			switch {
			case v.SelectedOption.Value != "":
				out[block] = v.SelectedOption.Value
			case v.SelectedDate != "":
				out[block] = v.SelectedDate
			default:
				out[block] = v.Value
			}
		}
	}
	return out
}

// normal gives a value as decisions hold it.
func normal(a models.Action, v string) string {
	if a != models.ActionTag {
		return strings.TrimSpace(models.CleanText(v))
	}
	var tags []string
	for t := range strings.SplitSeq(models.CleanText(v), ",") {
		if t = strings.TrimSpace(t); t != "" {
			tags = append(tags, t)
		}
	}
	return models.JoinTags(tags)
}
