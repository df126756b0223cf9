package web

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// Proposer takes what a person's program proposes. The error is Invalid and names the field, NotFound or Conflict for an id
// that is nobody's or somebody else's, or Unavailable.
type Proposer interface {
	// Propose stores what is said of a proposal (created, updated, withdrawn), of the named source or of none; created again
	// under the same id it is not fresh.
	Propose(ctx context.Context, kind models.EventKind, source string, data map[string]any, by models.Person) (Proposed, error)
}

// Proposed is what became of a proposal at once; it is decided on soon after.
type Proposed struct {
	Decision  string        `json:"decision,omitempty"` // the id that its decision will have if it makes one
	Item      string        `json:"item"`
	Action    models.Action `json:"action,omitempty"`
	Delegated bool          `json:"delegated"` // the policy names it; where not, it is noted at most
	Fresh     bool          `json:"fresh"`     // not known before
}

// proposalJSON is the body of a proposal: the data of a proposal.created (docs/webhooks.md), and the source that it is of.
// It names no requester: it is proposed in the name of whose token it is.
type proposalJSON struct {
	Source     string           `json:"source"`
	ID         string           `json:"id"`
	Domain     string           `json:"domain"`
	Action     string           `json:"action"`
	Item       string           `json:"item"`
	Title      string           `json:"title"`
	Value      string           `json:"value"`
	Before     string           `json:"before"`
	Options    []string         `json:"options"`
	Facts      models.Told      `json:"facts"`
	Amount     string           `json:"amount"`
	Currency   string           `json:"currency"`
	Confidence *float64         `json:"confidence"`
	Reasons    []map[string]any `json:"reasons"`
	Reversible bool             `json:"reversible"`
	Segment    string           `json:"segment"`
	Model      string           `json:"model"`
	URL        string           `json:"url"`
}

// data gives what was said; what was not stays away, for the schema to find missing.
func (p proposalJSON) data() map[string]any {
	data := map[string]any{"reversible": p.Reversible}
	for name, v := range map[string]string{
		"id": p.ID, "domain": p.Domain, "action": p.Action, "item": p.Item, "title": p.Title, "value": p.Value, "before": p.Before,
		"amount": p.Amount, "currency": p.Currency, "segment": p.Segment, "model": p.Model, "url": p.URL,
	} {
		if v != "" {
			data[name] = v
		}
	}
	if p.Options != nil {
		data["options"] = p.Options
	}
	if p.Facts != nil {
		data["facts"] = p.Facts
	}
	if p.Confidence != nil {
		data["confidence"] = *p.Confidence
	}
	if p.Reasons != nil {
		data["reasons"] = p.Reasons
	}
	return data
}

// apiPropose takes a proposal, or newer facts of one.
func (h *console) apiPropose(kind models.EventKind) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in proposalJSON
		if err := readJSON(c, &in); err != nil {
			refuse(c, h.Logger, err)
			return
		}
		h.propose(c, kind, in.Source, in.data())
	}
}

// withdrawalJSON is the body by which a proposal is taken back.
type withdrawalJSON struct {
	Source string `json:"source"`
	ID     string `json:"id"`
	Domain string `json:"domain"`
	Item   string `json:"item"`
	Reason string `json:"reason"`
}

func (h *console) apiWithdraw(c *gin.Context) {
	var in withdrawalJSON
	if err := readJSON(c, &in); err != nil {
		refuse(c, h.Logger, err)
		return
	}
	h.propose(c, models.ProposalWithdrawn, in.Source, map[string]any{"id": in.ID, "domain": in.Domain, "item": in.Item, "reason": in.Reason})
}

func (h *console) propose(c *gin.Context, kind models.EventKind, source string, data map[string]any) {
	out, err := h.Proposer.Propose(c.Request.Context(), kind, source, data, person(c))
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	status := http.StatusAccepted
	if !out.Fresh {
		status = http.StatusOK
	}
	c.JSON(status, out)
}

// domains gives those that pages filter by: what is judged here, and what the policy names besides.
func (h *console) domains() []models.Domain {
	all := []models.Domain{models.Triage, models.Finance}
	if h.Domains == nil {
		return all
	}
	for _, d := range h.Domains() {
		if d.Other() {
			all = append(all, d)
		}
	}
	return all
}

// submissionFacts tells what another system told with its proposal. Everything in it is that system's word.
func submissionFacts(s models.Submission) factGroup {
	g := factGroup{Name: "As " + s.Source + " told it"}
	g.add("Title", s.Title)
	for _, r := range s.Facts.Rows() {
		g.add(r.Name, r.Said)
	}
	g.money("Spends", s.Amount)
	g.add("Proposed for", s.Requester)
	if s.Stated > 0 {
		g.add("Its own confidence", percentOf(s.Stated)+", which is not believed")
	}
	g.add("Can be taken back", map[bool]string{true: "yes", false: "no"}[s.Reversible])
	g.add("Its id there", s.ExternalID)
	return g
}
