package bot

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// ActionTune opens the form in which a manager tunes a threshold.
const ActionTune = "tune"

const (
	blockAction = "action"
	blockLevel  = "level"
	blockError  = "max_error"
)

// mayTune says why the person may not tune here, "" where they may.
func (b *Bot) mayTune(p models.Person) string {
	switch {
	case !p.Has(models.RoleManager):
		return "Only a manager may tune the policy."
	case b.Backtester == nil || b.Saver == nil || b.Levels == nil:
		return "The policy is tuned in the console, or in its file."
	}
	return ""
}

func (b *Bot) askTuning(ctx context.Context, p press, ack func()) {
	if why := b.mayTune(p.by); why != "" {
		ack()
		b.tell(ctx, p.InteractionCallback, why)
		return
	}
	levels, err := b.Levels.Levels(ctx)
	if err != nil {
		ack()
		b.tell(ctx, p.InteractionCallback, b.explain(models.Decision{}, err))
		return
	}
	view, err := tuneView(levels, p.Channel.ID)
	b.openForm(ctx, p, view, err, ack)
}

// tuneView asks for a threshold and a ceiling. It saves nothing: the next form shows what they would have come to.
func tuneView(levels []LevelLine, channel string) (slack.ModalViewRequest, error) {
	action := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), inputID+blockAction)
	named := map[models.Action]bool{}
	for _, l := range levels {
		if !named[l.Action] && len(action.Options) < 100 && length(string(l.Action)) <= 150 && l.Action != "" {
			named[l.Action] = true
			action.Options = append(action.Options, slack.NewOptionBlockObject(string(l.Action), plain(line(topic(l.Action)+": "+levelWord(string(l.Ceiling))+" at most", 75)), nil))
		}
	}
	if len(action.Options) == 0 {
		return slack.ModalViewRequest{}, models.Errorf(models.NotFound, "The policy names nothing that could be tuned.")
	}
	all := []string{string(models.LevelObserve), string(models.LevelAsk), string(models.LevelActAfterWindow), string(models.LevelAct)}
	level := choice(inputID+blockLevel, all, "", func(v string) string { return "remit " + levelWord(v) })
	limit := slack.NewPlainTextInputBlockElement(plain("5"), inputID+blockError).WithMaxLength(10)
	why := slack.NewPlainTextInputBlockElement(nil, inputID+blockReason).WithMultiline(true).WithMaxLength(500)
	blocks := []slack.Block{
		slack.NewInputBlock(blockAction, plain("What"), nil, action),
		slack.NewInputBlock(blockLevel, plain("How far it may go"), plain("A ceiling: what is in force is the lower of this and of what was earned or granted."), level),
		slack.NewInputBlock(blockError, plain("Errors, in per cent"), plain("It acts by itself only where it is at least that sure: 5 means 95 % sure."), limit),
		slack.NewInputBlock(blockReason, plain("Why"), plain("Kept with the new version of the policy."), why),
	}
	return modal(callbackTune, "Tune a threshold", "Try it on the past", origin{Channel: channel}, blocks)
}

// tuningOf reads the form, or gives what is wrong by block.
func tuningOf(in map[string]string) (Tuning, map[string]string) {
	t := Tuning{Action: models.Action(in[blockAction]), Level: models.Level(in[blockLevel])}
	problems := map[string]string{}
	said := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(in[blockError]), "%"))
	percent, err := strconv.ParseFloat(strings.ReplaceAll(said, ",", "."), 64)
	if err != nil || math.IsNaN(percent) || percent <= 0 || percent >= 100 {
		problems[blockError] = "Write a number above 0 and below 100, such as 5."
	}
	t.MaxError = percent / 100
	if t.Action == "" {
		problems[blockAction] = "Choose what to tune."
	}
	if !t.Level.Valid() {
		problems[blockLevel] = "Choose how far it may go."
	}
	if strings.TrimSpace(in[blockReason]) == "" {
		problems[blockReason] = "Say why."
	}
	return t, problems
}

// tryTuning back-tests what the form says and shows the result, with the button that saves it. A back-test that takes
// longer than Slack waits is shown as under way first.
func (b *Bot) tryTuning(ctx context.Context, f form, p models.Person) {
	if why := b.mayTune(p); why != "" {
		b.replace(ctx, f, why)
		return
	}
	in := formValues(f.in)
	t, problems := tuningOf(in)
	if len(problems) > 0 {
		b.mend(ctx, f, problems)
		return
	}
	done := make(chan *slack.ModalViewRequest, 1)
	go func() { done <- b.tried(ctx, f, t, cut(clean(in[blockReason]), 500)) }() // its end is waited for below
	soon := time.NewTimer(b.patient / 2)
	defer soon.Stop()
	select {
	case view := <-done:
		f.say(slack.NewUpdateViewSubmissionResponse(view))
		return
	case <-soon.C:
	}
	wait := b.look().toldView("It is being tried on the recorded past. This can take a moment.")
	wait.Title = plain("Being tried")
	f.say(slack.NewUpdateViewSubmissionResponse(wait))
	if _, err := b.api.UpdateViewContext(ctx, *<-done, "", "", f.in.View.ID); err != nil {
		b.Logger.Warn("show a back-test", slog.Any("error", slackError("views.update", err)))
	}
}

// tried gives the form that shows a back-test's result, or says why there is none.
func (b *Bot) tried(ctx context.Context, f form, t Tuning, why string) *slack.ModalViewRequest {
	trial, err := b.Backtester.Backtest(ctx, t)
	if err == nil {
		var view slack.ModalViewRequest
		if view, err = trialView(t, trial, why, f.from.Channel); err == nil {
			return &view
		}
	}
	return b.look().toldView(b.explain(models.Decision{}, err))
}

func (t Tuning) sentence() string {
	return fmt.Sprintf("%s: %s at most, and only where it is at least %g %% sure.", topic(t.Action), levelWord(string(t.Level)), round1(100-t.MaxError*100))
}

func round1(f float64) float64 { return math.Round(f*10) / 10 }

// trialView shows what a tuning would have come to before anything is saved.
func trialView(t Tuning, r Trial, why, channel string) (slack.ModalViewRequest, error) {
	said := []string{
		fmt.Sprintf("On the last %s it would have acted by itself on %d of %d; under the policy in force it is %d.", plural(r.Days, "day"), r.WouldAct, r.Decided, r.Acted),
		wrongSentence(r),
	}
	blocks := []slack.Block{
		slack.NewSectionBlock(plain(line(t.sentence(), 300)), nil, nil, slack.SectionBlockOptionBlockID("tuning")),
		slack.NewSectionBlock(plain(joinLines(said)), nil, nil, slack.SectionBlockOptionBlockID("trial")),
	}
	blocks = append(blocks, bullets("more", "What else it shows:", r.Sentences)...)
	blocks = append(blocks, slack.NewContextBlock("how", plain("Save makes a new version of the policy in your name. What loosens it needs a second person.")))
	return modal(callbackSave, "The past, replayed", "Save", origin{Channel: channel, Tuning: &t, Why: why}, blocks)
}

func wrongSentence(r Trial) string {
	if r.Looked == 0 {
		return "Nobody has said anything about those, so how often it would have been wrong is not known."
	}
	return fmt.Sprintf("People have said something about %d of those: it would have been wrong on %d (%.1f %%).", r.Looked, r.Wrong, 100*float64(r.Wrong)/float64(r.Looked))
}

// saveTuning saves what was tried.
func (b *Bot) saveTuning(ctx context.Context, f form, p models.Person) {
	t := f.from.Tuning
	switch why := b.mayTune(p); {
	case why != "":
		b.replace(ctx, f, why)
		return
	case t == nil || !t.Level.Valid() || !(t.MaxError > 0 && t.MaxError < 1):
		b.replace(ctx, f, "This form does not say what to save. Nothing was done.")
		return
	}
	version, pending, err := b.Saver.SaveTuning(ctx, p, *t, f.from.Why)
	switch {
	case err != nil:
		b.replace(ctx, f, b.explain(models.Decision{}, err))
	case pending:
		b.replaceTitled(ctx, f, "Waits for another", "It loosens the policy, so that another manager has to agree. Until then the policy stays as it is.")
	default:
		b.replaceTitled(ctx, f, "Saved", "The policy is now version "+line(version, 60)+".")
	}
}
