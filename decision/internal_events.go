package decision

import (
	"encoding/json"
	"slices"

	"remit/models"
)

// Deliveries of our own making go through the inbox like any other, so that whatever changes what is known of a subject
// comes in the subject's one order.
const (
	kindApplied   = "remit.applied"   // a write of ours got out: the item now has the value
	kindUnfetched = "remit.unfetched" // what a thin event lacked could not be had: decide without it
	kindAdvised   = "remit.advised"   // what another judge said of a ticket, or that it said nothing
	kindReplan    = "remit.replan"    // something else than an event has changed what a pool is planned from
	kindSettle    = "remit.settle"    // a person has said which invoice a transaction was for
)

// appliedBody is the body of a kindApplied delivery.
type appliedBody struct {
	Item   string        `json:"item"`
	Action models.Action `json:"action"`
	Value  string        `json:"value"`
	// Assignee is who has the ticket now; nil where that was not touched.
	Assignee *string `json:"assignee,omitempty"`
}

// appliedDelivery says that the decision's item now has what was written.
func (e *Engine) appliedDelivery(d models.Decision, effectID string, w models.Write) models.Delivery {
	said := appliedBody{Item: d.Item, Action: d.Action, Value: w.Value}
	if w.Assignee != "" {
		has := w.Assignee
		if w.Undo {
			has = ""
		}
		said.Assignee = &has
	}
	body, _ := json.Marshal(said)
	return models.Delivery{
		ID: models.DeliveryID(d.Source, effectID), Source: d.Source, Key: effectID, Kind: kindApplied,
		Subject: d.Subject, Body: body, ReceivedAt: e.Now(),
	}
}

// unfetchedDelivery carries a thin event's own delivery, to be decided as it is.
func (e *Engine) unfetchedDelivery(thin models.Delivery, effectID string) models.Delivery {
	body, _ := json.Marshal(thin)
	return models.Delivery{
		ID: models.DeliveryID(thin.Source, effectID), Source: thin.Source, Key: effectID, Kind: kindUnfetched,
		Subject: thin.Subject, Body: body, ReceivedAt: e.Now(),
	}
}

// translate gives a delivery in remit's own words. Its error is Invalid.
func (e *Engine) translate(d models.Delivery) ([]models.Event, error) {
	switch d.Kind {
	case kindApplied:
		return appliedEvent(d)
	case kindReplan:
		return []models.Event{{ID: d.ID, Source: d.Source, Kind: kindReplan, Subject: d.Subject, Item: d.Subject, At: d.ReceivedAt, Actor: models.Remit}}, nil
	case kindAdvised:
		return e.advisedEvents(d)
	case kindSettle:
		return settleEvent(d)
	case kindUnfetched:
		var thin models.Delivery
		if err := json.Unmarshal(d.Body, &thin); err != nil {
			return nil, models.FieldErrorf("body", "not a delivery")
		}
		evs, err := e.translate(thin)
		for i := range evs {
			evs[i].ID, evs[i].Lacks, evs[i].Delivery = d.ID, nil, d.ID
		}
		return evs, err
	}
	tr, ok := e.Sources.Translator(d.Source)
	if !ok {
		return nil, models.FieldErrorf("source", "%q is no longer configured", d.Source)
	}
	evs, err := tr.Translate(d)
	if err != nil {
		return nil, err
	}
	for i := range evs {
		evs[i].ReceivedAt = d.ReceivedAt
		if evs[i].At.IsZero() {
			evs[i].At = d.ReceivedAt
		}
		evs[i].Subject, evs[i].Delivery = d.Subject, d.ID
		if len(evs) > 1 { // one delivery, several events: each needs an id of its own for its decisions
			evs[i].ID = models.NewID("ev", d.ID, evs[i].Item, string(evs[i].Kind))
		}
	}
	if slices.ContainsFunc(evs, func(ev models.Event) bool { return ev.ID == "" || ev.Kind == "" }) {
		return nil, models.Errorf(models.Invalid, "an event without an id or a kind")
	}
	return evs, nil
}

func appliedEvent(d models.Delivery) ([]models.Event, error) {
	var body appliedBody
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return nil, models.FieldErrorf("body", "not a write of ours")
	}
	ev := models.Event{
		ID: d.ID, Source: d.Source, Kind: kindApplied, Subject: d.Subject, Item: body.Item, At: d.ReceivedAt, Actor: models.Remit,
		Changes: []models.Change{{Field: string(body.Action), To: body.Value}},
	}
	if body.Assignee != nil {
		ev.Changes = append(ev.Changes, models.Change{Field: models.FieldAssignee, To: *body.Assignee})
	}
	// The fact itself, so that what is known of it is read along with the batch.
	switch body.Action.Domain() {
	case models.Triage:
		ev.Ticket = &models.Ticket{ID: body.Item}
	case models.Finance:
		ev.Payable = &models.Payable{ID: body.Item}
	}
	return []models.Event{ev}, nil
}
