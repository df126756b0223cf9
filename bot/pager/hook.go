package pager

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"remit/bot"
	"remit/models"
)

// Hook tells a paging service, in the form of PagerDuty's Events API v2, which others take as well.
type Hook struct {
	URL  models.Secret
	Key  models.Secret // the service's routing key; may be empty where the address says it
	HTTP *http.Client
}

type alert struct {
	RoutingKey  string  `json:"routing_key,omitempty"`
	EventAction string  `json:"event_action"`
	DedupKey    string  `json:"dedup_key"`
	Payload     payload `json:"payload"`
	Links       []link  `json:"links,omitempty"`
}

type payload struct {
	Summary  string            `json:"summary"`
	Source   string            `json:"source"`
	Severity string            `json:"severity"`
	Details  map[string]string `json:"custom_details"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

// Page triggers one alert. The service knows by the page's key that it has had it.
func (h Hook) Page(ctx context.Context, p bot.Page) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	a := alert{
		RoutingKey: h.Key.Reveal(), EventAction: "trigger", DedupKey: p.Key,
		Payload: payload{Summary: "remit: " + p.Title, Source: "remit", Severity: "critical", Details: map[string]string{"text": p.Text}},
	}
	if p.URL != "" {
		a.Links = []link{{Href: p.URL, Text: "Answer"}}
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL.Reveal(), bytes.NewReader(body))
	if err != nil {
		return models.Errorf(models.Invalid, "the pager's address is none")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", p.Key)
	resp, err := h.HTTP.Do(req)
	if err != nil {
		return models.Errorf(models.Unavailable, "the pager could not be reached") // its error would tell the address
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode >= 300 {
		return models.Errorf(models.Unavailable, "the pager answered %d", resp.StatusCode)
	}
	return nil
}

// All tells people in every way at once. It fails only where each of them does: one that got out is enough, and telling the
// others again would tell them twice.
type All []bot.Pager

// Page implements bot.Pager.
func (all All) Page(ctx context.Context, p bot.Page) error {
	var failed []error
	for _, one := range all {
		if err := one.Page(ctx, p); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) < len(all) {
		return nil
	}
	return errors.Join(failed...)
}
