package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
)

// BenchmarkTicketFromWebhookToDecision is for profiling: what a signed ticket costs from the socket to the committed
// decision, one in ten written back. bench/ingest makes the claims.
func BenchmarkTicketFromWebhookToDecision(b *testing.B) {
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		ls[i] = l
	}
	url := "http://" + ls[0].Addr().String()
	desk := httptest.NewServer(&zendeskfake.Server{Now: time.Now})
	defer desk.Close()
	policy := fmt.Sprintf("triage:\n  approvers: \"@support-leads\"\n  priority: {level: act, max_error: 90%%}\ngrants:\n"+
		"  - {action: priority, level: act, by: olga, until: %q, reason: measuring}\n", time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	a, err := app.New(b.Context(), config.Config{
		DatabaseURL: config.URL("sqlite://" + filepath.Join(b.TempDir(), "remit.db")), PublicURL: config.URL(url),
		Sources: []config.Source{{Name: "helpdesk", Provider: config.Zendesk, Secrets: []models.Secret{deskSecret}, BaseURL: config.URL(desk.URL), User: "bot@example.com", Token: "token", OwnActor: ownActor}},
		People: []models.Person{
			{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
			{ID: "olga", Roles: []models.Role{models.RoleManager}},
		},
	}, app.Options{Now: time.Now, Logger: slog.New(slog.DiscardHandler), Policy: []byte(policy)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ls[0], ls[1]) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
		_ = a.Close()
	}()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := n.Add(1)
			text := strings.Repeat("I ordered two keyboards last week and would like to know when they are going to arrive. ", 8)
			if id%10 == 0 {
				text = down
			}
			postTicket(b, client, url, fmt.Sprint("b", id), text)
		}
	})
	for {
		counts, err := a.Store.Counts(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		if counts["inbox_pending"] == 0 && counts["effects_due"] == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond) // looking costs more than a ticket does
	}
}

func postTicket(b *testing.B, client *http.Client, url, id, text string) {
	at := time.Now().UTC().Format(time.RFC3339)
	body, _ := json.Marshal(map[string]any{
		"type": "zen:event-type:ticket.created", "id": id, "time": at, "subject": "zen:ticket:" + id,
		"detail": map[string]any{
			"id": id, "actor_id": "7", "requester_id": "7", "subject": "A question about order " + id, "priority": "NORMAL", "status": "NEW",
			"description": text, "created_at": at,
			"via": map[string]any{"channel": "email"},
		}, "event": map[string]any{},
	})
	req, _ := http.NewRequest(http.MethodPost, url+"/v1/webhooks/helpdesk", bytes.NewReader(body))
	req.Header.Set("X-Zendesk-Webhook-Signature-Timestamp", at)
	req.Header.Set("X-Zendesk-Webhook-Signature", mac([]byte(deskSecret), at, string(body)))
	resp, err := client.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		b.Error(resp.Status)
	}
}
