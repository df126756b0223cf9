package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
)

const (
	firstDraft  = "Please open the settings and choose export there."
	secondDraft = "Please open the reports and choose menu there."
	rewrite     = "Our engineers have looked at your account, and the trouble is gone since they restarted the job."
	draftPolicy = `
triage:
  approvers: "@support-leads"
  reply: {level: LEVEL, max_error: 50%}
  macros:
    - {title: First, words: [export, contacts, looking], text: "` + firstDraft + `"}
    - {title: Second, words: [export, contacts, looking], text: "` + secondDraft + `"}
finance:
  approvers: "@finance-leads"
  hold: {level: ask}
`
)

// agentWrites sends what an agent answers in the helpdesk.
func (w *world) agentWrites(ticket, text string) {
	w.Helper()
	w.clock.add(10 * time.Minute)
	w.zendesk("comment_added", ticket, map[string]any{"actor_id": "9"}, map[string]any{"comment": map[string]any{
		"id": "c" + ticket, "body": text, "is_public": true, "author": map[string]any{"id": "9", "name": "Ann", "is_staff": true},
	}})
	w.settled()
}

func TestAMacroThatAgentsAlwaysRewriteIsDraftedNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		level    string
		approved bool // on the card, before it is sent
		sends    string
		want     string
	}{
		"asked about, and rewritten":             {"ask", false, rewrite, secondDraft},
		"asked about, and sent as it was":        {"ask", false, firstDraft, firstDraft},
		"approved, and rewritten":                {"ask", true, rewrite, secondDraft},
		"approved, and sent as it was":           {"ask", true, firstDraft, firstDraft},
		"written unasked, and rewritten":         {"act", false, rewrite, secondDraft},
		"written unasked, and sent as it was":    {"act", false, firstDraft, firstDraft},
		"only observed, and written differently": {"observe", false, rewrite, secondDraft},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
				w.policy = []byte(strings.ReplaceAll(draftPolicy, "LEVEL", c.level))
			})
			draft := func(id string) models.Decision {
				w.ticket(id, "I am looking for the export of my contacts and cannot find it.")
				w.settled()
				return w.newest(item(id), models.ActionReply)
			}
			if c.level == "act" {
				q := decision.GrantRequest{Action: models.ActionReply, Segment: draft("8").Segment, Level: models.LevelAct, Until: "2026-12-20", Reason: "pilot"}
				if _, err := w.app.Engine.Grant(t.Context(), q, w.person("olga")); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 3 {
				id := fmt.Sprint(i + 1)
				d := draft(id)
				if state := map[string]models.State{"ask": models.Asked, "act": models.Applied, "observe": models.Observed}[c.level]; d.Value != firstDraft || d.State != state {
					t.Fatalf("it drafts %q, which is %s: want %s; %v", d.Value, d.State, state, d.Ruling.Why)
				}
				if c.approved {
					w.resolve(d, "sam", models.AnswerApprove, d.Value)
					w.settled()
				}
				w.agentWrites(id, c.sends)
			}
			if err := w.app.RefreshAnswers(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d := draft("9"); d.Value != c.want {
				t.Errorf("it drafts %q, want %q", d.Value, c.want)
			}
		})
	}
}

func TestADraftThatIsRejectedIsNotWrittenAndCountsAgainstIt(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.policy = []byte(strings.ReplaceAll(draftPolicy, "LEVEL", "ask"))
	})
	w.ticket("1", "I am looking for the export of my contacts and cannot find it.")
	w.settled()
	d := w.newest(item("1"), models.ActionReply)
	w.press(sam, w.card("C0TRIAGE", firstDraft), "Do not add a draft")
	w.settled()
	d = w.newest(item("1"), models.ActionReply)
	if d.State != models.Applied || d.Final != "" || d.Answers[0].Kind != models.AnswerReject {
		t.Fatalf("it is %s, %q after %+v", d.State, d.Final, d.Answers)
	}
	if n := len(w.desk.Writes()); n != 0 {
		t.Errorf("%d writes reached the helpdesk", n)
	}
	if vs := w.verdicts(); len(vs) != 1 || !vs[0].Wrong || !vs[0].Earns {
		t.Errorf("the verdicts are %+v", vs)
	}
	w.card("C0TRIAGE", "Rejected by Sam")
}
