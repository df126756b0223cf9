package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

func (h *console) apiRoutes(g *gin.RouterGroup) {
	g.GET("/openapi.yaml", func(c *gin.Context) {
		c.Data(http.StatusOK, "application/yaml", mustAsset("openapi.yaml"))
	})
	g.Use(h.apiPerson)
	g.GET("/decisions", h.apiDecisions)
	g.GET("/decisions/:id", h.apiDecision)
	g.POST("/decisions/:id/answer", h.apiAnswer)
	g.POST("/decisions/:id/undo", h.apiUndo)
	g.POST("/decisions/:id/audit", h.apiAudit)
	g.GET("/autonomy", h.apiAutonomy)
	g.POST("/grants", h.apiGrant)
	g.POST("/proposals", h.apiPropose(models.ProposalCreated))
	g.PUT("/proposals", h.apiPropose(models.ProposalUpdated))
	g.POST("/proposals/withdraw", h.apiWithdraw)
	g.GET("/inbox", h.apiInbox)
	if h.Accounts != nil {
		g.PUT("/accounts/:id", h.apiAccount(true))
		g.PATCH("/accounts/:id", h.apiAccount(false))
	}
	g.GET("/dead-letters", h.apiDeadLetters)
	g.POST("/dead-letters/:id/replay", h.apiReplay)
	h.cashAPI(g)
	g.POST("/domains/:domain/pause", h.apiSwitch("pause"))
	g.POST("/domains/:domain/resume", h.apiSwitch("resume"))
}

func (h *console) apiDecisions(c *gin.Context) {
	q, err := logQuery(c.Request.URL.Query())
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	ds, next, err := h.logOf(c, q)
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"decisions": h.decisionsJSON(ds), "next": next})
}

func (h *console) apiDecision(c *gin.Context) {
	got, err := h.detail(c.Request.Context(), c.Param("id"))
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"decision": h.decisionJSON(got.decision), "facts": got.facts, "timeline": listed(got.entries)})
}

// answerJSON is the body of an answer.
type answerJSON struct {
	Kind    models.AnswerKind `json:"kind"`
	Value   string            `json:"value"`
	Reason  string            `json:"reason"`
	Note    string            `json:"note"`
	Version int               `json:"version"`
}

func (h *console) apiAnswer(c *gin.Context) {
	var in answerJSON
	if err := readJSON(c, &in); err != nil {
		refuse(c, h.Logger, err)
		return
	}
	who := person(c)
	a := models.Answer{
		By: who.Actor(), Kind: in.Kind, Value: models.CleanText(in.Value), Reason: in.Reason, Note: models.CleanText(in.Note),
		At: h.Now(), Via: "api", Version: in.Version,
	}
	err := checkAnswer(a)
	var d models.Decision
	if err == nil {
		d, err = h.Resolver.Resolve(c.Request.Context(), c.Param("id"), who, a)
		h.Metrics.answered(a.Via, answerLabel(a.Kind), string(models.KindOf(err)))
	}
	h.sendDecision(c, d, err)
}

// reasonJSON is the body of a deed that must have a reason.
type reasonJSON struct {
	Reason string `json:"reason"`
}

func (h *console) apiUndo(c *gin.Context) {
	why, err := readReason(c)
	var d models.Decision
	if err == nil {
		d, err = h.Undoer.Undo(c.Request.Context(), c.Param("id"), person(c), why)
	}
	h.sendDecision(c, d, err)
}

func (h *console) sendDecision(c *gin.Context, d models.Decision, err error) {
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"decision": h.decisionJSON(d)})
}

// caseJSON is an item of the inbox.
type caseJSON struct {
	Item      string          `json:"item"`
	Domain    models.Domain   `json:"domain"`
	Title     string          `json:"title"`
	Decisions []decisionJSON  `json:"decisions"` // that can still be answered
	Audits    []decisionJSON  `json:"audits"`    // that people are asked to audit
	Blocks    json.RawMessage `json:"blocks,omitempty"`
}

func (h *console) apiInbox(c *gin.Context) {
	ctx := c.Request.Context()
	cases, more, err := h.openCases(ctx, models.Domain(c.Query("domain")))
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	out := make([]caseJSON, 0, len(cases))
	for _, cs := range cases {
		out = append(out, caseJSON{
			Item: cs.Item, Domain: cs.Domain, Title: cs.Title, Decisions: h.decisionsJSON(cs.Open()), Audits: h.decisionsJSON(cs.Audits()),
			Blocks: h.blocksOf(ctx, cs),
		})
	}
	c.JSON(http.StatusOK, gin.H{"items": out, "more": more})
}

// blocksOf gives the card, or nothing where it cannot be made: the decisions can be answered without.
func (h *console) blocksOf(ctx context.Context, cs models.Case) json.RawMessage {
	if h.Cards == nil {
		return nil
	}
	raw, err := h.Cards.Blocks(ctx, cs)
	if err != nil {
		h.Logger.ErrorContext(ctx, "card not made", "item", cs.Item, "error", err)
		return nil
	}
	return raw
}

func (h *console) apiDeadLetters(c *gin.Context) {
	letters, err := h.DeadLetters.DeadLetters(c.Request.Context(), deadSize)
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"dead_letters": listed(letters)})
}

func (h *console) apiReplay(c *gin.Context) {
	if err := h.replayAs(c, person(c)); err != nil {
		refuse(c, h.Logger, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (h *console) apiSwitch(deed string) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in reasonJSON
		err := readJSON(c, &in)
		var report decision.Report
		if err == nil {
			report, err = h.throw(c, person(c), models.Domain(c.Param("domain")), deed, in.Reason)
		}
		if err != nil {
			refuse(c, h.Logger, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"switches": listed(report.Switches), "recalled": h.decisionsJSON(report.Recalled), "left": listed(report.Left)})
	}
}

func readReason(c *gin.Context) (string, error) {
	var in reasonJSON
	if err := readJSON(c, &in); err != nil {
		return "", err
	}
	return reasonOf(in.Reason)
}

// readJSON reads the body into v. What it does not know it refuses: a misspelt field would otherwise be an empty one.
func readJSON(c *gin.Context, v any) error {
	dec := json.NewDecoder(c.Request.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil && dec.Decode(&struct{}{}) == io.EOF {
		return nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Errorf(models.TooLarge, "A request may have at most 256 KiB.")
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return models.FieldErrorf(t.Field, "a %s does not fit here", t.Value)
	}
	return models.Errorf(models.Invalid, "The body is not one JSON object with the documented fields.")
}
