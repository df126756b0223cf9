package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"remit/models"
)

// tally is a line of the summary.
type tally struct {
	events, decided, acted, waiting, asked, observed, superseded int
	askedOf                                                      map[string]bool
	took                                                         []time.Duration
}

// summed are the lines of the summary, and whose events count in which.
var (
	summed   = []models.Domain{models.Triage, models.Finance, "stock", "capacity"}
	domainOf = map[string]models.Domain{"helpdesk": models.Triage, "erp": models.Finance, warehouse: "stock", planner: "capacity"}
)

// summary prints what became of the day.
func (s *stage) summary(ctx context.Context, o Options) error {
	decisions, err := s.decisions(ctx)
	if err != nil {
		return err
	}
	lines := map[models.Domain]*tally{}
	for _, d := range summed {
		lines[d] = &tally{askedOf: map[string]bool{}}
	}
	for _, c := range s.day.calls {
		lines[domainOf[c.source]].events++
	}
	for _, d := range decisions {
		if err := s.count(ctx, lines[d.Domain], d); err != nil {
			return err
		}
	}
	return s.print(ctx, o, lines)
}

// decisions reads the whole log, a page at a time.
func (s *stage) decisions(ctx context.Context) ([]models.Decision, error) {
	var all []models.Decision
	seen := map[string]bool{}
	q := models.LogQuery{Limit: 200}
	for {
		page, err := s.app.Store.Log(ctx, q)
		if err != nil {
			return nil, err
		}
		fresh := 0
		for _, d := range page {
			if !seen[d.ID] {
				seen[d.ID] = true
				fresh++
				all = append(all, d)
			}
		}
		if fresh == 0 {
			return all, nil
		}
		q.Before = page[len(page)-1].CreatedAt
	}
}

func (s *stage) count(ctx context.Context, t *tally, d models.Decision) error {
	t.decided++
	switch d.State {
	case models.Applying, models.Applied:
		t.acted++
	case models.Waiting:
		t.waiting++
	case models.Observed:
		t.observed++
	case models.Superseded:
		t.superseded++
	default:
		t.asked++
		for _, name := range d.Ruling.Approval.From {
			t.askedOf[name] = true
		}
	}
	delivery, err := s.app.Store.Delivery(ctx, d.EventID)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	t.took = append(t.took, d.CreatedAt.Sub(delivery.ReceivedAt))
	return err
}

func (s *stage) print(ctx context.Context, o Options, lines map[models.Domain]*tally) error {
	counts, err := s.app.Store.Counts(ctx)
	if err != nil {
		return err
	}
	helpdesk, erp := s.receivers.heard()
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\ndomain\tevents in\tdecided\tacted\twaiting\tasked\tobserved\tsuperseded\tp50\tp99\tasked of")
	for _, name := range summed {
		t := lines[name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", name, t.events, t.decided, t.acted, t.waiting, t.asked,
			t.observed, t.superseded, quantile(t.took, .5), quantile(t.took, .99), strings.Join(slices.Sorted(maps.Keys(t.askedOf)), ", "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "\nWritten back: %d times to the helpdesk, %d to the ERP. Dead letters: %d. p50 and p99 are from webhook to decision.\n",
		helpdesk, erp, counts["dead_letters"])
	stock, capacity := lines["stock"], lines["capacity"]
	fmt.Fprintf(o.Out, "Other systems under the same remit: the warehouse proposed %d orders and the planner %d moves of people. However sure they say\n"+
		"they are, nobody has judged them yet, so %d of them wait for a person.\n", stock.decided, capacity.decided, stock.asked+capacity.asked)
	return nil
}

func quantile(ds []time.Duration, q float64) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return ds[int(q*float64(len(ds)-1))].Round(100 * time.Microsecond)
}
