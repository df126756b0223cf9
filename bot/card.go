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
	ActionAudit    = "audit"      // a choice: "decision:version=value"
	ActionAuditAsk = "audit.open" // opens the form for a choice that no menu can offer
)

// CardOptions are what a card depends on besides the case. It does not depend on the time it is drawn at, so that an
// unchanged case gives an unchanged card.
type CardOptions struct {
	Zone       *time.Location
	ConsoleURL string
	Note       string                       // said on top: why the card is where it is
	Agents     func(source string) []string // see Options
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
	blocks := []slack.Block{slack.NewHeaderBlock(plain(line(headword(c)+" · "+c.Title, 150)))}
	if o.Note != "" {
		blocks = append(blocks, slack.NewContextBlock("note", plain(show(o.Note, 300))))
	}
	blocks = append(blocks, o.incident(c, r)...)
	for i, d := range shown {
		blocks = append(blocks, o.proposal(c, i, d, r)...)
	}
	for i, d := range audits(c) {
		blocks = append(blocks, o.audit(i, d)...)
	}
	if rest := len(open) - len(shown); rest > 0 {
		blocks = append(blocks, slack.NewContextBlock("rest", plain(fmt.Sprintf("%d more are open in remit.", rest))))
	}
	blocks = append(blocks, o.outcomes(c, r)...)
	blocks = append(blocks, factBlocks(c, r, wants(c))...)
	if len(shown) > 0 {
		blocks = append(blocks, o.buttons(c, shown))
	} else {
		blocks = append(blocks, o.undoing(c)...)
	}
	return append(blocks, o.links(c, r)...)
}

// wants reports a card that wants something of somebody: an answer, or what they would have done.
func wants(c models.Case) bool { return len(c.Open()) > 0 || len(audits(c)) > 0 }

// headword says what a card is about.
func headword(c models.Case) string {
	if _, many := incidentOf(c.Facts); many {
		return "Incident"
	}
	if len(c.Decisions) > 0 && c.Decisions[0].Action == models.ActionCash {
		return "Cash"
	}
	switch c.Domain {
	case models.Triage:
		return "Ticket"
	case models.Finance:
		return "Payment"
	case models.Self:
		return "Autonomy"
	}
	return line(models.Sentence(string(c.Domain)), 40)
}

// proposal shows one open decision: what, how sure, why, of whom it is asked, and what each answer and none would do.
func (o CardOptions) proposal(c models.Case, i int, d models.Decision, r room) []slack.Block {
	id := fmt.Sprintf("d%d", i)
	blocks := []slack.Block{headline(id, d, r)}
	if risk := cashRisk(d, c.Facts.Cash); risk != "" {
		blocks = append(blocks, slack.NewSectionBlock(plain(risk), nil, nil, slack.SectionBlockOptionBlockID(id+".cash")))
	}
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
	says = append(says, o.kept(d), approving(d)+" "+overriding(d), o.silence(d))
	return append(blocks, slack.NewContextBlock(id+".how", plain(joinLines(says))))
}

func headline(id string, d models.Decision, r room) slack.Block {
	what := topic(d.Action)
	said, how := change(d, min(r.reason, 100)), " · "+sure(d.Confidence)
	if d.Action == models.ActionLevel || d.Action == models.ActionCash {
		how = "" // what bears it is its evidence, or what is said is so
	}
	text := plain(what + ": " + said + how)
	if harmless(what) && harmless(said) {
		text = marked("*" + what + ": " + said + "*" + how)
	}
	return slack.NewSectionBlock(text, nil, nil, slack.SectionBlockOptionBlockID(id))
}

func reasons(d models.Decision, r room) string {
	head, most := "Why:", r.reasons
	if d.Action == models.ActionLevel {
		head, most = "What the evidence says:", 2*r.reasons
	}
	lines := []string{head}
	for _, why := range d.Reasons[:min(len(d.Reasons), most)] {
		lines = append(lines, "• "+line(why.Text, r.reason))
	}
	if len(lines) == 1 {
		return ""
	}
	return strings.Join(lines, "\n")
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
	var bears string
	for _, d := range c.Decisions {
		if !d.State.Open() && d.State != models.Observed && d.State != models.Proposed && !d.Auditable() {
			lines = append(lines, strings.TrimSpace(cut(o.settled(c, d), r.outcome)))
			if d.Action == models.ActionLevel && bears == "" {
				bears = reasons(d, r)
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	text := strings.Join(lines[:min(len(lines), r.done)], "\n")
	blocks := []slack.Block{slack.NewSectionBlock(plain(text), nil, nil, slack.SectionBlockOptionBlockID("done"))}
	if bears != "" {
		blocks = append(blocks, slack.NewSectionBlock(plain(bears), nil, nil, slack.SectionBlockOptionBlockID("done.why")))
	}
	return blocks
}

// buttons gives two buttons for all that is open, and one menu to approve a part of it.
func (o CardOptions) buttons(c models.Case, open []models.Decision) slack.Block {
	approve, override := answerButtons(c.Title, open)
	return slack.NewActionBlock("answer", approve, override, menu(openOptions(open)))
}

// answerButtons gives the two buttons that answer what is open about a case.
func answerButtons(title string, open []models.Decision) (approve, override *slack.ButtonBlockElement) {
	about := line(title, 60)
	approve = slack.NewButtonBlockElement(ActionApprove, encodeSeen(open), plain(approveLabel(open))).WithStyle(slack.StylePrimary)
	approve.AccessibilityLabel = cut("Approve: "+about, 75)
	approve.Confirm = confirmation(open)
	override = slack.NewButtonBlockElement(ActionOverride, encodeSeen(open), plain(overrideLabel(open)))
	override.AccessibilityLabel = cut("Override: "+about, 75)
	return approve, override
}

// confirmation asks once more before what does not come back, or lets remit go.
func confirmation(open []models.Decision) *slack.ConfirmationBlockObject {
	for _, d := range open {
		switch {
		case d.Action == models.ActionHold && d.Value == models.ValueRelease:
			return slack.NewConfirmationBlockObject(plain("Release the payment?"),
				plain("It can then be paid, and money that has left does not come back."), plain("Release"), plain("Cancel"))
		case d.Action == models.ActionLevel && models.Level(d.Value).Autonomous() && raises(d):
			return slack.NewConfirmationBlockObject(plain("Let remit act by itself?"),
				plain("It then acts without asking first. What it does can be overridden and undone, and the kill switch stops it."),
				plain("Let it act"), plain("Cancel"))
		}
	}
	return nil
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
	if len(open) > 1 {
		return "Override: choose instead"
	}
	switch d := open[0]; d.Action {
	case models.ActionPriority:
		return "Override: other priority"
	case models.ActionRoute:
		return "Override: other queue"
	case models.ActionTag:
		return "Override: other tags"
	case models.ActionReply:
		return "Override: edit the draft"
	case models.ActionHold:
		return "Override: " + deed(d.Action, otherHold(d.Value))
	case models.ActionSchedule:
		return "Override: other day"
	case models.ActionCash:
		return "Override: " + deed(d.Action, models.ValueAccept)
	case models.ActionLevel:
		return "Override: " + levelKeep(d)
	}
	return "Override: choose instead"
}

func otherHold(v string) string {
	if v == models.ValueHold {
		return models.ValueRelease
	}
	return models.ValueHold
}

// links leads to the decision's page, where all of it can be read, and to the ticket itself.
func (o CardOptions) links(c models.Case, r room) []slack.Block {
	var links []string
	if len(c.Decisions) > 0 && len(audits(c)) == 0 && o.ConsoleURL != "" { // an audit's page would tell the answer
		label := "Open in remit"
		if shortened(c, r) {
			label = "Read all of it in remit"
		}
		links = append(links, "<"+o.page(c.Decisions[0].ID)+"|"+label+">")
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

// shortened reports a card that leaves out some of what there is to read.
func shortened(c models.Case, r room) bool {
	if t := c.Facts.Ticket; t != nil && wants(c) && length(t.Latest()) > r.text {
		return true
	}
	for _, d := range c.Open() {
		if d.Action == models.ActionReply && length(d.Value) > r.text || len(d.Reasons) > r.reasons {
			return true
		}
	}
	return len(c.Open()) > maxOpen
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
	case len(open) == 1 && (open[0].Action == models.ActionLevel || open[0].Action == models.ActionCash):
		return escape(fmt.Sprintf("%s: %s: %s", calling(open[0]), title, approveLabel(open)))
	case len(open) == 1:
		d := open[0]
		return escape(fmt.Sprintf("%s: %s: %s %s? %s", calling(d), title, topic(d.Action), line(value(d.Action, d.Value), 60), sure(d.Confidence)))
	case len(open) > 1:
		return escape(fmt.Sprintf("%s: %s: %s", calling(open[0]), title, approveLabel(open[:min(len(open), maxOpen)])))
	case len(audits(c)) > 0:
		return escape(fmt.Sprintf("remit checks itself: %s: what would you have done?", title))
	case len(c.Decisions) > 0 && !c.Decisions[0].Auditable():
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
