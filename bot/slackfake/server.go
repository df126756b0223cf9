// Package slackfake is a Slack workspace to run an app against: the Web API with Slack's limits, and the people who click.
//
// It is strict where Slack is strict (sizes, ids, the pace of a channel, triggers of 3 seconds, response URLs of 5 uses)
// and can be told to fail as Slack does: cut connections, slow answers, 5xx, 429. It keeps no time of its own.
package slackfake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is one workspace with one app installed. The exported fields are set before it is used.
type Server struct {
	Token         string // the app's bot token
	AppToken      string // the app's token to connect by
	SigningSecret string
	TeamID        string
	BotID         string
	BotUserID     string
	Scopes        []string // granted to the token, shown in x-oauth-scopes
	Now           func() time.Time
	Pace          time.Duration // least time between two posts in one channel; zero for no pace
	AppURL        string        // where clicks and modals are sent
	CommandURL    string        // where slash commands are sent
	EventURL      string        // where events are sent
	Socket        bool          // all three go over the app's connections instead
	Twice         bool          // each goes over every connection, and twice
	Client        *http.Client  // sends them; nil for the default one

	mu         sync.Mutex
	base       string
	seq        int64
	channels   map[string]*channel
	users      map[string]User
	groups     map[string][]string
	views      map[string]*View
	triggers   map[string]time.Time
	replies    map[string]*replyURL
	faults     []*Fault
	calls      []Call
	ephemerals []Ephemeral
	homes      map[string]home
	files      map[string]*File
	links      []*link
	linked     chan struct{} // closed when the links change
	tickets    map[string]bool
	acks       map[string]chan Answer
	turn       int
	dropped    int
	socketOff  bool
	listening  *http.Server
	serving    sync.WaitGroup
}

// Call is one call that the app made.
type Call struct {
	Method  string
	Channel string
	Status  int
	Error   string // Slack's word for what was wrong
}

// New gives a workspace without channels and people.
func New(token, signingSecret string, now func() time.Time) *Server {
	return &Server{
		Token: token, SigningSecret: signingSecret, Now: now,
		TeamID: "T0FAKE", BotID: "B0FAKE", BotUserID: "U0FAKEBOT",
		Scopes: []string{
			"chat:write", "commands", "users:read", "channels:read", "groups:read", "channels:history", "groups:history",
			"usergroups:read", "app_mentions:read", "files:write", "im:write",
		},
		channels: map[string]*channel{}, users: map[string]User{}, groups: map[string][]string{},
		views: map[string]*View{}, triggers: map[string]time.Time{}, replies: map[string]*replyURL{},
		homes: map[string]home{}, files: map[string]*File{}, linked: make(chan struct{}), tickets: map[string]bool{},
		acks: map[string]chan Answer{},
	}
}

// Listen serves the workspace on a loopback port of its own and gives the address of its API. Close ends it.
func (s *Server) Listen() (apiURL string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	s.mu.Lock()
	s.base = "http://" + l.Addr().String()
	s.listening = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	srv := s.listening
	s.mu.Unlock()
	s.serving.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			_ = l.Close()
		}
	})
	return s.base + "/api/", nil
}

// Close ends what Listen began, without waiting for calls that are held back.
func (s *Server) Close() {
	s.mu.Lock()
	srv := s.listening
	s.mu.Unlock()
	s.CutLinks()
	if srv != nil {
		_ = srv.Close()
	}
	s.serving.Wait()
}

// Calls gives the calls of a method that were answered so far; "" for all methods.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

// result is what a method answers: the fields beside ok, or the error.
type result struct {
	fields   map[string]any
	err      string
	messages []string
	status   int // 0 for 200
	after    int // Retry-After in seconds
}

func ok(fields map[string]any) result { return result{fields: fields} }

func fail(err string, messages ...string) result { return result{err: err, messages: messages} }

type method func(*Server, args) result

var methods = map[string]method{
	"auth.test":             (*Server).authTest,
	"chat.postMessage":      (*Server).postMessage,
	"chat.update":           (*Server).updateMessage,
	"chat.delete":           (*Server).deleteMessage,
	"chat.postEphemeral":    (*Server).postEphemeral,
	"conversations.history": (*Server).history,
	"conversations.replies": (*Server).replyPage,
	"conversations.info":    (*Server).conversationInfo,
	"conversations.open":    (*Server).openConversation,
	"users.info":            (*Server).userInfo,
	"users.list":            (*Server).listUsers,
	"conversations.list":    (*Server).listConversations,
	"usergroups.users.list": (*Server).groupUsers,
	"views.open":            (*Server).openView,
	"views.update":          (*Server).updateView,
	"views.publish":         (*Server).publishView,
	"apps.connections.open": (*Server).openConnection,

	"files.getUploadURLExternal":   (*Server).uploadURL,
	"files.completeUploadExternal": (*Server).completeUpload,
}

const maxRequest = 1 << 20

// ServeHTTP answers API calls under /api/, response URLs under /respond/, uploads under /upload/, connections under /link/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.learnBase(r)
	if ticket, isLink := strings.CutPrefix(r.URL.Path, "/link/"); isLink {
		s.connect(w, r, ticket)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if id, isReply := strings.CutPrefix(r.URL.Path, "/respond/"); isReply {
		s.answer(w, "response_url", "", s.respond(id, body))
		return
	}
	if id, isUpload := strings.CutPrefix(r.URL.Path, "/upload/"); isUpload {
		s.upload(w, id, fileBytes(r, body))
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	a, err := readArgs(r, body)
	if err != nil {
		s.answer(w, name, "", fail("invalid_form_data"))
		return
	}
	s.call(r.Context(), w, name, a)
}

func (s *Server) learnBase(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base == "" {
		s.base = "http://" + r.Host
	}
}

func (s *Server) call(ctx context.Context, w http.ResponseWriter, name string, a args) {
	f := s.faultFor(name, a.get("channel"))
	if f != nil {
		f.hold(ctx)
	}
	var res result
	if f == nil || !f.Undone {
		res = s.do(name, a)
	}
	if f != nil {
		f.release()
		if f.Cut {
			s.note(Call{Method: name, Channel: a.get("channel"), Error: "cut"})
			cut(w)
			return
		}
		res = f.spoil(res)
	}
	s.answer(w, name, a.get("channel"), res)
}

func (s *Server) do(name string, a args) result {
	s.mu.Lock()
	defer s.mu.Unlock()
	run, known := methods[name]
	switch {
	case !known:
		return fail("unknown_method")
	case a.token == "":
		return fail("not_authed")
	case a.token != s.Token && name != "apps.connections.open":
		return fail("invalid_auth")
	}
	return run(s, a)
}

func (s *Server) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
}

func (s *Server) answer(w http.ResponseWriter, name, channel string, res result) {
	status := res.status
	if status == 0 {
		status = http.StatusOK
	}
	s.note(Call{Method: name, Channel: channel, Status: status, Error: res.err})
	body := map[string]any{"ok": res.err == ""}
	for k, v := range res.fields {
		body[k] = v
	}
	if res.err != "" {
		body["error"] = res.err
	}
	if len(res.messages) > 0 {
		body["response_metadata"] = map[string]any{"messages": res.messages}
	}
	if res.after > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(res.after))
	}
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.Scopes, ","))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// cut drops the connection without an answer: whoever called cannot know what became of the call.
func cut(w http.ResponseWriter) {
	if h, isHijacker := w.(http.Hijacker); isHijacker {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// nextTS gives Slack's id of the next message: the time, and a number that makes it unique and later than the last.
func (s *Server) nextTS() string {
	s.seq++
	return fmt.Sprintf("%d.%06d", s.Now().Unix(), s.seq)
}

func (s *Server) nextID(prefix string) string {
	s.seq++
	return fmt.Sprintf("%s%06d", prefix, s.seq)
}
