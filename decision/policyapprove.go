package decision

import (
	"context"
	"fmt"
	"strings"

	"remit/models"
)

// Approve puts a proposed version in force, in the name of a second manager. Where the policy has changed since it was
// proposed, so that it would loosen more than it said, that is a Conflict, and the version says so from then on: nobody
// approves what they have not seen.
func (p *Policies) Approve(ctx context.Context, number int, by models.Person, via string) (models.PolicyVersion, error) {
	v, err := p.Ledger.PolicyVersion(ctx, number)
	if err != nil {
		return v, err
	}
	if v.State != models.PolicyProposed {
		return v, models.Errorf(models.Conflict, "Version %d is %s: there is nothing to approve.", number, v.State.Words())
	}
	if err := v.MayApprove(by); err != nil {
		return v, err
	}
	policy, err := p.read([]byte(v.Text))
	if err != nil {
		return v, err
	}
	inForce, _, err := p.Ledger.OpenPolicies(ctx)
	if err != nil {
		return v, err
	}
	now := p.loosens(inForce, policy)
	var c PolicyChanges
	from := v.Revision
	if more := lacking(now, v.Loosens); len(more) > 0 {
		v.Loosens, v.Against, v.Revision = now, inForce.Number, v.Revision+1
		c.Moves = append(c.Moves, PolicyMove{Version: v, From: from})
		c.entry(by.Actor(), p.Now(), "Version %d of the policy was not approved: version %d has taken effect since it was proposed", v.Number, inForce.Number)
		if err := p.Ledger.CommitPolicies(ctx, c); err != nil {
			return v, err
		}
		return v, models.Errorf(models.Conflict, "The policy has changed since version %d was proposed. Approving it would now also mean: %s Look at it again before you approve.",
			v.Number, strings.Join(more, " "))
	}
	at := p.Now()
	if err := c.end(inForce, models.PolicyReplaced, by.Actor(), "", at); err != nil {
		return v, err
	}
	v.ApprovedBy = by.Actor()
	if err := v.To(models.PolicyInForce, by.Actor(), at); err != nil {
		return v, err
	}
	c.Moves = append(c.Moves, PolicyMove{Version: v, From: from})
	c.entry(by.Actor(), at, "Version %d of the policy was approved by %s (%s), and is in force", v.Number, by.Actor().Display(), via)
	if err := p.Ledger.CommitPolicies(ctx, c); err != nil {
		return v, err
	}
	return v, p.Refresh(ctx)
}

// Withdraw takes a proposed version back. Any manager may, also whoever proposed it.
func (p *Policies) Withdraw(ctx context.Context, number int, by models.Person, why string) (models.PolicyVersion, error) {
	v, err := p.Ledger.PolicyVersion(ctx, number)
	if err != nil {
		return v, err
	}
	if !by.Has(models.RoleManager) {
		return v, models.Errorf(models.Denied, "Only a manager may withdraw a version: %s is none.", by.Actor().Display())
	}
	if v.State != models.PolicyProposed {
		return v, models.Errorf(models.Conflict, "Version %d is %s: there is nothing to withdraw.", number, v.State.Words())
	}
	var c PolicyChanges
	if err := c.end(v, models.PolicyWithdrawn, by.Actor(), strings.TrimSpace(why), p.Now()); err != nil {
		return v, err
	}
	c.entry(by.Actor(), p.Now(), "Version %d of the policy was withdrawn%s", v.Number, led(": ", why))
	return c.Moves[0].Version, p.Ledger.CommitPolicies(ctx, c)
}

func led(by, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	return fmt.Sprint(by, s)
}
