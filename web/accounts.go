package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"remit/models"
)

// accountJSON is what is known of a customer company. Put, it is all that is: what is left out is not known, or not so. As a patch,
// what is left out stays as it is known, and null is none, or no.
type accountJSON struct {
	Name        string     `json:"name"`
	Tier        string     `json:"tier"`
	ARR         string     `json:"arr"` // "120000 EUR"
	RenewalOn   models.Day `json:"renewal_on"`
	PastDue     string     `json:"past_due"`
	ChurnRisk   float64    `json:"churn_risk"`
	VIP         bool       `json:"vip"`
	OpenIssues  int        `json:"open_issues"`
	Escalations int        `json:"escalations"`
}

// account gives the account, or an Invalid error that names the field.
func (in accountJSON) account(id string, at time.Time) (models.Account, error) {
	source, external, ok := strings.Cut(strings.TrimPrefix(id, "account:"), ":")
	switch {
	case !ok || source == "" || external == "" || len(id) > 300:
		return models.Account{}, models.FieldErrorf("id", "say of which source the account is, as in helpdesk:8447")
	case !(in.ChurnRisk >= 0 && in.ChurnRisk <= 1):
		return models.Account{}, models.FieldErrorf("churn_risk", "is not within 0 and 1")
	case in.RenewalOn != "" && !in.RenewalOn.Valid():
		return models.Account{}, models.FieldErrorf("renewal_on", "is not a day such as 2026-12-03")
	case in.OpenIssues < 0 || in.Escalations < 0:
		return models.Account{}, models.FieldErrorf("open_issues", "is below nothing")
	}
	arr, err := amount("arr", in.ARR)
	if err != nil {
		return models.Account{}, err
	}
	owed, err := amount("past_due", in.PastDue)
	if err != nil {
		return models.Account{}, err
	}
	return models.Account{
		ID: models.AccountItem(source, external), Name: models.CleanText(in.Name), Tier: strings.ToLower(models.CleanText(in.Tier)), ARR: arr,
		RenewalOn: in.RenewalOn, PastDue: owed, ChurnRisk: in.ChurnRisk, VIP: in.VIP, OpenIssues: in.OpenIssues, Escalations: in.Escalations, UpdatedAt: at,
	}, nil
}

func amount(field, s string) (models.Money, error) {
	if s == "" {
		return models.Money{}, nil
	}
	m, err := models.ParseMoney(s)
	if err != nil {
		return m, models.FieldErrorf(field, "%s", models.SentenceOf(err))
	}
	return m, nil
}

// apiAccount keeps what is said of an account, as the whole of it or as a part.
func (h *console) apiAccount(whole bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in accountJSON
		var body bytes.Buffer
		c.Request.Body = io.NopCloser(io.TeeReader(c.Request.Body, &body))
		err := readJSON(c, &in)
		var a models.Account
		if err == nil {
			a, err = in.account(c.Param("id"), h.Now())
		}
		if err == nil {
			var keys map[string]json.RawMessage
			_ = json.Unmarshal(body.Bytes(), &keys) // it was read before
			a = a.Says(func(field string) bool { _, ok := keys[field]; return ok || whole })
			err = h.Accounts.PutAccount(c.Request.Context(), a, person(c))
		}
		if err != nil {
			refuse(c, h.Logger, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{"id": a.ID, "updated_at": a.UpdatedAt})
	}
}
