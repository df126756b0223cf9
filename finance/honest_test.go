package finance_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"remit/finance"
	"remit/models"
)

// firm is a made-up company, day by day, with days to come that the pool does not know.
type firm struct {
	pool    models.Pool
	past    models.CashPast
	flow    []float64 // in major units; today is lived
	balance []float64
}

const (
	lived   = 500
	toCome  = 45
	tracked = 60 // days before its balances are told
)

func newFirm(seed uint64) *firm {
	rng := rand.New(rand.NewPCG(seed, 5))
	f := &firm{pool: pool(0), flow: make([]float64, lived+toCome), balance: make([]float64, lived+toCome)}
	f.pool.ID = fmt.Sprint("cash:firm", seed, ":USD")
	for i := range f.flow {
		f.flow[i] += 1500*rng.NormFloat64() - 500
		for range rng.IntN(3) {
			customer := rng.IntN(12)
			f.sell(i, i+max(1, 28+customer%4*4+int(4*rng.ExpFloat64())), customer, math.Round(math.Exp(9+.8*rng.NormFloat64())))
		}
		for range rng.IntN(3) {
			f.buy(i, i+10+rng.IntN(8), rng.IntN(30), math.Round(math.Exp(9+.8*rng.NormFloat64())))
		}
	}
	sum := 1_000_000.0
	for i, v := range f.flow {
		sum += v
		f.balance[i] = sum
		if i > tracked && i <= lived {
			f.past.Balances = append(f.past.Balances, models.PastBalance{ID: "balance:erp:giro", Day: f.day(i), Amount: usd(sum)})
		}
	}
	f.pool.Balances[0].Amount = usd(f.balance[lived])
	f.pool.Residual, _ = finance.Residual(f.past, today.Add(-1))
	return f
}

func (f *firm) day(i int) models.Day { return today.Add(i - lived) }

func (f *firm) moves(on int, major float64) {
	if on < len(f.flow) {
		f.flow[on] += major
	}
}

func (f *firm) sell(issued, comes, customer int, major float64) {
	f.moves(comes, major)
	r := models.Receivable{ID: fmt.Sprint("r", issued, major), CustomerID: fmt.Sprint("c", customer), Amount: usd(major), IssuedOn: f.day(issued), DueOn: f.day(issued + 30)}
	switch {
	case issued > lived:
	case comes > lived:
		f.pool.Receivables = append(f.pool.Receivables, r)
	default:
		r.PaidOn = f.day(comes)
		f.pool.Settled = append(f.pool.Settled, r)
		f.pool.Turnover = append(f.pool.Turnover, models.Turnover{KnownOn: r.KnownOn(), PaidOn: r.PaidOn, Minor: r.Amount.Minor})
		f.past.Received = append(f.past.Received, models.PaidOn{Day: r.PaidOn, Minor: r.Amount.Minor})
	}
}

func (f *firm) buy(issued, due, vendor int, major float64) {
	f.moves(due, -major)
	v := owed(fmt.Sprint("b", issued, major), major, f.day(due))
	v.VendorID, v.IssuedOn, v.PayOn = fmt.Sprint("v", vendor), f.day(issued), v.DueOn
	switch {
	case issued > lived:
	case due > lived:
		f.pool.Payables = append(f.pool.Payables, v)
	default:
		f.pool.Turnover = append(f.pool.Turnover, models.Turnover{KnownOn: v.KnownOn(), PaidOn: v.DueOn, Minor: -v.Amount.Minor, VendorID: v.VendorID})
		f.past.Paid = append(f.past.Paid, models.PaidOn{Day: v.DueOn, Minor: v.Amount.Minor})
	}
}

func TestBandsAndTheLowestPointHoldAsOftenAsIsSaid(t *testing.T) {
	const firms, ahead = 60, 40
	within, said, below := 0.0, 0.0, 0
	for seed := range uint64(firms) {
		f := newFirm(seed)
		r := everyDay(ahead)
		r.Floor = usd(1)
		cash := finance.New().Plan(f.pool, r).Cash
		said += cash.Covered / firms
		low := f.balance[lived]
		for k := 1; k <= ahead; k++ {
			was := f.balance[lived+k]
			low = min(low, was)
			if from, to := cash.Days[k].Bands.Within(80); usd(was).Minor >= from && usd(was).Minor <= to {
				within += 1.0 / firms / ahead
			}
		}
		if usd(low).Minor < cash.Low.Minor {
			below++
		}
	}
	if within < .72 || within > .88 || math.Abs(said-within) > .06 {
		t.Errorf("80 %% bands hold %.2f of the days to come, and %.2f are said to have been held", within, said)
	}
	if below > firms/10 {
		t.Errorf("cash falls below what is promised with 5 %% in %d of %d firms", below, firms)
	}
}
