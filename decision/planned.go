package decision

import (
	"context"
	"fmt"

	"remit/models"
)

// Plan notes cash that somebody expects beside any invoice, and has the pool planned again. The item's id is made from what
// it says, so that the same said twice is one item. The error is Denied for whoever does not answer for payments, and
// Invalid for what cannot be planned with.
func (e *Engine) Plan(ctx context.Context, item models.PlannedItem, by models.Person) (models.PlannedItem, error) {
	if err := e.mayPlan(by); err != nil {
		return item, err
	}
	now := e.Now()
	item.Origin, item.By, item.At = models.OriginPerson, by.ID, now
	if err := item.Check(); err != nil {
		return item, err
	}
	item.ID = models.NewID("pln", item.Pool, item.What, item.VendorID, item.Amount.String(), string(item.On), string(item.Every), string(item.Until))
	text := fmt.Sprintf("Planned: %s, %s from %s", item.What, item.Amount.Display(), item.On.Display())
	if item.Every != models.Once {
		text += ", " + string(item.Every)
	}
	return item, e.Ledger.Commit(ctx, Changes{
		At: now, Planned: []models.PlannedItem{item}, Entries: []models.Entry{planEntry(item.Pool, by, e, text)},
		Deliveries: []models.Delivery{e.replanDelivery(item.Pool, item.ID)},
	})
}

// Unplan takes an item back, and has the pool planned again. What was found in history comes back if it is found again.
func (e *Engine) Unplan(ctx context.Context, item models.PlannedItem, by models.Person) error {
	if err := e.mayPlan(by); err != nil {
		return err
	}
	return e.Ledger.Commit(ctx, Changes{
		At: e.Now(), Unplanned: []string{item.ID}, Entries: []models.Entry{planEntry(item.Pool, by, e, "No longer planned: "+item.What)},
		Deliveries: []models.Delivery{e.replanDelivery(item.Pool, item.ID)},
	})
}

// Replan has a pool planned again, because something else than an event has changed what it is planned from.
func (e *Engine) Replan(ctx context.Context, pool, why string) error {
	return e.Ledger.Commit(ctx, Changes{At: e.Now(), Deliveries: []models.Delivery{e.replanDelivery(pool, why)}})
}

// Watch has a pool planned again where nothing but time has changed what is to be asked: once on each day that somebody works
// on and once after its cut-off, and once when its balance has become too old. However often and on however many nodes it is
// called, each of these is done once.
func (e *Engine) Watch(ctx context.Context, pool string) error {
	p, now := e.Policy(), e.Now()
	if _, ok := p.Delegation(models.ActionSchedule); !ok {
		return nil
	}
	o, err := e.Outlook(ctx, pool, WhatIf{})
	if err != nil {
		return err
	}
	var due []string
	if p.Calendar.Open(now.In(p.Zone)) {
		due = append(due, fmt.Sprintf("day/%s/%v", p.Today(now), p.CashRules(now).Closed))
	}
	if o.Cash.Unknown != "" {
		due = append(due, "unknown/"+o.Cash.AsOf.UTC().String())
	}
	c := Changes{At: now}
	for _, why := range due {
		d := e.replanDelivery(pool, why)
		d.Key = models.NewID("rpl", pool, why)
		d.ID = models.DeliveryID(d.Source, d.Key)
		c.Deliveries = append(c.Deliveries, d)
	}
	return e.Ledger.Commit(ctx, c)
}

func (e *Engine) mayPlan(by models.Person) error {
	ap := e.Policy().Approval(models.ActionSchedule)
	if !by.Has(models.RoleManager) && (!by.Has(models.RoleApprover) || !ap.Names(by)) {
		return models.Errorf(models.Denied, "Only those who answer for payments may plan cash: ask %v.", ap.From)
	}
	return nil
}

func planEntry(pool string, by models.Person, e *Engine, text string) models.Entry {
	return models.Entry{Item: pool, Kind: models.EntryPlanned, By: by.Actor(), At: e.Now(), Text: text + "."}
}

// replanDelivery has a pool planned again, once for each moment and reason.
func (e *Engine) replanDelivery(pool, why string) models.Delivery {
	key := models.NewID("rpl", pool, why, e.Now().UTC().Format("2006-01-02T15:04:05.000000"))
	return models.Delivery{
		ID: models.DeliveryID("remit", key), Source: "remit", Key: key, Kind: kindReplan, Subject: pool, Body: []byte("{}"), ReceivedAt: e.Now(),
	}
}
