package decision

import (
	"context"
	"slices"

	"remit/models"
)

// bands are the steps of confidence that a change is reported by: what people act on is in which of them it falls.
var bands = []float64{.5, .8, .9, .95, .99}

// band gives the number of the band that a confidence falls in.
func band(confidence float64) int {
	return len(bands) - len(slices.DeleteFunc(slices.Clone(bands), func(b float64) bool { return confidence >= b }))
}

// Rejudged counts what a judge says today of the recorded facts of an action, against what was proposed then.
type Rejudged struct {
	Action models.Action `json:"action"`
	Was    string        `json:"was"`   // the model on the record
	Now    string        `json:"now"`   // the model asked today; empty where it never proposed anything
	N      int           `json:"n"`     // judged again
	Same   int           `json:"same"`  // the same value, in the same band of confidence
	Other  int           `json:"other"` // another value
	Gone   int           `json:"gone"`  // nothing is proposed any more
	Surer  int           `json:"surer"` // the same value, in a higher band
	Less   int           `json:"less"`  // the same value, in a lower band
}

// Judged is one decision that a judge sees otherwise today.
type Judged struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Action     models.Action `json:"action"`
	Was        string        `json:"was"`
	WasSure    float64       `json:"was_confidence"`
	Now        string        `json:"now"` // empty: nothing is proposed
	NowSure    float64       `json:"now_confidence"`
	OfHistory  bool          `json:"of_history"` // judged on the payable's history as it is known today
	ModelWas   string        `json:"model_was"`
	ModelToday string        `json:"model_now"`
}

// RejudgeReport says where the judges of today differ from those on the record.
type RejudgeReport struct {
	Judged      int        `json:"judged"`
	Lacking     int        `json:"lacking"` // not judged, for the record lacks something
	Fields      []Tallied  `json:"lacking_fields"`
	Actions     []Rejudged `json:"actions"`
	Differences []Judged   `json:"differences"`
}

// Rejudger has the judges judge recorded facts again. What a payable is compared with is not in a snapshot: it is asked of
// History, and is what is known of those payables today. A cash pool as it was is nowhere, so pay days are not judged,
// nor what is said of the pool itself.
type Rejudger struct {
	Tickets  TicketJudge
	Payments PaymentJudge
	History  func(ctx context.Context, p models.Payable) ([]models.Payable, error)
	Policy   *Policy // whose rules the judges are given

	report RejudgeReport
	lastID string // the facts last judged, which a ticket's decisions share
	last   models.Judgement
}

// Add judges a page of the record again. Its error is that of History.
func (r *Rejudger) Add(ctx context.Context, page []Recorded) error {
	for _, rec := range page {
		if !rec.Gated() {
			continue
		}
		if lacks := r.lacks(rec); lacks != "" {
			r.report.Lacking++
			r.report.Fields = counted(r.report.Fields, lacks)
			continue
		}
		j, err := r.judge(ctx, rec)
		if err != nil {
			return err
		}
		pr, ok := j.For(rec.Decision.Action)
		r.count(rec.Decision, pr, ok)
	}
	return nil
}

// lacks names what judging again takes and there is not; "" where there is all.
func (r *Rejudger) lacks(rec Recorded) string {
	switch f := rec.Facts; {
	case f == nil:
		return "facts"
	case rec.Decision.Action == models.ActionSchedule, rec.Decision.Action == models.ActionCash:
		return "the cash pool as it was"
	case rec.Decision.Domain == models.Triage && f.Ticket == nil:
		return "facts.ticket"
	case rec.Decision.Action == models.ActionHold && f.Payable == nil:
		return "facts.payable"
	case rec.Decision.Domain != models.Triage && rec.Decision.Domain != models.Finance:
		return "a judge of " + string(rec.Decision.Domain)
	}
	return ""
}

func (r *Rejudger) judge(ctx context.Context, rec Recorded) (models.Judgement, error) {
	if id := rec.Decision.FactsID; id == r.lastID {
		return r.last, nil
	}
	f := *rec.Facts
	if rec.Decision.Domain == models.Triage {
		f.Tone, f.Signals = nil, nil // what a judge of then made of them
		r.last = r.Tickets.Decide(f, r.Policy.TriageRules())
	} else {
		history, err := r.History(ctx, *f.Payable)
		if err != nil {
			return models.Judgement{}, err
		}
		f.History = slices.DeleteFunc(history, func(h models.Payable) bool { return h.CreatedAt.After(f.Now) }) // nobody knew of it
		r.last = r.Payments.Decide(f, r.Policy.CashRules(f.Now))
	}
	r.lastID = rec.Decision.FactsID
	return r.last, nil
}

func (r *Rejudger) count(d models.Decision, pr models.Proposal, ok bool) {
	r.report.Judged++
	a := r.action(d, pr.Model)
	a.N++
	was, now := band(d.Confidence), band(pr.Confidence)
	switch {
	case !ok:
		a.Gone++
	case pr.Value != d.Value:
		a.Other++
	case now > was:
		a.Surer++
	case now < was:
		a.Less++
	default:
		a.Same++
		return
	}
	if len(r.report.Differences) < differencesKept {
		r.report.Differences = append(r.report.Differences, Judged{
			ID: d.ID, Title: d.Title, Action: d.Action, Was: d.Value, WasSure: d.Confidence, Now: pr.Value, NowSure: pr.Confidence,
			OfHistory: d.Action == models.ActionHold, ModelWas: d.Model, ModelToday: pr.Model,
		})
	}
}

// action gives the counts of the decision's action and model.
func (r *Rejudger) action(d models.Decision, now string) *Rejudged {
	i := slices.IndexFunc(r.report.Actions, func(a Rejudged) bool { return a.Action == d.Action && a.Was == d.Model })
	if i < 0 {
		i = len(r.report.Actions)
		r.report.Actions = append(r.report.Actions, Rejudged{Action: d.Action, Was: d.Model})
	}
	a := &r.report.Actions[i]
	if now != "" {
		a.Now = now
	}
	return a
}

// Report gives what came of it so far.
func (r *Rejudger) Report() RejudgeReport { return r.report }
