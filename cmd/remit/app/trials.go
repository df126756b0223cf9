package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"remit/decision"
	"remit/models"
)

// rivalLimit is how long a rival judge may take over one ticket. The one that judges takes well under a millisecond.
const rivalLimit = 100 * time.Millisecond

// rivalsSince is how far back rival judges are compared.
const rivalsSince = 30 * 24 * time.Hour

// shadows has the newest challenger of what was learned of the company's history, and the rivals of the options, tried out
// beside the judge.
func (a *App) shadows() *decision.Shadows {
	rivals := func() []decision.Rival {
		all := slices.Clone(*a.tickets.rivals.Load())
		if a.opts.Rivals != nil {
			all = append(all, a.opts.Rivals()...)
		}
		return all
	}
	return decision.NewShadows(rivals, a.Store.KeepShadows, rivalLimit, a.opts.Logger)
}

// droppedShadows counts for the metrics what rivals were not asked about.
func (a *App) droppedShadows() prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "remit_shadows_dropped_total", Help: "What rival judges were not asked about, being busy or barred.",
	}, func() float64 { return float64(a.Engine.Shadows.Dropped()) })
}

// Trial is a policy that is or was tried out beside the one in force.
type Trial struct {
	models.Challenger
	Report  *decision.BacktestReport `json:"report,omitempty"` // of a trial under way, since it began
	Duel    decision.Duel            `json:"duel"`
	Trouble string                   `json:"trouble,omitempty"` // why it could not be compared
}

// RivalDuel is how a rival judge does beside the one that judges.
type RivalDuel struct {
	Candidate string        `json:"candidate"`
	Duel      decision.Duel `json:"duel"`
}

// AddChallenger begins to try out a policy. It has no effect but that Trials compares it from now on. The error is Invalid for
// a policy that is refused, Denied for somebody who is no manager, and Conflict for a name that was used before.
func (a *App) AddChallenger(ctx context.Context, name string, text []byte, by models.Person) (models.Challenger, error) {
	p, err := a.candidate(text)
	if err != nil {
		return models.Challenger{}, err
	}
	now := a.opts.Now()
	c := models.Challenger{Name: name, Text: string(text), Sum: p.Version, By: by.Actor(), At: now}
	switch {
	case !by.Has(models.RoleManager):
		return c, models.Errorf(models.Denied, "Policies are tried out by managers: %s is none.", by.Actor().Display())
	case p.Version == a.Engine.Policy().Version:
		return c, models.FieldErrorf("--policy", "this is the policy in force")
	}
	if err := c.Check(); err != nil {
		return c, err
	}
	return c, a.Store.AddChallenger(ctx, c, trialEntry(c.By, now, fmt.Sprintf("Policy %s is tried out as %q.", c.Sum, c.Name)))
}

func trialEntry(by models.Actor, at time.Time, text string) models.Entry {
	return models.Entry{Kind: models.EntryTrial, By: by, At: at, Text: text}
}

// Trials gives the policies on trial, each compared with the one in force on all that was decided since it began, and the
// trials that are over. What a candidate would have done is a function of the record, so it is worked out when it is asked
// for: it cannot touch what is decided.
func (a *App) Trials(ctx context.Context) ([]Trial, error) {
	cs, err := a.Store.Challengers(ctx)
	if err != nil {
		return nil, err
	}
	trials := make([]Trial, len(cs))
	for i, c := range cs {
		trials[i].Challenger = c
		if c.Ended() {
			continue
		}
		report, err := a.Backtest(ctx, []byte(c.Text), c.At)
		switch models.KindOf(err) {
		case "":
			trials[i].Report, trials[i].Duel = &report, report.Duel()
		case models.Invalid:
			trials[i].Trouble = models.SentenceOf(err)
		default:
			return nil, err
		}
	}
	return trials, nil
}

// RivalDuels compares the rival judges of the last 30 days with the one that judged, on the decisions that both were asked
// about.
func (a *App) RivalDuels(ctx context.Context) ([]RivalDuel, error) {
	since := a.opts.Now().Add(-rivalsSince)
	names, err := a.Store.ShadowCandidates(ctx, since)
	if err != nil {
		return nil, err
	}
	var duels []RivalDuel
	for _, name := range names {
		shadows, err := a.Store.ShadowsOf(ctx, name, since)
		if err != nil {
			return nil, err
		}
		var bouts []decision.Bout
		err = a.Store.Past(ctx, since, time.Time{}, func(page []decision.Recorded) error {
			for _, r := range page {
				if s, ok := shadows[r.Decision.ID]; ok {
					bouts = append(bouts, decision.BoutOf(r.Decision, s, a.Engine.Policy().FaultOf(r.Decision.Action)))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		duels = append(duels, RivalDuel{name, decision.CompareShadow(bouts)})
	}
	return duels, nil
}

// onTrial says for a review how all that is tried out does.
func (a *App) onTrial(ctx context.Context) (says []string, err error) {
	trials, err := a.Trials(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range trials {
		if !t.Ended() {
			says = append(says, fmt.Sprintf("On trial, policy %q: %s", t.Name, cmp.Or(t.Trouble, t.Duel.Says())))
		}
	}
	duels, err := a.RivalDuels(ctx)
	for _, d := range duels {
		says = append(says, fmt.Sprintf("On trial, judge %s: %s", d.Candidate, d.Duel.Says()))
	}
	return says, err
}

// PromoteChallenger has a policy on trial put in force by a manager, in the way of every change of the policy: what loosens
// needs a second person. says tells which it is.
func (a *App) PromoteChallenger(ctx context.Context, name string, by models.Person, why string) (says string, err error) {
	c, err := a.underWay(ctx, name, by)
	if err != nil {
		return "", err
	}
	if says, err = a.savePolicy(ctx, []byte(c.Text), by, cmp.Or(why, fmt.Sprintf("Tried out as %q since %s.", name, c.At.Format("2 Jan 2006")))); err != nil {
		return "", err
	}
	return says, a.endTrial(ctx, c, by, "promoted: "+says)
}

// EndChallenger ends a trial without consequence.
func (a *App) EndChallenger(ctx context.Context, name string, by models.Person) error {
	c, err := a.underWay(ctx, name, by)
	if err != nil {
		return err
	}
	return a.endTrial(ctx, c, by, "dropped")
}

// underWay gives a trial that a manager may end.
func (a *App) underWay(ctx context.Context, name string, by models.Person) (models.Challenger, error) {
	c, err := a.Store.Challenger(ctx, name)
	switch {
	case err != nil:
		return c, err
	case !by.Has(models.RoleManager):
		return c, models.Errorf(models.Denied, "Trials are ended by managers: %s is none.", by.Actor().Display())
	case c.Ended():
		return c, models.Errorf(models.Conflict, "The trial of %s is over already: %s.", name, c.Became)
	}
	return c, nil
}

func (a *App) endTrial(ctx context.Context, c models.Challenger, by models.Person, became string) error {
	c.EndedBy, c.EndedAt, c.Became = by.Actor(), a.opts.Now(), became
	return a.Store.EndChallenger(ctx, c, trialEntry(c.EndedBy, c.EndedAt, fmt.Sprintf("The trial of %q ended: %s", c.Name, became)))
}
