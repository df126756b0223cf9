package main

import (
	"strings"
	"testing"

	"remit/models"
)

func TestCashIsPlannedListedAndTakenBack(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.must("Nothing is planned.", "plan", "list")
	add := []string{"plan", "add", "--as", "sam", "--pool", "cash:acme:USD", "--what", "rent", "--amount", "-5000 USD", "--on", "2026-12-01", "--every", "monthly"}
	out := o.must("rent, -5,000.00 USD from 2026-12-01, monthly (entered by sam)", add...)
	id := strings.TrimSuffix(strings.Fields(out)[2], ":")
	o.must("Planned as "+id, add...) // twice is once
	if got := o.must("cash:acme:USD", "plan", "list"); strings.Count(got, "\n") != 1 {
		t.Errorf("the same said twice is two:\n%s", got)
	}
	o.must("No longer planned: rent.", "plan", "remove", id, "--as", "sam")
	o.must("Nothing is planned.", "plan", "list")
	if _, err := o.run("plan", "remove", id, "--as", "sam"); models.KindOf(err) != models.NotFound {
		t.Errorf("taken back twice: %v", err)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"an amount in another currency": {[]string{"--amount", "-5000 EUR"}, "not in the pool's USD"},
		"an amount that is none":        {[]string{"--amount", "much"}, "--amount"},
		"a day that is none":            {[]string{"--on", "soon"}, "not a day"},
		"a pool that is none":           {[]string{"--pool", "acme"}, "names no cash pool"},
		"somebody unknown":              {[]string{"--as", "nobody"}, "not one of the people"},
	} {
		if _, err := o.run(append(add, c.args...)...); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.says)
		}
	}
}
