package decision

import "remit/models"

// normsOf names what a ticket is compared with.
func normsOf(t models.Ticket) (customer, queue string) {
	return models.CustomerNorm(t), models.QueueNorm(t)
}

// usual gives what a ticket is compared with, what this batch has heard since included.
func (b *batch) usual(t models.Ticket) (*models.Usual, error) {
	customer, queue := normsOf(t)
	if err := b.norms.load(b.ctx, []string{customer, queue}, b.reader.Norms); err != nil {
		return nil, err
	}
	u := &models.Usual{}
	if n := b.norms.get(customer); n != nil {
		u.Customer = *n
	}
	if n := b.norms.get(queue); n != nil {
		u.Queue = *n
	}
	return u, nil
}

// hear adds a customer's message to what is usual, once it was compared with that.
func (b *batch) hear(t models.Ticket, f models.Facts) {
	if f.Tone == nil {
		return
	}
	_, emotion := f.Tone.Strongest()
	customer, queue := normsOf(t)
	for _, id := range []string{customer, queue} {
		if id == "" {
			continue
		}
		h := models.Heard{Norm: id, Emotion: emotion, Complexity: f.Complexity, At: b.now}
		var n models.Norm
		if was := b.norms.get(id); was != nil {
			n = *was
		}
		b.norms.put(id, n.Hear(h))
		b.out.Heard = append(b.out.Heard, h)
	}
}
