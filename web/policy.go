package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
)

// policyHistory is how many versions the page shows.
const policyHistory = 30

// viaConsole is how a version came that was brought here.
const viaConsole = "console"

// policyView is what the policy page shows.
type policyView struct {
	decision.PolicyStatus
	Domains    []decision.Words
	Everywhere []string
	Change     []diffLine // of what is proposed
	History    []models.PolicyVersion
	Me         string // id of the person looking
	May        bool   // who may change it
	MayApprove bool   // who is a second person for what is proposed
	CSRF       string
	Draft      draft
	Previews   bool // there is a back-test
}

// draft is what somebody is editing.
type draft struct {
	Text     string
	Why      string
	Against  int // the version that was in force when the editing began
	Problems []decision.Problem
	Error    string
	Checked  bool // it could rule
	Loosens  []string
	Diff     []diffLine
	Backtest *Backtest
}

// diffLine is one line of a difference, with what it is: "add", "cut", "at" or nothing.
type diffLine struct{ Kind, Text string }

func diffLines(a, b models.PolicyVersion) []diffLine {
	var out []diffLine
	for line := range strings.Lines(decision.DiffVersions(a, b)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
			continue
		case strings.HasPrefix(line, "@@"):
			out = append(out, diffLine{"at", line})
		case strings.HasPrefix(line, "+"):
			out = append(out, diffLine{"add", line})
		case strings.HasPrefix(line, "-"):
			out = append(out, diffLine{"cut", line})
		default:
			out = append(out, diffLine{"", line})
		}
	}
	return out
}

func (h *console) policyRoutes(g *gin.RouterGroup) {
	if h.Policies == nil {
		return
	}
	g.GET("/policy", h.policyPage)
	g.POST("/policy", h.withForm, h.editPolicy)
	g.GET("/policy/:number", h.policyVersion)
	g.POST("/policy/:number/approve", h.withForm, h.approvePolicy)
	g.POST("/policy/:number/withdraw", h.withForm, h.withdrawPolicy)
	g.POST("/policy/:number/rollback", h.withForm, h.rollbackPolicy)
}

func (h *console) policyPage(c *gin.Context) { h.showPolicy(c, http.StatusOK, nil) }

// showPolicy shows the page with what somebody is editing, or with the text in force.
func (h *console) showPolicy(c *gin.Context, status int, d *draft) {
	ctx, who := c.Request.Context(), person(c)
	st, err := h.Policies.Status(ctx)
	if err != nil {
		h.failed(c, err)
		return
	}
	v := policyView{
		PolicyStatus: st, Me: who.ID, May: who.Has(models.RoleManager), MayApprove: st.Proposed.MayApprove(who) == nil,
		CSRF: h.sessions.GetString(ctx, keyCSRF), Previews: h.Backtester != nil,
		Draft: draft{Text: st.InForce.Text, Against: st.InForce.Number},
	}
	if d != nil {
		v.Draft = *d
	}
	if v.History, err = h.Policies.History(ctx, policyHistory); err != nil {
		h.failed(c, err)
		return
	}
	if st.Proposed.Number > 0 {
		v.Change = diffLines(st.InForce, st.Proposed)
	}
	v.Domains, v.Everywhere = h.Policies.Policy().InWords()
	h.render(c, status, "policy", page{Title: "Policy", Nav: "policy", Data: v})
}

// editPolicy checks, previews or saves what is in the editor. What was written is never lost by an error.
func (h *console) editPolicy(c *gin.Context) {
	who := person(c)
	if !who.Has(models.RoleManager) {
		h.failed(c, errPolicyManagers)
		return
	}
	d := draft{Text: strings.ReplaceAll(c.PostForm("text"), "\r\n", "\n"), Why: c.PostForm("reason")}
	d.Against, _ = strconv.Atoi(c.PostForm("against"))
	if c.PostForm("deed") != "save" {
		h.tryDraft(c, &d, c.PostForm("deed") == "preview")
		return
	}
	v, err := h.saveDraft(c, &d, who)
	switch models.KindOf(err) {
	case "":
		h.say(c, "good", policySaved(v))
		c.Redirect(http.StatusSeeOther, "/policy")
	case models.Invalid, models.Conflict, models.Denied:
		d.fail(err)
		h.showPolicy(c, StatusOf(models.KindOf(err)), &d)
	default:
		h.failed(c, err)
	}
}

var errPolicyManagers = models.Errorf(models.Denied, "The policy is changed by managers: ask one of them.")

func policySaved(v models.PolicyVersion) string {
	if v.State == models.PolicyProposed {
		return fmt.Sprintf("Version %d loosens the policy: it waits for a second manager, and what was in force stays.", v.Number)
	}
	return fmt.Sprintf("Version %d is in force.", v.Number)
}

// saveDraft saves what was edited, unless another version took effect meanwhile: nobody takes back what they have not seen.
func (h *console) saveDraft(c *gin.Context, d *draft, who models.Person) (models.PolicyVersion, error) {
	ctx := c.Request.Context()
	why, err := reasonOf(d.Why)
	if err != nil {
		return models.PolicyVersion{}, err
	}
	st, err := h.Policies.Status(ctx)
	if err != nil {
		return models.PolicyVersion{}, err
	}
	if was := d.Against; was != st.InForce.Number {
		d.Against = st.InForce.Number
		d.Diff = diffLines(st.InForce, models.PolicyVersion{Number: st.InForce.Number + 1, Text: d.Text})
		return st.InForce, models.Errorf(models.Conflict,
			"Version %d has taken effect while you were editing version %d. Below is what saving would change of it; save again if you mean that.", st.InForce.Number, was)
	}
	return h.PolicyEditor.Save(ctx, []byte(d.Text), who, viaConsole, why)
}

// tryDraft says what is wrong with what was edited, or what it would change.
func (h *console) tryDraft(c *gin.Context, d *draft, preview bool) {
	ctx := c.Request.Context()
	_, loosens, err := h.PolicyEditor.Check(ctx, []byte(d.Text))
	if err == nil {
		err = h.seeDraft(c, d, loosens, preview && h.Backtester != nil)
	}
	switch models.KindOf(err) {
	case "":
		h.showPolicy(c, http.StatusOK, d)
	case models.Invalid:
		d.fail(err)
		h.showPolicy(c, http.StatusBadRequest, d)
	default:
		h.failed(c, err)
	}
}

func (h *console) seeDraft(c *gin.Context, d *draft, loosens []string, backtest bool) error {
	ctx := c.Request.Context()
	st, err := h.Policies.Status(ctx)
	if err != nil {
		return err
	}
	d.Checked, d.Loosens = true, loosens
	d.Diff = diffLines(st.InForce, models.PolicyVersion{Number: st.InForce.Number + 1, Text: d.Text})
	if !backtest {
		return nil
	}
	b, err := h.Backtester.Backtest(ctx, []byte(d.Text))
	d.Backtest = &b
	return err
}

// fail keeps what is wrong with the draft: by line where that is known.
func (d *draft) fail(err error) {
	if d.Problems = decision.ProblemsOf(err); len(d.Problems) == 0 {
		d.Error = models.SentenceOf(err)
	}
}

// policyNotice says on every page what of the policy somebody should see to. Not knowing must not take the page away.
func (h *console) policyNotice(c *gin.Context) (trouble string, waits int) {
	if h.Policies == nil {
		return "", 0
	}
	st, err := h.Policies.Status(c.Request.Context())
	if err != nil {
		h.Logger.ErrorContext(c.Request.Context(), "policy not read", "error", err)
		return "", 0
	}
	trouble, _, _ = strings.Cut(st.Trouble, "\n")
	return trouble, st.Proposed.Number
}
