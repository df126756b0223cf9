package web

import (
	"time"

	"remit/models"
)

// decisionJSON is a decision as the API shows it.
type decisionJSON struct {
	ID         string          `json:"id"`
	EventID    string          `json:"event_id"`
	Item       string          `json:"item"`
	Title      string          `json:"title"`
	Domain     models.Domain   `json:"domain"`
	Action     models.Action   `json:"action"`
	Source     string          `json:"source"`
	State      models.State    `json:"state"`
	Version    int             `json:"version"`
	Value      string          `json:"value"`
	Before     string          `json:"before"`
	Final      string          `json:"final"`
	Confidence float64         `json:"confidence"`
	Stated     float64         `json:"stated,omitempty"`
	Proposal   string          `json:"proposal,omitempty"`
	Reasons    []models.Reason `json:"reasons"`
	Options    []string        `json:"options"`
	Segment    string          `json:"segment"`
	Ruling     rulingJSON      `json:"ruling"`
	Answers    []models.Answer `json:"answers"`
	Autonomous bool            `json:"autonomous"`
	Audit      models.Audit    `json:"audit,omitempty"`
	Undoable   bool            `json:"undoable"`
	Note       string          `json:"note"`
	ActAt      time.Time       `json:"act_at,omitzero"`
	ExpiresAt  time.Time       `json:"expires_at,omitzero"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	Model      string          `json:"model"`
	Policy     string          `json:"policy"`
	Build      string          `json:"build"`
}

// rulingJSON is what the gate said, with durations in seconds.
type rulingJSON struct {
	Outcome    models.Outcome   `json:"outcome"`
	Level      models.Level     `json:"level"`
	Why        []string         `json:"why"`
	Guardrails []string         `json:"guardrails"`
	Approval   *models.Approval `json:"approval,omitempty"`
	Window     int64            `json:"window_seconds,omitempty"`
	Expires    int64            `json:"expires_seconds,omitempty"`
	Working    bool             `json:"working_hours,omitempty"` // Expires passes in working hours only
	Escalated  bool             `json:"escalated"`
	Chain      []rungJSON       `json:"chain"`
}

// rungJSON is who is asked too after how many seconds without an answer.
type rungJSON struct {
	After int64  `json:"after_seconds"`
	To    string `json:"to"`
	// Working says that After passes in working hours only.
	Working bool `json:"working_hours,omitempty"`
}

func (h *console) decisionsJSON(ds []models.Decision) []decisionJSON {
	out := make([]decisionJSON, 0, len(ds))
	for _, d := range ds {
		out = append(out, h.decisionJSON(d))
	}
	return out
}

func (h *console) decisionJSON(d models.Decision) decisionJSON {
	d = d.Hidden()
	return decisionJSON{
		ID: d.ID, EventID: d.EventID, Item: d.Item, Title: d.Title, Domain: d.Domain, Action: d.Action, Source: d.Source,
		State: d.State, Version: d.Version, Value: d.Value, Before: d.Before, Final: d.Final, Confidence: d.Confidence,
		Stated: d.Stated, Proposal: d.Proposal,
		Reasons: listed(d.Reasons), Options: listed(d.Options), Segment: d.Segment, Ruling: newRulingJSON(d.Ruling),
		Answers: listed(d.Answers), Autonomous: d.Autonomous, Audit: d.AuditState, Undoable: d.Undoable(h.Now().In(h.Location)), Note: d.Note,
		ActAt: d.ActAt, ExpiresAt: d.ExpiresAt, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		Model: d.Model, Policy: d.Policy, Build: d.Build,
	}
}

func newRulingJSON(r models.Ruling) rulingJSON {
	out := rulingJSON{
		Outcome: r.Outcome, Level: r.Level, Why: listed(r.Why), Guardrails: listed(r.Guardrails),
		Window: int64(r.Window.Seconds()), Expires: int64(r.Expires.Seconds()), Working: r.Working, Escalated: r.Escalated, Chain: []rungJSON{},
	}
	for _, rung := range r.Chain {
		out.Chain = append(out.Chain, rungJSON{After: int64(rung.After.Seconds()), To: rung.To, Working: rung.Working})
	}
	if len(r.Approval.From) > 0 || r.Approval.Count > 0 {
		out.Approval = &r.Approval
	}
	return out
}

// listed gives an empty list for none, so that JSON says [] and not null.
func listed[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
