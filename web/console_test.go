package web

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"remit/models"
)

// of gives the scene's decision of an action on an item that has the text in its id.
func of(t *testing.T, d *desk, item string, a models.Action) models.Decision {
	t.Helper()
	for _, dec := range d.decisions {
		if dec.Action == a && strings.Contains(dec.Item, item) {
			return dec
		}
	}
	t.Fatalf("no %s on %s", a, item)
	return models.Decision{}
}

func TestSignIn(t *testing.T) {
	d := scene()
	v := visit(t, d.options())
	for _, path := range []string{"/", "/log", "/decisions/x", "/dead", "/switch", "/items/x"} {
		status, _, header := v.get(path)
		if status != http.StatusSeeOther || header.Get("Location") != "/signin" {
			t.Errorf("signed out, GET %s: got %d to %q, want 303 to /signin", path, status, header.Get("Location"))
		}
	}
	_, page, _ := v.get("/signin")
	wantHas(t, page, "remit login --as you")
	status, page, _ := v.get("/login?token=link-priya")
	if status != 200 || len(d.links) != 4 {
		t.Fatalf("looking at the link: got %d and %d links left, want 200 and all 4: a preview must not burn it", status, len(d.links))
	}
	wantHas(t, page, `<button class="primary big">Sign in</button>`, `value="link-priya"`)
	v.as("priya")
	status, page, _ = v.get("/")
	if status != 200 {
		t.Fatalf("signed in: got %d, want 200", status)
	}
	wantHas(t, page, "Priya Raman", "Checkout is down")

	status, page, _ = newVisitor(t, v.base).post("/login", url.Values{"token": {"link-priya"}})
	if status != http.StatusUnauthorized {
		t.Errorf("the link again: got %d, want 401", status)
	}
	wantHas(t, page, "has been used or has expired")
	status, _, _ = newVisitor(t, v.base).post("/login", url.Values{"token": {"link-gone"}})
	if status != http.StatusUnauthorized {
		t.Errorf("a link for nobody: got %d, want 401", status)
	}
}

func TestSessionCookie(t *testing.T) {
	cookie := func(address string) *http.Cookie {
		o := scene().options()
		o.URL = address
		v := visit(t, o)
		_, _, header := v.post("/login", url.Values{"token": {"link-priya"}})
		c, err := http.ParseSetCookie(header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	plain, secure := cookie("http://127.0.0.1:8081"), cookie("https://remit.example.com")
	if !plain.HttpOnly || plain.SameSite != http.SameSiteLaxMode || plain.Secure || plain.Name != "remit_session" {
		t.Errorf("over http: got %v, want HttpOnly, SameSite=Lax", plain)
	}
	if !secure.HttpOnly || secure.SameSite != http.SameSiteLaxMode || !secure.Secure || secure.Name != "__Host-remit_session" {
		t.Errorf("over https: got %v, want Secure besides", secure)
	}
}

func TestSessionIsKeptByHashAndEnds(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	u, _ := url.Parse(v.base)
	for token := range d.sessions {
		if token == v.client.Jar.Cookies(u)[0].Value {
			t.Error("the store has the cookie's own value; want its hash")
		}
	}
	v.submit("/logout", url.Values{})
	if status, _, _ := v.get("/"); status != http.StatusSeeOther || len(d.sessions) != 0 {
		t.Errorf("after signing out: got %d with %d sessions, want 303 and none", status, len(d.sessions))
	}
	v = visit(t, d.options()).as("omar")
	delete(d.people, "omar")
	if status, _, _ := v.get("/"); status != http.StatusSeeOther {
		t.Errorf("somebody who has left: got %d, want 303 to sign in", status)
	}
}

func TestHeaders(t *testing.T) {
	v := visit(t, scene().options()).as("priya")
	_, page, header := v.get("/")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", name, got, want)
		}
	}
	wantLacks(t, page, "<script", " style=", "javascript:", "ZgotmplZ")
	status, css, header := v.get(regexp.MustCompile(`/static/[^"]+`).FindString(page))
	if status != 200 || !strings.Contains(header.Get("Cache-Control"), "immutable") || !strings.Contains(css, "prefers-color-scheme: dark") {
		t.Errorf("stylesheet: got %d, %s", status, header.Get("Cache-Control"))
	}
}

func TestForgedForms(t *testing.T) {
	d := scene()
	dec := of(t, d, "35436", models.ActionPriority)
	v := visit(t, d.options()).as("priya")
	form := url.Values{"kind": {"approve"}, "version": {strconv.Itoa(dec.Version)}}
	path := "/decisions/" + dec.ID + "/answer"
	send := func(csrf string, head map[string]string) int {
		form.Set("csrf", csrf)
		req := v.request(http.MethodPost, path, form.Encode())
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, val := range head {
			req.Header.Set(k, val)
		}
		status, _, _ := v.do(req)
		return status
	}
	good := v.csrf()
	for name, got := range map[string]int{
		"no token":                               send("", nil),
		"another session's token":                send(newVisitorToken(t, v), nil),
		"from another site":                      send(good, map[string]string{"Sec-Fetch-Site": "cross-site"}),
		"from a sibling site":                    send(good, map[string]string{"Sec-Fetch-Site": "same-site"}),
		"from another origin, by an old browser": send(good, map[string]string{"Origin": "https://evil.example"}),
		"from no origin, by an old browser":      send(good, map[string]string{"Origin": "null"}),
	} {
		if got != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", name, got)
		}
	}
	if d.decisions[0].Version != dec.Version {
		t.Error("a forged form changed the decision")
	}
	if got := send(good, map[string]string{"Origin": v.base}); got != http.StatusSeeOther {
		t.Errorf("from our own page: got %d, want 303", got)
	}
	req := newVisitor(t, v.base).request(http.MethodPost, "/login", "token=link-omar")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _, _ := v.do(req); status != http.StatusForbidden {
		t.Errorf("signing somebody in from another site: got %d, want 403", status)
	}
}

func newVisitorToken(t *testing.T, v *visitor) string { return newVisitor(t, v.base).as("vera").csrf() }

func TestApprove(t *testing.T) {
	d := scene()
	dec := of(t, d, "35436", models.ActionPriority)
	form := func() url.Values {
		return url.Values{"kind": {"approve"}, "version": {strconv.Itoa(dec.Version)}, "back": {"/decisions/" + dec.ID}}
	}
	path := "/decisions/" + dec.ID + "/answer"
	srv := visit(t, d.options())
	page := newVisitor(t, srv.base).as("vera").submit(path, form())
	wantHas(t, page, "You are not among those who answer this: ask @support-leads.", "waits for an answer", `<li class="bad">`)
	page = newVisitor(t, srv.base).as("priya").submit(path, form())
	wantHas(t, page, "Approved. Priority: P1.", "applying", "Priya Raman approved it.")
	page = newVisitor(t, srv.base).as("omar").submit(path, form())
	wantHas(t, page, "Already approved by Priya Raman at 12:00.")
	if got := of(t, d, "35436", models.ActionPriority); got.Final != "P1" || got.Answers[0].Via != "console" || got.Answers[0].By.ID != "priya" {
		t.Errorf("got %+v, want P1 by priya via the console", got)
	}
}

func TestApproveByTwo(t *testing.T) {
	d := scene()
	hold := of(t, d, "inv-9913", models.ActionHold)
	hold.Answers = nil
	d.decisions[3] = hold
	v := visit(t, d.options())
	form := func(version int) url.Values {
		return url.Values{"kind": {"approve"}, "version": {strconv.Itoa(version)}}
	}
	priya := newVisitor(t, v.base).as("priya")
	_, page, _ := priya.get("/")
	wantHas(t, page, "0 of 2 approvals", "call the vendor back on a known number")
	page = priya.submit("/decisions/"+hold.ID+"/answer", form(hold.Version))
	wantHas(t, page, "Your answer is noted. One more person must choose the same.", "1 of 2 approvals", "You approved this; one more person is needed.")
	page = newVisitor(t, v.base).as("omar").submit("/decisions/"+hold.ID+"/answer", form(hold.Version+1))
	wantHas(t, page, "Approved. Payment: release the payment.")
}

func TestOverride(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	for name, c := range map[string]struct {
		item   string
		action models.Action
		value  string
		says   string
		final  string
	}{
		"a priority":                       {"35436", models.ActionPriority, "P2", "Overridden. Priority: P2.", "P2"},
		"a value the action cannot have":   {"35436", models.ActionPriority, "P9", "is not a priority", ""},
		"a queue nobody thought of":        {"35436", models.ActionRoute, " web ", "Overridden. Queue: web.", "web"},
		"a rewritten reply keeps its form": {"35436", models.ActionReply, "Dear all,\r\n\r\nwe are on it.", "Overridden. Reply: Dear all,", "Dear all,\n\nwe are on it."},
		"another pay day":                  {"inv-9920", models.ActionSchedule, "2026-12-16", "Overridden. Pay day: Wed 16 Dec.", "2026-12-16"},
		"a hold, for which one is enough":  {"inv-9913", models.ActionHold, "hold", "Overridden. Payment: hold the payment.", "hold"},
	} {
		t.Run(name, func(t *testing.T) {
			d.decisions = scene().decisions
			dec := of(t, d, c.item, c.action)
			page := v.submit("/decisions/"+dec.ID+"/answer", url.Values{
				"kind": {"override"}, "version": {strconv.Itoa(dec.Version)}, "action": {string(c.action)}, "value": {c.value},
				"reason": {"judgement"}, "note": {"because"},
			})
			wantHas(t, page, c.says)
			if got := of(t, d, c.item, c.action); got.Final != c.final || c.final != "" && got.Answers[len(got.Answers)-1].Note != "because" {
				t.Errorf("settled on %q by %+v, want %q", got.Final, got.Answers, c.final)
			}
		})
	}
}

func TestADraftIsRejectedInTheConsoleAndByTheAPI(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	dec := of(t, d, "35436", models.ActionReply)
	_, shown, _ := v.get("/decisions/" + dec.ID)
	wantHas(t, shown, "Do not add a draft")
	page := v.submit("/decisions/"+dec.ID+"/answer", url.Values{"kind": {"reject"}, "version": {strconv.Itoa(dec.Version)}})
	wantHas(t, page, "Rejected. No draft is added.")
	if got := of(t, d, "35436", models.ActionReply); got.Final != "" || got.Answers[len(got.Answers)-1].Kind != models.AnswerReject {
		t.Errorf("settled on %q by %+v", got.Final, got.Answers)
	}
	d.decisions = scene().decisions
	status, out := newAPIClient(t, visit(t, d.options()), "token-priya").call("POST", "/v1/decisions/"+dec.ID+"/answer", `{"kind":"reject","version":`+strconv.Itoa(dec.Version)+`}`)
	if got := of(t, d, "35436", models.ActionReply); status != 200 || got.State.Open() || got.Final != "" {
		t.Errorf("got %d %v", status, out)
	}
}

func TestTidyTags(t *testing.T) {
	if got := tidyValue(models.ActionTag, " web, checkout ,, web"); got != "checkout,web" {
		t.Errorf("got %q, want the form in which tags compare", got)
	}
}

func TestAnswerNeverLeadsAway(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		_, _, header := v.post("/decisions/x/answer", url.Values{"csrf": {v.csrf()}, "back": {to}})
		if got := header.Get("Location"); got != "/" {
			t.Errorf("back to %s: got %q, want /", to, got)
		}
	}
}

func TestUndo(t *testing.T) {
	d := scene()
	done := of(t, d, "35101", models.ActionRoute)
	v := visit(t, d.options()).as("priya")
	_, page, _ := v.get("/decisions/" + done.ID)
	wantHas(t, page, "Undo: put it back to general")
	back := url.Values{"back": {"/decisions/" + done.ID}}
	page = v.submit("/decisions/"+done.ID+"/undo", back)
	wantHas(t, page, "say why")
	back.Set("reason", "wrong team")
	page = v.submit("/decisions/"+done.ID+"/undo", back)
	wantHas(t, page, "Queue is being put back to general.", "took it back: wrong team", "reverting")
	page = v.submit("/decisions/"+done.ID+"/undo", back)
	wantHas(t, page, "This has been undone.")
}

func TestLogPages(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	_, page, _ := v.get("/log?domain=triage&state=asked&q=Checkout&limit=2")
	q := d.asked[len(d.asked)-1]
	if q.Domain != models.Triage || q.State != models.Asked || q.Text != "Checkout" || q.Limit != 3 {
		t.Errorf("asked for %+v, want the filters and one more than is shown", q)
	}
	wantHas(t, page, `<a class="button" href="/log?before=`, "Reply")
	wantLacks(t, page, "Ferrum")
	if status, _, _ := v.get("/log?before=yesterday"); status != http.StatusBadRequest {
		t.Errorf("an unreadable time: got %d, want 400", status)
	}
}

func TestDeadLetters(t *testing.T) {
	d := scene()
	srv := visit(t, d.options())
	v := newVisitor(t, srv.base).as("priya")
	_, page, _ := v.get("/dead")
	wantHas(t, page, "payable.amount", "has more decimals", "Replay")
	page = v.submit("/dead/dl_1/replay", url.Values{"back": {"/dead"}})
	wantHas(t, page, "It is in the inbox again")
	other := newVisitor(t, srv.base).as("vera")
	_, page, _ = other.get("/dead")
	wantLacks(t, page, "Replay</button>")
	page = other.submit("/dead/dl_1/replay", url.Values{"back": {"/dead"}})
	wantHas(t, page, "ask one of them")
	if len(d.replayed) != 1 {
		t.Errorf("replayed %v, want it once", d.replayed)
	}
}

func TestKillSwitch(t *testing.T) {
	d := scene()
	srv := visit(t, d.options())
	priya := newVisitor(t, srv.base).as("priya")
	page := priya.submit("/switch", url.Values{"domain": {"triage"}, "deed": {"pause"}, "reason": {"no"}})
	wantHas(t, page, "for managers")
	omar := newVisitor(t, srv.base).as("omar")
	page = omar.submit("/switch", url.Values{"domain": {"triage"}, "deed": {"pause"}})
	wantHas(t, page, "say why")
	_, page, _ = omar.post("/switch", url.Values{"csrf": {omar.csrf()}, "domain": {"triage"}, "deed": {"pause"}, "reason": {"strange answers"}})
	wantHas(t, page, "Recalled", "Hafen Logistik", "Had already left", "ticket:helpdesk:35101")
	_, page, _ = priya.get("/log")
	wantHas(t, page, "Tickets are paused.", "strange answers")
	omar.post("/switch", url.Values{"csrf": {omar.csrf()}, "domain": {"triage"}, "deed": {"resume"}, "reason": {"mended"}})
	_, page, _ = priya.get("/log")
	wantLacks(t, page, "paused")
}

func TestItemLeadsToItsDecision(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	_, _, header := v.get("/items/payable:erp:inv-9913")
	if want := "/decisions/" + of(t, d, "inv-9913", models.ActionHold).ID; header.Get("Location") != want {
		t.Errorf("got %q, want %q", header.Get("Location"), want)
	}
	if status, page, _ := v.get("/items/nothing"); status != 404 || !strings.Contains(page, "Nothing is known") {
		t.Errorf("got %d, want 404 with a sentence", status)
	}
}

func TestInboxWithoutCards(t *testing.T) {
	d := scene()
	d.blocks = func(models.Case) (json.RawMessage, error) { return nil, errors.New("no card today") }
	_, page, _ := visit(t, d.options()).as("priya").get("/?domain=triage")
	wantHas(t, page, "Checkout is down", "Says that nobody can pay", "Approve: P1")
	wantLacks(t, page, "Ferrum", "no card today")
	d.decisions = nil
	_, page, _ = visit(t, d.options()).as("omar").get("/")
	wantHas(t, page, "All answered")
}

func TestMetricsAreClosed(t *testing.T) {
	o := scene().options()
	if status, _, _ := visit(t, o).get("/metrics"); status != http.StatusUnauthorized {
		t.Errorf("without sign-in: got %d, want 401", status)
	}
	v := visit(t, o)
	req := v.request(http.MethodGet, "/metrics", "")
	req.Header.Set("Authorization", "Bearer token-priya")
	if status, _, _ := v.do(req); status != 200 {
		t.Errorf("with a token: got %d, want 200", status)
	}
	o.OpenMetrics = true
	if status, _, _ := visit(t, o).get("/metrics"); status != 200 {
		t.Errorf("opened: got %d, want 200", status)
	}
}

func TestServerStopsGracefully(t *testing.T) {
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		w.WriteHeader(http.StatusAccepted)
	})
	public, console := listen(), listen()
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	s := Server{Public: slow, Console: Console(scene().options()), Grace: time.Minute}
	go func() { served <- s.Serve(ctx, public, console) }()
	answered := make(chan int, 1)
	go func() {
		resp, err := http.Get("http://" + public.Addr().String())
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-entered
	stop()
	close(leave)
	if got := <-answered; got != http.StatusAccepted {
		t.Errorf("a request under way when it was stopped: got %d, want 202", got)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v, want nil", err)
	}
	if _, err := http.Get("http://" + console.Addr().String()); err == nil {
		t.Error("the console still listens")
	}
}

func TestServerFailsTogether(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broken.Close()
	s := Server{Public: http.NotFoundHandler(), Console: http.NotFoundHandler()}
	if err := s.Serve(t.Context(), l, broken); err == nil {
		t.Error("got nil, want the listener's error")
	}
}
