package finance_test

import (
	"fmt"
	"slices"
	"testing"

	"remit/finance"
	"remit/models"
)

// peculiar gives the books with forty bills of 777.77 among them, of many vendors and with numbers of a form of their own.
func peculiar() (all []models.Payable, odd []models.Payable) {
	for i, p := range books(2_400) {
		all = append(all, p)
		if i%60 == 30 {
			x := p
			x.ID, x.Invoice, x.Amount = fmt.Sprint("payable:erp:odd", i), fmt.Sprint("ZZ", 7*i), usd(777.77)
			all, odd = append(all, x), append(odd, x)
		}
	}
	return all, odd
}

func TestWhatPeopleSaidOfPaymentsIsLearned(t *testing.T) {
	all, odd := peculiar()
	teach := finance.Teaching{Limits: approvals, Seed: 3, Rounds: 6, Small: true}
	without, err := finance.Teach(all, teach)
	if err != nil {
		t.Fatal(err)
	}
	teach.Verdicts = map[string]bool{}
	for _, p := range odd[:len(odd)-1] {
		teach.Verdicts[p.ID] = true
	}
	with, err := finance.Teach(all, teach)
	if err != nil {
		t.Fatal(err)
	}
	if with.Verdicts != len(odd)-1 || without.Verdicts != 0 || with.Payments != len(all) {
		t.Errorf("got %d verdicts among %d payments, and %d without; want %d among %d", with.Verdicts, with.Payments, without.Verdicts, len(odd)-1, len(all))
	}
	next := odd[len(odd)-1]
	past := pastOf(slices.DeleteFunc(slices.Clone(all), func(p models.Payable) bool { return p.IssuedOn >= next.IssuedOn }))
	before, after := without.Score(past, next), with.Score(past, next)
	if after < 5*before || after < .05 {
		t.Errorf("one more of those that people found wrong scores %.4f, and %.4f before they said so", after, before)
	}
}

func TestTeachingSaysHowWellItDoesBesideTheModelThatShips(t *testing.T) {
	got, err := finance.Teach(books(4_000), finance.Teaching{Limits: approvals, Rounds: 6, Small: true, Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	if got.AP < .2 || got.AP > 1 || got.Shipped <= 0 || got.Shipped > 1 || got.Payments != 4_000 {
		t.Errorf("got AP %.3f, shipped %.3f on %d payments", got.AP, got.Shipped, got.Payments)
	}
}
