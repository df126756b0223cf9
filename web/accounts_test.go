package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"remit/models"
)

// book keeps accounts in memory.
type book map[string]models.Account

func (b book) PutAccount(_ context.Context, a models.Account, by models.Person) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "Accounts are changed by managers.")
	}
	b[a.ID] = b[a.ID].Fold(a)
	return nil
}

func sayAccount(v *visitor, method, id, body string) (int, string) {
	req := v.request(method, "/v1/accounts/"+id, body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", v.csrf())
	status, said, _ := v.do(req)
	return status, said
}

func TestAnAccountIsPut(t *testing.T) {
	d := newDesk()
	o, kept := d.options(), book{}
	o.Accounts = kept
	srv := visit(t, o)
	omar, priya := newVisitor(t, srv.base).as("omar"), newVisitor(t, srv.base).as("priya")
	put := func(v *visitor, id, body string) (int, string) { return sayAccount(v, http.MethodPut, id, body) }
	status, said := put(omar, "helpdesk:8447", `{"name":"Acme","tier":"Enterprise","arr":"120000 EUR","renewal_on":"2027-01-31","churn_risk":0.4,"vip":true,"escalations":2}`)
	a := kept["account:helpdesk:8447"]
	if status != http.StatusOK || a.Tier != "enterprise" || a.ARR.Display() != "120,000.00 EUR" || !a.VIP || a.Escalations != 2 || !a.UpdatedAt.Equal(noon) {
		t.Errorf("got %d %s, %+v", status, said, a)
	}
	for name, c := range map[string]struct{ id, body, field string }{
		"an amount without a currency": {"helpdesk:1", `{"arr":"12"}`, "arr"},
		"a risk that is none":          {"helpdesk:1", `{"churn_risk":7}`, "churn_risk"},
		"a day that is none":           {"helpdesk:1", `{"renewal_on":"soon"}`, "renewal_on"},
		"an account of no source":      {"8447", `{}`, "id"},
		"a field that is none":         {"helpdesk:1", `{"plan":"pro"}`, "documented fields"},
	} {
		if status, said := put(omar, c.id, c.body); status != http.StatusBadRequest || !strings.Contains(said, c.field) {
			t.Errorf("%s: got %d %s, want 400 that names %s", name, status, said, c.field)
		}
	}
	if status, _ := put(priya, "helpdesk:1", `{}`); status != http.StatusForbidden {
		t.Errorf("somebody who may not: got %d", status)
	}
}

func TestAnAccountIsPutAsAWholeAndPatchedInPart(t *testing.T) {
	d := newDesk()
	o, kept := d.options(), book{}
	o.Accounts = kept
	omar := newVisitor(t, visit(t, o).base).as("omar")
	const id = "account:helpdesk:1"
	full := models.Account{
		ID: id, Name: "Acme", Tier: "enterprise", PastDue: models.Money{Minor: 50000, Currency: "EUR"}, ChurnRisk: 0.4, VIP: true, OpenIssues: 2,
		UpdatedAt: noon.Add(-time.Hour),
	}
	for name, c := range map[string]struct {
		method, body string
		want         func(*models.Account)
	}{
		"a patch of one field":        {http.MethodPatch, `{"churn_risk":0.9}`, func(a *models.Account) { a.ChurnRisk = 0.9 }},
		"a patch of no and nothing":   {http.MethodPatch, `{"vip":false,"open_issues":null,"past_due":null,"tier":null}`, func(a *models.Account) { a.VIP, a.OpenIssues, a.PastDue, a.Tier = false, 0, models.Money{}, "" }},
		"a put of one field is all":   {http.MethodPut, `{"tier":"free"}`, func(a *models.Account) { *a = models.Account{ID: id, Tier: "free"} }},
		"a put of nothing is nothing": {http.MethodPut, `{}`, func(a *models.Account) { *a = models.Account{ID: id} }},
	} {
		kept[id] = full
		if status, said := sayAccount(omar, c.method, "helpdesk:1", c.body); status != http.StatusOK {
			t.Errorf("%s: got %d %s", name, status, said)
		}
		want := full
		c.want(&want)
		if diff := cmp.Diff(want, kept[id], cmpopts.IgnoreFields(want, "Said", "UpdatedAt")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
