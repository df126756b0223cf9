package decision

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"remit/models"
)

// Adviser is another judge of tickets, in place of remit's own for some of what is judged. It is asked by an effect, outside
// of any transaction and of the drain.
type Adviser interface {
	// Name names the judge and its version: what it proposes carries it, and so has evidence of its own.
	Name() string
	// InPlace says what it is in place for.
	InPlace() []models.Matter
	// Limit is how long a ticket waits for it.
	Limit() time.Duration
	// Ask gives its opinion of a ticket. Any error means that there is none.
	Ask(ctx context.Context, t models.Ticket) (models.Opinion, error)
}

// Besides is one decision that people have judged and on which two judges had an opinion.
type Besides struct {
	Stated     float64 // by the other judge
	Alone      bool    // remit's own judge had no opinion
	Same       bool    // both said the same
	OwnRight   bool
	OtherRight bool
}

// PastOf counts what people said, and calibrates what the other judge states now.
func PastOf(stated float64, past []Besides) models.Past {
	var p models.Past
	all := make([]Stated, len(past))
	for i, b := range past {
		all[i] = Stated{Confidence: b.Stated, Wrong: !b.OtherRight}
		switch {
		case b.Same:
			p.Same, p.SameRight = p.Same+1, p.SameRight+one(b.OwnRight)
		case !b.Alone:
			p.Apart, p.OwnRight, p.OtherRight = p.Apart+1, p.OwnRight+one(b.OwnRight), p.OtherRight+one(b.OtherRight)
		}
	}
	p.Worth = Calibrate(stated, all)
	return p
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// advisable are the actions on which another judge may have an opinion.
var advisable = []models.Action{models.ActionPriority, models.ActionRoute}

// seeks has the judge that is in place of remit's own asked about a ticket, and reports whether deciding waits for it. What
// it says comes through the inbox, and so does that it said nothing in time.
func (b *batch) seeks(ev models.Event, t models.Ticket) bool {
	if b.Adviser == nil || ev.Delivery == "" || t.Latest() == "" || !slices.ContainsFunc(ticketActions, b.policy.names) {
		return false
	}
	b.out.Effects = append(b.out.Effects, models.AdviseEffect(ev, b.now))
	return true
}

// advised decides on a ticket about which another judge was asked.
func (b *batch) advised(ev models.Event) error {
	t := b.tickets.get(ev.Ticket.ID)
	if t == nil || t.Closed() {
		return nil
	}
	if err := b.decideTicket(ev, *t); err != nil {
		return err
	}
	b.keepOpinions(ev.ID, t.ID)
	return nil
}

// keepOpinions keeps what another judge said beside the decisions that the event made, so that people's verdicts tell what it
// is worth.
func (b *batch) keepOpinions(event, item string) {
	var advice *models.Advice
	for _, s := range b.out.Snapshots {
		if s.ID == models.SnapshotID(event, item, 0) {
			advice = s.Facts.Advice
		}
	}
	if advice == nil || advice.Model == "" {
		return
	}
	for _, a := range advisable {
		id := models.DecisionID(event, item, a)
		if _, made := b.moves[id]; !made {
			continue
		}
		own, spoke := advice.Own[a]
		if !spoke && advice.Why == "" {
			continue
		}
		b.out.Opinions = append(b.out.Opinions, models.Second{
			DecisionID: id, Model: advice.Model, Action: a, Own: own.Own, Other: own.Other, Confidence: advice.Confidence, Error: advice.Why, At: b.now,
		})
	}
}

// weighAdvice gives the advice on a ticket as it is worth today; nil where nobody was asked. An opinion on what the ticket no
// longer says is none.
func (b *batch) weighAdvice(said *models.Advice, t models.Ticket) (*models.Advice, error) {
	if said == nil {
		return nil, nil
	}
	a := *said
	a.Past, a.Own = nil, nil
	if a.Why == "" && a.Of != models.AskedOf(t) {
		return a.Without("the ticket has changed since it was asked"), nil
	}
	for _, action := range advisable {
		if a.Value(action) == "" {
			continue
		}
		past, err := b.besides(action, a.Model)
		if err != nil {
			return nil, err
		}
		if a.Past == nil {
			a.Past = map[models.Action]models.Past{}
		}
		a.Past[action] = PastOf(a.Confidence, past)
	}
	return &a, nil
}

// besides gives what people said of decisions on which the other judge had an opinion too, read once a batch.
func (b *batch) besides(a models.Action, model string) ([]Besides, error) {
	key := string(a) + "\n" + model
	if past, ok := b.beside[key]; ok {
		return past, nil
	}
	past, err := b.reader.Besides(b.ctx, a, model, statedKept)
	if err != nil {
		return nil, err
	}
	if b.beside == nil {
		b.beside = map[string][]Besides{}
	}
	b.beside[key] = past
	return past, nil
}

// adviceOn gives the advice that a decision was made on, or what another judge has said of it since, to stand beside.
func (b *batch) adviceOn(d models.Decision, made models.Facts) (*models.Advice, error) {
	if made.Advice != nil || made.Ticket == nil {
		return made.Advice, nil
	}
	said, err := b.reader.Opinions(b.ctx, d.ID)
	if err != nil || len(said) == 0 || said[0].Other == "" || d.Action != models.ActionPriority {
		return nil, err
	}
	return &models.Advice{
		Opinion: models.Opinion{Priority: models.Priority(said[0].Other), Confidence: said[0].Confidence, Model: said[0].Model},
		Of:      models.AskedOf(*made.Ticket),
	}, nil
}

// Advise asks the judge that is in place of remit's own about a ticket, and lets what it says come through the inbox. It asks
// once, and not at all where the ticket has waited long enough: whatever happens, the ticket is decided.
func (e *Engine) Advise(ctx context.Context, effectID string) error {
	eff, err := e.Ledger.Effect(ctx, effectID)
	if err != nil || eff.State != models.EffectQueued && eff.State != models.EffectLeaving {
		return err
	}
	ts, err := e.Ledger.Tickets(ctx, []string{eff.Item})
	if err != nil {
		return err
	}
	return e.advise(ctx, eff, e.opinion(ctx, ts[eff.Item], eff.MadeAt), Changes{Sent: []string{eff.ID}})
}

// advise lets the ticket be decided with the advice; c says what became of the effect.
func (e *Engine) advise(ctx context.Context, eff models.Effect, a models.Advice, c Changes) error {
	of, err := e.Ledger.Delivery(ctx, eff.Ref)
	if err != nil {
		return err
	}
	c.At, c.Deliveries = e.Now(), []models.Delivery{e.advisedDelivery(of, a, eff.ID)}
	return retryable(e.Ledger.Commit(ctx, c))
}

// unasked is the advice of a judge that could not be asked.
func (e *Engine) unasked(why string) models.Advice {
	a := models.Advice{Why: why}
	if e.Adviser != nil {
		a.Model, a.For = e.Adviser.Name(), e.Adviser.InPlace()
	}
	return a
}

// opinion asks the judge, within what is left of its limit.
func (e *Engine) opinion(ctx context.Context, t models.Ticket, since time.Time) models.Advice {
	if e.Adviser == nil {
		return e.unasked("no other judge is in place any more")
	}
	left := e.Adviser.Limit() - e.Now().Sub(since)
	if left <= 0 {
		return e.unasked("the ticket had waited long enough before it could be asked")
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	o, err := e.Adviser.Ask(ctx, t)
	if err != nil {
		return e.unasked(models.SentenceOf(err))
	}
	a := e.unasked("")
	o.Model = a.Model
	if !slices.Contains(a.For, models.MatterReply) {
		o.Draft = ""
	}
	a.Opinion, a.Of = o, models.AskedOf(t)
	return a
}

// advisedBody is the body of a kindAdvised delivery.
type advisedBody struct {
	Of     models.Delivery `json:"of"`
	Advice models.Advice   `json:"advice"`
}

// advisedDelivery carries an event's own delivery with what another judge said of it.
func (e *Engine) advisedDelivery(of models.Delivery, a models.Advice, effectID string) models.Delivery {
	body, _ := json.Marshal(advisedBody{of, a})
	return models.Delivery{
		ID: models.DeliveryID(of.Source, effectID), Source: of.Source, Key: effectID, Kind: kindAdvised,
		Subject: of.Subject, Body: body, ReceivedAt: e.Now(),
	}
}

// advisedEvents gives what a delivery is about, with the advice on its ticket. The events keep their ids: nothing was decided
// on them yet.
func (e *Engine) advisedEvents(d models.Delivery) ([]models.Event, error) {
	var body advisedBody
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return nil, models.FieldErrorf("body", "not what another judge said")
	}
	evs, err := e.translate(body.Of)
	evs = slices.DeleteFunc(evs, func(ev models.Event) bool { return ev.Ticket == nil })
	for i := range evs {
		evs[i].Advice = &body.Advice
	}
	return evs, err
}
