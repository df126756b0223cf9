package app

import (
	"context"
	"fmt"

	"remit/models"
)

// savePolicy makes a text the next version of the policy, and says what became of it.
func (a *App) savePolicy(ctx context.Context, text []byte, by models.Person, why string) (says string, err error) {
	v, err := a.Policies.Save(ctx, text, by, "trial", why)
	switch {
	case err != nil:
		return "", err
	case v.State == models.PolicyProposed:
		return fmt.Sprintf("Version %d of the policy loosens it, and waits for a second manager.", v.Number), nil
	}
	return fmt.Sprintf("Version %d of the policy is in force.", v.Number), nil
}
