package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"remit/decision"
	"remit/models"
	"remit/review"
)

// Reviews gives what remit did in a period, and the weekly reviews that were kept.
type Reviews interface {
	Review(ctx context.Context, from, to time.Time) (review.Review, error)
	// WeekReviewed gives the review of a week such as "2026-W48" as it was kept, or NotFound.
	WeekReviewed(ctx context.Context, week string) (review.Review, error)
	// ReviewedWeeks gives the weeks of which reviews are kept, the newest first.
	ReviewedWeeks(ctx context.Context) ([]string, error)
}

// PolicySaver keeps a changed policy as a version. What it refuses is Invalid, Denied or Conflict, with the sentence to
// show; whether a second person must agree before it is in force is its to say.
type PolicySaver interface {
	Propose(ctx context.Context, text []byte, by models.Person, why string) (version string, err error)
}

// PolicyText gives the text of the policy in force.
type PolicyText func(ctx context.Context) ([]byte, error)

// periods are what the page offers.
var periods = []string{"7d", "30d", "90d"}

// reviewView is what the page shows.
type reviewView struct {
	review.Review
	Since   string // of periods; empty for a week that was kept
	Week    string
	Periods []string
	Weeks   []string
	Query   template.URL // names the period in addresses
	CSRF    string
	May     bool // the person looking may add rules
	Saves   bool // there is somewhere to save them
}

func (h *console) reviewPage(c *gin.Context) {
	r, q, err := h.reviewed(c)
	if err != nil {
		h.failed(c, err)
		return
	}
	weeks, err := h.Reviews.ReviewedWeeks(c.Request.Context())
	if err != nil {
		h.failed(c, fmt.Errorf("reviewed weeks: %w", err))
		return
	}
	h.render(c, http.StatusOK, "review", page{Title: "Review", Nav: "review", Data: reviewView{
		Review: r, Since: q.Get("since"), Week: q.Get("week"), Periods: periods, Weeks: weeks, Query: template.URL(q.Encode()),
		CSRF: h.sessions.GetString(c.Request.Context(), keyCSRF), May: person(c).Has(models.RoleManager), Saves: h.PolicySaver != nil && h.PolicyText != nil,
	}})
}

// reviewed gives the review that an address asks for, and the query that names it.
func (h *console) reviewed(c *gin.Context) (review.Review, url.Values, error) {
	if h.Reviews == nil {
		return review.Review{}, nil, errNoPage
	}
	if week := c.Query("week"); week != "" {
		r, err := h.Reviews.WeekReviewed(c.Request.Context(), clip(week, 10))
		return r, url.Values{"week": {week}}, err
	}
	since := c.DefaultQuery("since", periods[0])
	if !slices.Contains(periods, since) {
		return review.Review{}, nil, models.FieldErrorf("since", "%q is not one of 7d, 30d and 90d", clip(since, 20))
	}
	r, err := h.reviews.get(c.Request.Context(), since, h.Now(), h.Reviews)
	return r, url.Values{"since": {since}}, err
}

// recent keeps reviews for a minute, so that a page and its pictures are of one review, which is made once.
type recent struct {
	mu   sync.Mutex
	made map[string]review.Review
}

const recentFor = time.Minute

func (k *recent) get(ctx context.Context, since string, now time.Time, from Reviews) (review.Review, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r, ok := k.made[since]; ok && now.Sub(r.To) < recentFor && !now.Before(r.To) {
		return r, nil
	}
	back, err := decision.ParseDuration(since)
	if err != nil {
		return review.Review{}, models.FieldErrorf("since", "%s", err)
	}
	r, err := from.Review(ctx, now.Add(-back), now)
	if err != nil {
		return r, fmt.Errorf("review: %w", err)
	}
	if k.made == nil {
		k.made = map[string]review.Review{}
	}
	k.made[since] = r
	return r, nil
}

// reviewPicture answers with a layer's picture. It carries its own styles, which the pages' policy would not let it use.
func (h *console) reviewPicture(c *gin.Context) {
	r, _, err := h.reviewed(c)
	if err != nil {
		h.failed(c, err)
		return
	}
	for _, l := range r.Whole() {
		picture, ok := l.Picture(c.Param("name"))
		if string(l.Action) != c.Query("action") || !ok {
			continue
		}
		svg, err := picture.SVG()
		if err != nil {
			h.failed(c, err)
			return
		}
		c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		c.Data(http.StatusOK, "image/svg+xml", svg)
		return
	}
	h.failed(c, errNoPage)
}

// addRule proposes the policy with a rule of the review added. The rule is looked up by its id: what an address or a form
// says is never put into a policy.
func (h *console) addRule(c *gin.Context) {
	version, err := h.addRuleAs(c, person(c))
	h.done(c, fmt.Sprintf("The rule is in version %s of the policy. Where it needs a second person, it waits for one.", version), err)
}

func (h *console) addRuleAs(c *gin.Context, who models.Person) (version string, err error) {
	switch {
	case !who.Has(models.RoleManager):
		return "", models.Errorf(models.Denied, "Rules are added by managers: ask one of them.")
	case h.PolicySaver == nil || h.PolicyText == nil:
		return "", models.Errorf(models.NotFound, "This policy is not kept here: add the rule to its file.")
	}
	r, _, err := h.reviewed(c)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(r.Clusters, func(k review.Cluster) bool { return k.ID == c.Param("id") })
	if i < 0 {
		return "", models.Errorf(models.Conflict, "The review does not propose this rule any more; look at it again.")
	}
	rule := r.Clusters[i]
	text, err := h.PolicyText(c.Request.Context())
	if err != nil {
		return "", fmt.Errorf("policy: %w", err)
	}
	amended, err := decision.AddGuardrail(text, rule.Domain, rule.When, "from the review of "+r.Made.In(h.Location).Format("2 Jan 2006"))
	if err != nil {
		return "", err
	}
	return h.PolicySaver.Propose(c.Request.Context(), amended, who, rule.Plain+" "+rule.Test.Sentence())
}
