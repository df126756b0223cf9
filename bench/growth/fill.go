package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"remit/bench/hook"
	"remit/cmd/remit/app"
	"remit/models"
)

const (
	fillBatch   = 256 // tickets that are stored together
	drainers    = 2
	perTicket   = 2   // decisions, about
	askOneIn    = 50  // tickets
	urgentOneIn = 100 // tickets
	leaveFirst  = 60  // questions that nobody answers: they expire, stay in the inbox, and fill its page at every size
	leaveOneIn  = 20  // questions of the later ones
)

// texts are what most tickets say; of each action some propose something.
var texts = []string{
	"Could you send me the invoice of last month once more? Our accountant needs it for the books by the end of the week. Thank you.",
	"I was charged twice for the same order and would like a refund of one payment. The two bookings carry the same reference.",
	"My parcel should have arrived last Friday, but the tracking page has said out for delivery ever since. Can you ask the carrier?",
	"I forgot my password and the link to choose a new one does not arrive. I looked into the spam folder too. What can I do?",
	"Is there a way to have our contacts exported at night? So far we do it by hand every week. There is no hurry at all.",
}

const (
	asking = "I have written three times now. If nobody answers, I will write to the ombudsman about this."
	urgent = "The whole system is down, nobody in our company can log in and all 300 users are blocked. This is urgent."
)

var subjects = []string{"Invoice of last month", "Charged twice", "Where is my parcel", "Password", "Export at night"}

// subjectOf names the ticket so that it can be found again by its number.
func subjectOf(i int) string { return fmt.Sprintf("%s, order %07d", subjects[i%len(subjects)], i) }

// delivery is a ticket as it lies in the inbox.
func delivery(i int, at time.Time) models.Delivery {
	text := texts[i%len(texts)]
	switch {
	case i%askOneIn == 0:
		text = asking
	case i%urgentOneIn == urgentOneIn/2+1:
		text = urgent
	}
	id := fmt.Sprint(i)
	t := hook.Ticket{Key: "growth-" + id, ID: id, Subject: subjectOf(i), Text: text, At: at}
	return models.Delivery{
		ID: models.DeliveryID(source, t.Key), Source: source, Key: t.Key, Kind: "zen:event-type:ticket.created",
		Subject: models.TicketItem(source, id), Body: t.Body(), ReceivedAt: at,
	}
}

// fill has tickets decided, as they came over a year, until there are so many decisions. The engine does it, without rest and
// with nobody else on the database, so that the rows are those that it leaves.
func (w *world) fill(ctx context.Context, a *app.App, decisions int) error {
	defer w.past.Store(0)
	told := time.Now()
	for w.decisions < decisions {
		// Tickets are spread evenly over the year, by how much of the whole there is.
		w.past.Store(w.began.Add(-span + time.Duration(float64(span)*float64(w.decisions)/float64(w.total))).UnixNano())
		if err := w.fillOnce(ctx, a); err != nil {
			return err
		}
		if time.Since(told) > 10*time.Second {
			note("%d decisions", w.decisions)
			told = time.Now()
		}
	}
	return nil
}

// fillOnce stores and decides one batch, and has people answer most of what it asks.
func (w *world) fillOnce(ctx context.Context, a *app.App) error {
	ds := make([]models.Delivery, fillBatch)
	items := make([]string, len(ds))
	apart := span / time.Duration(w.total/perTicket+1)
	for i := range ds {
		ds[i] = delivery(w.tickets, w.now().Add(-time.Duration(len(ds)-i)*apart))
		items[i] = ds[i].Subject
		w.tickets++
	}
	if _, err := a.Store.Accept(ctx, ds); err != nil {
		return err
	}
	if err := drain(ctx, a); err != nil {
		return err
	}
	made, err := a.Store.Newest(ctx, items)
	if err != nil {
		return err
	}
	w.decisions += len(made)
	return w.answer(ctx, a, made)
}

// drain has everything decided that waits.
func drain(ctx context.Context, a *app.App) error {
	var draining sync.WaitGroup
	errs := make([]error, drainers)
	for i := range drainers {
		draining.Go(func() {
			for n := 1; n > 0 && errs[i] == nil; {
				n, errs[i] = a.Engine.Drain(ctx)
			}
		})
	}
	draining.Wait()
	return errors.Join(errs...)
}

// answer approves most of what is asked.
func (w *world) answer(ctx context.Context, a *app.App, made []models.Decision) error {
	for _, d := range made {
		if d.State != models.Asked {
			continue
		}
		if w.asked++; w.asked <= leaveFirst || w.asked%leaveOneIn == 0 {
			continue
		}
		w.fake.Add(strings.TrimPrefix(d.Item, models.TicketItem(source, "")), map[string]any{"group_id": d.Before})
		if err := approve(ctx, a, d.ID); err != nil {
			return fmt.Errorf("answer %s: %w", d.ID, err)
		}
	}
	return nil
}

// approve approves what is asked, and looks again where the facts have changed and something else is asked now.
func approve(ctx context.Context, a *app.App, id string) error {
	const looks = 3
	for range looks {
		d, err := a.Store.Decision(ctx, id)
		if err != nil || d.State != models.Asked {
			return err
		}
		said := models.Answer{Kind: models.AnswerApprove, Via: "console", Version: d.Version}
		if _, err := a.Engine.Resolve(ctx, id, lead, said); models.KindOf(err) != models.Conflict {
			return err
		}
	}
	return nil // it stays open, as with a person who has had enough
}
