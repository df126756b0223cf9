package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

const (
	signatureHeader = "X-Slack-Signature"
	unsigned        = "the request is not signed"

	maxSkew = 5 * time.Minute
	maxBody = 1 << 20
)

// read gives the raw body of a request that Slack signed. Nothing is parsed before that is sure.
func (b *Bot) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, models.Errorf(models.TooLarge, "the request is larger than 1 MiB")
	}
	if err != nil {
		return nil, models.Errorf(models.Invalid, "the request could not be read: %w", err)
	}
	return body, b.verify(r.Header, body)
}

// verify checks Slack's v0 signature over the raw body, by our clock. The error is Unauthenticated.
func (b *Bot) verify(h http.Header, body []byte) error {
	ts := h.Get("X-Slack-Request-Timestamp")
	sent, err := strconv.ParseInt(ts, 10, 64)
	if err != nil || b.SigningSecret.Empty() {
		return models.Errorf(models.Unauthenticated, unsigned)
	}
	if b.Now().Sub(time.Unix(sent, 0)).Abs() > maxSkew {
		return models.Errorf(models.Unauthenticated, "the request's timestamp is more than 5 minutes off")
	}
	given, isHex := strings.CutPrefix(h.Get(signatureHeader), "v0=")
	sum, err := hex.DecodeString(given)
	mac := hmac.New(sha256.New, []byte(b.SigningSecret.Reveal()))
	_, _ = fmt.Fprintf(mac, "v0:%s:", ts)
	_, _ = mac.Write(body)
	if !isHex || err != nil || !hmac.Equal(sum, mac.Sum(nil)) {
		return models.Errorf(models.Unauthenticated, "the request's signature is wrong")
	}
	return nil
}
