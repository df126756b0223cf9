package bot

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// The action ids of a card, for whoever shows its blocks elsewhere. The value of each is "decision:version", several by
// commas; an option of the menu has the same value.
const (
	ActionApprove  = "approve"
	ActionOverride = "override"
	ActionMenu     = "more"
)

// CardOptions are what a card depends on besides the case. It does not depend on the time it is drawn at, so that an
// unchanged case gives an unchanged card.
type CardOptions struct {
	Zone       *time.Location
	ConsoleURL string
	Note       string // said on top: why the card is where it is
}

// room is how much a card tells. A card that would be too long for Slack is drawn again with less of it.
type room struct {
	reasons, reason int // how many, and how long each
	facts           int // fields
	text            int // of the customer's words, and of a draft
	note            int // of what people and the policy say
	done, outcome   int // how many settled decisions, and how long each
}

var rooms = []room{
	{reasons: 4, reason: 240, facts: 10, text: 700, note: 200, done: 6, outcome: 450},
	{reasons: 3, reason: 160, facts: 8, text: 350, note: 160, done: 6, outcome: 300},
	{reasons: 2, reason: 100, facts: 4, text: 120, note: 100, done: 4, outcome: 200},
	{reasons: 1, reason: 60, note: 60, done: 3, outcome: 150},
}

// maxOpen is how many open decisions one card asks about; more are left to the console.
const maxOpen = 4

// maxCard is below Slack's 12,000 characters by what the rest of the request may add.
const maxCard = 11_000

// Card draws a case: its blocks, and the text for notifications and screen readers. Every limit of Slack's is kept
// whatever the case holds.
func Card(c models.Case, o CardOptions) (blocks []slack.Block, fallback string) {
	fallback = o.fallback(c)
	for _, r := range rooms {
		blocks = o.draw(c, r)
		if size(blocks)+length(fallback) <= maxCard {
			break
		}
	}
	return blocks, fallback
}

// size counts the blocks as JSON in its shortest form.
func size(blocks []slack.Block) int {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(blocks) != nil {
		return 1 << 30
	}
	return length(b.String())
}

func (o CardOptions) draw(c models.Case, r room) []slack.Block {
	open := c.Open()
	shown := open[:min(len(open), maxOpen)]
	blocks := []slack.Block{slack.NewHeaderBlock(plain(line(domainWord(c.Domain)+" · "+c.Title, 150)))}
	if o.Note != "" {
		blocks = append(blocks, slack.NewContextBlock("note", plain(show(o.Note, 300))))
	}
	for i, d := range shown {
		blocks = append(blocks, o.proposal(i, d, r)...)
	}
	if rest := len(open) - len(shown); rest > 0 {
		blocks = append(blocks, slack.NewContextBlock("rest", plain(fmt.Sprintf("%d more are open in remit.", rest))))
	}
	blocks = append(blocks, o.outcomes(c, r)...)
	blocks = append(blocks, factBlocks(c, r, len(shown) > 0)...)
	if len(shown) > 0 {
		blocks = append(blocks, o.buttons(c, shown))
	}
	return append(blocks, o.links(c)...)
}

func domainWord(d models.Domain) string {
	switch d {
	case models.Triage:
		return "Ticket"
	case models.Finance:
		return "Payment"
	}
	return line(models.Sentence(string(d)), 40)
}

// proposal shows one open decision: what, how sure, why, of whom it is asked, and what each answer and none would do.
func (o CardOptions) proposal(i int, d models.Decision, r room) []slack.Block {
	id := fmt.Sprintf("d%d", i)
	blocks := []slack.Block{headline(id, d, r)}
	if why := reasons(d, r); why != "" {
		blocks = append(blocks, slack.NewSectionBlock(plain(why), nil, nil, slack.SectionBlockOptionBlockID(id+".why")))
	}
	if d.Action == models.ActionReply && r.text > 0 {
		blocks = append(blocks, slack.NewSectionBlock(plain("Draft:\n"+show(d.Value, r.text)), nil, nil, slack.SectionBlockOptionBlockID(id+".draft")))
	}
	says := []string{asked(d, r), o.agreed(d)}
	if d.Ruling.Approval.Note != "" {
		says = append(says, "Before you agree: "+line(d.Ruling.Approval.Note, r.note)+".")
	}
	if d.Note != "" {
		says = append(says, "Note: "+strings.TrimRight(line(d.Note, r.note), ".")+".")
	}
	says = append(says, approving(d)+" "+overriding(d), o.silence(d))
	return append(blocks, slack.NewContextBlock(id+".how", plain(joinLines(says))))
}

func headline(id string, d models.Decision, r room) slack.Block {
	what := topic(d.Action)
	said := change(d, min(r.reason, 100))
	text := plain(what + ": " + said + " · " + sure(d.Confidence))
	if harmless(what) && harmless(said) {
		text = marked("*" + what + ": " + said + "* · " + sure(d.Confidence))
	}
	return slack.NewSectionBlock(text, nil, nil, slack.SectionBlockOptionBlockID(id))
}

func reasons(d models.Decision, r room) string {
	var lines []string
	for _, why := range d.Reasons[:min(len(d.Reasons), r.reasons)] {
		lines = append(lines, "• "+line(why.Text, r.reason))
	}
	if len(lines) == 0 {
		return ""
	}
	return "Why:\n" + strings.Join(lines, "\n")
}

func joinLines(lines []string) string {
	var said []string
	for _, l := range lines {
		if l != "" {
			said = append(said, l)
		}
	}
	return strings.Join(said, "\n")
}

// outcomes tells what became of the decisions that are no longer asked for.
func (o CardOptions) outcomes(c models.Case, r room) []slack.Block {
	var lines []string
	for _, d := range c.Decisions {
		if !d.State.Open() && d.State != models.Observed && d.State != models.Proposed {
			lines = append(lines, strings.TrimSpace(cut(o.settled(c, d), r.outcome)))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	text := strings.Join(lines[:min(len(lines), r.done)], "\n")
	return []slack.Block{slack.NewSectionBlock(plain(text), nil, nil, slack.SectionBlockOptionBlockID("done"))}
}

// buttons gives two buttons for all that is open, and one menu to approve a part of it.
func (o CardOptions) buttons(c models.Case, open []models.Decision) slack.Block {
	about := line(c.Title, 60)
	approve := slack.NewButtonBlockElement(ActionApprove, encodeSeen(open), plain(approveLabel(open))).WithStyle(slack.StylePrimary)
	approve.AccessibilityLabel = cut("Approve: "+about, 75)
	for _, d := range open {
		if d.Action == models.ActionHold && d.Value == models.ValueRelease {
			approve.Confirm = slack.NewConfirmationBlockObject(plain("Release the payment?"),
				plain("It can then be paid, and money that has left does not come back."), plain("Release"), plain("Cancel"))
		}
	}
	override := slack.NewButtonBlockElement(ActionOverride, encodeSeen(open), plain(overrideLabel(open)))
	override.AccessibilityLabel = cut("Override: "+about, 75)
	elements := []slack.BlockElement{approve, override}
	if len(open) > 1 {
		var options []*slack.OptionBlockObject
		for _, d := range open {
			options = append(options, slack.NewOptionBlockObject(encodeSeen([]models.Decision{d}),
				plain(line("Approve only: "+topic(d.Action)+" "+deed(d.Action, d.Value), 75)), nil))
		}
		elements = append(elements, slack.NewOverflowBlockElement(ActionMenu, options...))
	}
	return slack.NewActionBlock("answer", elements...)
}

func approveLabel(open []models.Decision) string {
	if len(open) == 1 {
		return line("Approve: "+deed(open[0].Action, open[0].Value), 75)
	}
	var deeds []string
	for _, d := range open {
		deeds = append(deeds, deed(d.Action, d.Value))
	}
	return line("Approve all: "+strings.Join(deeds, ", "), 75)
}

func overrideLabel(open []models.Decision) string {
	if len(open) == 1 {
		switch d := open[0]; d.Action {
		case models.ActionHold:
			return "Override: " + deed(d.Action, otherHold(d.Value))
		case models.ActionSchedule:
			return "Override: other day"
		}
	}
	return "Override…"
}

func otherHold(v string) string {
	if v == models.ValueHold {
		return models.ValueRelease
	}
	return models.ValueHold
}

// links leads to the decision's page, where it can be undone, and to the ticket itself.
func (o CardOptions) links(c models.Case) []slack.Block {
	var links []string
	if len(c.Decisions) > 0 && o.ConsoleURL != "" {
		links = append(links, "<"+o.page(c.Decisions[0].ID)+"|Open in remit>")
	}
	if t := c.Facts.Ticket; t != nil && linkable(t.URL) {
		links = append(links, "<"+escape(t.URL)+"|Open the ticket>")
	}
	if s := c.Facts.Submission; s != nil && linkable(s.URL) {
		links = append(links, "<"+escape(s.URL)+"|Open it there>")
	}
	if len(links) == 0 {
		return nil
	}
	return []slack.Block{slack.NewContextBlock("links", marked(strings.Join(links, " · ")))}
}

// page gives the address of a decision's page in the console.
func (o CardOptions) page(id string) string {
	return strings.TrimRight(o.ConsoleURL, "/") + "/decisions/" + url.PathEscape(id)
}

// linkable reports an address that can stand in a link without breaking out of it.
func linkable(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		length(s) <= 500 && !strings.ContainsAny(s, "<>|\"` \\^{}") && clean(s) == s
}

// fallback says the card in a line, for notifications.
func (o CardOptions) fallback(c models.Case) string {
	title := line(c.Title, 100)
	open := c.Open()
	switch {
	case len(open) == 1:
		d := open[0]
		return escape(fmt.Sprintf("%s: %s: %s %s? %s", calling(d), title, topic(d.Action), line(value(d.Action, d.Value), 60), sure(d.Confidence)))
	case len(open) > 1:
		return escape(fmt.Sprintf("%s: %s: %s", calling(open[0]), title, approveLabel(open[:min(len(open), maxOpen)])))
	case len(c.Decisions) > 0:
		return escape(title + ": " + cut(o.settled(c, c.Decisions[0]), 200))
	}
	return escape("remit: " + title)
}

func calling(d models.Decision) string {
	switch d.State {
	case models.Waiting:
		return "remit will act unless stopped"
	case models.Expired:
		return "Nobody answered remit"
	case models.Failed:
		return "Did not get through"
	}
	return "remit asks"
}
