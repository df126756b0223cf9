package app

import (
	"context"
	"errors"

	"remit/bot"
	"remit/decision"
	"remit/models"
	"remit/queue"
)

// notice tells people something once. It is noted as leaving before it is said, so that a try after one whose outcome is
// not known looks for the message before it says it again.
func (a *App) notice(ctx context.Context, effectID string) error {
	eff, err := a.Store.Effect(ctx, effectID)
	if err != nil || eff.State != models.EffectQueued && eff.State != models.EffectLeaving {
		return err
	}
	if text := a.Engine.Notice(eff); text != "" {
		again := eff.State == models.EffectLeaving
		if err := a.Store.Commit(ctx, decision.Changes{At: a.opts.Now(), Leaving: []string{eff.ID}}); err != nil {
			return err
		}
		if !again {
			a.opts.Logger.Warn("a cap is reached", "budget", eff.Ref, "says", text)
		}
		err := a.Bot.Say(ctx, eff, text, again)
		if later, ok := errors.AsType[*bot.RetryAfter](err); ok {
			return queue.Snooze(later.D)
		}
		if err != nil {
			return err
		}
	}
	return a.Store.Commit(ctx, decision.Changes{At: a.opts.Now(), Sent: []string{eff.ID}})
}
