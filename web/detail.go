package web

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// detailView is what a decision's page shows.
type detailView struct {
	decisionView
	Link     string // where the item is opened upstream; empty when not known
	Facts    []factGroup
	FactsAt  *models.Facts
	Cash     *cashPicture
	Timeline []models.Entry
	Others   []models.Decision // on the same item
	Back     string
	CSRF     string
}

// detail is a decision with everything that is kept about it.
type detail struct {
	decision models.Decision
	facts    *models.Facts // nil: not kept any more
	entries  []models.Entry
	others   []models.Decision
	cs       *models.Case
}

func (h *console) decisionPage(c *gin.Context) {
	ctx := c.Request.Context()
	got, err := h.detail(ctx, c.Param("id"))
	if err != nil {
		h.failed(c, err)
		return
	}
	d := got.decision
	v := detailView{
		decisionView: h.viewDecision(d, card{}, person(c)), FactsAt: got.facts, Timeline: got.entries, Others: got.others,
		Back: "/decisions/" + d.ID, CSRF: h.sessions.GetString(ctx, keyCSRF),
	}
	if day := models.Day(c.Query("day")); day.Valid() && v.Control.Kind == "date" {
		v.Control.Value, v.Chosen = string(day), true // tried on the Cash page
	}
	if got.facts != nil {
		v.Facts, v.Cash = factGroups(*got.facts, h.Location), drawCash(got.facts.Cash)
		if t := got.facts.Ticket; t != nil {
			v.Link = t.URL
		}
		if s := got.facts.Submission; s != nil {
			v.Link = s.URL
		}
	}
	nav := "log"
	if d.State.Open() {
		nav = "inbox"
	}
	h.render(c, http.StatusOK, "decision", page{Title: titleOf(d), Nav: nav, Data: v})
}

// titleOf gives what a decision is called.
func titleOf(d models.Decision) string {
	if d.Title != "" {
		return d.Title
	}
	return d.Item
}

// detail gathers what is kept about a decision. Facts that are gone and an item without a case leave their part empty.
func (h *console) detail(ctx context.Context, id string) (detail, error) {
	d, err := h.Log.Decision(ctx, id)
	if err != nil {
		return detail{}, err
	}
	out := detail{decision: d.Hidden()}
	snap, err := h.Log.Snapshot(ctx, d.FactsID)
	switch {
	case err == nil:
		out.facts = &snap.Facts
		if d.Auditable() {
			hidden := snap.Facts.Hidden()
			out.facts = &hidden
		}
	case models.KindOf(err) != models.NotFound:
		return detail{}, err
	}
	cs, err := h.Cases.Case(ctx, d.Item)
	if models.KindOf(err) == models.NotFound {
		return out, nil
	}
	if err != nil {
		return detail{}, err
	}
	cs = cs.Hidden()
	out.cs = &cs
	for _, e := range cs.Entries {
		if e.DecisionID == d.ID || e.DecisionID == "" {
			out.entries = append(out.entries, e)
		}
	}
	for _, o := range cs.Decisions {
		if o.ID != d.ID {
			out.others = append(out.others, o)
		}
	}
	return out, nil
}
