package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

// undoView is what the page of the bulk undo shows: what to ask for, and what came of asking.
type undoView struct {
	Since   string // as it was typed
	Query   decision.UndoQuery
	Domains []models.Domain
	Actions []models.Action
	Report  *decision.UndoReport // nil before anything was asked for
	May     bool                 // the person looking may do it
	CSRF    string
}

// Exactly gives the time since when in the form that the deed sends back: what was shown is what is done.
func (v undoView) Exactly() string { return v.Query.Since.UTC().Format(time.RFC3339Nano) }

// reversible are the actions that can be taken back.
var reversible = []models.Action{
	models.ActionPriority, models.ActionRoute, models.ActionTag, models.ActionReply, models.ActionSchedule, models.ActionHold,
}

func (h *console) undoPage(c *gin.Context) {
	v := h.undoForm(c, c.Request.URL.Query())
	if v.Since != "" && v.May {
		report, err := h.undoOf(c, &v, "", true)
		if err != nil {
			h.failed(c, err)
			return
		}
		v.Report = &report
	}
	if v.Since == "" {
		v.Since = "4h"
	}
	h.render(c, http.StatusOK, "undo", page{Title: "Take back", Nav: "switch", Data: v})
}

// undoAll takes back what was shown. Its report is the answer itself: it is too much for a sentence on the next page.
func (h *console) undoAll(c *gin.Context) {
	v := h.undoForm(c, c.Request.PostForm)
	v.Query.Seen = c.PostForm("seen")
	why, err := reasonOf(c.PostForm("reason"))
	switch {
	case !v.May:
		err = models.Errorf(models.Denied, "Taking back in bulk is for managers: ask one of them.")
	case err == nil && v.Query.Seen == "":
		err = models.FieldErrorf("seen", "look at what would be taken back first")
	}
	var report decision.UndoReport
	if err == nil {
		report, err = h.undoOf(c, &v, why, false)
	}
	switch models.KindOf(err) {
	case "":
	case models.Invalid, models.Denied, models.Conflict:
		h.sayError(c, err)
		c.Redirect(http.StatusSeeOther, "/switch/undo?"+v.address())
		return
	default:
		h.failed(c, err)
		return
	}
	v.Report = &report
	h.render(c, http.StatusOK, "undo", page{Title: "Taken back", Nav: "switch", Data: v})
}

func (h *console) undoForm(c *gin.Context, from url.Values) undoView {
	return undoView{
		Since: clip(strings.TrimSpace(from.Get("since")), 40), Domains: h.domains(), Actions: reversible,
		Query: decision.UndoQuery{
			Domain: models.Domain(from.Get("domain")), Action: models.Action(from.Get("action")),
			Segment: strings.TrimSpace(from.Get("segment")), Policy: strings.TrimSpace(from.Get("policy")),
		},
		May: person(c).Has(models.RoleManager), CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF),
	}
}

// undoOf asks for what the form says, and notes in it the time that its words meant.
func (h *console) undoOf(c *gin.Context, v *undoView, why string, dry bool) (r decision.UndoReport, err error) {
	if v.Query.Since, err = decision.Moment("since", v.Since, h.Now(), h.Location); err != nil {
		return r, err
	}
	return h.BulkUndoer.UndoAll(c.Request.Context(), v.Query, person(c), why, dry)
}

// address gives the form as the query of its page's address.
func (v undoView) address() string {
	q := v.Query
	return url.Values{
		"since": {v.Since}, "domain": {string(q.Domain)}, "action": {string(q.Action)}, "segment": {q.Segment}, "policy": {q.Policy},
	}.Encode()
}
