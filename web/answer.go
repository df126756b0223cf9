package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// maxNote is how many bytes a person's own words may have.
const maxNote = 4000

// control is the form field in which an override's value is chosen.
type control struct {
	Kind    string // "select", "text", "textarea" or "date"
	Label   string
	Value   string // what it starts with
	Options []option
}

// option is a value to choose.
type option struct{ Value, Label string }

// controlOf gives the field that suits the decision's action. What was proposed is not offered: that is Approve.
func controlOf(d models.Decision) control {
	switch d.Action {
	case models.ActionPriority:
		return control{Kind: "select", Label: "Priority", Options: priorityOptions(d.Value)}
	case models.ActionReply:
		return control{Kind: "textarea", Label: "Reply", Value: d.Value}
	case models.ActionSchedule:
		return control{Kind: "date", Label: "Pay on", Value: d.Value}
	case models.ActionHold:
		if d.Value == models.ValueHold {
			return control{Kind: "select", Label: "Instead", Options: []option{{models.ValueRelease, "Pay now, as planned"}}}
		}
		return control{Kind: "select", Label: "Instead", Options: []option{{models.ValueHold, "Hold the payment"}}}
	case models.ActionCash:
		return control{Kind: "select", Label: "Instead", Options: []option{{models.ValueAccept, "Leave it as it is"}}}
	case models.ActionTag:
		return control{Kind: "text", Label: "Tags, by commas", Value: shownValue(d.Action, d.Value)}
	}
	if d.Domain.Other() && len(d.Options) > 0 {
		return control{Kind: "select", Label: d.Action.Topic(), Options: insteadOptions(d)}
	}
	return control{Kind: "text", Label: d.Action.Topic(), Options: otherOptions(d)}
}

func priorityOptions(proposed string) []option {
	names := map[models.Priority]string{models.P1: "P1 - now", models.P2: "P2 - today", models.P3: "P3 - this week", models.P4: "P4 - when there is time"}
	var out []option
	for _, p := range models.Priorities() {
		if string(p) != proposed {
			out = append(out, option{string(p), names[p]})
		}
	}
	return out
}

func otherOptions(d models.Decision) []option {
	var out []option
	for _, o := range d.Options {
		if o != d.Value {
			out = append(out, option{o, o})
		}
	}
	return out
}

// insteadOptions gives what another system takes instead, and to leave things as they are.
func insteadOptions(d models.Decision) []option {
	leave := option{d.Before, "Leave it: " + clip(d.Before, 80)}
	return append([]option{leave}, slices.DeleteFunc(otherOptions(d), func(o option) bool { return o.Value == d.Before })...)
}

// Whys gives what a person may choose as the reason for an override; templates call it.
func (v decisionView) Whys() []models.Why { return models.WhysOf(v.Action) }

func (h *console) answer(c *gin.Context) {
	who := person(c)
	a, err := h.answerOfForm(c, who)
	if err != nil {
		h.done(c, "", err)
		return
	}
	d, err := h.Resolver.Resolve(c.Request.Context(), c.Param("id"), who, a)
	h.Metrics.answered(a.Via, answerLabel(a.Kind), string(models.KindOf(err)))
	h.done(c, settledSentence(d, a), err)
}

// answerLabel keeps what people send out of the metrics' labels.
func answerLabel(k models.AnswerKind) string {
	switch k {
	case models.AnswerApprove, models.AnswerOverride, models.AnswerReject:
		return string(k)
	}
	return "other"
}

// answerOfForm reads the answer that the form gives. Whether its value suits the action is for the engine to say.
func (h *console) answerOfForm(c *gin.Context, who models.Person) (models.Answer, error) {
	version, err := strconv.Atoi(c.PostForm("version"))
	if err != nil {
		return models.Answer{}, models.FieldErrorf("version", "the form does not say which version was looked at")
	}
	a := models.Answer{
		By: who.Actor(), Kind: models.AnswerKind(c.PostForm("kind")), Reason: c.PostForm("reason"), Note: c.PostForm("note"),
		At: h.Now(), Via: "console", Version: version, ShownAt: h.shownAt(c.PostForm("shown")),
	}
	if a.Kind == models.AnswerOverride {
		a.Value = tidyValue(models.Action(c.PostForm("action")), c.PostForm("value"))
	}
	return a, checkAnswer(a)
}

// checkAnswer reports, as Invalid, an answer that could not be kept.
func checkAnswer(a models.Answer) error {
	switch {
	case answerLabel(a.Kind) == "other":
		return models.FieldErrorf("kind", "%q is neither approve, override nor reject", clip(string(a.Kind), 40))
	case a.Version < 1:
		return models.FieldErrorf("version", "the version that was looked at is needed")
	case len(a.Note) > maxNote:
		return models.FieldErrorf("note", "a note may have at most %d bytes", maxNote)
	case len(a.Reason) > 100:
		return models.FieldErrorf("reason", "a reason code may have at most 100 bytes")
	}
	return nil
}

// tidyValue gives what was typed in the one form in which values compare.
func tidyValue(a models.Action, v string) string {
	v = models.CleanText(strings.ReplaceAll(v, "\r\n", "\n"))
	if a != models.ActionTag {
		return strings.TrimSpace(v)
	}
	tags := strings.Split(v, ",")
	for i := range tags {
		tags[i] = strings.TrimSpace(tags[i])
	}
	return models.JoinTags(slices.DeleteFunc(tags, func(t string) bool { return t == "" }))
}

// settledSentence says what an accepted answer did.
func settledSentence(d models.Decision, a models.Answer) string {
	choice := d.Choice(a)
	if d.State == models.Asked || d.State == models.Waiting {
		if len(d.Ruling.Approval.Each) > 0 {
			return "Your answer is noted; " + d.StillNeeded(choice) + "."
		}
		if missing := d.MissingFor(choice); missing > 1 {
			return fmt.Sprintf("Your answer is noted. %d more people must choose the same.", missing)
		}
		return "Your answer is noted. One more person must choose the same."
	}
	switch a.Kind {
	case models.AnswerReject:
		return "Rejected. No draft is added."
	case models.AnswerOverride:
		return "Overridden. " + d.Action.Topic() + ": " + clip(shownValue(d.Action, choice), 80) + "."
	}
	return "Approved. " + d.Action.Topic() + ": " + clip(shownValue(d.Action, choice), 80) + "."
}

func (h *console) undo(c *gin.Context) {
	why, err := reasonOf(c.PostForm("reason"))
	if err != nil {
		h.done(c, "", err)
		return
	}
	d, err := h.Undoer.Undo(c.Request.Context(), c.Param("id"), person(c), why)
	h.done(c, d.Action.Topic()+" is being put back to "+clip(shownValue(d.Action, d.Before), 80)+".", err)
}

// reasonOf gives the reason for a deed that must have one.
func reasonOf(s string) (string, error) {
	s = strings.TrimSpace(models.CleanText(s))
	switch {
	case s == "":
		return "", models.FieldErrorf("reason", "say why: it is kept in the timeline")
	case len(s) > maxNote:
		return "", models.FieldErrorf("reason", "a reason may have at most %d bytes", maxNote)
	}
	return s, nil
}

// item leads from an item to its newest decision, for links that know no more.
func (h *console) item(c *gin.Context) {
	cs, err := h.Cases.Case(c.Request.Context(), strings.TrimPrefix(c.Param("item"), "/"))
	if err != nil {
		h.failed(c, err)
		return
	}
	if len(cs.Decisions) == 0 {
		h.failed(c, models.Errorf(models.NotFound, "Nothing has been decided about this."))
		return
	}
	c.Redirect(http.StatusSeeOther, "/decisions/"+cs.Decisions[0].ID)
}
