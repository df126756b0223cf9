package decision

import (
	"context"
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// submissionEvent folds what another system said of its proposal into what is known, and decides what that calls for. What
// was settled stays settled, and what another proposal took the place of stays so: whoever wants more proposes anew.
func (b *batch) submissionEvent(ev models.Event) error {
	said, was := *ev.Submission, models.Submission{}
	known := b.submissions.get(said.ID)
	if known != nil {
		was = *known
	}
	s, err := was.Fold(said)
	if err != nil || said.UpdatedAt.Before(was.UpdatedAt) {
		return err
	}
	newest, decided := b.newest[s.Item][s.Action]
	own := decided && newest.Proposal == s.ExternalID
	switch {
	case s.Withdrawn:
		if own {
			b.supersede(s.Item, s.Action, "it was withdrawn"+because(s.Why))
		}
	case known != nil && decided && (!own || settledFor(newest)):
		return nil
	case own && newest.State == models.Failed: // what of it got out is for people to find out; they answer on the newest facts
	case own && was.Same(s) && b.stillAsks(newest): // said again, so that it is not stale
	default:
		if err := b.submitted(ev, s); err != nil {
			return err
		}
	}
	b.submissions.put(s.ID, s)
	return nil
}

// settledFor reports whether what the decision proposed was done, or left, or taken back.
func settledFor(d models.Decision) bool {
	return slices.Contains([]models.State{models.Applying, models.Applied, models.Reverting, models.Reverted}, d.State)
}

// stillAsks reports whether a decision says today what it would say if it were made anew of the same words.
func (b *batch) stillAsks(d models.Decision) bool {
	if d.State == models.Observed {
		return d.Policy == b.policy.Version
	}
	return d.State.Open() && !slices.Contains(d.Ruling.Guardrails, models.GuardrailStale)
}

// submitted rules on what was submitted.
func (b *batch) submitted(ev models.Event, s models.Submission) error {
	past, err := b.statedBefore(s.Action, s.Model)
	if err != nil {
		return err
	}
	f := b.submissionFacts(ev.Kind, ev.At, s)
	return b.propose(ev, passOn(s, past), f, b.snapshot(models.SnapshotID(ev.ID, s.Item, 0), s.Item, f))
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + cut(why, titleRunes)
}

func (b *batch) submissionFacts(kind models.EventKind, at time.Time, s models.Submission) models.Facts {
	return models.Facts{Now: b.now, Event: kind, EventAt: at, Submission: &s}
}

// passOn gives the proposal as it was submitted, with the confidence that earlier verdicts bear. It is the judge of other
// domains, and adds no opinion of its own.
func passOn(s models.Submission, past []Stated) models.Proposal {
	return models.Proposal{
		Action: s.Action, Item: s.Item, Value: s.Value, Before: s.Before, Options: s.Options, Reasons: s.Reasons,
		Stated: s.Stated, Confidence: Calibrate(s.Stated, past), Segment: s.Segment, Model: s.Model, Reversible: s.Reversible,
	}
}

// statedKept is how many of the newest verdicts on an action a stated confidence is calibrated on.
const statedKept = 500

// statedBefore gives what people said of what the model proposed before, read once a batch.
func (b *batch) statedBefore(a models.Action, model string) ([]Stated, error) {
	key := string(a) + "\n" + model
	if past, ok := b.stated[key]; ok {
		return past, nil
	}
	past, err := b.reader.Stated(b.ctx, a, model, statedKept)
	if err != nil {
		return nil, err
	}
	if b.stated == nil {
		b.stated = map[string][]Stated{}
	}
	b.stated[key] = past
	return past, nil
}

// submissionAgain gives what would be proposed for the decision on the facts as its proposer last told them.
func (b *batch) submissionAgain(d models.Decision, ev models.Event) (pr models.Proposal, f models.Facts, ok bool, err error) {
	id := models.SubmissionID(d.Source, d.Proposal)
	if err := b.submissions.load(b.ctx, []string{id}, b.reader.Submissions); err != nil {
		return pr, f, false, err
	}
	s := b.submissions.get(id)
	if s == nil || s.Withdrawn {
		return pr, f, false, nil
	}
	past, err := b.statedBefore(s.Action, s.Model)
	if err != nil {
		return pr, f, false, err
	}
	return passOn(*s, past), b.submissionFacts(ev.Kind, s.UpdatedAt, *s), true, nil
}

// takesFrom reports whether the domain may be proposed for by the source.
func (d *Domain) takesFrom(source string) bool {
	return d != nil && (len(d.Sources) == 0 || slices.Contains(d.Sources, source))
}

// Takes reports whether the policy delegates the action and takes proposals for it from the source.
func (p *Policy) Takes(a models.Action, source string) bool {
	return p.names(a) && p.Domains[a.Domain()].takesFrom(source)
}

// guardSubmission asks where the facts of a proposal of another system are too old to act on.
func (p *Policy) guardSubmission(r *asking, s models.Submission, now time.Time) {
	d := p.Domains[s.Action.Domain()]
	if s.Stale(now, d.MaxAge) {
		r.Guardrails = append(r.Guardrails, models.GuardrailStale)
		r.because("Guardrail: its facts are older than %s.", shortDuration(d.MaxAge))
	}
}

// shortDuration says "1 day", "36 hours" or "15m0s".
func shortDuration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "a day"
	case d >= day && d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	case d == time.Hour:
		return "an hour"
	case d > time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return d.String()
}

// tidings asks for the proposer of a decision to be told that it has come to where nothing is to be done, unless the
// proposer's own newer word took its place: the same proposal is still open then.
func (b *batch) tidings(d models.Decision) []models.Effect {
	if n := b.newest[d.Item][d.Action]; d.State == models.Superseded && n.ID != d.ID && n.Proposal == d.Proposal {
		return nil
	}
	return b.tell(d, b.now)
}

// tell asks for the proposer of a decision, where it listens, to be told what is no write. What is to be done is one.
func (e *Engine) tell(d models.Decision, now time.Time) []models.Effect {
	if _, listens := e.Sources.Writer(d.Source); !d.Domain.Other() || !listens || d.Written() || d.Fate() == "" {
		return nil
	}
	return []models.Effect{models.NewEffect(d, models.EffectTell, noTime, now)}
}

// Tell tells the proposer of a decision what became of it, where nothing is to be done. What has moved on since is told by
// what it moved on to.
func (e *Engine) Tell(ctx context.Context, effectID string) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	writer, listens := e.Sources.Writer(d.Source)
	if d.Version != eff.Version || !listens {
		return e.done(ctx, eff)
	}
	w, err := e.write(ctx, eff, d)
	if err != nil {
		return err
	}
	if err := writer.Apply(ctx, w); err != nil {
		return fmt.Errorf("tell %s of %s: %w", d.Source, w.Told.Fate, err)
	}
	return e.done(ctx, eff)
}

// addTidings adds to a write what the proposer of the decision is told with it.
func (e *Engine) addTidings(ctx context.Context, w *models.Write, d models.Decision) error {
	snap, err := e.Ledger.Snapshot(ctx, d.FactsID)
	if err != nil {
		return err
	}
	if snap.Facts.Submission == nil {
		return models.Errorf(models.Internal, "the facts of %s hold no proposal", d.ID)
	}
	w.Told = &models.Tidings{Submission: *snap.Facts.Submission, Decision: d.ID, Fate: d.Fate(), Proposed: d.Value}
	if a, ok := d.Settled(); ok {
		w.Told.Note = a.Note
	}
	if d.State != models.Superseded {
		return nil
	}
	now, err := e.Ledger.Submissions(ctx, []string{w.Told.Submission.ID})
	if now[w.Told.Submission.ID].Withdrawn {
		w.Told.Fate = models.FateWithdrawn
	}
	return err
}

// moneyOf gives the money that answering the decision lets go; moves is false where it lets go of none.
func (b *batch) moneyOf(d models.Decision) (amount models.Money, moves bool, err error) {
	switch {
	case d.Action == models.ActionCash:
		return amount, false, nil
	case d.Domain == models.Finance:
		p, err := b.reader.Payables(b.ctx, []string{d.Item})
		return p[d.Item].Amount, true, err
	case d.Domain.Other():
		id := models.SubmissionID(d.Source, d.Proposal)
		s, err := b.reader.Submissions(b.ctx, []string{id})
		return s[id].Amount, !s[id].Amount.IsZero(), err
	}
	return amount, false, nil
}

// told is how conditions speak of what another system told. What it did not tell, or told as something else, is an error.
type told struct {
	Fact   func(string) (any, error)          `expr:"fact"`
	Number func(string) (float64, error)      `expr:"number"`
	Text   func(string) (string, error)       `expr:"text"`
	Flag   func(string) (bool, error)         `expr:"flag"`
	Money  func(string) (models.Money, error) `expr:"money_of"`
	Amount func() (models.Money, error)       `expr:"amount"`
}

func toldFacts(s *models.Submission) told {
	var t models.Told
	var amount models.Money
	if s != nil {
		t, amount = s.Facts, s.Amount
	}
	return told{
		Fact: t.Value, Number: t.Number, Text: t.Text, Flag: t.Flag, Money: t.Money,
		Amount: func() (models.Money, error) {
			if amount.Currency == "" {
				return amount, models.Errorf(models.Invalid, "the amount was not told")
			}
			return amount, nil
		},
	}
}
