package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// versionView is what the page of one version shows.
type versionView struct {
	models.PolicyVersion
	Before models.PolicyVersion // what it was compared with
	Diff   []diffLine
	May    bool
	CSRF   string
}

func (h *console) policyVersion(c *gin.Context) {
	ctx := c.Request.Context()
	v, err := h.numbered(c)
	if err != nil {
		h.failed(c, err)
		return
	}
	view := versionView{PolicyVersion: v, May: person(c).Has(models.RoleManager), CSRF: h.sessions.GetString(ctx, keyCSRF)}
	if v.Against > 0 {
		if view.Before, err = h.Policies.Version(ctx, v.Against); err != nil {
			h.failed(c, err)
			return
		}
	}
	view.Diff = diffLines(view.Before, v)
	h.render(c, http.StatusOK, "policyversion", page{Title: fmt.Sprintf("Policy, version %d", v.Number), Nav: "policy", Data: view})
}

// numbered gives the version that the address names.
func (h *console) numbered(c *gin.Context) (models.PolicyVersion, error) {
	n, err := strconv.Atoi(c.Param("number"))
	if err != nil {
		return models.PolicyVersion{}, errNoPage
	}
	return h.Policies.Version(c.Request.Context(), n)
}

func (h *console) approvePolicy(c *gin.Context) {
	v, err := h.numbered(c)
	if err == nil {
		v, err = h.PolicyEditor.Approve(c.Request.Context(), v.Number, person(c), viaConsole)
	}
	h.done(c, fmt.Sprintf("Version %d is in force.", v.Number), err)
}

func (h *console) withdrawPolicy(c *gin.Context) {
	v, err := h.numbered(c)
	if err == nil {
		v, err = h.PolicyEditor.Withdraw(c.Request.Context(), v.Number, person(c), c.PostForm("reason"))
	}
	h.done(c, fmt.Sprintf("Version %d was withdrawn.", v.Number), err)
}

func (h *console) rollbackPolicy(c *gin.Context) {
	v, err := h.numbered(c)
	var why string
	if err == nil {
		why, err = reasonOf(c.PostForm("reason"))
	}
	if err == nil {
		v, err = h.PolicyEditor.Rollback(c.Request.Context(), v.Number, person(c), viaConsole, why)
	}
	h.done(c, policySaved(v), err)
}
