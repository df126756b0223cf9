package demo

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"remit/connector/zendesk/zendeskfake"
)

// organisation is a customer of the sample company, as its helpdesk tells it.
type organisation struct {
	name, tier string
	fields     map[string]any
}

var organisations = []organisation{
	{"Northmoor Logistics", "enterprise", map[string]any{"arr": "240000 GBP", "vip": true}},
	{"Iffley Dental", "business", nil},
	{"Summertown Books", "free", nil},
	{"Headington Motors", "enterprise", map[string]any{"arr": "96000 GBP", "past_due": "4200 GBP"}},
	{"Wolvercote Bakery", "business", nil},
	{"Jericho Legal", "business", nil},
	{"Marston Cycles", "free", nil},
	{"Cowley Retail", "business", map[string]any{"arr": "38000 GBP", "churn_risk": "0.6"}},
	{"Binsey Travel", "free", nil},
	{"Kennington Print", "business", nil},
}

// organizations gives the customers as the helpdesk's API tells them, by id.
func organizations(now time.Time) map[string]map[string]any {
	all := map[string]map[string]any{}
	for i, o := range organisations {
		fields := map[string]any{"tier": o.tier}
		maps.Copy(fields, o.fields)
		all[fmt.Sprint(8000+i)] = map[string]any{
			"id": 8000 + i, "name": o.name, "organization_fields": fields, "updated_at": now.Add(-24 * time.Hour).UTC().Format(time.RFC3339),
		}
	}
	return all
}

// receivers are the sample company's helpdesk and ERP: they hear what remit writes, and answer what it asks.
type receivers struct {
	desk     *zendeskfake.Server
	helpdesk net.Listener
	erp      net.Listener
	servers  []*http.Server
	serving  sync.WaitGroup
	payments atomic.Int64

	proposers map[string]net.Listener // of the systems that propose, by source
	outcomes  sync.Map                // what they heard, by its key
	answered  atomic.Int64
}

func newReceivers(now func() time.Time, d *day) (*receivers, error) {
	r := &receivers{desk: &zendeskfake.Server{Now: now, Organizations: organizations(now())}}
	for id, ticket := range d.details {
		r.desk.Add(id, ticket)
	}
	var err error
	if r.helpdesk, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen for write-backs: %w", err)
	}
	if r.erp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen for write-backs: %w", err)
	}
	r.serve(r.helpdesk, r.desk)
	r.serve(r.erp, http.HandlerFunc(r.pay))
	return r, r.listenForOutcomes()
}

func (r *receivers) listenForOutcomes() error {
	r.proposers = map[string]net.Listener{}
	for _, name := range []string{warehouse, planner} {
		h, err := r.hear(name)
		if err != nil {
			return err
		}
		if r.proposers[name], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("listen for outcomes: %w", err)
		}
		r.serve(r.proposers[name], h)
	}
	return nil
}

func (r *receivers) serve(l net.Listener, h http.Handler) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	r.servers = append(r.servers, s)
	r.serving.Go(func() { _ = s.Serve(l) })
}

// Close stops the receivers.
func (r *receivers) Close() error {
	for _, s := range r.servers {
		_ = s.Close()
	}
	r.serving.Wait()
	return nil
}

func (r *receivers) helpdeskURL() string { return "http://" + r.helpdesk.Addr().String() }
func (r *receivers) erpURL() string      { return "http://" + r.erp.Addr().String() + "/remit" }

// heard gives how many decisions were written back to the helpdesk and to the ERP.
func (r *receivers) heard() (helpdesk, erp int) { return len(r.desk.Writes()), int(r.payments.Load()) }

func (r *receivers) pay(w http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	r.payments.Add(1)
	w.WriteHeader(http.StatusNoContent)
}
