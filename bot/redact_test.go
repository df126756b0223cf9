package bot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

// personal is what a careless customer writes; told is a part of each piece that must not be told. The second card number
// is broken by what nobody sees, and the third by the ends of lines.
const personal = "card 4111 1111 1111 1111, 5500\u200b0000\u200b0000\u200b0004, 3400\n0000\n0000\n009, IBAN DE89 3704 0044 0532 0130 00, jo.miller@example.com, password: hunter2; " +
	"6011\u00a01111\u202f1111 1117, <b>Kennwort:</b> gans1, my pwd otter42"

var told = []string{"4111 1111", "55000000", "5500 0000", "0000 0000 009", "3704 0044", "jo.miller", "hunter2", "1111 1117", "gans1", "otter42"}

// careless gives the case with personal data wherever words of people may stand.
func careless(c models.Case) models.Case {
	c.Title += " " + personal
	if t := c.Facts.Ticket; t != nil {
		t.Subject, t.Text = c.Title, personal
		t.Thread = append(t.Thread, models.Comment{ID: "1", Text: personal, Public: true, Author: models.Actor{Kind: models.ByCustomer}})
	}
	if c.Facts.Account != nil {
		c.Facts.Account.Name = personal
	}
	if c.Facts.Incident != nil {
		c.Facts.Incident.Title = personal
	}
	for i := range c.Decisions {
		d := &c.Decisions[i]
		d.Title, d.Note, d.Audited.Note = c.Title, personal, personal
		d.Reasons = append([]models.Reason{{Text: personal, Weight: 1}}, d.Reasons...)
		d.Ruling.Why = []string{personal}
		for j := range d.Answers {
			d.Answers[j].Note = personal
		}
		if d.Action == models.ActionReply {
			d.Value += " " + personal
		}
	}
	return c
}

// wire keeps all that is sent.
type wire struct {
	mu   sync.Mutex
	sent bytes.Buffer
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		w.sent.WriteString(r.URL.Path + " ")
		w.sent.Write(body)
		w.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// readable gives what was sent as a person would read it.
func (w *wire) readable(t *testing.T) string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	return readable(w.sent.String())
}

func readable(s string) string {
	return strings.NewReplacer("+", " ", "%20", " ", "%40", "@", "%3A", ":", "%2C", ",", `\n`, "\n", "%5Cn", "\n", "%5Cu200b", "", "%E2%80%8B", "").Replace(s)
}

func wantHidden(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range told {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s tells %q: …%s…", where, secret, text[max(0, at-120):at+len(secret)])
		}
	}
}

// redacting has a world whose policy says what on says, and keeps what is sent.
func redacting(on bool, kept *wire) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Redact, o.HTTP = func() bool { return on }, &http.Client{Transport: kept}
	}
}

func TestNoCardTellsPersonalData(t *testing.T) {
	all := kinds()
	maps.Copy(all, laterKinds())
	for name, c := range all {
		if c.Domain != models.Triage {
			continue
		}
		t.Run(name, func(t *testing.T) {
			kept := &wire{}
			w, _ := newFace(t, redacting(true, kept))
			c = careless(c)
			ask := routeAsk() // so that the card is posted, whatever became of the rest
			ask.ID, ask.EventID = "dec_more", "ev_2"
			asked := c
			asked.Decisions = []models.Decision{ask}
			w.card(asked)
			w.desk.put(c)
			w.notify(c.Item)
			wantHidden(t, "the card", w.only().Words()+w.only().Text)
			w.openHome(priya)
			for _, text := range []string{"inbox", "why " + c.Decisions[0].ID, "search log in"} {
				wantHidden(t, "/remit "+text, readable(w.typed(priya, text)))
			}
			w.report(w.only())
			if d := c.Decisions[0]; d.State.Open() {
				w.typed(priya, "override "+d.ID)
			}
			wantHidden(t, "what was sent to Slack", kept.readable(t))
			raw, err := w.bot.Blocks(c)
			if err != nil || name == "ticket_asked" && !strings.Contains(string(raw), "jo.miller@example.com") {
				t.Errorf("the console's card hides it too (%v)", err)
			}
		})
	}
}

func TestGoldenRedacted(t *testing.T) {
	w := newWorld(t, redacting(true, &wire{}))
	m := w.card(careless(ticketCase(priorityAsk(), replyAsk())))
	golden(t, "ticket_redacted", map[string]any{"text": m.Text, "blocks": json.RawMessage(m.Blocks)})
}

func TestAPolicyMayHaveCardsShowAllOfIt(t *testing.T) {
	w := newWorld(t, redacting(false, &wire{}))
	m := w.card(careless(ticketCase(priorityAsk())))
	wantSaid(t, m.Words(), "4111 1111 1111 1111", "jo.miller@example.com", "hunter2")
}

func TestPersonalDataIsHiddenWhereNobodySaysOtherwise(t *testing.T) {
	w := newWorld(t)
	m := w.card(careless(ticketCase(priorityAsk())))
	wantHidden(t, "the card", m.Words())
	wantSaid(t, m.Words(), "[card]", "[iban]", "[e-mail]", "[secret]")
}

func TestPaymentsAreShownAsTheyAre(t *testing.T) {
	w := newWorld(t)
	d := holdAsk()
	d.Reasons[0].Text = "It goes to DE89 3704 0044 0532 0130 00"
	wantSaid(t, w.card(payCase(d)).Words(), "DE89 3704 0044 0532 0130 00")
}

func TestDigestsPagesAndNoticesTellNoPersonalData(t *testing.T) {
	kept, p := &wire{}, &pager{}
	w := newWorld(t, redacting(true, kept), quietly(bot.Quiet{PerHour: 1}), func(o *bot.Options) { o.Elsewhere.Pager = p })
	for _, item := range w.escalations(6) {
		c, err := w.desk.Case(t.Context(), item)
		if err != nil {
			t.Fatal(err)
		}
		w.desk.put(careless(c))
	}
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Times: 1_000_000, Undone: true, Cut: true})
	w.deliver(time.Hour)
	w.slack.Mend()
	w.deliver(time.Hour)
	if len(p.pages) == 0 {
		t.Fatal("nobody was paged")
	}
	for _, page := range p.pages {
		wantHidden(t, "a page", page.Title+"\n"+page.Text)
	}
	if !slices.ContainsFunc(w.slack.Visible(triageChannel), func(m slackfake.Message) bool { return strings.Contains(m.Words(), "can wait") }) {
		t.Error("there is no digest")
	}
	wantHidden(t, "a digest or card", kept.readable(t))

	c := careless(ticketCase(priorityAsk()))
	sw := models.Switch{Domain: models.Triage, Paused: true, By: "Mia", Why: "odd", At: made}
	if err := w.bot.AnnounceSwitch(t.Context(), sw, c.Decisions, nil); err != nil {
		t.Fatal(err)
	}
	c.Decisions[0].State = models.Observed
	observed, ok := w.bot.WouldHave(c, 1, 10)
	if !ok {
		t.Fatal("nothing would have been done")
	}
	letters := w.bot.DeadLetters("notice:deadletters:x", []models.DeadLetter{{ID: "1", Source: "helpdesk", Kind: "ticket.created", Error: personal, Field: personal}})
	for _, n := range []bot.Notice{observed, letters} {
		if err := w.bot.Announce(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	wantHidden(t, "a notice", kept.readable(t))
}

// edit opens the form of a draft that holds an e-mail address, and submits it with text for what stands there.
func edit(t *testing.T, change func(shown string) string) (*world, slackfake.Answer) {
	t.Helper()
	w := newWorld(t)
	d := replyAsk()
	d.Value = "Hello,\nwe wrote to jo.miller@example.com and to billing@example.com."
	w.press(priya, w.card(ticketCase(d)), "Override: edit")
	shown := "Hello,\nwe wrote to [e-mail] and to [e-mail]."
	if open := w.slack.OpenViews(); len(open) != 1 || !strings.Contains(string(open[0].Body), strings.ReplaceAll(shown, "\n", `\n`)) {
		t.Fatalf("the draft is not in the form as it may be shown: %v", open)
	}
	return w, w.submit(map[string]string{"v." + d.ID: change(shown), "reason": "judgement"})
}

func TestADraftIsEditedAroundWhatIsHidden(t *testing.T) {
	w, _ := edit(t, func(shown string) string { return strings.Replace(shown, "Hello", "Dear Jo", 1) })
	if got, want := w.decision(replyAsk().ID).Final, "Dear Jo,\nwe wrote to jo.miller@example.com and to billing@example.com."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestADraftMayBeWrittenAnew(t *testing.T) {
	w, _ := edit(t, func(string) string { return "We will ring you." })
	if got := w.decision(replyAsk().ID).Final; got != "We will ring you." {
		t.Errorf("got %q", got)
	}
}

func TestAHiddenAddressIsNotSentAsAMark(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"one of two taken out": func(s string) string { return strings.Replace(s, " and to [e-mail]", "", 1) },
		"one more":             func(s string) string { return s + " Or [e-mail]?" },
	} {
		t.Run(name, func(t *testing.T) {
			w, a := edit(t, change)
			if w.desk.settled() != 0 || !strings.Contains(a.Errors["v."+replyAsk().ID], "hidden") {
				t.Errorf("got %v, settled %d", a, w.desk.settled())
			}
		})
	}
}

func TestAnUneditedDraftIsNoOverride(t *testing.T) {
	w, a := edit(t, func(shown string) string { return shown })
	if w.desk.settled() != 0 || !strings.Contains(a.Errors["v."+replyAsk().ID], "This is what remit proposes") {
		t.Errorf("got %v, settled %d", a, w.desk.settled())
	}
}
