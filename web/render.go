package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"remit/models"
	"remit/review"
)

// page is what every template is given.
type page struct {
	Title  string
	Nav    string // which entry of the navigation is lit
	CSS    string
	Script string         // the address of the page's script; "" for none
	Person *models.Person // nil: signed out
	CSRF   string
	Now    time.Time
	Flash  *flash
	Paused []models.Switch
	Capped []string // what caps keep remit from, a sentence each

	HasPolicy bool
	Trouble   string // with the policy file
	Waits     int    // the version of the policy that waits for a second person
	Learns    bool   // there is a page of models
	Data      any
}

// flash is a sentence that is shown once, on the page after the deed.
type flash struct {
	Tone string // "good", "warn" or "bad"
	Text string
}

// pages are the parsed templates by name.
type pages map[string]*template.Template

// parsePages parses the embedded pages, each with the frame and the parts that they share.
func parsePages(loc *time.Location) pages {
	shared := template.Must(template.New("").Funcs(funcs(loc)).ParseFS(assets, "templates/_*.html"))
	all := pages{}
	for _, name := range []string{
		"signin", "login", "inbox", "decision", "autonomy", "log", "dead", "review", "switch", "report", "undo", "policy", "policyversion", "models",
		"error", "cash",
	} {
		all[name] = template.Must(template.Must(shared.Clone()).ParseFS(assets, "templates/"+name+".html"))
	}
	return all
}

// funcs are what templates may call.
func funcs(loc *time.Location) template.FuncMap {
	return template.FuncMap{
		"stamp":    func(t time.Time) string { return t.In(loc).Format("2 Jan 15:04") },
		"fullTime": func(t time.Time) string { return t.In(loc).Format("Mon 2 Jan 2006, 15:04:05 MST") },
		"rfc":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"percent":  percentOf,
		"sure":     sure,
		"deed":     models.Action.Topic,
		"shown":    shownValue,
		"short":    func(a models.Action, v string) string { return clip(shownValue(a, v), 80) },
		"clip":     clip,
		"domain":   domainName,
		"state":    stateName,
		"tone":     stateTone,
		"level":    levelName,
		"weight":   func(w float64) string { return fmt.Sprintf("%.1f", min(max(w, -w), 1)*100) },
		"against":  func(w float64) bool { return w < 0 },
		"entry":    entryTone,
		"weblink":  webLink,
		"initials": initials,
		"ratio":    ratio,
		"dict":     dict,
		"alt":      func(l review.Layer, name string) string { c, _ := l.Picture(name); return c.Alt },
	}
}

func percentOf(f float64) string { return fmt.Sprintf("%.0f%%", f*100) }

// dict makes a map of pairs, for templates that take more than one thing.
func dict(pairs ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("key %v is not a string", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// render answers with a page. It is written whole or not at all.
func (h *console) render(c *gin.Context, status int, name string, p page) {
	ctx := c.Request.Context()
	p.CSS, p.Now, p.Learns = h.css.path, h.Now(), h.Learner != nil
	if who, ok := h.sessionPerson(c); ok {
		p.Person = &who
		p.CSRF = h.sessions.GetString(ctx, keyCSRF)
		p.Paused, p.Capped = h.paused(c), h.capped(c)
		p.HasPolicy = h.Policies != nil
		if p.Nav != "policy" {
			p.Trouble, p.Waits = h.policyNotice(c)
		}
		if tone, text, ok := strings.Cut(h.sessions.PopString(ctx, keyFlash), "\n"); ok && p.Flash == nil {
			p.Flash = &flash{tone, text}
		}
	}
	var b bytes.Buffer
	if err := h.pages[name].ExecuteTemplate(&b, "frame", p); err != nil {
		h.Logger.ErrorContext(ctx, "page not rendered", "page", name, "error", err)
		c.String(http.StatusInternalServerError, models.SentenceOf(err))
		return
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

// paused gives the domains that are paused, for the banner. Not knowing must not take the page away.
func (h *console) paused(c *gin.Context) []models.Switch {
	switches, err := h.Switches.Switches(c.Request.Context())
	if err != nil {
		h.Logger.ErrorContext(c.Request.Context(), "switches not read", "error", err)
		return nil
	}
	var paused []models.Switch
	for _, s := range sortedSwitches(switches) {
		if s.Paused {
			paused = append(paused, s)
		}
	}
	return paused
}

// failed answers with a page that says what went wrong, and ends the request.
func (h *console) failed(c *gin.Context, err error) {
	c.Abort()
	kind := models.KindOf(err)
	if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		refuse(c, h.Logger, err)
		return
	}
	status := StatusOf(kind)
	if status == http.StatusInternalServerError {
		h.Logger.ErrorContext(c.Request.Context(), "page failed", "route", c.FullPath(), "error", err)
	}
	if kind == models.Unavailable {
		c.Header("Retry-After", retryAfter)
	}
	h.render(c, status, "error", page{Title: http.StatusText(status), Data: models.SentenceOf(err)})
}

// panicked answers a panic. The page's frame may be what panicked, so it is not used.
func (h *console) panicked(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		internalJSON(c)
		return
	}
	c.String(http.StatusInternalServerError, models.SentenceOf(errPanic))
}

// say keeps a sentence for the next page.
func (h *console) say(c *gin.Context, tone, text string) {
	h.sessions.Put(c.Request.Context(), keyFlash, tone+"\n"+text)
}

// sayError keeps the error's sentence for the next page. What is ours to mend is logged.
func (h *console) sayError(c *gin.Context, err error) {
	tone := "bad"
	switch models.KindOf(err) {
	case models.Internal:
		h.Logger.ErrorContext(c.Request.Context(), "deed failed", "route", c.FullPath(), "error", err)
	case models.Conflict:
		tone = "warn"
	}
	h.say(c, tone, models.SentenceOf(err))
}

// done sends the browser back to the page that the form names, or to the inbox, to be told there what happened.
func (h *console) done(c *gin.Context, sentence string, err error) {
	if err != nil {
		h.sayError(c, err)
	} else {
		h.say(c, "good", sentence)
	}
	to := c.PostForm("back")
	if !localPath(to) {
		to = "/"
	}
	c.Redirect(http.StatusSeeOther, to)
}
