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
	in  slack.InteractionCallback
	say answer
}

// submitted takes what a person said in the override modal. Mistakes are shown in the modal, and what cannot be done any
// more takes the modal's place.
func (b *Bot) submitted(ctx context.Context, in slack.InteractionCallback, say answer) {
	f := form{in, say}
	if in.View.CallbackID == callbackHandOver {
		b.handOver(ctx, f)
		return
	}
	if in.View.CallbackID != callbackOverride {
		b.replace(ctx, f, "remit does not know this form. Nothing was done.")
		return
	}
	var from origin
	if json.Unmarshal([]byte(in.View.PrivateMetadata), &from) != nil {
		b.replace(ctx, f, "This form does not name a decision of remit's. Nothing was done.")
		return
	}
	f.in.Channel.ID = from.Channel
	ds, asked, err := b.named(ctx, from.Seen)
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	p, err := b.clicker(ctx, in)
	if err != nil {
		b.replace(ctx, f, b.refuse(ctx, in, ds, err))
		return
	}
	b.override(ctx, f, p, ds, asked)
}

// replace puts a sentence in the modal's place, or says it in the channel when the modal was let go.
func (b *Bot) replace(ctx context.Context, f form, sentence string) {
	if !f.say(slack.NewUpdateViewSubmissionResponse(b.look().toldView(sentence))) {
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
func (b *Bot) override(ctx context.Context, f form, p models.Person, ds []models.Decision, asked []seen) {
	answers, problems := b.answers(f.in, p, ds, asked)
	if len(problems) > 0 {
		b.mend(ctx, f, problems)
		return
	}
	defer b.refresh(ctx, ds[0].Item)
	var told []string
	for _, d := range ds {
		a, changed := answers[d.ID]
		if !changed || alreadyTaken(d, a) {
			continue
		}
		_, err := b.Resolver.Resolve(ctx, d.ID, p, a)
		if models.KindOf(err) == models.Invalid || models.KindOf(err) == models.Conflict && b.stillAsks(ctx, d, a) {
			b.mend(ctx, f, map[string]string{blockValue + d.ID: cut(models.SentenceOf(err), 300)})
			return
		}
		if err != nil {
			told = append(told, topic(d.Action)+": "+b.explain(d, err))
		}
	}
	if len(told) > 0 {
		b.replace(ctx, f, strings.Join(told, "\n"))
		return
	}
	f.say(nil)
}

// stillAsks reports a decision that stands as the person saw it: the answer can be mended, and be given again.
func (b *Bot) stillAsks(ctx context.Context, d models.Decision, a models.Answer) bool {
	now, err := b.Cases.Decision(ctx, d.ID)
	return err == nil && now.State.Open() && now.Version == a.Version
}

// alreadyTaken reports an answer that was taken the first time, when a mistake elsewhere in the form had it sent again.
func alreadyTaken(d models.Decision, a models.Answer) bool {
	s, ok := d.Settled()
	return ok && s.By.ID == a.By.ID && s.Kind == a.Kind && s.Value == a.Value && s.Via == a.Via
}

// answers reads the form: an answer for each decision whose value is not the proposed one, or what is wrong, by block.
func (b *Bot) answers(in slack.InteractionCallback, p models.Person, ds []models.Decision, asked []seen) (map[string]models.Answer, map[string]string) {
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
		v = normal(d.Action, v)
		if v == normal(d.Action, d.Value) {
			continue
		}
		a := models.Answer{
			By: p.Actor(), Kind: models.AnswerOverride, Value: v, Reason: form[blockReason], Note: cut(clean(form[blockNote]), 1000),
			At: b.Now(), Via: "slack", Version: asked[i].Version,
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
