package bot

import (
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"remit/models"
)

// SilentKey names the notice after which nothing more is told of what is only observed.
const SilentKey = "notice:silent"

// WouldHave tells what remit would have done about a ticket that it only watches: the i-th of n. ok is false where it would
// have changed nothing.
func (o CardOptions) WouldHave(c models.Case, i, n int) (notice Notice, ok bool) {
	var lines []string
	for _, d := range c.Decisions {
		if d.State != models.Observed || d.Value == d.Before {
			continue
		}
		said := topic(d.Action) + ": " + change(d, 60) + ", " + sure(d.Confidence)
		if len(d.Reasons) > 0 {
			said += ". " + line(d.Reasons[0].Text, 100)
		}
		lines = append(lines, said)
	}
	if len(lines) == 0 {
		return Notice{}, false
	}
	notice = Notice{Key: "notice:observed:" + c.Item, Domain: c.Domain, Text: escape(line("remit would have: "+c.Title+": "+lines[0], 250))}
	notice.Blocks = []slack.Block{slack.NewHeaderBlock(plain(line("Would have · "+c.Title, 150)))}
	notice.Blocks = append(notice.Blocks, bullets("would", "It only watches this, and would have set:", lines)...)
	says := fmt.Sprintf("Nothing was changed, and nothing is asked. Ticket %d of the first %d that it tells of.", i, n)
	notice.Blocks = append(notice.Blocks, slack.NewContextBlock("how", plain(says)))
	notice.Blocks = append(notice.Blocks, o.links(c, rooms[0])...)
	return notice, true
}

// Silent tells that what is only observed is not told of any more.
func (o CardOptions) Silent(n int) Notice {
	what := fmt.Sprintf("These were %d. From now on remit is silent about what it only watches, and asks here about the rest.", n)
	notice := Notice{Key: SilentKey, Domain: models.Triage, Text: escape(what)}
	notice.Blocks = headed("remit goes silent", what)
	notice.Blocks = append(notice.Blocks, o.foot("What it would have done goes on being kept: it is what a higher level is earned by. To have it ask, set level: ask in the policy.", "/log", "See all of it in remit")...)
	return notice
}

// WouldHave is CardOptions.WouldHave, without personal data where the policy says so.
func (b *Bot) WouldHave(c models.Case, i, n int) (notice Notice, ok bool) {
	if b.Redact() {
		c = redactCase(c)
	}
	return b.look().WouldHave(c, i, n)
}

// DeadLetters is CardOptions.DeadLetters; what could not be read may quote an event, so personal data is taken out as well.
func (b *Bot) DeadLetters(key string, ls []models.DeadLetter) Notice {
	if b.Redact() {
		ls = slices.Clone(ls)
		for i := range ls {
			ls[i].Error, ls[i].Field = redactLine(ls[i].Error), redactLine(ls[i].Field)
		}
	}
	return b.look().DeadLetters(key, ls)
}

// Look gives how the bot draws, for notices that others make.
func (b *Bot) Look() CardOptions { return b.look() }
