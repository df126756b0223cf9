package demo

import (
	"net/http"

	"remit/config"
	"remit/examples/capacity/rota"
	"remit/examples/proposer"
	"remit/examples/stockreorder/reorder"
	"remit/models"
)

// The systems of the sample company that propose decisions: the two examples of docs/proposals.md.
const (
	warehouse = "warehouse"
	planner   = "planner"
)

// proposerSecrets are what the proposers sign with, and what the outcomes that they hear are signed with.
var proposerSecrets = map[string]string{
	warehouse: "whsec_ZGVtby1vbmx5LXNlY3JldC1vZi10aGUtd2FyZWhvdXNl",
	planner:   "whsec_ZGVtby1vbmx5LXNlY3JldC1vZi10aGUtcGxhbm5lciE=",
}

// proposals adds what the proposers make of the day.
func (d *day) proposals() {
	today := string(models.DayOf(d.now))
	stock, err := reorder.Propose(reorder.Sample, today, "GBP", 0.3)
	d.propose(warehouse, stock, err)
	moves, err := rota.Propose(rota.Sample, today)
	d.propose(planner, moves, err)
}

func (d *day) propose(source string, ps []proposer.Proposal, err error) {
	for _, p := range ps {
		c := call{source: source}
		if c.id, c.body, err = p.Message(d.now); err != nil {
			break
		}
		d.calls = append(d.calls, c)
	}
	if err != nil {
		panic("the demo's embedded proposals are broken: " + err.Error())
	}
}

// hear gives the handler of what becomes of proposals. It notes each outcome once.
func (r *receivers) hear(source string) (http.Handler, error) {
	return proposer.Hear(proposerSecrets[source], func(o proposer.Outcome) error {
		if _, again := r.outcomes.LoadOrStore(o.Key, o); !again {
			r.answered.Add(1)
		}
		return nil
	})
}

func (s *stage) proposingSources() []config.Source {
	var all []config.Source
	for _, name := range []string{warehouse, planner} {
		all = append(all, config.Source{
			Name: name, Provider: config.Standard, Secrets: []models.Secret{models.Secret(proposerSecrets[name])}, Mode: config.ModeWebhook,
			DeliverTo: config.URL("http://" + s.receivers.proposers[name].Addr().String() + "/remit"),
		})
	}
	return all
}
