package app

import (
	"context"
	"fmt"
	"time"

	"remit/config"
	"remit/decision"
	"remit/judge"
	"remit/models"
)

// adviser is the configured judge where it is in place of remit's own. It implements decision.Adviser.
type adviser struct {
	judge.Judge
	app     *App
	matters []models.Matter
	limit   time.Duration
}

// newAdviser gives the configured judge for the matters that it is in place for; nil where it only stands beside.
func (a *App) newAdviser(c config.Judge) decision.Adviser {
	if a.judge == nil || len(c.InPlace) == 0 {
		return nil
	}
	ad := &adviser{Judge: a.judge, app: a, limit: judgeLimit(c)}
	for _, m := range c.InPlace {
		ad.matters = append(ad.matters, models.Matter(m))
	}
	return ad
}

// InPlace implements decision.Adviser.
func (a *adviser) InPlace() []models.Matter { return a.matters }

// Limit implements decision.Adviser.
func (a *adviser) Limit() time.Duration { return a.limit }

// Ask implements decision.Adviser.
func (a *adviser) Ask(ctx context.Context, t models.Ticket) (models.Opinion, error) {
	return a.Judge.Ask(ctx, a.app.question(t))
}

// tellOpinion puts what a judge said late, beside the decision, into the timeline of one that is still open: whoever answers
// it, and a veto window that ends, have it before them.
func (a *App) tellOpinion(ctx context.Context, s models.Second, d models.Decision) error {
	if !d.State.Open() || s.Other == "" {
		return nil
	}
	past, err := a.Store.Besides(ctx, s.Action, s.Model, besidesKept)
	if err != nil {
		return err
	}
	p := decision.PastOf(s.Confidence, past)
	text := fmt.Sprintf("%s says %s, too: %s.", s.Model, s.Other, p.SaysSame())
	if !s.Agrees() {
		text = fmt.Sprintf("%s says %s instead: %s.", s.Model, s.Other, p.SaysApart(p.OwnRight))
	}
	by := models.Actor{Kind: models.ByAutomation, ID: s.Model, Name: s.Model}
	return a.Store.Commit(ctx, decision.Changes{At: s.At, Entries: []models.Entry{models.EntryOf(d, models.EntryRemarked, by, s.At, models.CleanText(text))}})
}

// besidesKept is how many of the newest verdicts say what another judge is worth.
const besidesKept = 500

// judgeLimit gives how long one call of a judge may take.
func judgeLimit(c config.Judge) time.Duration {
	return time.Duration(c.Seconds * float64(time.Second))
}
