package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"remit/chart"
	"remit/decision"
	"remit/models"
)

// Pools gives the cash pools of which a balance is known.
type Pools interface {
	Pools(ctx context.Context) ([]string, error)
}

// Treasurer plans a pool as it stands and takes in what people expect beside invoices.
type Treasurer interface {
	Outlook(ctx context.Context, pool string, w decision.WhatIf) (decision.Outlook, error)
	Together(ctx context.Context, pools []string) (models.Cash, error)
	Plan(ctx context.Context, item models.PlannedItem, by models.Person) (models.PlannedItem, error)
	Unplan(ctx context.Context, item models.PlannedItem, by models.Person) error
	// Settle takes a person's word for which invoice a bank's entry was for, "" for none.
	Settle(ctx context.Context, id, item string, by models.Person) error
}

// cashView is what the Cash page shows.
type cashView struct {
	Pools    []poolTab
	Pool     string
	All      bool // every pool at once
	Out      decision.Outlook
	Chart    string // where the picture is
	Alt      string
	Line     timeline
	Tried    string                 // what a change would come to, in a sentence
	Run      []decision.OutlookLine // asked: the pay run
	RunSum   models.Money
	Covered  string
	Short    string
	Rhythms  []models.Rhythm
	Currency models.Currency
	TryFloor string
	Loose    []looseEntry // entries of banks that name an invoice and are not matched
	Rest     []looseEntry // those that name none
	TryItem  string
	TryDay   string
	Back     string
	CSRF     string
}

// Gap gives how much less than the plan any other could cost.
func (v cashView) Gap() models.Money {
	return models.Plan{Cost: v.Out.Cost, Bound: v.Out.Bound}.Gap()
}

// looseEntry is a bank's entry that is not matched, with the invoices that it may be for.
type looseEntry struct {
	models.Transaction
	May []choice
}

// choice is an invoice to choose.
type choice struct{ ID, Name string }

// looseShown is how many unmatched entries of a kind a page shows.
const looseShown = 50

// loosen lists what is not matched, with the invoices of its way that are at least as large.
func (v *cashView) loosen() {
	for _, t := range v.Out.Unmatched {
		e := looseEntry{Transaction: t}
		if t.Amount.Negative() {
			for _, l := range v.Out.Lines {
				if p := l.Payable; p.Amount.Minor >= t.Size().Minor {
					e.May = append(e.May, choice{p.ID, clip(p.VendorName, 40) + " · " + p.Amount.Display() + " · " + clip(p.Invoice, 20)})
				}
			}
		} else {
			for _, r := range v.Out.Receivables {
				if r.Amount.Minor >= t.Size().Minor {
					e.May = append(e.May, choice{r.ID, clip(r.CustomerID, 40) + " · " + r.Amount.Display() + " · " + clip(r.Invoice, 20)})
				}
			}
		}
		if t.Named {
			v.Loose = append(v.Loose, e)
		} else {
			v.Rest = append(v.Rest, e)
		}
	}
	v.Loose, v.Rest = v.Loose[:min(len(v.Loose), looseShown)], v.Rest[:min(len(v.Rest), looseShown)]
}

// settleEntry takes a person's word for what a bank's entry was for.
func (h *console) settleEntry(c *gin.Context) {
	item := c.PostForm("item")
	if item == "" {
		h.done(c, "", models.FieldErrorf("invoice", "choose which invoice it was for"))
		return
	}
	if item == noInvoice {
		item = ""
	}
	h.done(c, "Noted. The pay days are being chosen again.", h.Treasurer.Settle(c.Request.Context(), c.Param("id"), item, person(c)))
}

// noInvoice is chosen where a bank's entry is for no invoice.
const noInvoice = "none"

// poolTab is a pool to choose.
type poolTab struct{ ID, Name string }

func (h *console) cashPage(c *gin.Context) {
	ctx := c.Request.Context()
	pools, err := h.Pools.Pools(ctx)
	if err != nil {
		h.failed(c, err)
		return
	}
	v := cashView{Rhythms: models.Rhythms(), CSRF: h.sessions.GetString(ctx, keyCSRF), Pool: c.Query("pool")}
	for _, id := range pools {
		v.Pools = append(v.Pools, poolTab{id, models.PoolName(id)})
	}
	if v.Pool == "" && len(pools) > 0 {
		v.Pool = pools[0]
	}
	if v.Pool == allPools && len(pools) > 1 {
		h.allCash(c, v, pools)
		return
	}
	if v.Pool != "" {
		w, err := whatIf(c)
		if err == nil {
			v.Out, err = h.Treasurer.Outlook(ctx, v.Pool, w)
		}
		if models.KindOf(err) == models.Invalid { // what was tried cannot be: say so, and show the plan without it
			h.sayError(c, err)
			w = decision.WhatIf{}
			v.Out, err = h.Treasurer.Outlook(ctx, v.Pool, w)
		}
		if err != nil {
			h.failed(c, err)
			return
		}
		v.fill(c, w)
	}
	c.Header("Content-Security-Policy", cashPolicy)
	h.render(c, http.StatusOK, "cash", page{Title: "Cash", Nav: "cash", Script: h.script.path, Data: v})
}

// allPools stands for every pool at once, in one currency.
const allPools = "all"

// allCash shows the picture alone: payments are planned pool by pool.
func (h *console) allCash(c *gin.Context, v cashView, pools []string) {
	cash, err := h.Treasurer.Together(c.Request.Context(), pools)
	if err != nil {
		h.failed(c, err)
		return
	}
	v.Out.Cash, v.All = cash, true
	v.Chart, v.Alt = "/cash/fan.svg?pool="+allPools, chart.FanAlt(cash)
	h.render(c, http.StatusOK, "cash", page{Title: "Cash", Nav: "cash", Data: v})
}

// whatIf reads what is to be tried from the address.
func whatIf(c *gin.Context) (decision.WhatIf, error) { return whatIfOf(c.Query("pool"), c) }

func whatIfOf(pool string, c *gin.Context) (w decision.WhatIf, err error) {
	_, currency, _ := models.ParsePool(pool)
	if floor := strings.TrimSpace(c.Query("floor")); floor != "" {
		if w.Floor, err = models.ParseAmount(floor, string(currency)); err != nil {
			return w, models.FieldErrorf("floor", "%s", models.SentenceOf(err))
		}
	}
	w.Item, w.Day = c.Query("item"), models.Day(c.Query("day"))
	if w.Item == "" || w.Day == "" {
		w.Item, w.Day = "", ""
	}
	return w, nil
}

func (v *cashView) fill(c *gin.Context, w decision.WhatIf) {
	_, v.Currency, _ = models.ParsePool(v.Pool)
	q := url.Values{"pool": {v.Pool}}
	v.Back = "/cash?" + q.Encode()
	if w.Any() {
		q = url.Values{"pool": {v.Pool}, "floor": {c.Query("floor")}, "item": {w.Item}, "day": {string(w.Day)}}
		v.TryFloor, v.TryItem, v.TryDay = c.Query("floor"), w.Item, string(w.Day)
	}
	cash := v.Out.Cash
	if v.Out.If != nil {
		cash = v.Out.If.Cash
	}
	v.Chart, v.Alt = "/cash/fan.svg?"+q.Encode(), chart.FanAlt(cash)
	v.loosen()
	v.Line = newTimeline(v.Out, cash)
	if v.Out.If != nil {
		v.Tried = sayTried(*v.Out.If)
	}
	if cash.Tried > 0 {
		v.Covered = strconv.Itoa(int(cash.Covered*100+.5)) + " % of " + strconv.Itoa(cash.Tried) + " past months' days were within such an 80 % band"
	}
	v.Short = cash.SayShort()
	for _, l := range v.Out.Lines {
		if d := l.Decision; d != nil && (d.State == models.Asked || d.State == models.Expired) {
			v.Run = append(v.Run, l)
			if sum, err := v.RunSum.Add(l.Payable.Amount); err == nil {
				v.RunSum = sum
			}
		}
	}
}

// fan answers with the picture. Its own style is in it, which the pages' policy would not let it have.
func (h *console) fan(c *gin.Context) {
	cash, err := h.cashOf(c)
	if err != nil {
		h.failed(c, err)
		return
	}
	pic, err := chart.Fan(cash)
	var svg []byte
	if err == nil {
		svg, err = pic.SVG()
	}
	if err != nil {
		h.failed(c, err)
		return
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	c.Data(http.StatusOK, "image/svg+xml", svg)
}

// cashOf gives the cash that the address asks for.
func (h *console) cashOf(c *gin.Context) (models.Cash, error) {
	ctx := c.Request.Context()
	if c.Query("pool") == allPools {
		pools, err := h.Pools.Pools(ctx)
		if err != nil {
			return models.Cash{}, err
		}
		return h.Treasurer.Together(ctx, pools)
	}
	w, err := whatIf(c)
	if err != nil {
		return models.Cash{}, err
	}
	out, err := h.Treasurer.Outlook(ctx, c.Query("pool"), w)
	if out.If != nil {
		return out.If.Cash, err
	}
	return out.Cash, err
}

// payRun approves the pay days that were ticked, each at the version that was looked at.
func (h *console) payRun(c *gin.Context) {
	who, done, failed := person(c), 0, []string{}
	ticked := c.PostFormArray("decision")
	for _, t := range ticked {
		id, version, ok := strings.Cut(t, "@")
		n, err := strconv.Atoi(version)
		if !ok || err != nil {
			failed = append(failed, "a payment that the form does not name")
			continue
		}
		a := models.Answer{By: who.Actor(), Kind: models.AnswerApprove, At: h.Now(), Via: "console", Version: n, Bulk: len(ticked) > 1}
		d, err := h.Resolver.Resolve(c.Request.Context(), id, who, a)
		h.Metrics.answered(a.Via, answerLabel(a.Kind), string(models.KindOf(err)))
		if err != nil {
			failed = append(failed, clip(d.Title, 60)+": "+models.SentenceOf(err))
			continue
		}
		done++
	}
	switch {
	case len(ticked) == 0:
		h.done(c, "", models.FieldErrorf("payments", "tick those that you approve"))
	case len(failed) > 0:
		h.done(c, "", models.Errorf(models.Conflict, "%d approved. Not approved: %s", done, strings.Join(failed, " ")))
	default:
		h.done(c, strconv.Itoa(done)+" approved. Their days stand from now on.", nil)
	}
}

func (h *console) planItem(c *gin.Context) {
	item := models.PlannedItem{
		Pool: c.PostForm("pool"), What: tidyValue("", c.PostForm("what")), On: models.Day(c.PostForm("on")), Every: models.Rhythm(c.PostForm("every")),
		Until: models.Day(c.PostForm("until")),
	}
	_, currency, _ := models.ParsePool(item.Pool)
	amount, err := models.ParseAmount(c.PostForm("amount"), string(currency))
	if err != nil {
		h.done(c, "", models.FieldErrorf("amount", "%s", models.SentenceOf(err)))
		return
	}
	if item.Amount = amount; c.PostForm("way") == "out" && !amount.Negative() {
		item.Amount = amount.Neg()
	}
	_, err = h.Treasurer.Plan(c.Request.Context(), item, person(c))
	h.done(c, "It is planned. The pay days are being chosen again.", err)
}

func (h *console) unplanItem(c *gin.Context) {
	ctx := c.Request.Context()
	out, err := h.Treasurer.Outlook(ctx, c.PostForm("pool"), decision.WhatIf{})
	if err != nil {
		h.done(c, "", err)
		return
	}
	i := slices.IndexFunc(out.Planned, func(p models.PlannedItem) bool { return p.ID == c.Param("id") })
	if i < 0 {
		h.done(c, "", models.Errorf(models.NotFound, "This is not planned any more."))
		return
	}
	h.done(c, "It is not planned any more.", h.Treasurer.Unplan(ctx, out.Planned[i], person(c)))
}
