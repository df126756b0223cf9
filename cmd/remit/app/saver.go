package app

import (
	"context"
	"strconv"

	"remit/bot"
	"remit/decision"
	"remit/models"
)

// saver makes versions of what people tune elsewhere than in the policy's own text.
type saver struct{ policies *decision.Policies }

// Propose implements web.PolicySaver: a rule that a review proposed.
func (s saver) Propose(ctx context.Context, text []byte, by models.Person, why string) (string, error) {
	v, err := s.policies.Save(ctx, text, by, "review", why)
	return strconv.Itoa(v.Number), err
}

// Text gives the text in force, as web.PolicyText wants it.
func (s saver) Text(ctx context.Context) ([]byte, error) {
	st, err := s.policies.Status(ctx)
	if err == nil && st.InForce.Number == 0 {
		err = models.Errorf(models.NotFound, "no version of the policy is kept")
	}
	return []byte(st.InForce.Text), err
}

// SaveTuning implements bot.PolicySaver.
func (s saver) SaveTuning(ctx context.Context, by models.Person, t bot.Tuning, why string) (version string, pending bool, err error) {
	text, err := s.Text(ctx)
	if err != nil {
		return "", false, err
	}
	if text, err = decision.Tune(text, t.Action, t.Level, t.MaxError); err != nil {
		return "", false, err
	}
	v, err := s.policies.Save(ctx, text, by, "slack", why)
	return strconv.Itoa(v.Number), v.State == models.PolicyProposed, err
}
