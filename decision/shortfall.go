package decision

import (
	"slices"
	"time"

	"remit/models"
)

// forFloor reports a hold that was proposed because cash falls short of its floor, or a word on how such a hold ends. While it
// is asked the payment is planned as before: what the plan says of the floor would else be withdrawn by its being asked.
func forFloor(d models.Decision) bool {
	if d.Action != models.ActionHold || len(d.Reasons) == 0 {
		return false
	}
	return d.Reasons[0].Code == models.ReasonShort || d.Reasons[0].Code == models.ReasonEnds
}

// holdsForFloor reports a payment that is held for the floor by the decision, and until which day; "" where none was in sight.
// What is asked about its end stays asked. What a person would not let go, although the floor bears it, is theirs to let go.
func (p *Policy) holdsForFloor(d models.Decision) (until models.Day, held bool) {
	switch {
	case !forFloor(d):
		return "", false
	case d.State.Open() && d.Before == models.ValueHold:
		return p.Today(d.CreatedAt), true
	case d.State != models.Applied || d.Final != models.ValueHold || d.Value != models.ValueHold:
		return "", false
	}
	for _, r := range d.Reasons {
		if r.Code == models.ReasonUntil {
			until = r.On
		}
	}
	return until, true
}

// escalate asks about the payments that are the cheapest way out of a floor that no choice of days holds, about those that
// were held for it before, and about the pool itself where there is no such payment or nothing is known; and it takes back what
// is not so any more. It always asks: the gate sees the broken floor.
func (b *batch) escalate(ev models.Event, pool models.Pool, plan models.Plan) error {
	asked := false
	if _, delegated := b.policy.Delegation(models.ActionHold); delegated {
		var err error
		if asked, err = b.askHolds(ev, pool, plan); err != nil {
			return err
		}
	}
	return b.askPool(ev, pool, plan, asked)
}

// askHolds asks about the plan's holds, and reports whether a way out is being asked about.
func (b *batch) askHolds(ev models.Event, pool models.Pool, plan models.Plan) (asked bool, err error) {
	wanted := map[string]bool{}
	for _, pr := range plan.Holds {
		wanted[pr.Item] = true
		cash := plan.Cash
		if kept, ok := plan.Kept[pr.Item]; ok {
			cash = kept
		}
		said, err := b.saidOfHold(pr, cash)
		if err != nil {
			return false, err
		}
		if !said {
			if err := b.proposeHold(ev, pr, cash); err != nil {
				return false, err
			}
		}
		asked = asked || pr.Reasons[0].Code == models.ReasonShort && b.newest[pr.Item][models.ActionHold].State.Open()
	}
	for _, p := range pool.Payables {
		if d, ok := b.newest[p.ID][models.ActionHold]; ok && d.State.Open() && forFloor(d) && !wanted[p.ID] {
			b.supersede(p.ID, models.ActionHold, "cash does not fall short of its floor any more, or another way out is cheaper")
		}
	}
	return asked, nil
}

// saidOfHold reports whether what would be asked of a payment for the floor is asked already on a shortage that people would
// take for the same, is only observed, or waits behind a question of another kind.
func (b *batch) saidOfHold(pr models.Proposal, cash models.Cash) (bool, error) {
	was, ok := b.newest[pr.Item][models.ActionHold]
	switch {
	case !ok:
		return false, nil
	case was.State == models.Observed:
		return was.CaseID == pr.Case, nil
	case !was.State.Open():
		return false, nil
	case !forFloor(was):
		return true, nil
	case was.Value != pr.Value || was.Reasons[0].Code != pr.Reasons[0].Code:
		return false, nil
	case was.State != models.Asked || pr.Reasons[0].Code != models.ReasonShort:
		return true, nil
	}
	told, err := b.factsOf(was)
	return err == nil && told.Cash != nil && sameShortage(*told.Cash, cash), err
}

func (b *batch) proposeHold(ev models.Event, pr models.Proposal, cash models.Cash) error {
	p := b.payables.get(pr.Item)
	f := models.Facts{Now: b.now, Event: ev.Kind, EventAt: ev.At, Payable: p, Vendor: b.vendors.get(p.VendorID), Cash: &cash}
	ev.Source, ev.Item = p.Source, p.ID
	return b.propose(ev, pr, f, b.snapshot(models.SnapshotID(ev.ID, p.ID, 2), p.ID, f))
}

// askPool asks about the pool itself, unless the same is asked or was answered already, and closes what was asked once there
// is nothing to ask any more. Where a way out is asked about, payment by payment, that is enough.
func (b *batch) askPool(ev models.Event, pool models.Pool, plan models.Plan, wayOut bool) error {
	if plan.Ask == nil || plan.Cash.Unknown == "" && wayOut {
		why := "cash is known, and does not fall short of its floor"
		if plan.Cash.Unknown == "" && wayOut {
			why = "holding payments is a way out, which is asked about payment by payment"
		}
		b.supersede(pool.ID, models.ActionCash, why)
		return nil
	}
	same, err := b.saidOfPool(*plan.Ask, plan.Cash)
	if err != nil || same {
		return err
	}
	f := models.Facts{Now: b.now, Event: ev.Kind, EventAt: ev.At, Cash: &plan.Cash}
	ev.Source, ev.Item = string(models.Self), pool.ID
	return b.propose(ev, *plan.Ask, f, b.snapshot(models.SnapshotID(ev.ID, pool.ID, 3), pool.ID, f))
}

// answerHolds is how long a person's answer about a shortage stands, if that does not get worse.
const answerHolds = 7 * 24 * time.Hour

// saidOfPool reports whether what would be asked of a pool is asked already, was answered, or is only observed.
func (b *batch) saidOfPool(pr models.Proposal, cash models.Cash) (bool, error) {
	was, ok := b.newest[pr.Item][models.ActionCash]
	_, answered := was.Settled()
	if !ok || !was.State.Open() && !answered && was.State != models.Observed {
		return false, nil
	}
	if pr.Case != "" || was.CaseID != "" {
		return pr.Case == was.CaseID, nil
	}
	told, err := b.factsOf(was)
	if err != nil || told.Cash == nil {
		return false, err
	}
	if was.State.Open() {
		return sameShortage(*told.Cash, cash), nil
	}
	return b.now.Sub(was.UpdatedAt) < answerHolds && !worse(*told.Cash, cash), nil
}

// factsOf gives the facts that a decision was made from, those of this very batch among them.
func (b *batch) factsOf(d models.Decision) (models.Facts, error) {
	if i := slices.IndexFunc(b.out.Snapshots, func(s models.Snapshot) bool { return s.ID == d.FactsID }); i >= 0 {
		return b.out.Snapshots[i].Facts, nil
	}
	snap, err := b.Ledger.Snapshot(b.ctx, d.FactsID)
	return snap.Facts, err
}

// sameShortage reports two shortages that people would take for one: below the floor from the same day on, lowest on the same
// day, and by as much to within a tenth. What has begun begins today.
func sameShortage(was, now models.Cash) bool {
	today := now.Days[0].Day
	return max(was.ShortOn, today) == now.ShortOn && max(was.LowOn, today) == now.LowOn && was.Floor == now.Floor &&
		!deeper(was, now) && !deeper(now, was)
}

// worse reports a shortage that comes sooner or is deeper by more than a tenth.
func worse(was, now models.Cash) bool {
	return max(was.ShortOn, now.Days[0].Day) > now.ShortOn || deeper(was, now)
}

func deeper(was, now models.Cash) bool {
	return now.Short().Minor-was.Short().Minor > was.Short().Share(1000).Minor
}
