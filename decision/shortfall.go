package decision

import "remit/models"

// forFloor reports a hold that was proposed because cash falls short of its floor. While it is asked the payment is planned
// as before: what the plan says of the floor would else be withdrawn by its being asked.
func forFloor(d models.Decision) bool {
	return d.Action == models.ActionHold && len(d.Reasons) > 0 && d.Reasons[0].Code == models.ReasonShort
}

// escalate asks about the payments that are the cheapest way out of a floor that no choice of days holds, and takes back
// what was asked of a floor that is held again. It always asks: the gate sees the broken floor.
func (b *batch) escalate(ev models.Event, pool models.Pool, plan models.Plan) error {
	if _, delegated := b.policy.Delegation(models.ActionHold); !delegated {
		return nil
	}
	wanted := map[string]bool{}
	for _, pr := range plan.Holds {
		wanted[pr.Item] = true
		was, ok := b.newest[pr.Item][models.ActionHold]
		if ok && was.State.Open() {
			continue
		}
		if err := b.proposeHold(ev, pr, plan.Cash); err != nil {
			return err
		}
	}
	for _, p := range pool.Payables {
		if d, ok := b.newest[p.ID][models.ActionHold]; ok && d.State.Open() && forFloor(d) && !wanted[p.ID] {
			b.supersede(p.ID, models.ActionHold, "cash does not fall short of its floor any more, or another way out is cheaper")
		}
	}
	return nil
}

func (b *batch) proposeHold(ev models.Event, pr models.Proposal, cash models.Cash) error {
	p := b.payables.get(pr.Item)
	f := models.Facts{Now: b.now, Event: ev.Kind, EventAt: ev.At, Payable: p, Vendor: b.vendors.get(p.VendorID), Cash: &cash}
	ev.Source, ev.Item = p.Source, p.ID
	return b.propose(ev, pr, f, b.snapshot(models.SnapshotID(ev.ID, p.ID, 2), p.ID, f))
}
