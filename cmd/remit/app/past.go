package app

import (
	"context"
	"runtime"
	"time"

	"remit/decision"
	"remit/models"
)

// ReplayOptions say which stretch of the past is ruled on again, and under which policy.
type ReplayOptions struct {
	Since, Until time.Time // a zero Until is now
	Policy       []byte    // the text of the policy to rule by; nil: by the one that ruled then
	Rejudge      bool      // have the judges of today judge the recorded facts too
}

// PastReport says what came of ruling on the past again, and of judging it again where that was asked for.
type PastReport struct {
	decision.ReplayReport
	Rejudged *decision.RejudgeReport `json:"rejudged,omitempty"`
}

// Replay rules again on a stretch of the past. The error is Invalid for a policy that is refused.
func (a *App) Replay(ctx context.Context, o ReplayOptions) (r PastReport, err error) {
	replayer := decision.Replayer{Policies: a, Workers: runtime.GOMAXPROCS(0)}
	rules := a.Engine.Policy()
	if o.Policy != nil {
		if replayer.Under, err = a.candidate(o.Policy); err != nil {
			return r, err
		}
		rules = replayer.Under
	}
	rejudger := decision.Rejudger{Tickets: a.Engine.Tickets, Payments: a.Engine.Payments, History: a.Store.History, Policy: rules}
	err = a.Store.Past(ctx, o.Since, o.Until, func(page []decision.Recorded) error {
		if o.Rejudge {
			if err := rejudger.Add(ctx, page); err != nil {
				return err
			}
		}
		return replayer.Add(ctx, page)
	})
	r.ReplayReport = replayer.Report()
	r.Since, r.Until = o.Since, a.until(o.Until)
	if o.Rejudge {
		again := rejudger.Report()
		r.Rejudged = &again
	}
	return r, err
}

// until gives when a stretch ends that is said to end at t.
func (a *App) until(t time.Time) time.Time {
	if t.IsZero() {
		return a.opts.Now()
	}
	return t
}

// candidate loads a policy that is only tried out.
func (a *App) candidate(text []byte) (*decision.Policy, error) {
	return decision.LoadPolicy(text, a.People, a.opts.Now())
}

// ByVersion implements decision.PastPolicies: what is in force is at hand, and what versions the store keeps.
func (a *App) ByVersion(ctx context.Context, version string) (*decision.Policy, error) {
	if p := a.Engine.Policy(); p.Version == version {
		return p, nil
	}
	text, err := a.Store.PolicyText(ctx, version)
	if err != nil {
		return nil, err
	}
	p, err := decision.ReadPolicy(text)
	if err != nil { // by an older version of the language
		return nil, models.Errorf(models.NotFound, "the policy version %s cannot be read any more: %w", version, err)
	}
	return p, nil
}

// Backtest holds a policy's text against the one in force on the decisions made since. The error is Invalid for a policy that
// is refused, with line and reason.
func (a *App) Backtest(ctx context.Context, text []byte, since time.Time) (r decision.BacktestReport, err error) {
	p, err := a.candidate(text)
	if err != nil {
		return r, err
	}
	verdicts, err := a.Store.Verdicts(ctx, since)
	if err != nil {
		return r, err
	}
	b := decision.NewBacktester(a.Engine.Policy(), p, verdicts)
	err = a.Store.Past(ctx, since, time.Time{}, func(page []decision.Recorded) error {
		b.Add(page)
		return nil
	})
	r = b.Report()
	r.Since, r.Until = since, a.opts.Now()
	return r, err
}
