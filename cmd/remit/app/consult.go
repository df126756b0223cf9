package app

import (
	"context"
	"net/http"
	"slices"
	"time"

	"remit/config"
	"remit/judge"
	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// openJudge gives the configured judge within its limits; nil where nobody is asked.
func openJudge(c config.Judge, now func() time.Time) judge.Judge {
	if c.Provider == "" {
		return nil
	}
	limit := judgeLimit(c)
	o := judge.Options{BaseURL: c.BaseURL.Reveal(), Key: c.Key, Model: c.Model, HTTP: &http.Client{}} // the guard keeps the time
	open := map[string]func(judge.Options) judge.Judge{
		config.JudgeOpenAI: judge.OpenAI, config.JudgeAnthropic: judge.Anthropic, config.JudgeHTTP: judge.Classifier,
	}[c.Provider]
	return &judge.Guard{Judge: open(o), Limit: limit, PerDay: int(c.PerDay), Now: now}
}

// How another judge is asked: about decisions not older than that, so many at once, every few seconds.
const (
	consultSince = time.Hour
	consultBatch = 8
	consultEvery = 2 * time.Second
)

// consult asks another judge about what was just decided, until ctx ends. Nothing waits for it.
func (a *App) consult(ctx context.Context, j judge.Judge) {
	a.atOnceAndEvery(ctx, consultEvery, func(ctx context.Context) error {
		_, err := a.Consult(ctx, j)
		return err
	}, "another judge could not be asked; it will be tried again")
}

// Consult asks another judge about the newest decisions on priorities that it was not asked about, keeps what it says
// beside them, and gives how many. That it is down, slow or over its budget is kept as its having no opinion.
func (a *App) Consult(ctx context.Context, j judge.Judge) (int, error) {
	ds, err := a.Store.Unasked(ctx, j.Name(), models.ActionPriority, a.opts.Now().Add(-consultSince), consultBatch)
	if err != nil {
		return 0, err
	}
	for i, d := range ds {
		if ctx.Err() != nil {
			return i, ctx.Err()
		}
		if models.IsIncident(d.Item) {
			if err := a.Store.PutSecond(ctx, models.Second{DecisionID: d.ID, Model: j.Name(), Action: d.Action, Own: d.Value, Error: "an incident is no single ticket", At: a.opts.Now()}); err != nil {
				return i, err
			}
			continue
		}
		if err := a.consultOn(ctx, j, d); err != nil {
			return i, err
		}
	}
	return len(ds), nil
}

func (a *App) consultOn(ctx context.Context, j judge.Judge, d models.Decision) error {
	second := models.Second{DecisionID: d.ID, Model: j.Name(), Action: d.Action, Own: d.Value, At: a.opts.Now()}
	snap, err := a.Store.Snapshot(ctx, d.FactsID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	if snap.Facts.Ticket == nil {
		second.Error = "its facts are not kept any more"
		return a.Store.PutSecond(ctx, second)
	}
	o, err := j.Ask(ctx, a.question(*snap.Facts.Ticket))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		second.Error = models.SentenceOf(err)
		return a.Store.PutSecond(ctx, second)
	}
	second.Other, second.Confidence = string(o.Priority), o.Confidence
	err = a.Store.PutSecond(ctx, second)
	if err == nil {
		err = a.tellOpinion(ctx, second, d)
	}
	if err != nil || snap.Facts.Intent == nil || o.Intent == "" {
		return err
	}
	return a.Store.PutSecond(ctx, models.Second{
		DecisionID: models.DecisionID(d.EventID, d.Item, models.ActionRoute), Model: j.Name(), Action: models.ActionRoute,
		Own: snap.Facts.Intent.Label, Other: o.Intent, Confidence: o.Confidence, At: a.opts.Now(),
	})
}

// question gives what another judge is asked about a ticket: its writer's own words, and the intents that the live model knows, or the
// policy's queues where there is none yet.
func (a *App) question(t models.Ticket) judge.Question {
	rules := a.Engine.Policy().TriageRules()
	q := judge.Question{Text: triage.OwnText(t), Labels: a.tickets.labels(), Language: t.Language}
	for _, m := range rules.Macros {
		q.Agreed = append(q.Agreed, m.Text)
	}
	if len(q.Labels) == 0 && (rules.Intent == "" || rules.Intent == models.IntentGroup) {
		for _, queue := range rules.Queues {
			q.Labels = append(q.Labels, queue.Name)
		}
	}
	return q
}

// labels gives the intents that the live model knows.
func (t *tickets) labels() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.parts.model == nil {
		return nil
	}
	return slices.Clone(t.parts.model.Labels)
}

// Beside tells how the configured judge does beside remit's own, on the last 90 days.
func (a *App) Beside(ctx context.Context) (history.Beside, error) {
	j := a.judge
	if j == nil {
		return history.Beside{}, models.FieldErrorf("judge", "the configuration names no other judge")
	}
	since := a.opts.Now().AddDate(0, 0, -90)
	said, err := a.Store.Seconds(ctx, j.Name(), since)
	if err != nil {
		return history.Beside{}, err
	}
	decisions := map[string]models.Decision{}
	for _, s := range said {
		d, err := a.Store.Decision(ctx, s.DecisionID)
		if err == nil {
			decisions[d.ID] = d
		} else if models.KindOf(err) != models.NotFound {
			return history.Beside{}, err
		}
	}
	return history.Compare(j.Name(), said, decisions), nil
}
