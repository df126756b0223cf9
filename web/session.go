package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"remit/models"
)

// What a session holds.
const (
	keyPerson = "person"
	keyCSRF   = "csrf"
	keyFlash  = "flash"
)

// personKey is where a request's person is kept.
const personKey = "remit.person"

// sessionLife is how long somebody stays signed in: a working day.
const sessionLife = 12 * time.Hour

// sessionStore makes Sessions into what scs asks for. scs calls the methods without a context only where there is none.
type sessionStore struct{ Sessions }

// Find calls FindCtx.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit calls CommitCtx.
func (s sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete calls DeleteCtx.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// newSessions sets the sessions up. scs.New is not used: it starts a store of its own, with a goroutine that nobody ends.
func newSessions(store Sessions, secure bool, failed func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	name := "remit_session"
	if secure {
		name = "__Host-remit_session" // a browser takes it from this host over https alone
	}
	return &scs.SessionManager{
		Lifetime: sessionLife, Store: sessionStore{store}, Codec: scs.GobCodec{}, ErrorFunc: failed, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, Persist: true},
	}
}

func (h *console) sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	h.Logger.ErrorContext(r.Context(), "session store failed", "error", err)
	w.Header().Set("Retry-After", retryAfter)
	http.Error(w, "Sign-in is not to be had at the moment. Try again shortly.", http.StatusServiceUnavailable)
}

// sameOrigin refuses what a page of another site made the browser send.
func (h *console) sameOrigin(c *gin.Context) {
	if h.origin.Check(c.Request) != nil {
		h.failed(c, models.Errorf(models.Denied, "This came from a page of another site, so nothing was done."))
	}
}

// person gives who is asking; signedIn and apiPerson put it there.
func person(c *gin.Context) models.Person {
	p, _ := c.MustGet(personKey).(models.Person)
	return p
}

// sessionPerson gives whose session it is. Somebody who has left the configuration has none.
func (h *console) sessionPerson(c *gin.Context) (models.Person, bool) {
	id := h.sessions.GetString(c.Request.Context(), keyPerson)
	if id == "" {
		return models.Person{}, false
	}
	return h.People.ByID(id)
}

// signedIn lets in who has a session and sends others to be told how to get one.
func (h *console) signedIn(c *gin.Context) {
	p, ok := h.sessionPerson(c)
	if !ok {
		c.Redirect(http.StatusSeeOther, "/signin")
		c.Abort()
		return
	}
	c.Set(personKey, p)
}

// withForm lets a form through that carries the session's own token.
func (h *console) withForm(c *gin.Context) {
	if err := c.Request.ParseForm(); err != nil {
		h.failed(c, formError(err))
		return
	}
	if !h.tokenMatches(c, c.Request.PostForm.Get("csrf")) {
		h.failed(c, models.Errorf(models.Denied, "This form is from another session, so nothing was done. Go back, reload the page and try again."))
	}
}

func formError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Errorf(models.TooLarge, "That is more text than fits in a form.")
	}
	return models.Errorf(models.Invalid, "The form could not be read.")
}

func (h *console) tokenMatches(c *gin.Context, got string) bool {
	want := h.sessions.GetString(c.Request.Context(), keyCSRF)
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

func (h *console) signIn(c *gin.Context) {
	h.render(c, http.StatusOK, "signin", page{Title: "Sign in"})
}

// loginPage only asks: the link is redeemed by the button, since chat programs open links to preview them.
func (h *console) loginPage(c *gin.Context) {
	token := c.Query("token")
	if token == "" {
		c.Redirect(http.StatusSeeOther, "/signin")
		return
	}
	h.render(c, http.StatusOK, "login", page{Title: "Sign in", Data: token})
}

func (h *console) login(c *gin.Context) {
	ctx := c.Request.Context()
	if err := c.Request.ParseForm(); err != nil {
		h.failed(c, formError(err))
		return
	}
	id, err := h.Logins.RedeemLogin(ctx, c.Request.PostForm.Get("token"), h.Now())
	if models.KindOf(err) == models.Unauthenticated {
		h.render(c, http.StatusUnauthorized, "signin", page{Title: "Sign in", Data: "This link has been used or has expired."})
		return
	}
	if err != nil {
		h.failed(c, err)
		return
	}
	p, ok := h.People.ByID(id)
	if !ok {
		h.render(c, http.StatusUnauthorized, "signin", page{Title: "Sign in", Data: "This link is for somebody whom the configuration does not name."})
		return
	}
	if err := h.sessions.RenewToken(ctx); err != nil {
		h.failed(c, err)
		return
	}
	h.sessions.Put(ctx, keyPerson, p.ID)
	h.sessions.Put(ctx, keyCSRF, rand.Text())
	c.Redirect(http.StatusSeeOther, "/")
}

func (h *console) logout(c *gin.Context) {
	if err := h.sessions.Destroy(c.Request.Context()); err != nil {
		h.failed(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/signin")
}

// apiPerson lets in who brings a token, or has a session and asks from a page of ours.
func (h *console) apiPerson(c *gin.Context) {
	token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if ok {
		h.tokenPerson(c, token)
		return
	}
	p, ok := h.sessionPerson(c)
	if !ok {
		c.Header("WWW-Authenticate", `Bearer realm="remit"`)
		refuse(c, h.Logger, models.Errorf(models.Unauthenticated, "A token is needed: send it as Authorization: Bearer."))
		return
	}
	if !h.ownPage(c) {
		refuse(c, h.Logger, models.Errorf(models.Denied, "With a session, a change needs the X-CSRF-Token header or a page of the same origin."))
		return
	}
	c.Set(personKey, p)
}

func (h *console) tokenPerson(c *gin.Context, token string) {
	id, err := h.Logins.TokenPerson(c.Request.Context(), strings.TrimSpace(token), h.Now())
	if err != nil {
		refuse(c, h.Logger, err)
		return
	}
	p, ok := h.People.ByID(id)
	if !ok {
		refuse(c, h.Logger, models.Errorf(models.Unauthenticated, "This token is for somebody whom the configuration does not name."))
		return
	}
	c.Set(personKey, p)
}

// ownPage reports whether a request with a session comes from a page of ours. What changes nothing may come from anywhere:
// another site cannot read the answer.
func (h *console) ownPage(c *gin.Context) bool {
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead:
		return true
	}
	if h.origin.Check(c.Request) != nil {
		return false
	}
	if h.tokenMatches(c, c.GetHeader("X-CSRF-Token")) || c.GetHeader("Sec-Fetch-Site") == "same-origin" {
		return true
	}
	u, err := url.Parse(c.GetHeader("Origin"))
	return err == nil && u.Host != "" && u.Host == c.Request.Host
}
