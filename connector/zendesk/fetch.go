package zendesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// Fetch asks for what a created ticket left out: its organisation, which is to be known first, and the ticket with its
// thread. An organisation that is gone is no reason to leave the ticket undecided.
func (c *connected) Fetch(ctx context.Context, ev models.Event) ([]models.Delivery, error) {
	id := strings.TrimPrefix(ev.Item, models.TicketItem(c.opt.Source, ""))
	t, err := c.getTicket(ctx, id)
	if err != nil {
		return nil, err
	}
	w := whole{Kind: ev.Kind, Actor: ev.Actor, At: ev.At, Ticket: t}
	if w.Comments, w.Users, err = c.getComments(ctx, id); err != nil {
		return nil, err
	}
	var ds []models.Delivery
	if slices.Contains(ev.Lacks, "account") && t.Organization != "" {
		o, err := c.getOrganization(ctx, string(t.Organization))
		switch {
		case err == nil:
			d, err := c.own(ev.ID+"/organization", kindOrganization, ev.Subject, ev.ReceivedAt, o)
			if err != nil {
				return nil, err
			}
			ds = append(ds, d)
		case models.KindOf(err) != models.NotFound:
			return nil, err
		}
	}
	d, err := c.own(ev.ID+"/ticket", kindFetched, ev.Subject, ev.ReceivedAt, w)
	if err != nil {
		return nil, err
	}
	return append(ds, d), nil
}

// own makes a delivery of what we asked for.
func (c *connected) own(key, kind, subject string, at time.Time, body any) (models.Delivery, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return models.Delivery{}, models.Errorf(models.Internal, "write down what zendesk answered: %w", err)
	}
	return connector.Deliver(c.opt.Source, key, kind, subject, connector.Request{Body: b, At: at}), nil
}

func (c *connected) getTicket(ctx context.Context, id string) (apiTicket, error) {
	var out struct {
		Ticket apiTicket `json:"ticket"`
	}
	err := c.get(ctx, "/api/v2/tickets/"+url.PathEscape(id)+".json", &out)
	return out.Ticket, err
}

func (c *connected) getComments(ctx context.Context, id string) ([]apiComment, []apiUser, error) {
	var out struct {
		Comments []apiComment `json:"comments"`
		Users    []apiUser    `json:"users"`
	}
	err := c.get(ctx, "/api/v2/tickets/"+url.PathEscape(id)+"/comments.json?include=users", &out)
	return out.Comments, out.Users, err
}

func (c *connected) getOrganization(ctx context.Context, id string) (apiOrganization, error) {
	var out struct {
		Organization apiOrganization `json:"organization"`
	}
	err := c.get(ctx, "/api/v2/organizations/"+url.PathEscape(id)+".json", &out)
	return out.Organization, err
}

func (c *connected) get(ctx context.Context, path string, out any) error {
	if err := c.client.Do(ctx, connector.Call{Method: http.MethodGet, Path: path, Out: out}); err != nil {
		return fmt.Errorf("ask zendesk: %w", err)
	}
	return nil
}
