// Package assess tells, before any autonomy, what an export of a company's history says of it: which decisions could be
// delegated (how many there are, whether what they are made from is there, how predictable people's decisions are from
// it, whether people decide the same case the same way twice) and where time is lost. It suggests a first policy.
//
// It is pure: bytes in, a Report out. The same bytes and options give the same report.
package assess

import (
	"cmp"
	"math"
	"slices"
	"time"

	"remit/models"
)

// File is an export as it was read from disk.
type File struct {
	Name string
	Data []byte
}

// Options say how to assess.
type Options struct {
	Now      time.Time
	Currency models.Currency // of amounts whose file names none
	Seed     uint64          // of samples and folds
	MaxRows  int             // how many rows a model is tried on; 0: as many as take some seconds
}

// What a model is tried on where nothing is said: more would take minutes and change little.
const (
	usualRead = 600_000 // bytes of text,
	fewRows   = 600     // at least so many rows,
	manyRows  = 5_000   // and at most
)

// Of assesses the exports; either file may be absent. A file that cannot be read as what it is meant to be is Invalid: the
// sentence says what was found in it and what is needed.
func Of(tickets, payments *File, o Options) (Report, error) {
	if tickets == nil && payments == nil {
		return Report{}, models.Errorf(models.Invalid, "nothing to assess: give an export of tickets, of payments, or both")
	}
	if o.Currency == "" {
		o.Currency = "USD"
	}
	var r Report
	if tickets != nil {
		if err := r.tickets(*tickets, o); err != nil {
			return r, err
		}
	}
	if payments != nil {
		if err := r.payments(*payments, o); err != nil {
			return r, err
		}
	}
	slices.SortStableFunc(r.Processes, func(a, b Process) int {
		return cmp.Or(cmp.Compare(b.Ready.rank(), a.Ready.rank()), cmp.Compare(b.relief(), a.relief()), cmp.Compare(b.PerWeek, a.PerWeek))
	})
	slices.SortStableFunc(r.Delays, func(a, b Delay) int { return cmp.Compare(b.Week, a.Week) })
	var err error
	r.Policy, err = suggest(r, o.Now)
	return r, err
}

// Report is what was found. Rates are shares, 0..1.
type Report struct {
	Sources   []Source  `json:"sources"`
	Processes []Process `json:"processes"` // the readiest first, of those the ones that relieve people of most
	Delays    []Delay   `json:"delays"`    // where time is lost, the most hours a week first
	Notes     []string  `json:"notes"`
	Policy    string    `json:"policy"` // a first policy, ready to be saved

	queues   []models.Queue  // with the words that speak for them
	currency models.Currency // that most payments are in
	large    models.Money    // one payment in a hundred is larger
	fact     string          // of a policy's, that tells the tickets' segments apart; empty where none does
}

// Source is a file as it was understood.
type Source struct {
	File      string             `json:"file"`
	Encoding  string             `json:"encoding"`
	Delimiter string             `json:"delimiter"`
	Header    int                `json:"header_line"`
	Columns   map[string]string  `json:"columns"` // what is needed, by the column that it was found in
	Filled    map[string]float64 `json:"filled"`  // share of the rows that have it
	Ignored   []string           `json:"ignored"` // columns that nothing is made of
	Rows      int                `json:"rows"`    // that were used
	Skipped   []Skip             `json:"skipped"`
	From      models.Day         `json:"from"`
	To        models.Day         `json:"to"`
}

// Skip is why some rows were left out.
type Skip struct {
	Why   string `json:"why"`
	Rows  int    `json:"rows"`
	First int    `json:"first_line"` // of the first of them
}

// Readiness says how a decision may begin.
type Readiness string

// The grades, readiest first.
const (
	Ready    Readiness = "ready"     // ask now; evidence can soon earn more
	Ask      Readiness = "ask"       // a proposal would help, acting by itself is out of sight
	Observe  Readiness = "observe"   // watch first: too little is known
	NotReady Readiness = "not ready" // nothing in the inputs tells how people decide
)

func (r Readiness) rank() int {
	return len(grades) - slices.Index(grades, r)
}

var grades = []Readiness{Ready, Ask, Observe, NotReady}

// Process is one kind of decision, in all or in a segment.
type Process struct {
	Domain     models.Domain `json:"domain"`
	Action     models.Action `json:"action"`
	Segment    string        `json:"segment,omitempty"` // empty for all
	Ready      Readiness     `json:"ready"`
	Decisions  int           `json:"decisions"` // in the export
	PerWeek    float64       `json:"per_week"`
	Complete   float64       `json:"complete"` // share of rows that have the decision; for holds, an invoice number
	Inputs     float64       `json:"inputs"`   // share of rows that have the column which the decision is mostly made from
	Prediction *Prediction   `json:"prediction,omitempty"`
	Repeats    *Repeats      `json:"repeats,omitempty"`
	Alerts     *Alerts       `json:"alerts,omitempty"`
	Vendors    []Habit       `json:"vendors,omitempty"` // how they are usually paid
	Why        []string      `json:"why"`
}

// relief is how many decisions a week people would be spared if evidence bears what the export shows.
func (p Process) relief() float64 {
	if p.Prediction == nil {
		return 0
	}
	return p.PerWeek * p.Prediction.Auto
}

// Delay is time that something waits.
type Delay struct {
	Domain models.Domain `json:"domain"`
	What   string        `json:"what"` // "from asking for a payment to its approval, by ann"
	N      int           `json:"n"`
	P50    float64       `json:"p50_hours"`
	P90    float64       `json:"p90_hours"`
	Week   float64       `json:"hours_a_week"` // waited in all, in a week
	Why    string        `json:"why"`
}

// delay gives the delay of the waits, ok where there are enough to speak of.
func delay(dom models.Domain, what string, waits []time.Duration, weeks float64) (d Delay, ok bool) {
	if len(waits) < 20 {
		return d, false
	}
	hours := make([]float64, len(waits))
	sum := 0.0
	for i, w := range waits {
		hours[i] = w.Hours()
		sum += hours[i]
	}
	slices.Sort(hours)
	d = Delay{Domain: dom, What: what, N: len(waits), P50: at(hours, .5), P90: at(hours, .9)}
	if weeks > 0 {
		d.Week = sum / weeks
	}
	return d, true
}

// at gives the value below which a share of the sorted values lies.
func at(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(math.Floor(share*float64(len(sorted)))), len(sorted)-1)]
}
