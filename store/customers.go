package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"remit/models"
)

const nameCustomer = `INSERT INTO customer_names (name, customer) VALUES (?, ?) ON CONFLICT DO NOTHING`

// nameCustomers notes the names of accounts and of those who owe invoices; who has none goes by the id, which no name is like. A
// name that was told once stays.
func (t *txn) nameCustomers(ctx context.Context, accounts []models.Account, receivables []models.Receivable) error {
	name := func(key, customer string) error {
		if customer == "" {
			return nil
		}
		if _, err := t.exec(ctx, nameCustomer, cmp.Or(key, customer), customer); err != nil {
			return fmt.Errorf("note a customer's name: %w", err)
		}
		return nil
	}
	for _, a := range accounts {
		if err := name(models.NameKey(a.Name), a.ID); err != nil {
			return err
		}
	}
	for _, r := range receivables {
		if err := name(r.CustomerKey(), r.CustomerID); err != nil {
			return err
		}
	}
	return nil
}

// nameAllCustomers notes the names of accounts, and of those who owe what is open, of whom none is noted: those known before names
// were.
func (s *Store) nameAllCustomers(ctx context.Context) error {
	for {
		var accounts []models.Account
		var owed []models.Receivable
		db := s.db.WithContext(ctx).Order("id").Limit(500)
		if err := db.Where("id NOT IN (SELECT customer FROM customer_names)").Find(&accounts).Error; err != nil {
			return classify(err)
		}
		db = s.db.WithContext(ctx).Order("id").Limit(500)
		err := db.Where("paid_on = '' AND NOT cancelled AND customer_id <> '' AND customer_id NOT IN (SELECT customer FROM customer_names)").Find(&owed).Error
		if err != nil || len(accounts)+len(owed) == 0 {
			return classify(err)
		}
		if err := s.inTxn(ctx, func(ctx context.Context, t *txn) error { return t.nameCustomers(ctx, accounts, owed) }); err != nil {
			return err
		}
	}
}

// Overdue gives what those who are the accounts owe by open invoices that were due before the day, by account and currency; an
// account that owes nothing is not in it. Who owes is an account by its id in the account's source, or by its name, where no two
// accounts and no two who owe have that name within one source.
func (r reader) Overdue(ctx context.Context, accounts []models.Account, day models.Day) (map[string][]models.Money, error) {
	who, err := r.debtors(ctx, accounts)
	if err != nil || len(who) == 0 {
		return nil, err
	}
	var sums []struct {
		CustomerID string
		Currency   models.Currency
		Minor      float64 // exact up to 2^53, and never too large to be added up
	}
	err = r.db.WithContext(ctx).Raw(`SELECT customer_id, amount_currency AS currency, SUM(CAST(amount_minor - booked_minor AS DOUBLE PRECISION)) AS minor
		FROM receivables WHERE customer_id IN ? AND paid_on = '' AND NOT cancelled AND due_on <> '' AND due_on < ? AND amount_minor > booked_minor
		GROUP BY customer_id, amount_currency ORDER BY amount_currency`, slices.Sorted(maps.Keys(who)), day).Scan(&sums).Error
	if err != nil {
		return nil, classify(err)
	}
	type owed struct {
		account  string
		currency models.Currency
	}
	total := map[owed]float64{}
	for _, s := range sums {
		for _, account := range who[s.CustomerID] {
			total[owed{account, s.Currency}] += s.Minor
		}
	}
	out := map[string][]models.Money{}
	for o, minor := range total {
		out[o.account] = append(out[o.account], models.Money{Minor: int64(min(minor, math.MaxInt64/2)), Currency: o.currency})
	}
	for _, owes := range out {
		slices.SortFunc(owes, func(a, b models.Money) int { return cmp.Compare(a.Currency, b.Currency) })
	}
	return out, nil
}

// debtors gives, by the id that invoices have for who owes them, the accounts that they are.
func (r reader) debtors(ctx context.Context, accounts []models.Account) (map[string][]string, error) {
	who, named := map[string][]string{}, map[string][]string{}
	for _, a := range accounts {
		source, id, _ := strings.Cut(strings.TrimPrefix(a.ID, "account:"), ":")
		who[source+"/"+id] = append(who[source+"/"+id], a.ID)
		if key := models.NameKey(a.Name); key != "" {
			named[key] = append(named[key], a.ID)
		}
	}
	if len(named) == 0 {
		return who, nil
	}
	var rows []struct{ Name, Customer string }
	err := r.db.WithContext(ctx).Raw(`SELECT name, customer FROM customer_names WHERE name IN ? ORDER BY name, customer`, slices.Sorted(maps.Keys(named))).Scan(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	seen, shared := map[string]string{}, map[string]bool{} // by name and source
	for _, row := range rows {
		of := row.Name + " " + sourceOf(row.Customer)
		shared[row.Name] = shared[row.Name] || seen[of] != ""
		seen[of] = row.Customer
	}
	for _, row := range rows {
		for _, account := range named[row.Name] {
			if !shared[row.Name] && !strings.HasPrefix(row.Customer, "account:") && !slices.Contains(who[row.Customer], account) {
				who[row.Customer] = append(who[row.Customer], account)
			}
		}
	}
	return who, nil
}

// sourceOf gives the source of an account, as "account:helpdesk", or of who owes, as "erp".
func sourceOf(customer string) string {
	if id, ok := strings.CutPrefix(customer, "account:"); ok {
		source, _, _ := strings.Cut(id, ":")
		return "account:" + source
	}
	source, _, _ := strings.Cut(customer, "/")
	return source
}
