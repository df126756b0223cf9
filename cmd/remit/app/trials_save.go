package app

import (
	"context"

	"remit/models"
)

// savePolicy makes a text the next version of the policy, and says what became of it.
func (a *App) savePolicy(_ context.Context, _ []byte, _ models.Person, _ string) (says string, err error) {
	return "", models.Errorf(models.Invalid, "the policy is the file %s here: put the text there (remit shadow show prints it), then end the trial", a.Config.Policy)
}
