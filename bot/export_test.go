package bot

import "time"

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
