package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// inboxSize is how many cards the inbox shows: more than anybody answers at a sitting.
const inboxSize = 50

// inboxView is what the inbox page shows.
type inboxView struct {
	Domain models.Domain
	Tabs   []models.Domain
	Cases  []caseView
	More   bool
}

// caseView is one card with the forms that answer it.
type caseView struct {
	models.Case
	Card      *card // nil: the card could not be made, and the page shows the bare decisions
	Decisions []decisionView
	Back      string
	CSRF      string
}

// decisionView is a decision with what a page says about it.
type decisionView struct {
	models.Decision
	Approve    string // button texts
	Override   string
	Control    control
	Chosen     bool // the form stands open, with a value that was chosen on another page
	Answerable bool
	Undoable   bool
	Agreed     int     // people who have approved so far
	Needed     int     // people who must
	Mine       bool    // the person looking has approved already
	Silence    string  // what happens if nobody answers
	Audit      control // where people are asked what they would have done: see models.Decision.Hidden
}

func (h *console) inbox(c *gin.Context) {
	d := models.Domain(c.Query("domain"))
	cases, more, err := h.openCases(c.Request.Context(), d)
	if err != nil {
		h.failed(c, err)
		return
	}
	v := inboxView{Domain: d, Tabs: h.domains(), More: more}
	back := "/"
	if d != "" {
		back = "/?domain=" + string(d)
	}
	token := h.sessions.GetString(c.Request.Context(), keyCSRF)
	for _, cs := range cases {
		cv := h.viewCase(c.Request.Context(), cs, person(c))
		cv.Back, cv.CSRF = back, token
		v.Cases = append(v.Cases, cv)
	}
	h.render(c, http.StatusOK, "inbox", page{Title: "Inbox", Nav: "inbox", Data: v})
}

// openCases gives the items with open decisions and whether there are more. One that was settled in between is left out.
func (h *console) openCases(ctx context.Context, d models.Domain) (cases []models.Case, more bool, err error) {
	items, err := h.Cases.OpenItems(ctx, d, inboxSize+1)
	if err != nil {
		return nil, false, fmt.Errorf("open items: %w", err)
	}
	more = len(items) > inboxSize
	for _, item := range items[:min(len(items), inboxSize)] {
		cs, err := h.Cases.Case(ctx, item)
		if models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return nil, false, fmt.Errorf("case %s: %w", item, err)
		}
		if len(cs.Open()) > 0 || len(cs.Audits()) > 0 {
			cases = append(cases, cs.Hidden())
		}
	}
	return cases, more, nil
}

// viewCase renders the item's card, or none where that fails: the decisions can be answered without.
func (h *console) viewCase(ctx context.Context, cs models.Case, who models.Person) caseView {
	v := caseView{Case: cs}
	var made card
	if h.Cards != nil {
		raw, err := h.Cards.Blocks(ctx, cs)
		if err == nil {
			made, err = renderBlocks(raw)
		}
		if err != nil {
			h.Logger.ErrorContext(ctx, "card not rendered", "item", cs.Item, "error", err)
		} else {
			v.Card = &made
		}
	}
	for _, d := range cs.Audits() {
		v.Decisions = append(v.Decisions, h.viewDecision(d, made, who))
	}
	for _, d := range cs.Open() {
		if !d.Auditable() {
			v.Decisions = append(v.Decisions, h.viewDecision(d, made, who))
		}
	}
	return v
}

func (h *console) viewDecision(d models.Decision, made card, who models.Person) decisionView {
	if d = d.Hidden(); d.Auditable() {
		return decisionView{Decision: d, Audit: auditControl(d), Silence: auditSilence}
	}
	agreed := d.Agreed(d.Value)
	return decisionView{
		Decision:   d,
		Approve:    made.label("approve", d.ID, approveLabel(d.Action, d.Value)),
		Override:   made.label("override", d.ID, overrideLabel(d.Action, d.Value)),
		Control:    controlOf(d),
		Answerable: d.State.Open(),
		Undoable:   d.Undoable(h.Now().In(h.Location)),
		Agreed:     len(agreed),
		Needed:     d.NeededFor(d.Value),
		Mine:       slices.ContainsFunc(agreed, func(a models.Answer) bool { return a.By.ID == who.ID }),
		Silence:    h.silence(d),
	}
}

// OwesNote says what must be put into a note to approve; "" where nothing must.
func (v decisionView) OwesNote() string { return v.Owes(v.Value) }

// Missing gives how many people must still approve.
func (v decisionView) Missing() int { return v.MissingFor(v.Value) }

// silence says what happens if nobody answers, and when.
func (h *console) silence(d models.Decision) string {
	next, more := d.Ruling.Next()
	switch {
	case d.State == models.Expired:
		return "Nobody answered in time, so nothing was done. It can still be answered."
	case d.State == models.Failed:
		return "It was tried and did not get through. Answer again to try again."
	case d.State == models.Asked && !d.ExpiresAt.IsZero() && more:
		from := next.Approval.From
		return "If nobody answers by " + d.ExpiresAt.In(h.Location).Format("15:04 on 2 Jan") + ", " + from[len(from)-1] + " is asked too."
	case d.State == models.Waiting && !d.ActAt.IsZero():
		return "Unless somebody steps in, remit does this at " + d.ActAt.In(h.Location).Format("15:04 on 2 Jan") + "."
	case d.State == models.Asked && !d.ExpiresAt.IsZero():
		return "If nobody answers by " + d.ExpiresAt.In(h.Location).Format("15:04 on 2 Jan") + ", nothing is done."
	case d.State == models.Asked:
		return "If nobody answers, nothing is done."
	}
	return ""
}
