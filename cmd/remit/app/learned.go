package app

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"remit/finance"
	"remit/models"
)

// followEvery is how often it is looked for whether another model was made live.
const followEvery = 10 * time.Second

// payments judges payments by what is live of what was learned, else by the model that ships. What is live may change while
// payments are being judged; each judgement is by one.
type payments struct {
	now  atomic.Pointer[finance.Judge]
	live string // id of what it goes by; for one goroutine at a time
}

func newPayments() *payments {
	p := &payments{}
	p.now.Store(finance.New())
	return p
}

// Model names the model that judges now.
func (p *payments) Model() string { return p.now.Load().Model() }

// Decide implements decision.PaymentJudge.
func (p *payments) Decide(f models.Facts, r models.CashRules) models.Judgement {
	return p.now.Load().Decide(f, r)
}

// Plan implements decision.PaymentJudge.
func (p *payments) Plan(pool models.Pool, r models.CashRules) models.Plan {
	return p.now.Load().Plan(pool, r)
}

// Price implements decision.PaymentJudge.
func (p *payments) Price(pool models.Pool, r models.CashRules, item string, day models.Day) (models.Money, models.Cash, error) {
	return p.now.Load().Price(pool, r, item, day)
}

// Reconcile implements decision.PaymentJudge.
func (p *payments) Reconcile(txs []models.Transaction, owed models.Owed) models.Reconciled {
	return p.now.Load().Reconcile(txs, owed)
}

// FollowLearned brings in what is live now. A model that cannot be used is said as an error, and the one that ships judges
// in its place: no payment waits for a model.
func (a *App) FollowLearned(ctx context.Context) error {
	id, err := a.Store.LiveLearnedID(ctx, finance.LearnedKind)
	if err != nil || id == a.payments.live {
		return err
	}
	judge, err := a.learnedJudge(ctx, id)
	a.payments.now.Store(judge)
	a.payments.live = id
	return err
}

func (a *App) learnedJudge(ctx context.Context, id string) (*finance.Judge, error) {
	if id == "" {
		return finance.New(), nil
	}
	l, err := a.Store.LiveLearned(ctx, finance.LearnedKind)
	if err != nil {
		return finance.New(), err
	}
	m := &finance.Model{}
	if err := json.Unmarshal(l.Body, m); err != nil {
		return finance.New(), err
	}
	j, err := finance.NewLearned(m)
	if err != nil {
		return finance.New(), err
	}
	return j, nil
}

// follow brings in what is made live until ctx ends.
func (a *App) follow(ctx context.Context) {
	a.every(ctx, followEvery, a.FollowLearned, "what was learned of payments cannot be used; the model that ships judges")
}
