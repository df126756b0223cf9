package app

import (
	"context"
	"slices"
	"strings"

	"remit/decision"
	"remit/models"
)

// PutAccount keeps what a manager, or their program, says of an account of a configured source.
func (a *App) PutAccount(ctx context.Context, acc models.Account, by models.Person) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "What is known of accounts is changed by managers: ask one of them.")
	}
	source, _, _ := strings.Cut(strings.TrimPrefix(acc.ID, "account:"), ":")
	if !slices.Contains(a.SourceNames(), source) {
		return models.FieldErrorf("id", "no source is called %q", source)
	}
	return a.Store.Commit(ctx, decision.Changes{Accounts: []models.Account{acc}, At: a.opts.Now()})
}
