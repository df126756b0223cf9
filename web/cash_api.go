package web

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

func (h *console) cashAPI(g *gin.RouterGroup) {
	if h.Pools == nil {
		return
	}
	g.GET("/cash", h.apiPools)
	g.GET("/cash/:pool", h.apiCash)
	g.POST("/cash/:pool/planned", h.apiPlan)
	g.DELETE("/cash/:pool/planned/:id", h.apiUnplan)
	g.POST("/cash/:pool/booked/:id", h.apiSettle)
}

func (h *console) apiPools(c *gin.Context) {
	pools, err := h.Pools.Pools(c.Request.Context())
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"pools": listed(pools)})
}

// lineJSON is a payment of a pool with what is planned for it.
type lineJSON struct {
	Item     string       `json:"item"`
	Vendor   string       `json:"vendor"`
	Invoice  string       `json:"invoice"`
	Amount   models.Money `json:"amount"`
	DueOn    models.Day   `json:"due_on"`
	PayOn    models.Day   `json:"pay_on"`  // set to
	Planned  models.Day   `json:"planned"` // for
	Held     bool         `json:"held"`
	Agreed   bool         `json:"agreed"` // a person has set or agreed to its day
	Decision string       `json:"decision,omitempty"`
}

func (h *console) apiCash(c *gin.Context) {
	w, err := whatIfOf(c.Param("pool"), c)
	var out decision.Outlook
	if err == nil {
		out, err = h.Treasurer.Outlook(c.Request.Context(), c.Param("pool"), w)
	}
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	lines := make([]lineJSON, 0, len(out.Lines))
	for _, l := range out.Lines {
		p := l.Payable
		j := lineJSON{
			Item: p.ID, Vendor: p.VendorName, Invoice: p.Invoice, Amount: p.Amount, DueOn: p.DueOn, PayOn: p.PayOn, Planned: l.On,
			Held: p.Status == models.PayableHeld, Agreed: l.Frozen,
		}
		if l.Decision != nil {
			j.Decision = l.Decision.ID
		}
		lines = append(lines, j)
	}
	body := gin.H{"cash": out.Cash, "cost": out.Cost, "bound": out.Bound, "payments": lines, "planned": listed(out.Planned), "unmatched": listed(out.Unmatched)}
	if t := out.If; t != nil {
		body["what_if"] = gin.H{"cash": t.Cash, "cost": t.Cost}
	}
	c.JSON(http.StatusOK, body)
}

// planJSON is the body of what is to be planned.
type planJSON struct {
	What   string        `json:"what"`
	Amount models.Money  `json:"amount"`
	On     models.Day    `json:"on"`
	Every  models.Rhythm `json:"every"`
	Until  models.Day    `json:"until"`
}

func (h *console) apiPlan(c *gin.Context) {
	var in planJSON
	err := readJSON(c, &in)
	var item models.PlannedItem
	if err == nil {
		item, err = h.Treasurer.Plan(c.Request.Context(), models.PlannedItem{
			Pool: c.Param("pool"), What: models.CleanText(in.What), Amount: in.Amount, On: in.On, Every: in.Every, Until: in.Until,
		}, person(c))
	}
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"planned": item})
}

func (h *console) apiUnplan(c *gin.Context) {
	ctx := c.Request.Context()
	out, err := h.Treasurer.Outlook(ctx, c.Param("pool"), decision.WhatIf{})
	if err == nil {
		i := slices.IndexFunc(out.Planned, func(p models.PlannedItem) bool { return p.ID == c.Param("id") })
		if i < 0 {
			err = models.Errorf(models.NotFound, "This is not planned any more.")
		} else {
			err = h.Treasurer.Unplan(ctx, out.Planned[i], person(c))
		}
	}
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// apiSettle takes a person's word for which invoice a bank's entry was for.
func (h *console) apiSettle(c *gin.Context) {
	var in struct {
		Item *string `json:"item"` // "" for none
	}
	err := readJSON(c, &in)
	if err == nil && in.Item == nil {
		err = models.FieldErrorf("item", "is needed: the invoice, or empty for none")
	}
	if err == nil {
		err = h.Treasurer.Settle(c.Request.Context(), c.Param("id"), *in.Item, person(c))
	}
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.Status(http.StatusNoContent)
}
