package bot

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Notice is a card that is about no single ticket or payment: a review, a kill switch, an event that could not be decided.
type Notice struct {
	Key      string        // names it; announced again, the same key changes the message in its place
	Domain   models.Domain // in whose channel it is
	Blocks   []slack.Block
	Text     string // for notifications and screen readers
	Pictures []Picture
}

// Picture is an image that goes into the thread of a card, where everybody who sees the card may see it.
type Picture struct {
	Name string // of the file: "cash.png"
	Alt  string // what it shows, for whoever cannot see it
	PNG  []byte
}

// The action ids of notices. Their values are not decisions: a dead letter's id, a domain.
const (
	ActionReplay      = "deadletter.replay"
	ActionResume      = "switch.resume"
	ActionPause       = "switch.pause"
	ActionApproveRun  = "run.approve"
	ActionOverrideRun = "run.override"
)

// maxLines bounds every list on a notice, and lineLength each of its lines, so that a notice stays within Slack's sizes
// whatever it is made from.
const (
	maxLines   = 8
	lineLength = 160
)

// headed begins a notice.
func headed(head, first string) []slack.Block {
	return []slack.Block{
		slack.NewHeaderBlock(plain(line(head, 150))),
		slack.NewSectionBlock(plain(show(first, 1200)), nil, nil, slack.SectionBlockOptionBlockID("what")),
	}
}

// bullets gives a section that lists the lines under a head, with how many were left out; none for no lines.
func bullets(id, head string, lines []string) []slack.Block {
	if len(lines) == 0 {
		return nil
	}
	said := []string{head}
	for _, l := range lines[:min(len(lines), maxLines)] {
		said = append(said, "• "+line(l, lineLength))
	}
	if rest := len(lines) - maxLines; rest > 0 {
		said = append(said, fmt.Sprintf("and %d more in remit.", rest))
	}
	return []slack.Block{slack.NewSectionBlock(plain(strings.Join(said, "\n")), nil, nil, slack.SectionBlockOptionBlockID(id))}
}

// foot says what will happen, and leads to a page of the console.
func (o CardOptions) foot(says, path, label string) []slack.Block {
	var blocks []slack.Block
	if says != "" {
		blocks = append(blocks, slack.NewContextBlock("how", plain(show(says, 600))))
	}
	if o.ConsoleURL != "" {
		blocks = append(blocks, slack.NewContextBlock("links", marked("<"+o.at(path)+"|"+label+">")))
	}
	return blocks
}

// at gives the address of a page of the console.
func (o CardOptions) at(path string) string { return strings.TrimRight(o.ConsoleURL, "/") + path }

// button gives a button that names its deed and says to screen readers what it is about.
func button(action, value, deed, about string) *slack.ButtonBlockElement {
	b := slack.NewButtonBlockElement(action, value, plain(line(deed, 75)))
	b.AccessibilityLabel = line(deed+": "+about, 75)
	return b
}

// DeadLetter tells of an event that could not be decided, and offers to try again.
func (o CardOptions) DeadLetter(l models.DeadLetter) Notice {
	what := fmt.Sprintf("An event of %s could not be decided: %s", line(l.Source, 60), show(l.Error, 600))
	if l.Field != "" {
		what += "\nAt fault: " + line(l.Field, 120)
	}
	n := Notice{Key: "notice:deadletter:" + l.ID, Domain: models.Self, Text: escape(line(what, 250))}
	n.Blocks = headed("Not decided · "+l.Kind, what)
	tried := fmt.Sprintf("Came %s; tried %d times. Nothing was done about it, and it holds nobody else up.", o.clock(l.At), l.Tries)
	if !l.ReplayedAt.IsZero() {
		n.Blocks = append(n.Blocks, o.foot("Put in line again at "+o.clock(l.ReplayedAt)+".", "/dead", "Open in remit")...)
		return n
	}
	again := button(ActionReplay, cut(l.ID, 200), "Try again", l.Kind+" of "+l.Source).WithStyle(slack.StylePrimary)
	n.Blocks = append(n.Blocks, slack.NewActionBlock("answer", again))
	n.Blocks = append(n.Blocks, o.foot(tried+" Try again puts it in line once more, which helps once its cause is mended. A manager can do that.", "/dead", "Look at the event in remit")...)
	return n
}

// DeadLetters tells of events of one source that could not be decided, under a key of their own. One alone can be tried again
// on its card.
func (o CardOptions) DeadLetters(key string, ls []models.DeadLetter) Notice {
	if len(ls) == 1 {
		n := o.DeadLetter(ls[0])
		n.Key = key
		return n
	}
	what := fmt.Sprintf("%d events of %s could not be decided. Nothing was done about them, and they hold nobody else up.", len(ls), line(ls[0].Source, 60))
	n := Notice{Key: key, Domain: models.Self, Text: escape(line(what, 250))}
	n.Blocks = headed("Not decided · "+ls[0].Source, what)
	var lines []string
	for _, l := range ls {
		said := line(l.Kind, 40) + ": " + line(l.Error, 100)
		if !l.ReplayedAt.IsZero() {
			said += " (in line again)"
		}
		lines = append(lines, said)
	}
	n.Blocks = append(n.Blocks, bullets("letters", "What is wrong:", lines)...)
	n.Blocks = append(n.Blocks, o.foot("Once the cause is mended, a manager has them tried again there.", "/dead", "Look at them in remit")...)
	return n
}

// Switched tells that a domain was paused or runs again: by whom, why, what was recalled and what had left.
func (o CardOptions) Switched(sw models.Switch, recalled []models.Decision, left []models.Effect) Notice {
	who, why := line(sw.By, 80), show(sw.Why, 600)
	n := Notice{Key: "notice:switch:" + string(sw.Domain), Domain: sw.Domain}
	name := line(string(sw.Domain), 60)
	if !sw.Paused {
		what := fmt.Sprintf("%s let %s act within its remit again at %s: %s", who, name, o.clock(sw.At), why)
		n.Text, n.Blocks = escape(line(what, 250)), headed("Running again · "+name, what)
		n.Blocks = append(n.Blocks, o.foot("What was recalled stays asked.", "/switch", "Open in remit")...)
		return n
	}
	what := fmt.Sprintf("%s paused %s at %s: %s", who, name, o.clock(sw.At), why)
	n.Text, n.Blocks = escape(line(what, 250)), headed("Paused · "+name, what)
	n.Blocks = append(n.Blocks, bullets("recalled", fmt.Sprintf("Recalled, and asked now (%d):", len(recalled)), decisionLines(recalled))...)
	n.Blocks = append(n.Blocks, bullets("left", fmt.Sprintf("Had left within a day (%d); undo what must come back:", len(left)), effectLines(left))...)
	resume := button(ActionResume, cut(string(sw.Domain), 200), "Resume "+name, "let it act again")
	resume.Confirm = slack.NewConfirmationBlockObject(plain("Let it act again?"), plain("remit then acts in "+line(string(sw.Domain), 60)+" within its remit, as before."), plain("Resume"), plain("Cancel"))
	n.Blocks = append(n.Blocks, slack.NewActionBlock("answer", resume))
	n.Blocks = append(n.Blocks, o.foot("Until a manager resumes it, remit asks about everything in "+name+".", "/switch", "Open in remit")...)
	return n
}

func decisionLines(ds []models.Decision) []string {
	var out []string
	for _, d := range ds {
		out = append(out, line(d.Title, 80)+": "+topic(d.Action)+" "+change(d, 40))
	}
	return out
}

func effectLines(es []models.Effect) []string {
	var out []string
	for _, e := range es {
		out = append(out, string(e.Kind)+" to "+line(e.Source, 40)+" for "+line(e.Item, 80))
	}
	return out
}

// Cap is a bound on what remit does by itself that was reached.
type Cap struct {
	Domain models.Domain
	Name   string    // "200 actions an hour"
	Since  time.Time // since when it counts
	Until  string    // when it is free again, in words: "15:00"
}

// Capped tells that a cap was reached, which is either a busy day or something that runs wild.
func (o CardOptions) Capped(c Cap) Notice {
	what := fmt.Sprintf("remit has reached its cap of %s and asks about everything until %s.", line(c.Name, 80), line(c.Until, 40))
	n := Notice{Key: cut("notice:cap:"+c.Name+":"+c.Since.UTC().Format(time.RFC3339), 200), Domain: c.Domain, Text: escape(what)}
	n.Blocks = headed("At the cap · "+c.Name, what)
	pause := button(ActionPause, cut(string(c.Domain), 200), "Pause "+line(string(c.Domain), 40), "turn it to asking").WithStyle(slack.StyleDanger)
	pause.Confirm = slack.NewConfirmationBlockObject(plain("Pause it?"), plain("It then asks about everything until a manager resumes it, and what has not left yet is recalled."), plain("Pause"), plain("Cancel"))
	n.Blocks = append(n.Blocks, slack.NewActionBlock("answer", pause))
	n.Blocks = append(n.Blocks, o.foot("If nobody does anything, it acts again from then on. A busy day needs a higher cap in the policy; anything else needs the kill switch.", "/log?domain="+url.QueryEscape(line(string(c.Domain), 60)), "See what it did")...)
	return n
}
