package app

import (
	"context"
	"net/url"
	"time"

	"remit/decision"
	"remit/models"
)

// Turn is a turn of the kill switch.
type Turn func(e *decision.Engine, ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error)

// LoginLink gives a link that signs the person in to the console, once, within ttl.
func (a *App) LoginLink(ctx context.Context, p models.Person, ttl time.Duration) (string, error) {
	token, err := a.Store.MintLogin(ctx, p.ID, ttl, a.opts.Now())
	if err != nil {
		return "", err
	}
	return a.Config.ConsoleURL.Reveal() + "/login?token=" + url.QueryEscape(token), nil
}
