package models

import (
	"math"
	"time"
)

// spreadBins is how finely a Spread tells values apart.
const spreadBins = 20

// memory is how many values a Spread remembers: an older one counts 1 - 1/memory of the next.
const memory = 200

// Spread is which values, each 0..1, are usual: a histogram that forgets.
type Spread struct {
	Bins [spreadBins]float64 `json:"bins"` // how many lay in each twentieth
	N    float64             `json:"n"`    // their sum
}

// Add gives the spread with one more value; what is not within 0..1 counts as the nearer end.
func (s Spread) Add(x float64) Spread {
	const keep = 1 - 1.0/memory
	for i := range s.Bins {
		s.Bins[i] *= keep
	}
	s.Bins[binOf(x)]++
	s.N = s.N*keep + 1
	return s
}

func binOf(x float64) int {
	if !(x > 0) {
		return 0
	}
	return min(int(x*spreadBins), spreadBins-1)
}

// Toward gives the spread with so many values' worth of another added, as a newcomer is judged by what is usual around it.
func (s Spread) Toward(o Spread, worth float64) Spread {
	if o.N == 0 {
		return s
	}
	for i := range s.Bins {
		s.Bins[i] += o.Bins[i] * worth / o.N
	}
	s.N += worth
	return s
}

// Quantile gives the value below which a share q of the values lies; 0 where nothing is known.
func (s Spread) Quantile(q float64) float64 {
	if s.N == 0 {
		return 0
	}
	left := q * s.N
	for i, n := range s.Bins {
		if left <= n && n > 0 {
			return (float64(i) + left/n) / spreadBins
		}
		left -= n
	}
	return 1
}

// Median is the value in the middle.
func (s Spread) Median() float64 { return s.Quantile(0.5) }

// leastSpread is the least that values are taken to differ: a customer who was calm twenty times is not beside themselves
// at the first word.
const leastSpread = 0.12

// Score gives how far a value is above the usual, in robust standard deviations: of the median, by 1.4826 times the median
// of the distances from it (Hampel 1974). It is below 0 for what is less than usual.
func (s Spread) Score(x float64) float64 {
	m := s.Median()
	var apart Spread
	for i, n := range s.Bins {
		d := math.Abs((float64(i)+0.5)/spreadBins - m)
		apart.Bins[binOf(d)] += n
		apart.N += n
	}
	return (x - m) / max(1.4826*apart.Median(), leastSpread)
}

// Norm is what is usual of a customer, or of a queue.
type Norm struct {
	ID         string    `json:"id" gorm:"primaryKey"` // CustomerNorm or QueueNorm
	Emotion    Spread    `json:"emotion" gorm:"serializer:json"`
	Complexity Spread    `json:"complexity" gorm:"serializer:json"`
	At         time.Time `json:"at"` // of the last value
}

// CustomerNorm is the id of what is usual of whoever wrote the ticket; empty where that is not known.
func CustomerNorm(t Ticket) string {
	switch {
	case t.RequesterID != "":
		return "customer:" + t.RequesterID
	case t.AccountID != "":
		return "customer:" + t.AccountID
	}
	return ""
}

// QueueNorm is the id of what is usual of the queue that the ticket is in, or of its source where it is in none.
func QueueNorm(t Ticket) string { return "queue:" + t.Source + "/" + t.Group }

// Heard is one message's worth of a norm.
type Heard struct {
	Norm                string
	Emotion, Complexity float64 // each 0..1
	At                  time.Time
}

// Hear gives the norm with one more message in it.
func (n Norm) Hear(h Heard) Norm {
	n.ID, n.At = h.Norm, h.At
	n.Emotion, n.Complexity = n.Emotion.Add(h.Emotion), n.Complexity.Add(h.Complexity)
	return n
}

// Usual is what a ticket is compared with: what is usual of its customer, and of its queue.
type Usual struct {
	Customer Norm `json:"customer,omitzero"`
	Queue    Norm `json:"queue,omitzero"`
}

// How much the queue's usual counts beside a customer's own messages, and an even belief beside the queue's.
const (
	queueWorth  = 5
	nobodyWorth = 10
)

// calm is what messages are believed to be like where nothing is known: hardly emotional, and simple.
var calm = func() Spread {
	var s Spread
	for range 7 {
		s = s.Add(0.02)
	}
	return s.Add(0.12).Add(0.25).Add(0.45)
}()

// Emotion gives what strength of emotion is usual here, drawn towards the queue's for a customer of few messages.
func (u Usual) Emotion() Spread {
	return u.Customer.Emotion.Toward(u.Queue.Emotion.Toward(calm, nobodyWorth), queueWorth)
}

// Complexity gives what complexity is usual in this queue.
func (u Usual) Complexity() Spread { return u.Queue.Complexity.Toward(calm, nobodyWorth) }
