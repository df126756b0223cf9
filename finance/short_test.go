package finance_test

import (
	"strings"
	"testing"
	"time"

	"remit/finance"
	"remit/models"
)

// says gives what a proposal says under a code, and on which day.
func says(p models.Proposal, code string) (string, models.Day) {
	for _, r := range p.Reasons {
		if r.Code == code {
			return r.Text, r.On
		}
	}
	return "", ""
}

func TestAShortageThatHoldingDoesNotEndIsAskedOfThePool(t *testing.T) {
	payroll := owed("p", 20_000, day("04"))
	payroll.VendorName = "Payroll December"
	tax := pool(155_000)
	tax.Planned = []models.PlannedItem{{ID: "x", Pool: "cash:hq:USD", What: "VAT", Amount: usd(-20_000), On: day("07")}}
	for name, c := range map[string]struct {
		p    models.Pool
		want string
	}{
		"payroll alone takes cash below the floor": {pool(155_000, payroll), "Payroll December 20,000.00 USD on Fri 4 Dec (never moved)"},
		"what is planned does":                     {tax, "VAT 20,000.00 USD on Mon 7 Dec (planned)"},
		"a floor above all cash":                   {pool(500), "There is 500.00 USD now, and nothing is known that leaves until then."},
	} {
		t.Run(name, func(t *testing.T) {
			plan := finance.New().Plan(c.p, rules())
			if len(plan.Holds) > 0 || plan.Ask == nil {
				t.Fatalf("holds %v and asks %v, want the pool to be asked about", plan.Holds, plan.Ask)
			}
			if err := plan.Ask.Check(); err != nil || plan.Ask.Item != "cash:hq:USD" {
				t.Errorf("asks %+v: %v", plan.Ask, err)
			}
			if got, _ := says(*plan.Ask, models.ReasonShort); got != plan.Cash.SayShort() || got == "" {
				t.Errorf("says %q of the shortage, want %q", got, plan.Cash.SayShort())
			}
			if got, _ := says(*plan.Ask, "cash.causes"); !strings.Contains(got, c.want) {
				t.Errorf("says %q of what makes it so, want %q", got, c.want)
			}
		})
	}
}

func TestAPaymentThatIsAgreedToIsHeldOnlyWhereNothingElseSuffices(t *testing.T) {
	p := pool(155_000, owed("agreed", 10_000, day("10")), owed("other", 10_000, day("11")))
	p.Chosen = map[string]bool{"agreed": true}
	plan := finance.New().Plan(p, rules())
	var items []string
	for _, h := range plan.Holds {
		items = append(items, h.Item)
	}
	if len(items) != 2 {
		t.Fatalf("holds %v, want both: one alone leaves it short", items)
	}
	p.Balances[0].Amount = usd(165_000)
	if plan = finance.New().Plan(p, rules()); len(plan.Holds) != 1 || plan.Holds[0].Item != "other" {
		t.Fatalf("holds %+v, want the other alone: either suffices", plan.Holds)
	}
	p.Payables, p.Balances[0].Amount = p.Payables[:1], usd(155_000)
	plan = finance.New().Plan(p, rules())
	if len(plan.Holds) != 1 {
		t.Fatalf("holds %+v, want the agreed payment: nothing else is left", plan.Holds)
	}
	if got, _ := says(plan.Holds[0], "cash.agreed"); !strings.Contains(got, "agreed to its day") {
		t.Errorf("says %q, want that its day was agreed to", got)
	}
}

func TestAHoldSaysFromWhenOnThePaymentCanBePaid(t *testing.T) {
	p := pool(155_000, owed("a", 10_000, day("10")))
	plan := finance.New().Plan(p, rules())
	if got, on := says(plan.Holds[0], models.ReasonUntil); on != "" || !strings.Contains(got, "cannot be paid on any day within the floor") {
		t.Errorf("without money to come it says %q, on %q", got, on)
	}
	p.Planned = []models.PlannedItem{{ID: "x", Pool: "cash:hq:USD", What: "grant", Amount: usd(20_000), On: day("19")}} // a Saturday
	plan = finance.New().Plan(p, rules())
	if got, on := says(plan.Holds[0], models.ReasonUntil); on != day("21") || !strings.Contains(got, "Mon 21 Dec") {
		t.Errorf("with money on the way it says %q, on %q, want the Monday after", got, on)
	}
}

func TestPaymentsHeldTogetherAreNotAllPaidFromTheSameMoney(t *testing.T) {
	p := pool(150_000, owed("a", 10_000, day("10")), owed("b", 11_000, day("10")))
	p.Planned = []models.PlannedItem{
		{ID: "x", Pool: "cash:hq:USD", What: "grant", Amount: usd(12_000), On: day("14")},
		{ID: "y", Pool: "cash:hq:USD", What: "loan", Amount: usd(10_000), On: day("16")},
	}
	days := map[models.Day]bool{}
	for _, h := range finance.New().Plan(p, rules()).Holds {
		_, on := says(h, models.ReasonUntil)
		days[on] = true
	}
	if len(days) != 2 || !days[day("14")] || !days[day("16")] {
		t.Errorf("they are to be paid on %v, want one on each day that money comes", days)
	}
}

func TestWhatWasHeldForTheFloorIsComeBackTo(t *testing.T) {
	held := owed("a", 10_000, day("01"))
	held.Status = models.PayableHeld
	for name, c := range map[string]struct {
		cash  float64
		until models.Day
		want  string
		kept  bool
	}{
		"the floor bears it":                        {165_000, day("21"), models.ValueRelease, false},
		"it does not, and the day has come":         {155_000, today, models.ValueHold, true},
		"it does not, and the day has not":          {155_000, day("21"), "", false},
		"it does not, and there was no day to come": {155_000, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			p := pool(c.cash, held)
			p.Ends = map[string]models.Day{"a": c.until}
			plan := finance.New().Plan(p, rules())
			got := ""
			if len(plan.Holds) > 0 {
				got = plan.Holds[0].Value
			}
			if kept, is := plan.Kept["a"]; got != c.want || is != c.kept || c.kept && kept.Short() != usd(5_000) {
				t.Errorf("proposes %q with %v, want %q", got, kept.Short(), c.want)
			}
		})
	}
	if plan := finance.New().Plan(pool(165_000, held), rules()); len(plan.Holds) > 0 {
		t.Errorf("what is held for another reason is to be let go: %+v", plan.Holds)
	}
}

func TestCashThatIsNotKnownIsAskedAbout(t *testing.T) {
	p := pool(500_000, owed("a", 10_000, day("10")))
	for age, want := range map[time.Duration]string{45 * time.Minute: "45 minutes old", 90 * time.Minute: "90 minutes old", 30 * time.Hour: "30 hours old", 80 * time.Hour: "3 days old"} {
		r := rules()
		r.MaxAge = 30 * time.Minute
		p.Balances[0].AsOf = noon.Add(-age)
		plan := finance.New().Plan(p, r)
		if plan.Ask == nil {
			t.Fatal("nothing is asked")
		}
		why, _ := says(*plan.Ask, "cash.unknown")
		todo, _ := says(*plan.Ask, "cash.remedy")
		if !strings.Contains(why, want) || !strings.Contains(todo, "Report the balance again, or import a statement of giro") {
			t.Errorf("says %q and %q, want that it is %s", why, todo, want)
		}
	}
	p.Payables = nil
	if ask := finance.New().Plan(p, rules()).Ask; ask != nil {
		t.Errorf("with nothing to time it asks %+v", ask)
	}
}
