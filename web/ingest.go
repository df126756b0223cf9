package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"remit/connector"
	"remit/models"
)

// MaxBody is how many bytes a webhook may have.
const MaxBody = 1 << 20

// smallBody is up to which announced length memory is set aside before the bytes are there: whoever announces a lot and
// sends nothing shall not cost a megabyte.
const smallBody = 64 << 10

// received is the answer to a webhook that was taken.
type received struct {
	Result result `json:"result"`
	Events int    `json:"events,omitempty"` // in the webhook
	Fresh  int    `json:"fresh,omitempty"`  // of them never seen before
	Field  string `json:"field,omitempty"`  // at fault in a dead letter
	Error  string `json:"error,omitempty"`
}

// webhook takes a provider's request, in the order in which it costs least to refuse: who for, how large, from whom.
func (p *public) webhook(c *gin.Context) {
	start := p.Now()
	src, ok := p.sources[c.Param("name")]
	if !ok {
		p.Metrics.webhooks.WithLabelValues("", "no_such_source").Inc()
		refuse(c, p.Log, models.Errorf(models.NotFound, "There is no source of this name."))
		return
	}
	src.count[p.take(c, src)].Inc()
	p.Metrics.seconds.Observe(p.Now().Sub(start).Seconds())
}

// take reads, verifies and stores the request, answers it, and says what became of it.
func (p *public) take(c *gin.Context, src *source) result {
	body, err := readBody(c.Writer, c.Request)
	if err != nil {
		c.Header("Connection", "close") // the rest of the body is not waited for
		refuse(c, p.Log, err)
		return resultOf(err)
	}
	req := connector.Request{
		Method: c.Request.Method, URL: p.PublicURL + c.Request.URL.RequestURI(), Header: c.Request.Header, Body: body, At: p.Now(),
	}
	if err := src.conn.Verify(req); err != nil {
		refuse(c, p.Log, unauthenticated(err))
		return resultForged
	}
	answer := p.answer(src, req)
	ds, err := src.conn.Split(req)
	switch {
	case models.KindOf(err) == models.Invalid && answer == nil:
		return p.bury(c, src, req, err)
	case err != nil && answer == nil:
		refuse(c, p.Log, err)
		return resultOf(err)
	case len(ds) == 0 || err != nil:
		return p.useless(c, answer)
	}
	return p.accept(c, ds, answer)
}

// reply is what a provider wants back in place of a plain status.
type reply struct {
	status      int
	contentType string
	body        []byte
}

// answer gives what the provider wants back, nil where a plain status will do.
func (p *public) answer(src *source, req connector.Request) *reply {
	if src.answerer == nil {
		return nil
	}
	status, contentType, body, ok := src.answerer.Answer(req)
	if !ok {
		return nil
	}
	return &reply{status, contentType, body}
}

// useless answers a request that has nothing in it for us: a handshake, or a kind of event that remit has no use for.
func (p *public) useless(c *gin.Context, answer *reply) result {
	if answer != nil {
		c.Data(answer.status, answer.contentType, answer.body)
		return resultAnswered
	}
	c.Status(http.StatusNoContent)
	return resultUnknown
}

// accept stores the deliveries and only then says so.
func (p *public) accept(c *gin.Context, ds []models.Delivery, answer *reply) result {
	fresh, err := p.Accepter.Accept(c.Request.Context(), ds)
	if err != nil {
		refuse(c, p.Log, err)
		return resultOf(err)
	}
	status, became := http.StatusAccepted, resultAccepted
	if fresh == 0 {
		status, became = http.StatusOK, resultDuplicate
	}
	if answer != nil {
		c.Data(answer.status, answer.contentType, answer.body)
		return became
	}
	c.JSON(status, received{Result: became, Events: len(ds), Fresh: fresh})
	return became
}

// bury keeps what a provider signed but nobody can read. The provider is not to blame by a status: told 4xx often
// enough, it would disable the webhook.
func (p *public) bury(c *gin.Context, src *source, req connector.Request, cause error) result {
	sum := sha256.Sum256(req.Body)
	d := models.Delivery{Source: src.name, Key: hex.EncodeToString(sum[:]), Kind: "unreadable", Body: req.Body, ReceivedAt: req.At}
	fresh, err := p.Accepter.Bury(c.Request.Context(), models.BuryDelivery(d, cause, req.At))
	if err != nil {
		refuse(c, p.Log, err)
		return resultOf(err)
	}
	status := http.StatusAccepted
	if !fresh {
		status = http.StatusOK
	}
	c.JSON(status, received{Result: resultDead, Field: models.FieldOf(cause), Error: models.SentenceOf(cause)})
	return resultDead
}

// readBody gives the body in memory of its own, which may be kept. One that announces too much is refused unread.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > MaxBody {
		return nil, errTooLarge
	}
	src := http.MaxBytesReader(w, r.Body, MaxBody)
	if n := r.ContentLength; n >= 0 && n <= smallBody {
		body := make([]byte, n)
		_, err := io.ReadFull(src, body)
		return body, bodyError(err)
	}
	var buf bytes.Buffer
	_, err := buf.ReadFrom(src)
	return buf.Bytes(), bodyError(err)
}

var errTooLarge = models.Errorf(models.TooLarge, "A webhook may have at most 1 MiB.")

func bodyError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLarge
	}
	return models.Errorf(models.Invalid, "The body did not arrive whole.")
}

// unauthenticated makes sure that a request that failed verification is told 401 and not more than that, whatever went
// wrong while verifying.
func unauthenticated(err error) error {
	if models.KindOf(err) == models.Unauthenticated {
		return err
	}
	return models.Errorf(models.Unauthenticated, "The signature could not be verified.")
}

// resultOf gives the metric's label for a request that failed.
func resultOf(err error) result {
	switch models.KindOf(err) {
	case models.TooLarge:
		return resultTooLarge
	case models.Invalid:
		return resultBroken
	case models.Unavailable:
		return resultUnavailable
	}
	return resultError
}
