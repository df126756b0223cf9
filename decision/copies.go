package decision

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// closed ends what is asked about a payable that is no longer to be paid. Where it has been paid just now, its copies that are
// still open are judged again at the end of the batch.
func (b *batch) closed(ev models.Event, was *models.Payable, p models.Payable) {
	b.supersedeItem(p.ID, fmt.Sprintf("the invoice was %s", p.Status))
	if p.Status == models.PayablePast && (was == nil || was.Open()) {
		b.paid[p.ID] = ev
	}
}

// judgeCopies judges again, once a batch, the open payables of which a copy was paid: they were judged before anybody knew.
// Those about which people are asked already are left as they are.
func (b *batch) judgeCopies() error {
	for _, id := range slices.Sorted(maps.Keys(b.paid)) {
		copies, err := b.copies(*b.payables.get(id))
		if err != nil {
			return err
		}
		for _, c := range copies {
			if err := b.judgeCopy(b.paid[id], c); err != nil {
				return fmt.Errorf("judge %s again, since %s was paid: %w", c.ID, id, err)
			}
		}
	}
	return nil
}

func (b *batch) judgeCopy(ev models.Event, p models.Payable) error {
	if err := b.loadNewest([]string{p.ID}); err != nil {
		return err
	}
	if hold := b.newest[p.ID][models.ActionHold]; hold.State.Open() && !forFloor(hold) {
		return nil
	}
	if err := b.loadSpent([]string{p.ID}); err != nil {
		return err
	}
	if err := b.vendors.load(b.ctx, []string{p.VendorID}, b.reader.Vendors); err != nil {
		return err
	}
	j, err := b.judgePayable(ev, p)
	if err != nil {
		return err
	}
	b.touchPool(p.Pool(), ev)
	ev.Source, ev.Item = p.Source, p.ID
	return b.decided(ev, p.ID, j, []models.Action{models.ActionHold})
}

// copies gives the open payables that may be copies of one that was paid: of its amount, and either its vendor's under
// whatever id or of a number with the same digits.
func (b *batch) copies(p models.Payable) ([]models.Payable, error) {
	stored, err := b.reader.Copies(b.ctx, p)
	if err != nil {
		return nil, err
	}
	alike := overlay(stored, b.payables.changed(), func(o models.Payable) (string, bool) {
		return o.ID, o.ID != p.ID && o.Open() && o.Amount == p.Amount
	})
	if len(alike) == 0 {
		return nil, nil
	}
	same, err := b.reader.SameVendors(b.ctx, p)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(alike, func(o models.Payable) bool {
		vendor := o.VendorID == p.VendorID || slices.Contains(same, o.VendorID) || models.NameKey(o.VendorName) == models.NameKey(p.VendorName)
		return !vendor && (digits(o.Invoice) == "" || digits(o.Invoice) != digits(p.Invoice))
	}), nil
}

// digits gives a number's digits without the zeros in front.
func digits(number string) string {
	only := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, number)
	return strings.TrimLeft(only, "0")
}
