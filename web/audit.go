package web

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// auditSilence says what happens if nobody answers an audit.
const auditSilence = "What remit did stands either way. An audit that nobody answers counts against its level of autonomy."

// auditControl gives the field in which somebody says what they would have done, of a decision that hides what remit did.
func auditControl(d models.Decision) control {
	switch d.Action {
	case models.ActionPriority:
		return control{Kind: "select", Label: "Priority", Options: priorityOptions("")}
	case models.ActionReply:
		return control{Kind: "textarea", Label: "Reply"}
	case models.ActionSchedule:
		return control{Kind: "date", Label: "Pay on"}
	case models.ActionHold:
		return control{Kind: "select", Label: "This payment", Options: []option{{models.ValueHold, "Hold it"}, {models.ValueRelease, "Let it be paid"}}}
	}
	c := control{Kind: "text", Label: d.Action.Topic()}
	if len(d.Options) > 1 {
		c.Kind = "select"
		for _, o := range d.Options {
			c.Options = append(c.Options, option{o, shownValue(d.Action, o)})
		}
	}
	return c
}

func (h *console) audit(c *gin.Context) {
	a := models.Answer{Value: tidyValue(models.Action(c.PostForm("action")), c.PostForm("value")), Via: "console", ShownAt: h.shownAt(c.PostForm("shown"))}
	d, err := h.auditAs(c, a)
	h.done(c, auditedSentence(d, a.Value), err)
}

// shownAt reads when the page says that it was made. It is the reader's own word: it can make them slower, never faster.
func (h *console) shownAt(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.After(h.Now()) {
		return h.Now()
	}
	return t
}

func (h *console) auditAs(c *gin.Context, a models.Answer) (models.Decision, error) {
	if len(a.Value) > maxForm {
		return models.Decision{}, models.Errorf(models.TooLarge, "That is too long.")
	}
	return h.Auditor.Audit(c.Request.Context(), c.Param("id"), person(c), a)
}

// auditedSentence tells what remit had done, once the person has chosen.
func auditedSentence(d models.Decision, chosen string) string {
	did := clip(shownValue(d.Action, d.Final), 80)
	if chosen == d.Final {
		return fmt.Sprintf("remit did the same: %s.", did)
	}
	if d.Action.Reversible() && d.State == models.Applied {
		return fmt.Sprintf("remit chose %s. Open the decision to undo that.", did)
	}
	return fmt.Sprintf("remit chose %s.", did)
}

func (h *console) apiAudit(c *gin.Context) {
	var in struct {
		Value string `json:"value"`
	}
	err := readJSON(c, &in)
	var d models.Decision
	if err == nil {
		d, err = h.auditAs(c, models.Answer{Value: models.CleanText(in.Value), Via: "api"})
	}
	h.sendDecision(c, d, err)
}
