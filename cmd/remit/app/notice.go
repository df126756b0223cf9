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
	if n, ok := a.Engine.Notice(eff); ok {
		again := eff.State == models.EffectLeaving
		if err := a.Store.Commit(ctx, decision.Changes{At: a.opts.Now(), Leaving: []string{eff.ID}}); err != nil {
			return err
		}
		if !again {
			a.opts.Logger.Warn("people are told", "ref", eff.Ref, "says", n.Text)
		}
		err := a.say(ctx, eff, n, again)
		if later, ok := errors.AsType[*bot.RetryAfter](err); ok {
			return queue.Snooze(later.D)
		}
		if err != nil {
			return err
		}
	}
	return a.Store.Commit(ctx, decision.Changes{At: a.opts.Now(), Sent: []string{eff.ID}})
}

func (a *App) say(ctx context.Context, eff models.Effect, n decision.Notice, again bool) error {
	if n.Cap == "" {
		return a.Bot.Say(ctx, eff, n.Text, again)
	}
	return a.Bot.Announce(ctx, a.Bot.Look().Capped(bot.Cap{Domain: eff.Domain, Name: n.Cap, Since: n.Since, Until: n.Until}))
}
