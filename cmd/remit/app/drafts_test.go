package app_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
)

// statusIs tells what an agent has set a ticket's status to.
func (w *world) statusIs(ticket, to, from string) {
	w.Helper()
	w.clock.add(time.Hour)
	w.zendesk("status_changed", ticket, map[string]any{"status": to, "actor_id": "9"}, map[string]any{"current": to, "previous": from})
	w.settled()
}

// onReplies gives what is kept of the replies' slice.
func (w *world) onReplies() decision.Standing {
	w.Helper()
	all, err := w.app.Store.Standings(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for _, st := range all {
		if st.Slice.Action == models.ActionReply {
			return st
		}
	}
	return decision.Standing{}
}

func TestWhatTheCustomerIsSentIsTheVerdictOnADraftUntilTheTicketIsReopened(t *testing.T) {
	for name, c := range map[string]struct {
		approved     bool // on the card, before anything is sent
		sends        string
		reopened     bool
		right, wrong int
	}{
		"approved, and nothing is sent":                       {true, "", false, 0, 0},
		"approved, and sent":                                  {true, firstDraft, false, 1, 0},
		"approved, and sent with a signature":                 {true, firstDraft + "\n\nBest regards\nAnn\nAcme Support", false, 1, 0},
		"approved, and something else is sent":                {true, rewrite, false, 0, 1},
		"approved, something else is sent, and reopened":      {true, rewrite, true, 0, 1},
		"approved, sent, and reopened":                        {true, firstDraft, true, 0, 1},
		"approved, nothing is sent, and reopened":             {true, "", true, 0, 1},
		"sent without a word, and reopened":                   {false, firstDraft, true, 0, 1},
		"something else is sent without a word, and reopened": {false, rewrite, true, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
				// All is acted on, so each verdict is evidence unless it is kept for choosing from which confidence on.
				w.policy = []byte(strings.ReplaceAll(strings.ReplaceAll(draftPolicy, "LEVEL", "act"), "50%", "99%"))
			})
			w.ticket("2", "I am looking for the export of my contacts and cannot find it.")
			w.settled()
			d := w.newest(item("2"), models.ActionReply)
			if c.approved {
				w.resolve(d, "sam", models.AnswerApprove, "")
				w.settled()
			}
			if c.sends != "" {
				w.agentWrites("2", c.sends)
			}
			w.statusIs("2", "SOLVED", "OPEN")
			if c.reopened {
				w.statusIs("2", "OPEN", "SOLVED")
				w.statusIs("2", "SOLVED", "OPEN")
				w.statusIs("2", "OPEN", "SOLVED") // it counts once
			}
			vs, st := w.verdicts(), w.onReplies()
			if len(vs) != c.right+c.wrong || len(vs) == 1 && (vs[0].Wrong != (c.wrong == 1) || !vs[0].Earns) {
				t.Errorf("got %+v", vs)
			}
			if st.Verdicts != c.right+c.wrong || st.Agreed != c.right {
				t.Errorf("of %d verdicts %d agree", st.Verdicts, st.Agreed)
			}
			right, wrong := c.right, c.wrong
			if decision.ForThreshold(d.ID, w.app.Engine.Salt) { // as is drawn: then it bounds nothing
				right, wrong = 0, 0
			}
			if e := st.Evidence; e.Right != right || e.Wrong != wrong {
				t.Errorf("the evidence is of %d right and %d wrong", e.Right, e.Wrong)
			}
		})
	}
}
