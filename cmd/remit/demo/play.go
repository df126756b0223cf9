package demo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"remit/models"
)

// send plays the day: every event as its own signed webhook.
func (s *stage) send(ctx context.Context, o Options) error {
	bar := progressbar.NewOptions(len(s.day.calls),
		progressbar.OptionSetWriter(o.Out), progressbar.OptionSetDescription("Playing the day"), progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(o.Out) }))
	client := &http.Client{Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	for _, c := range s.day.calls {
		if err := s.post(ctx, client, c, o.Now()); err != nil {
			return err
		}
		_ = bar.Add(1)
	}
	return nil
}

func (s *stage) post(ctx context.Context, client *http.Client, c call, now time.Time) error {
	url := s.app.Config.PublicURL.Reveal() + "/v1/webhooks/" + c.source
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(c.body))
	if err != nil {
		return err
	}
	sign(req.Header, c, now)
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("send a webhook: %w", err)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if resp.StatusCode != http.StatusAccepted || len(said) > 0 && strings.Contains(string(said), "dead") {
		return fmt.Errorf("webhook %s of %s was answered %s: %s", c.id, c.source, resp.Status, said)
	}
	return nil
}

// sign signs the call as its provider does.
func sign(h http.Header, c call, now time.Time) {
	h.Set("Content-Type", "application/json")
	if c.source == "helpdesk" {
		ts := now.UTC().Format(time.RFC3339)
		h.Set("X-Zendesk-Webhook-Signature-Timestamp", ts)
		h.Set("X-Zendesk-Webhook-Signature", mac([]byte(helpdeskSecret), ts, string(c.body)))
		return
	}
	secret := erpSecret
	if of, ok := proposerSecrets[c.source]; ok {
		secret = of
	}
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	ts := strconv.FormatInt(now.Unix(), 10)
	h.Set("Webhook-Id", c.id)
	h.Set("Webhook-Timestamp", ts)
	h.Set("Webhook-Signature", "v1,"+mac(key, c.id, ".", ts, ".", string(c.body)))
}

func mac(key []byte, parts ...string) string {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = io.WriteString(m, p)
	}
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// patience bounds how long the demo waits for everything it sent to be decided and written back.
const patience = 2 * time.Minute

// settle waits until the inbox is empty and everything that decisions caused is out.
func (s *stage) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		counts, err := s.app.Store.Counts(ctx)
		if err != nil {
			return err
		}
		leaving, err := s.app.Store.Leaving(ctx, "", models.EffectQueued, time.Time{})
		if err != nil {
			return err
		}
		if counts["inbox_pending"] == 0 && len(leaving) == 0 && counts["state_applying"] == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s there is still work left (%v): %w", patience, counts, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
