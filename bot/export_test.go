package bot

import (
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Wait waits for what clicks have begun, without closing.
func (b *Bot) Wait() { b.work.Wait() }

// OverrideView draws the modal for tests of its shape.
var OverrideView = CardOptions.overrideView

// ToldView draws the modal that says a sentence.
var ToldView = CardOptions.toldView

// Until gives when the quiet that t is in ends.
func (q Quiet) Until(t time.Time) time.Time { return q.until(t) }

// Impatient makes Slack give up at once.
func (b *Bot) Impatient() { b.patient = time.Nanosecond }

// Patience has Slack wait so long, half of it before a form says that it is under way.
func (b *Bot) Patience(d time.Duration) { b.patient = d }

// Forms draws every form there is beside the override, for tests of their shape; those that there is nothing to draw of are
// left out.
func Forms(o CardOptions, c models.Case, d models.Decision, levels []LevelLine, r Trial, why string) map[string]slack.ModalViewRequest {
	out := map[string]slack.ModalViewRequest{}
	add := func(name string, view slack.ModalViewRequest, err error) {
		if err == nil {
			out[name] = view
		}
	}
	view, err := o.auditView(d, "C1")
	add("audit", view, err)
	view, err = o.reportView(c, "C1")
	add("report", view, err)
	view, err = o.switchView(ActionPause, d.Domain, "C1")
	add("switch", view, err)
	view, err = tuneView(levels, "C1")
	add("tune", view, err)
	view, err = trialView(Tuning{Action: models.ActionPriority, Level: models.LevelAct, MaxError: .03}, r, cut(clean(why), 500), "C1")
	add("trial", view, err)
	view, err = o.overrideForm(overrideForm{title: d.Title, ds: []models.Decision{d}, callback: callbackRun})
	add("run", view, err)
	return out
}
