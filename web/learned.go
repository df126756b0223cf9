package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// modelsView is what the page of learned models shows.
type modelsView struct {
	Models []models.Candidate
	May    bool // the person looking may promote
	CSRF   string
}

func (h *console) modelsPage(c *gin.Context) {
	all, err := h.Learner.Candidates(c.Request.Context())
	if err != nil {
		h.failed(c, err)
		return
	}
	h.render(c, http.StatusOK, "models", page{Title: "Models", Nav: "models", Data: modelsView{
		Models: all, May: person(c).Has(models.RoleManager), CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF),
	}})
}

// promote puts a model in charge. Who may, and whether it was shown to be better, is for the Learner to say.
func (h *console) promote(c *gin.Context) {
	h.done(c, "It judges from now on.", h.Learner.Promote(c.Request.Context(), c.PostForm("version"), person(c)))
}
