package decision

import (
	"context"
	"strings"

	"remit/models"
)

// overruled stops a write that remit was to make by itself under a policy that has been replaced since, where the one in
// force would not let it, on the same facts. It is asked instead, or dropped where the policy does not even ask.
func (e *Engine) overruled(ctx context.Context, eff models.Effect, d models.Decision) (bool, error) {
	policy := e.Policy()
	if !d.Autonomous || eff.Kind != models.EffectApply || d.Policy == policy.Version {
		return false, nil
	}
	snap, err := e.Ledger.Snapshot(ctx, d.FactsID)
	if err != nil {
		return false, err
	}
	// What it takes of the caps was taken when it was decided.
	r, _ := policy.Gate(asked(d), snap.Facts, Situation{Now: e.Now(), Writable: true, Earned: d.Ruling.Basis.Earned})
	if r.Acts() {
		return false, nil
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return false, err
	}
	b.out.Recalls = []string{eff.ID}
	if err := b.overrule(&d, r); err != nil {
		return false, err
	}
	return true, e.Ledger.Commit(ctx, b.changes())
}

// overrule turns a decision that was about to act into what the ruling says of it.
func (b *batch) overrule(d *models.Decision, r models.Ruling) error {
	newest, err := b.reader.Newest(b.ctx, []string{d.Item})
	if err != nil {
		return err
	}
	_, overtaken := newer(newest, *d)
	from, why := d.Version, "The policy has changed since: "+strings.Join(r.Why, " ")
	if err := d.To(models.Failed, b.now); err != nil {
		return err
	}
	d.Autonomous, d.Final, d.Answers, d.Note = false, "", nil, why
	if overtaken || r.Outcome != models.OutcomeAsk {
		err = d.To(models.Superseded, b.now)
	} else if err = d.To(models.Asked, b.now); err == nil {
		d.Ruling, d.Policy = r, b.policy.Version
		d.ExpiresAt = b.policy.Due(b.now, r.Expires, r.Working)
		b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectExpire, d.ExpiresAt, b.now))
	}
	if err != nil {
		return err
	}
	b.moves[d.ID] = Move{Decision: *d, From: from}
	b.entry(*d, models.EntryMoved, models.Remit, "Recalled before it left. "+why)
	b.card(*d)
	return nil
}
