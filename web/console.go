package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"remit/models"
)

//go:embed templates/*.html static/console.css static/cash.js openapi.yaml
var assets embed.FS

// maxForm is how many bytes a form or an API request may have: a long reply fits.
const maxForm = 256 << 10

// ConsoleOptions are what the console is made from. Everything is needed but what says otherwise.
type ConsoleOptions struct {
	Cases       Cases
	Log         Log
	Resolver    Resolver
	Undoer      Undoer
	BulkUndoer  BulkUndoer
	Auditor     Auditor
	Autonomy    Autonomy
	Switcher    Switcher
	Switches    Switches
	Caps        Caps // nil: none are shown
	DeadLetters DeadLetters
	Accounts    Accounts // nil: accounts come by webhook and import alone
	Learner     Learner  // nil: there is no page of models
	Logins      Logins
	Sessions    Sessions
	People      People
	Cards       Cards // nil: a plain card of the console's own
	// Policies and PolicyEditor are what the policy page is of; nil: there is none. Backtester is for its preview; nil: none.
	Policies     Policies
	PolicyEditor PolicyEditor
	Backtester   Backtester
	Reviews      Reviews
	PolicySaver  PolicySaver // nil: rules of a review are shown, not saved
	PolicyText   PolicyText  // nil: as without a PolicySaver
	Proposer     Proposer
	Domains      func() []models.Domain // that the policy names; nil: those that are judged here
	Pools        Pools                  // nil: there is no Cash page
	Treasurer    Treasurer

	// URL is the address at which people open the console. With https, cookies are sent over nothing else.
	URL         string
	Location    *time.Location // for times on pages; nil: UTC
	Now         func() time.Time
	Logger      *slog.Logger        // nil: silent
	Metrics     *Metrics            // nil: counted nowhere
	Gatherer    prometheus.Gatherer // what /metrics shows; nil: there is no /metrics
	OpenMetrics bool                // /metrics needs no sign-in
}

// console is the handler of what the people of the company use.
type console struct {
	ConsoleOptions
	sessions *scs.SessionManager
	origin   *http.CrossOriginProtection
	pages    pages
	reviews  recent
	css      static
	script   static // of the Cash page alone
}

// static is a file that browsers keep for good: its path has the hash of its content.
type static struct {
	path, etag, kind string
	body             []byte
}

func newStatic(name, kind string) static {
	body := mustAsset("static/" + name)
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:4])
	stem, ext, _ := strings.Cut(name, ".")
	return static{path: "/static/" + stem + "." + hash + "." + ext, etag: `"` + hash + `"`, kind: kind, body: body}
}

func (f static) serve(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Header("ETag", f.etag)
	if c.GetHeader("If-None-Match") == f.etag {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, f.kind, f.body)
}

// Console gives the handler for the people of the company: pages, JSON API, metrics. It panics where an embedded page
// does not parse, which a test would have shown.
func Console(o ConsoleOptions) http.Handler {
	o.Logger = quiet(o.Logger)
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry(), nil)
	}
	h := &console{ConsoleOptions: o, origin: http.NewCrossOriginProtection()}
	u, err := url.Parse(o.URL)
	secure := err == nil && u.Scheme == "https"
	if err == nil && u.Host != "" {
		// Behind a proxy the Host header may not be what the browser calls us.
		_ = h.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	h.sessions = newSessions(o.Sessions, secure, h.sessionFailed)
	h.css, h.script = newStatic("console.css", "text/css; charset=utf-8"), newStatic("cash.js", "text/javascript; charset=utf-8")
	h.pages = parsePages(o.Location)
	return secured(secure, h.sessions.LoadAndSave(h.routes()))
}

func mustAsset(name string) []byte {
	b, err := assets.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

func (h *console) routes() http.Handler {
	r := newEngine()
	r.Use(recoverer(h.Logger, h.panicked), func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	})
	r.NoRoute(func(c *gin.Context) { h.failed(c, errNoPage) })
	r.NoMethod(noMethodJSON)
	r.GET(h.css.path, h.css.serve)
	r.GET(h.script.path, h.script.serve)
	r.GET("/signin", h.signIn)
	r.GET("/login", h.loginPage)
	r.POST("/login", h.sameOrigin, h.login)
	h.pageRoutes(r.Group("/", h.sameOrigin, h.signedIn))
	h.apiRoutes(r.Group("/v1"))
	if h.Gatherer != nil {
		metrics := gin.WrapH(promhttp.HandlerFor(h.Gatherer, promhttp.HandlerOpts{}))
		if h.OpenMetrics {
			r.GET("/metrics", metrics)
		} else {
			r.GET("/metrics", h.apiPerson, metrics)
		}
	}
	return r
}

func (h *console) pageRoutes(g *gin.RouterGroup) {
	g.GET("/", h.inbox)
	g.GET("/decisions/:id", h.decisionPage)
	g.POST("/decisions/:id/answer", h.withForm, h.answer)
	g.POST("/decisions/:id/undo", h.withForm, h.undo)
	g.POST("/decisions/:id/audit", h.withForm, h.audit)
	g.GET("/autonomy", h.autonomyPage)
	g.POST("/autonomy/grant", h.withForm, h.grant)
	g.POST("/autonomy/revoke", h.withForm, h.revoke)
	g.GET("/items/*item", h.item)
	g.GET("/log", h.logPage)
	g.GET("/dead", h.deadPage)
	g.POST("/dead/:id/replay", h.withForm, h.replay)
	g.GET("/review", h.reviewPage)
	g.GET("/review/picture/:name", h.reviewPicture)
	g.POST("/review/rules/:id", h.withForm, h.addRule)
	if h.Pools != nil {
		g.GET("/cash", h.cashPage)
		g.GET("/cash/fan.svg", h.fan)
		g.GET("/cash/try", h.tryCash)
		g.POST("/cash/run", h.withForm, h.payRun)
		g.POST("/cash/plan", h.withForm, h.planItem)
		g.POST("/cash/plan/:id/remove", h.withForm, h.unplanItem)
		g.POST("/cash/booked/:id", h.withForm, h.settleEntry)
	}
	g.GET("/switch", h.switchPage)
	g.POST("/switch", h.withForm, h.flip)
	g.GET("/switch/undo", h.undoPage)
	g.POST("/switch/undo", h.withForm, h.undoAll)
	h.policyRoutes(g)
	if h.Learner != nil {
		g.GET("/models", h.modelsPage)
		g.POST("/models", h.withForm, h.promote)
	}
	g.POST("/logout", h.withForm, h.logout)
}

var errNoPage = models.Errorf(models.NotFound, "There is no page at this address.")

// pagePolicy lets a page run no script and speak to nobody. cashPolicy lets the Cash page run our own file, in which a
// payment's day is dragged, and ask us what that would come to.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	cashPolicy = pagePolicy + "; script-src 'self'; connect-src 'self'"
)

// secured says to browsers what these pages never do: run scripts but for that of the Cash page, be framed, be guessed at, or
// tell others where somebody came from. A same-origin referrer is kept, since without any a browser on plain HTTP would hide its origin
// from our own forms.
func secured(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", pagePolicy)
		head.Set("X-Frame-Options", "DENY")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		head.Set("Cache-Control", "no-store")
		if https {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
