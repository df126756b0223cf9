package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/decision"
	"remit/models"
)

// paidBefore puts a made-up company's payments into the database: of its forty vendors half bill any amount, the others
// much the same every time.
func (o *office) paidBefore(n int) {
	o.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	var ps []models.Payable
	for i := range n {
		v := rng.IntN(40)
		level := math.Exp(11 + float64(v%8)/3)
		if v%2 == 0 {
			level *= math.Exp(rng.NormFloat64() / 3)
		}
		issued := models.DayOf(o.now).Add(i*700/n - 701)
		ps = append(ps, models.Payable{
			ID: models.PayableItem("erp", fmt.Sprint(i)), Source: "erp", ExternalID: fmt.Sprint(i), VendorID: fmt.Sprint("vendor:erp:", v), VendorName: fmt.Sprint("Vendor ", v),
			Invoice: fmt.Sprint("D", 10_000+i), Amount: models.Money{Minor: int64(level), Currency: "USD"}, IssuedOn: issued, DueOn: issued.Add(30),
			PaidOn: issued.Add(30), Status: models.PayablePast, CreatedAt: issued.Time(), UpdatedAt: issued.Time(),
		})
	}
	o.withApp(func(a *app.App) {
		if err := a.Store.Commit(o.Context(), decision.Changes{Payables: ps, At: o.now}); err != nil {
			o.Fatal(err)
		}
	})
}

// withApp runs f on what serve would run.
func (o *office) withApp(f func(*app.App)) {
	o.Helper()
	cfg, err := config.Load(o.config, nil)
	if err != nil {
		o.Fatal(err)
	}
	a, err := app.New(context.Background(), cfg, app.Options{Now: func() time.Time { return o.now }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		o.Fatal(err)
	}
	f(a)
	if err := a.Close(); err != nil {
		o.Fatal(err)
	}
}

func TestAModelOfThisCompanyJudgesWhileTheServiceRuns(t *testing.T) {
	o := newOffice(t, nil)
	o.paidBefore(2_500)
	o.withApp(func(a *app.App) {
		judge := func() string { return a.Engine.Payments.(interface{ Model() string }).Model() }
		if got := judge(); got != "finance-shipped/1" {
			t.Fatalf("before, %q judges", got)
		}
		o.must("Learned from 2500 payments, 0 said of by people", "train", "payments", "--rounds", "4", "--always")
		if err := a.FollowLearned(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := judge(); got != "finance-own/20261201-100000" {
			t.Errorf("%q judges, want the model that was made live meanwhile", got)
		}
		o.must("Payments are judged by the model that ships.", "train", "payments", "--shipped")
		if err := a.FollowLearned(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := judge(); got != "finance-shipped/1" {
			t.Errorf("after going back %q judges", got)
		}
	})
}

func TestTooFewPaymentsTeachNothingAndSaySo(t *testing.T) {
	o := newOffice(t, nil)
	o.paidBefore(30)
	out, err := o.run("train", "payments")
	if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "30 payments are too few") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, err := o.run("train", "payments", "--use", "lrn_none"); models.KindOf(err) != models.NotFound {
		t.Errorf("an unknown model: %v", err)
	}
}
