// Package rota proposes which people to move between support queues: from where the forecast leaves them idle to where it
// leaves customers waiting.
package rota

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"

	"remit/examples/proposer"
)

// Sample is an afternoon's forecast against the rota, made up.
//
//go:embed rota.csv
var Sample []byte

// busy is the share of an hour that people can spend on tickets.
const busy = 0.85

// queue is one queue in one hour.
type queue struct {
	name, hour        string
	forecast, minutes float64
	people            int
}

// needed gives how many people the forecast takes.
func (q queue) needed() int { return int(math.Ceil(q.forecast * q.minutes / (60 * busy))) }

// overrun is how probable it is that more comes than the people can take, arrivals being Poisson.
func (q queue) overrun() float64 {
	can := float64(q.people) * 60 * busy / q.minutes
	return 0.5 * math.Erfc((can-q.forecast)/math.Sqrt(2*max(q.forecast, 1)))
}

// columns is how many a file has, as Sample has them.
const columns = 5

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(line)
}

// Propose reads the forecast and proposes, for each queue that is short in an hour, to move people from the queue that can
// best spare them. day tells one day's proposals from the next's.
func Propose(forecast []byte, day string) ([]proposer.Proposal, error) {
	rows, err := csv.NewReader(bytes.NewReader(forecast)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("the forecast cannot be read: %w", err)
	}
	if len(rows) == 0 || len(rows[0]) != columns {
		return nil, fmt.Errorf("the forecast has other columns than %q", firstLine(Sample))
	}
	var all []proposer.Proposal
	hours := map[string][]*queue{}
	var order []*queue
	for _, r := range rows[1:] {
		q := &queue{name: r[0], hour: r[1]}
		f, err1 := strconv.ParseFloat(r[2], 64)
		m, err2 := strconv.ParseFloat(r[3], 64)
		n, err3 := strconv.Atoi(r[4])
		if err1 != nil || err2 != nil || err3 != nil {
			return nil, fmt.Errorf("the forecast for %s at %s has what is no number", q.name, q.hour)
		}
		q.forecast, q.minutes, q.people = f, m, n
		hours[q.hour], order = append(hours[q.hour], q), append(order, q)
	}
	for _, q := range order {
		if p, ok := move(q, hours[q.hour], day); ok {
			all = append(all, p)
		}
	}
	return all, nil
}

func move(to *queue, queues []*queue, day string) (p proposer.Proposal, ok bool) {
	short, from := to.needed()-to.people, to
	for _, q := range queues {
		if q.people-q.needed() > from.people-from.needed() {
			from = q
		}
	}
	n := min(short, from.people-from.needed())
	if n <= 0 {
		return p, false
	}
	p = proposer.Proposal{
		ID: day + "/" + to.hour + "/" + to.name, Domain: "capacity", Action: "move_people", Item: to.name + " at " + to.hour, Model: "rota/1", Segment: to.name,
		Title: fmt.Sprintf("%s is %d short at %s", to.name, short, to.hour), Value: fmt.Sprintf("%d from %s", n, from.name), Before: "nobody",
		Facts: map[string]any{
			"hour": to.hour, "forecast": to.forecast, "minutes_each": to.minutes, "on_rota": float64(to.people), "needed": float64(to.needed()),
			"left_behind": float64(from.people - n), "moved": float64(n),
		},
		Confidence: min(max(to.overrun(), 0.01), 0.999), Reversible: true,
		Reasons: []proposer.Reason{
			{Code: "short", Text: fmt.Sprintf("%.0f tickets of %.0f minutes take %d people; %d are on the rota", to.forecast, to.minutes, to.needed(), to.people), Weight: 0.7},
			{Code: "spare", Text: fmt.Sprintf("%s has %d people and needs %d", from.name, from.people, from.needed()), Weight: 0.3},
		},
	}
	if n > 1 {
		p.Options = []string{fmt.Sprintf("%d from %s", n-1, from.name)}
	}
	from.people, to.people = from.people-n, to.people+n // the next queue is proposed for as if this were agreed
	return p, true
}
