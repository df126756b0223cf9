package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
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

// receivers are the sample company's helpdesk and ERP: they hear what remit writes, and answer what it asks.
type receivers struct {
	now              func() time.Time
	tickets          map[string]json.RawMessage // by id, as the helpdesk has them
	helpdesk, erp    net.Listener
	servers          []*http.Server
	serving          sync.WaitGroup
	mu               sync.Mutex
	writes, payments int
}

func newReceivers(now func() time.Time, d *day) (*receivers, error) {
	r := &receivers{now: now, tickets: d.details}
	var err error
	if r.helpdesk, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen for write-backs: %w", err)
	}
	if r.erp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen for write-backs: %w", err)
	}
	desk := http.NewServeMux()
	desk.HandleFunc("PUT /api/v2/tickets/{file}", r.put)
	desk.HandleFunc("GET /api/v2/tickets/{file}", r.getTicket)
	desk.HandleFunc("GET /api/v2/tickets/{id}/comments.json", r.getComments)
	desk.HandleFunc("GET /api/v2/organizations/{file}", r.getOrganisation)
	pay := http.NewServeMux()
	pay.HandleFunc("POST /remit", r.pay)
	r.serve(r.helpdesk, desk)
	r.serve(r.erp, pay)
	return r, nil
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
func (r *receivers) heard() (helpdesk, erp int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes, r.payments
}

func (r *receivers) put(w http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	r.mu.Lock()
	r.writes++
	r.mu.Unlock()
	answer(w, map[string]any{"ticket": map[string]any{"id": 1}})
}

func (r *receivers) pay(w http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	r.mu.Lock()
	r.payments++
	r.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (r *receivers) getTicket(w http.ResponseWriter, req *http.Request) {
	ticket, ok := r.tickets[trimJSON(req.PathValue("file"))]
	if !ok {
		http.NotFound(w, req)
		return
	}
	answer(w, map[string]any{"ticket": ticket})
}

func (r *receivers) getComments(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"comments": []any{}, "users": []any{}})
}

func (r *receivers) getOrganisation(w http.ResponseWriter, req *http.Request) {
	id, err := strconv.Atoi(trimJSON(req.PathValue("file")))
	if i := id - 8000; err == nil && i >= 0 && i < len(organisations) {
		o := organisations[i]
		fields := map[string]any{"tier": o.tier}
		for k, v := range o.fields {
			fields[k] = v
		}
		answer(w, map[string]any{"organization": map[string]any{
			"id": id, "name": o.name, "organization_fields": fields, "updated_at": r.now().Add(-24 * time.Hour).UTC().Format(time.RFC3339),
		}})
		return
	}
	http.NotFound(w, req)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func trimJSON(file string) string {
	if n := len(file) - len(".json"); n > 0 && file[n:] == ".json" {
		return file[:n]
	}
	return file
}
