package pager_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"remit/bot"
	"remit/bot/pager"
	"remit/models"
)

var page = bot.Page{Key: "page_1", Title: "Nobody can log in\r\nBcc: everybody@acme.com", Text: "Priority: P3 → P1\n.\nAnswer here", URL: "https://remit.example.com/decisions/d"}

// postOffice is a mail server that takes every mail, or refuses every recipient.
type postOffice struct {
	net.Listener
	refuse bool
	wg     sync.WaitGroup
	mu     sync.Mutex
	mails  []string
	to     []string
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{Listener: l}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.wg.Wait()
	})
	return p
}

func (p *postOffice) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(s string) { _, _ = io.WriteString(c, s+"\r\n") }
	say("220 post ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(line); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250 post")
		case strings.HasPrefix(verb, "RCPT") && p.refuse:
			say("550 no such person")
		case strings.HasPrefix(verb, "RCPT"):
			p.mu.Lock()
			p.to = append(p.to, strings.TrimSpace(line))
			p.mu.Unlock()
			say("250 ok")
		case strings.HasPrefix(verb, "DATA"):
			say("354 go on")
			p.take(r)
			say("250 taken")
		case strings.HasPrefix(verb, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postOffice) take(r *bufio.Reader) {
	var mail strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		mail.WriteString(line)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, mail.String())
}

func TestAMailReachesAllAndACustomersTextAddsNoHeader(t *testing.T) {
	office := newPostOffice(t)
	m := pager.Mail{URL: models.Secret("smtp://" + office.Addr().String()), From: "remit@acme.com", To: []string{"lead@acme.com", "duty@acme.com"}}
	if err := m.Page(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if len(office.mails) != 1 || len(office.to) != 2 {
		t.Fatalf("%d mails to %v", len(office.mails), office.to)
	}
	head, body, _ := strings.Cut(office.mails[0], "\r\n\r\n")
	if strings.Contains(head, "\nBcc:") || !strings.Contains(head, "Message-ID: <page_1@remit.invalid>") {
		t.Errorf("the head is\n%s", head)
	}
	if !strings.Contains(body, "Answer here") {
		t.Errorf("the body is\n%s", body)
	}
}

func TestAMailThatIsRefusedIsAnError(t *testing.T) {
	office := newPostOffice(t)
	office.refuse = true
	m := pager.Mail{URL: models.Secret("smtp://" + office.Addr().String()), From: "remit@acme.com", To: []string{"lead@acme.com"}}
	if err := m.Page(t.Context(), page); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v, want Unavailable", err)
	}
}

func TestAPasswordIsNotSentInTheClear(t *testing.T) {
	m := pager.Mail{URL: "smtp://me:secret@mail.invalid:2525", From: "remit@acme.com", To: []string{"lead@acme.com"}}
	if policy := m.TLSPolicy(t); policy != "TLSMandatory" {
		t.Errorf("the policy is %s", policy)
	}
}

func TestThePagerIsToldInTheFormThatItKnows(t *testing.T) {
	var got map[string]any
	status, key := http.StatusAccepted, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key = r.Header.Get("Idempotency-Key")
		_ = json.NewDecoder(r.Body).Decode(&got)
		w.WriteHeader(status)
	}))
	defer srv.Close()
	h := pager.Hook{URL: models.Secret(srv.URL + "/secret"), Key: "route", HTTP: srv.Client()}
	if err := h.Page(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	body, _ := got["payload"].(map[string]any)
	if got["dedup_key"] != "page_1" || got["routing_key"] != "route" || got["event_action"] != "trigger" || body["severity"] != "critical" || key != "page_1" {
		t.Errorf("the pager got %v", got)
	}
	status = http.StatusInternalServerError
	if err := h.Page(t.Context(), page); models.KindOf(err) != models.Unavailable || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want Unavailable without the address", err)
	}
}

func TestOneWayThatWorksIsEnough(t *testing.T) {
	good := httptest.NewServer(nil)
	good.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	defer good.Close()
	works, fails := pager.Hook{URL: models.Secret(good.URL), HTTP: good.Client()}, pager.Mail{URL: "smtp://127.0.0.1:1", From: "a@b.c", To: []string{"d@e.f"}}
	if err := (pager.All{fails, works}).Page(t.Context(), page); err != nil {
		t.Error(err)
	}
	if err := (pager.All{fails}).Page(t.Context(), page); err == nil {
		t.Error("nothing got out, and nothing was said")
	}
}
