// Package proposer is all that a system needs to put its decisions under remit: the shape of a proposal, a signed request,
// and a handler that hears what became of it. docs/proposals.md explains it; nothing of remit's own is used.
package proposer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Proposal is the data of a proposal.created.
type Proposal struct {
	ID         string         `json:"id"` // yours: what became of it is told by it
	Domain     string         `json:"domain"`
	Action     string         `json:"action"`
	Item       string         `json:"item"`
	Title      string         `json:"title"`
	Value      string         `json:"value"`  // what you would have done
	Before     string         `json:"before"` // what stays if people say no
	Options    []string       `json:"options,omitempty"`
	Facts      map[string]any `json:"facts,omitempty"`  // text, numbers, true or false
	Amount     string         `json:"amount,omitempty"` // a decimal
	Currency   string         `json:"currency,omitempty"`
	Confidence float64        `json:"confidence"`
	Reasons    []Reason       `json:"reasons,omitempty"`
	Reversible bool           `json:"reversible"`
	Segment    string         `json:"segment,omitempty"`
	Model      string         `json:"model"`
}

// Reason is one thing that speaks for a proposal, in words for people.
type Reason struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

// Message gives the body of the webhook, and a webhook-id that is the same for the same said again.
func (p Proposal) Message(at time.Time) (id string, body []byte, err error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(data)
	body, err = json.Marshal(map[string]any{"type": "proposal.created", "timestamp": at.UTC().Format(time.RFC3339), "data": json.RawMessage(data)})
	return "msg_" + hex.EncodeToString(sum[:12]), body, err
}

// Client posts proposals to a source of remit's.
type Client struct {
	URL    string // https://remit.example.com/v1/webhooks/warehouse
	Secret string // whsec_...
	HTTP   *http.Client
	Now    func() time.Time
}

// Propose sends a proposal. Sent again unchanged it does nothing; with newer facts it takes the place of the older.
func (c Client) Propose(ctx context.Context, p Proposal) error {
	wh, err := standardwebhooks.NewWebhook(c.Secret)
	if err != nil {
		return err
	}
	now := c.Now()
	id, body, err := p.Message(now)
	if err != nil {
		return err
	}
	sig, err := wh.Sign(id, now, body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, sig)
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if resp.StatusCode/100 != 2 || bytes.Contains(said, []byte(`"dead_letter"`)) {
		return fmt.Errorf("proposal %s was answered %s: %s", p.ID, resp.Status, said)
	}
	return nil
}

// Outcome is what became of a proposal. Value is what to do, and there only where there is something to do.
type Outcome struct {
	Key      string `json:"-"` // the same outcome told again has the same key: carry it out once
	ID       string `json:"id"`
	Action   string `json:"action"`
	Item     string `json:"item"`
	Outcome  string `json:"outcome"` // approved, overridden, acted, undone; observed, expired, superseded, ...
	Value    string `json:"value"`
	Before   string `json:"before"`
	Note     string `json:"note"`
	Decision string `json:"decision"`
}

// Do reports whether there is something to be done: to bring Item to Value.
func (o Outcome) Do() bool { return o.Value != "" && o.Value != o.Before }

// Hear gives the handler for the source's deliver_to. What is not signed is refused; an error of do has remit try again.
func Hear(secret string, do func(Outcome) error) (http.Handler, error) {
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil || wh.Verify(body, r.Header) != nil {
			http.Error(w, "not signed by remit", http.StatusUnauthorized)
			return
		}
		var in struct{ Data Outcome }
		if err := json.Unmarshal(body, &in); err != nil {
			http.Error(w, "not an outcome", http.StatusBadRequest)
			return
		}
		in.Data.Key = r.Header.Get(standardwebhooks.HeaderWebhookID)
		if err := do(in.Data); err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}), nil
}
