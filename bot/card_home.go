package bot

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// Home is what a person sees when they open the app.
type Home struct {
	Name string
	Asks
	Today     HomeDay
	Levels    []LevelLine
	Switches  []models.Switch // one a domain
	Manager   bool
	CanSwitch bool // the kill switch is offered
	CanTune   bool
}

// Asks are the open decisions that ask a person, soonest to end first, and after them those that can be answered still although
// they ended without an answer, or failed.
type Asks struct {
	Mine []HomeAsk // of the person by name
	Team []HomeAsk // of a group of theirs
	More bool      // there is more open than could be looked at
}

// count says how many of the asks there are, of which some are given.
func (a Asks) count(some []HomeAsk) string {
	if a.More {
		return fmt.Sprintf("at least %d", len(some))
	}
	return fmt.Sprint(len(some))
}

// HomeAsk is an open decision, and where it is answered.
type HomeAsk struct {
	Decision models.Decision
	Link     string
}

func (a HomeAsk) until() time.Time {
	if a.Decision.State == models.Waiting {
		return a.Decision.ActAt
	}
	return a.Decision.ExpiresAt
}

// late reports an ask that ended without an answer, or whose deed failed.
func (a HomeAsk) late() bool {
	return a.Decision.State == models.Expired || a.Decision.State == models.Failed
}

// how says until when the ask stands.
func (o CardOptions) how(a HomeAsk) string {
	until := a.until()
	switch {
	case a.Decision.State == models.Failed:
		return "It failed; it can be answered again"
	case a.Decision.State == models.Expired:
		return "Nobody answered in time; it can still be answered"
	case until.IsZero():
		return ""
	case a.Decision.State == models.Waiting:
		return "Done at " + o.clock(until) + " unless somebody stops it"
	}
	return "Open until " + o.clock(until)
}

// HomeDay is what became of a day's decisions.
type HomeDay struct {
	Decided, Alone, Open, Answered, Overridden, Undone int
	Did                                                []string // what remit did by itself, newest first
	More                                               bool     // there were more than could be looked at
}

// maxDid is how many deeds a home lists, maxAsks how many open decisions of each kind, and homeReasons how many reasons
// of each of those.
const (
	maxDid      = 5
	maxAsks     = 8
	homeReasons = 2
)

func (h *HomeDay) add(d models.Decision) {
	h.Decided++
	a, answered := d.Settled()
	switch {
	case d.State == models.Reverting || d.State == models.Reverted:
		h.Undone++
	case d.State.Open():
		h.Open++
	case answered && a.Kind == models.AnswerApprove:
		h.Answered++
	case answered:
		h.Answered++
		h.Overridden++
	case d.Autonomous && !d.Auditable():
		h.Alone++
		if len(h.Did) < maxDid {
			h.Did = append(h.Did, line(d.Title, 80)+": "+topic(d.Action)+" "+change(d, 40))
		}
	case d.Autonomous:
		h.Alone++
	}
}

func (h HomeDay) sentence() string {
	if h.Decided == 0 {
		return "Nothing was decided today yet."
	}
	s := fmt.Sprintf("%d decided, %d by itself, %d still open, %d answered (%d otherwise), %d undone.", h.Decided, h.Alone, h.Open, h.Answered, h.Overridden, h.Undone)
	if h.More {
		s = fmt.Sprintf("More than %d were decided. Of the last: ", h.Decided) + s
	}
	return s
}

// HomeView draws a person's home.
func (o CardOptions) HomeView(h Home) slack.HomeTabViewRequest {
	blocks := o.homeAsks("mine", "Asked of you", h.count(h.Mine), h.Mine)
	blocks = append(blocks, o.homeAsks("team", "Asked of your team", h.count(h.Team), h.Team)...)
	if len(h.Mine)+len(h.Team) == 0 {
		blocks = append(blocks, head("Nothing waits for you"), slack.NewSectionBlock(plain("remit asks nothing of you or your team now."), nil, nil))
	}
	blocks = append(blocks, head("Today"), slack.NewSectionBlock(plain(h.Today.sentence()), nil, nil, slack.SectionBlockOptionBlockID("today")))
	blocks = append(blocks, bullets("did", "By itself:", h.Today.Did)...)
	blocks = append(blocks, levelBlocks(h.Levels)...)
	blocks = append(blocks, o.homeSwitches(h)...)
	if h.CanTune {
		blocks = append(blocks, slack.NewActionBlock("tune", button(ActionTune, "tune", "Tune a threshold", "with a back-test before it is saved")))
	}
	if o.ConsoleURL != "" {
		blocks = append(blocks, slack.NewContextBlock("links", marked("<"+o.at("/")+"|Open remit> · <"+o.at("/log")+"|Everything it did>")))
	}
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}

func head(s string) slack.Block { return slack.NewHeaderBlock(plain(line(s, 150))) }

func (o CardOptions) homeAsks(id, title, count string, asks []HomeAsk) []slack.Block {
	if len(asks) == 0 {
		return nil
	}
	blocks := []slack.Block{head(title + " (" + count + ")")}
	for i, a := range asks[:min(len(asks), maxAsks)] {
		d := a.Decision
		said := line(d.Title, 150) + "\n" + topic(d.Action) + ": " + change(d, 60)
		for _, r := range d.Reasons[:min(len(d.Reasons), homeReasons)] {
			said += "\n• " + line(r.Text, 200)
		}
		blocks = append(blocks, slack.NewSectionBlock(plain(said), nil, nil, slack.SectionBlockOptionBlockID(fmt.Sprintf("%s.%d", id, i))))
		if how := o.homeHow(a); how != "" {
			blocks = append(blocks, slack.NewContextBlock(fmt.Sprintf("%s.%d.how", id, i), marked(how)))
		}
		row := fmt.Sprintf("%s.%d", id, i)
		approve, override := answerButtons(d.Title, []models.Decision{d})
		approve.ActionID, override.ActionID = ActionApprove+"."+row, ActionOverride+"."+row
		blocks = append(blocks, slack.NewActionBlock(row+".answer", approve, override))
	}
	if rest := len(asks) - maxAsks; rest > 0 {
		blocks = append(blocks, slack.NewContextBlock(id+".rest", plain(fmt.Sprintf("%d more in remit.", rest))))
	}
	return blocks
}

// homeHow says until when an ask stands, and leads to its card. All of it is our own words.
func (o CardOptions) homeHow(a HomeAsk) string {
	said := o.how(a)
	if linkable(a.Link) {
		if said != "" {
			said += " · "
		}
		said += "<" + escape(a.Link) + "|All of it on its card>"
	}
	return said
}

func levelBlocks(levels []LevelLine) []slack.Block {
	if len(levels) == 0 {
		return nil
	}
	blocks := []slack.Block{head("What it may do")}
	var fields []string
	for _, l := range levels[:min(len(levels), 10)] {
		fields = append(fields, levelLine(l))
	}
	blocks = append(blocks, fieldBlock("levels", fields))
	if rest := len(levels) - len(fields); rest > 0 {
		blocks = append(blocks, slack.NewContextBlock("levels.rest", plain(fmt.Sprintf("%d more in remit.", rest))))
	}
	return blocks
}

func levelLine(l LevelLine) string {
	name := topic(l.Action)
	if l.Segment != "" {
		name += " · " + line(l.Segment, 60)
	}
	said := name + ": " + line(levelWord(string(l.Level)), 40)
	if l.Why != "" {
		said += "\n" + line(l.Why, 250)
	}
	return said
}

// maxSwitches bounds the kill switches on a home.
const maxSwitches = 6

func (o CardOptions) homeSwitches(h Home) []slack.Block {
	if len(h.Switches) == 0 {
		return nil
	}
	blocks := []slack.Block{head("Kill switch")}
	for i, sw := range h.Switches[:min(len(h.Switches), maxSwitches)] {
		id := fmt.Sprintf("switch.%d", i)
		said := line(string(sw.Domain), 60) + " is running."
		if sw.Paused {
			said = fmt.Sprintf("%s was paused by %s at %s: %s", line(string(sw.Domain), 60), line(sw.By, 80), o.clock(sw.At), line(sw.Why, 300))
		}
		var does *slack.Accessory
		if h.CanSwitch {
			does = slack.NewAccessory(switchButton(sw, i))
		}
		blocks = append(blocks, slack.NewSectionBlock(plain(said), nil, does, slack.SectionBlockOptionBlockID(id)))
	}
	return blocks
}

func switchButton(sw models.Switch, i int) slack.BlockElement {
	name := line(string(sw.Domain), 50)
	if sw.Paused {
		return button(fmt.Sprintf("%s.%d", ActionResume, i), cut(string(sw.Domain), 200), "Resume "+name, "let it act again")
	}
	return button(fmt.Sprintf("%s.%d", ActionPause, i), cut(string(sw.Domain), 200), "Pause "+name, "turn it to asking").WithStyle(slack.StyleDanger)
}
