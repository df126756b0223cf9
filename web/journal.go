package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

// logView is what the log page shows.
type logView struct {
	Query     models.LogQuery
	Domains   []models.Domain
	States    []models.State
	Decisions []models.Decision
	Next      string // address of the next page; empty on the last
}

var allStates = []models.State{
	models.Asked, models.Waiting, models.Applying, models.Applied, models.Observed, models.Expired, models.Failed,
	models.Reverting, models.Reverted, models.Superseded,
}

func (h *console) logPage(c *gin.Context) {
	q, err := logQuery(c.Request.URL.Query())
	if err != nil {
		h.failed(c, err)
		return
	}
	ds, next, err := h.logOf(c, q)
	if err != nil {
		h.failed(c, err)
		return
	}
	for i := range ds {
		ds[i] = ds[i].Hidden()
	}
	v := logView{Query: q, Domains: h.domains(), States: allStates, Decisions: ds}
	if next != "" {
		v.Next = "/log?" + url.Values{
			"domain": {string(q.Domain)}, "state": {string(q.State)}, "q": {q.Text}, "before": {next},
		}.Encode()
	}
	h.render(c, http.StatusOK, "log", page{Title: "Log", Nav: "log", Data: v})
}

// logOf gives a page of decisions and what the next one is older than, "" where there is none. One more is read than is
// shown, to know.
func (h *console) logOf(c *gin.Context, q models.LogQuery) (ds []models.Decision, next string, err error) {
	ask := q
	ask.Limit++
	ds, err = h.Log.Log(c.Request.Context(), ask)
	if err != nil {
		return nil, "", fmt.Errorf("log: %w", err)
	}
	if len(ds) > q.Limit {
		ds = ds[:q.Limit]
		next = ds[q.Limit-1].CreatedAt.UTC().Format(time.RFC3339Nano)
	}
	return ds, next, nil
}

// logQuery reads the filters of an address. One page is at most 199, since one more is read than is shown.
func logQuery(v url.Values) (models.LogQuery, error) {
	q := models.LogQuery{
		Domain: models.Domain(v.Get("domain")), State: models.State(v.Get("state")), Text: clip(strings.TrimSpace(v.Get("q")), 200),
	}
	if s := v.Get("before"); s != "" {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return q, models.FieldErrorf("before", "%q is not a time such as 2026-12-03T14:02:00Z", clip(s, 40))
		}
		q.Before = t
	}
	if s := v.Get("limit"); s != "" {
		if _, err := fmt.Sscanf(s, "%d", &q.Limit); err != nil || q.Limit < 1 {
			return q, models.FieldErrorf("limit", "%q is not a number of decisions", clip(s, 40))
		}
	}
	q = q.Clamp()
	q.Limit = min(q.Limit, 199)
	return q, nil
}

// deadView is what the page of dead letters shows.
type deadView struct {
	Letters []models.DeadLetter
	CSRF    string
	May     bool // the person looking may replay
}

// deadSize is how many dead letters a page shows.
const deadSize = 100

func (h *console) deadPage(c *gin.Context) {
	letters, err := h.DeadLetters.DeadLetters(c.Request.Context(), deadSize)
	if err != nil {
		h.failed(c, err)
		return
	}
	h.render(c, http.StatusOK, "dead", page{Title: "Dead letters", Nav: "dead", Data: deadView{
		Letters: letters, CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF), May: person(c).Has(models.RoleApprover),
	}})
}

func (h *console) replay(c *gin.Context) {
	h.done(c, "It is in the inbox again and will be decided in its turn.", h.replayAs(c, person(c)))
}

func (h *console) replayAs(c *gin.Context, who models.Person) error {
	if !who.Has(models.RoleApprover) {
		return models.Errorf(models.Denied, "Dead letters are replayed by approvers and managers: ask one of them.")
	}
	return h.DeadLetters.Replay(c.Request.Context(), c.Param("id"), who.Actor(), h.Now())
}

// switchView is what the page of the kill switch shows.
type switchView struct {
	Rows []switchRow
	May  bool // the person looking may work it
	CSRF string
}

// AnyPaused reports whether there is something to resume.
func (v switchView) AnyPaused() bool {
	return slices.ContainsFunc(v.Rows, func(r switchRow) bool { return r.Switch.Paused })
}

// switchRow is one domain's switch.
type switchRow struct {
	Domain models.Domain
	Switch models.Switch
	Known  bool // it was touched before
}

func (h *console) switchPage(c *gin.Context) {
	switches, err := h.Switches.Switches(c.Request.Context())
	if err != nil {
		h.failed(c, err)
		return
	}
	v := switchView{May: person(c).Has(models.RoleManager), CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF)}
	listed := map[models.Domain]bool{}
	for _, d := range append([]models.Domain{decision.All}, h.domains()...) {
		s, ok := switches[d]
		v.Rows = append(v.Rows, switchRow{d, s, ok})
		listed[d] = true
	}
	for _, s := range sortedSwitches(switches) {
		if !listed[s.Domain] {
			v.Rows = append(v.Rows, switchRow{s.Domain, s, true})
		}
	}
	h.render(c, http.StatusOK, "switch", page{Title: "Kill switch", Nav: "switch", Data: v})
}

// flip pauses or resumes a domain. Its report is the answer itself: what was recalled and what had left is too much for
// a sentence on the next page.
func (h *console) flip(c *gin.Context) {
	report, err := h.throw(c, person(c), models.Domain(c.PostForm("domain")), c.PostForm("deed"), c.PostForm("reason"))
	if kind := models.KindOf(err); kind == models.Invalid || kind == models.Denied || kind == models.Conflict {
		h.sayError(c, err)
		c.Redirect(http.StatusSeeOther, "/switch")
		return
	}
	if err != nil {
		h.failed(c, err)
		return
	}
	h.render(c, http.StatusOK, "report", page{Title: "Kill switch", Nav: "switch", Data: reportView{
		Report: report, Domain: models.Domain(c.PostForm("domain")), Paused: c.PostForm("deed") == "pause", Why: c.PostForm("reason"),
	}})
}

// reportView is what the page after the kill switch shows.
type reportView struct {
	decision.Report
	Domain models.Domain // as it was asked for
	Paused bool
	Why    string
}

// throw works the switch for somebody who may.
func (h *console) throw(c *gin.Context, who models.Person, d models.Domain, deed, reason string) (decision.Report, error) {
	if !who.Has(models.RoleManager) {
		return decision.Report{}, models.Errorf(models.Denied, "Pausing and resuming is for managers: ask one of them.")
	}
	if d == "" {
		return decision.Report{}, models.FieldErrorf("domain", "say which domain")
	}
	why, err := reasonOf(reason)
	if err != nil {
		return decision.Report{}, err
	}
	switch deed {
	case "pause":
		return h.Switcher.Pause(c.Request.Context(), d, who, why)
	case "resume":
		return h.Switcher.Resume(c.Request.Context(), d, who, why)
	}
	return decision.Report{}, models.FieldErrorf("deed", "%q is neither pause nor resume", clip(deed, 40))
}
