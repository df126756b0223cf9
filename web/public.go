package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"remit/connector"
	"remit/models"
)

// readyTimeout is how long the database may take to answer a readiness check.
const readyTimeout = 2 * time.Second

// PublicOptions are what the public handler is made from.
type PublicOptions struct {
	Sources   map[string]connector.Connector // by the name in POST /v1/webhooks/{name}
	Accepter  Accepter
	Database  Pinger
	Slack     http.Handler // everything under /slack/; nil: not there
	PublicURL string       // "https://remit.example.com": some providers sign the address they called
	Now       func() time.Time
	Log       *slog.Logger // nil: silent
	Metrics   *Metrics     // nil: counted nowhere
}

// public is the handler of what the internet may reach.
type public struct {
	PublicOptions
	sources map[string]*source
}

// source is a configured connector with everything that a request would otherwise look up.
type source struct {
	name     string
	conn     connector.Connector
	answerer connector.Answerer // nil where the provider wants a plain status
	count    map[result]prometheus.Counter
}

// Public gives the handler for the address that the internet may reach: webhooks, Slack's requests, health checks, and
// nothing else.
func Public(o PublicOptions) http.Handler {
	o.Log = quiet(o.Log)
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry(), nil)
	}
	p := &public{PublicOptions: o, sources: map[string]*source{}}
	for name, conn := range o.Sources {
		answerer, _ := conn.(connector.Answerer)
		p.sources[name] = &source{name: name, conn: conn, answerer: answerer, count: o.Metrics.forSource(name)}
	}
	return p.routes()
}

func (p *public) routes() http.Handler {
	r := newEngine()
	r.Use(recoverer(p.Log, internalJSON))
	r.POST("/v1/webhooks/:name", p.webhook)
	r.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	r.GET("/readyz", p.ready)
	if p.Slack != nil {
		r.Any("/slack/*path", limitBody, gin.WrapH(p.Slack))
	}
	r.NoRoute(notFoundJSON)
	r.NoMethod(noMethodJSON)
	return r
}

// ready says whether a webhook could be accepted now.
func (p *public) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if err := p.Database.Ping(ctx); err != nil {
		p.Log.WarnContext(ctx, "not ready", "error", err)
		c.Header("Retry-After", retryAfter)
		c.JSON(http.StatusServiceUnavailable, problem{Error: "The database does not answer.", Kind: models.Unavailable})
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

// limitBody lets a handler that is not ours read no more than a webhook may have.
func limitBody(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody)
}

func notFoundJSON(c *gin.Context) {
	c.JSON(http.StatusNotFound, problem{Error: "There is nothing at this address.", Kind: models.NotFound})
}

func noMethodJSON(c *gin.Context) {
	c.JSON(http.StatusMethodNotAllowed, problem{Error: "This address does not take that method.", Kind: models.Invalid})
}

var releaseMode = sync.OnceFunc(func() { gin.SetMode(gin.ReleaseMode) })

// newEngine gives a Gin engine with nothing in a request's way. A path is taken as it stands: no redirects to lookalikes,
// and no proxy header is believed.
func newEngine() *gin.Engine {
	releaseMode()
	r := gin.New()
	r.RedirectTrailingSlash = false
	r.HandleMethodNotAllowed = true
	_ = r.SetTrustedProxies(nil) // cannot fail without an address to parse
	return r
}
