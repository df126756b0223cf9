package web

import (
	"fmt"
	"math"
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

// autonomyView is what the page of levels shows.
type autonomyView struct {
	Layers []layerView
	May    bool // the person looking may grant and take back
	CSRF   string
	Until  models.Day // the furthest that a grant may go
}

// layerView is an action with its slices.
type layerView struct {
	Action models.Action
	Slices []sliceView
}

// sliceView is a slice with its ladder.
type sliceView struct {
	decision.Record
	Rungs   []rungView
	Next    *rungView // what would come next, or what is in force ahead of evidence; nil where all is earned
	Looked  int
	Wrong   int
	Bound   float64
	Error   *decision.Estimate // of what it did by itself; nil where nothing is known
	Drawn   bool               // Error is drawn towards the other segments
	Granted bool               // it may act, or could be granted to
}

// rungView is one rung as the page draws it.
type rungView struct {
	decision.Rung
	Reached bool // at or below what is in force
}

func (h *console) autonomyPage(c *gin.Context) {
	records, err := h.Autonomy.Autonomy(c.Request.Context())
	if err != nil {
		h.failed(c, err)
		return
	}
	v := autonomyView{
		May: person(c).Has(models.RoleManager), CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF),
		Until: models.DayOf(h.Now().In(h.Location)).Add(30),
	}
	for _, r := range records {
		if len(v.Layers) == 0 || v.Layers[len(v.Layers)-1].Action != r.Slice.Action {
			v.Layers = append(v.Layers, layerView{Action: r.Slice.Action})
		}
		l := &v.Layers[len(v.Layers)-1]
		l.Slices = append(l.Slices, viewSlice(r))
	}
	h.render(c, http.StatusOK, "autonomy", page{Title: "Autonomy", Nav: "autonomy", Data: v})
}

func viewSlice(r decision.Record) sliceView {
	v := sliceView{
		Record: r, Looked: r.Evidence.Looked(), Wrong: against(r.Evidence),
		Bound: r.Evidence.Bound(), Granted: r.Ceiling.Autonomous(),
	}
	if e, ok := r.Estimate(); ok {
		v.Error, v.Drawn = &e, r.Parent != (decision.Estimate{})
	}
	for _, rung := range r.Ladder() {
		reached := rung.Level.Min(r.Force.Level) == rung.Level
		v.Rungs = append(v.Rungs, rungView{Rung: rung, Reached: reached})
	}
	for i := range v.Rungs {
		if r := &v.Rungs[i]; !r.Reached || r.InForce && !r.Earned {
			v.Next = r
		}
	}
	return v
}

// against counts what speaks against a slice: found wrong, overridden unasked, or left unanswered when it was audited.
func against(e decision.Evidence) int { return e.Wrong + e.Unanswered + e.Overridden }

// ratio says a share with one digit: "2.4 %".
func ratio(f float64) string {
	if f >= 1 || math.IsNaN(f) {
		return "not known"
	}
	return fmt.Sprintf("%.1f %%", 100*f)
}

func (h *console) grant(c *gin.Context) {
	q := decision.GrantRequest{
		Action: models.Action(c.PostForm("action")), Segment: models.CleanText(c.PostForm("segment")), Level: models.Level(c.PostForm("level")),
		Until: models.Day(c.PostForm("until")), Reason: models.CleanText(c.PostForm("reason")),
	}
	g, err := h.Autonomy.Grant(c.Request.Context(), q, person(c))
	h.done(c, "Granted, in your name: "+g.String()+".", err)
}

func (h *console) revoke(c *gin.Context) {
	why, err := reasonOf(c.PostForm("reason"))
	if err == nil {
		of := decision.Slice{Action: models.Action(c.PostForm("action")), Segment: c.PostForm("segment"), Model: c.PostForm("model")}
		err = h.Autonomy.Revoke(c.Request.Context(), of, person(c), why)
	}
	h.done(c, "Taken back: it asks from now on.", err)
}

// levelJSON is a slice's level as the API shows it.
type levelJSON struct {
	Action   models.Action `json:"action"`
	Segment  string        `json:"segment"`
	Model    string        `json:"model"`
	Ceiling  models.Level  `json:"ceiling"`
	InForce  models.Level  `json:"in_force"`
	Why      string        `json:"why"`
	Cut      float64       `json:"cut"`
	MaxError float64       `json:"max_error"`
	Verdicts int           `json:"verdicts"`
	Errors   int           `json:"errors"`
	Bound    float64       `json:"bound"`
	Rungs    []rungLevel   `json:"rungs"`
}

// rungLevel is one rung of a slice's ladder.
type rungLevel struct {
	Level   models.Level `json:"level"`
	Earned  bool         `json:"earned"`
	InForce bool         `json:"in_force"`
	Missing int          `json:"missing"`
	Days    *float64     `json:"days"` // null where it cannot be had
	Why     string       `json:"why"`
}

func (h *console) apiAutonomy(c *gin.Context) {
	records, err := h.Autonomy.Autonomy(c.Request.Context())
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	out := make([]levelJSON, 0, len(records))
	for _, r := range records {
		out = append(out, newLevelJSON(r))
	}
	c.JSON(http.StatusOK, gin.H{"levels": out})
}

func newLevelJSON(r decision.Record) levelJSON {
	out := levelJSON{
		Action: r.Slice.Action, Segment: r.Slice.Segment, Model: r.Slice.Model, Ceiling: r.Ceiling, InForce: r.Force.Level, Why: r.Force.Why,
		Cut: r.Force.Cut, MaxError: r.MaxError, Verdicts: r.Evidence.Looked(), Errors: against(r.Evidence), Bound: r.Evidence.Bound(), Rungs: []rungLevel{},
	}
	for _, rung := range r.Ladder() {
		j := rungLevel{Level: rung.Level, Earned: rung.Earned, InForce: rung.InForce, Missing: rung.Missing, Why: rung.Why}
		if !math.IsInf(rung.Days, 0) {
			j.Days = &rung.Days
		}
		out.Rungs = append(out.Rungs, j)
	}
	return out
}

func (h *console) apiGrant(c *gin.Context) {
	var in struct {
		Action  models.Action `json:"action"`
		Segment string        `json:"segment"`
		Level   models.Level  `json:"level"`
		Until   models.Day    `json:"until"`
		Reason  string        `json:"reason"`
	}
	err := readJSON(c, &in)
	var g models.Grant
	if err == nil {
		g, err = h.Autonomy.Grant(c.Request.Context(), decision.GrantRequest{
			Action: in.Action, Segment: models.CleanText(in.Segment), Level: in.Level, Until: in.Until, Reason: models.CleanText(in.Reason),
		}, person(c))
	}
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"grant": g})
}
