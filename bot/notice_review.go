package bot

import (
	"fmt"

	"github.com/slack-go/slack"

	"remit/models"
)

// Review is what a stretch of time came to, in figures.
type Review struct {
	Name     string // "Weekly review", "Today"
	From, To models.Day
	Rows     []ReviewRow
	Notes    []string // what stood out, a sentence each, most important first
	Pictures []Picture
}

// ReviewRow is what remit did about one kind of work.
type ReviewRow struct {
	Action     models.Action
	Segment    string
	Decided    int // proposals that were ruled on
	Alone      int // of them carried out without an answer
	Asked      int
	Overridden int // answers that chose otherwise
	Undone     int
	Expired    int     // asks that nobody answered
	Error      float64 // the share that was wrong, as far as people looked; below 0 where nobody did
	Limit      float64 // the most that the policy bears
}

// ReviewKey names the notice of a review.
func ReviewKey(name string, from models.Day) string {
	return cut("notice:review:"+name, 100) + ":" + string(from)
}

// Review tells how remit did, with what stood out first.
func (o CardOptions) Review(r Review) Notice {
	sum := r.total().sentence()
	when := r.From.Display()
	if r.To != r.From {
		when += " to " + r.To.Display()
	}
	n := Notice{Key: ReviewKey(r.Name, r.From), Domain: models.Self, Pictures: r.Pictures}
	n.Text = escape(line(r.Name+", "+when+": "+sum, 250))
	n.Blocks = headed(line(r.Name, 60)+" · "+when, sum)
	n.Blocks = append(n.Blocks, bullets("notes", "What stood out:", r.Notes)...)
	var fields []string
	for _, row := range r.Rows[:min(len(r.Rows), 10)] {
		fields = append(fields, row.field())
	}
	if len(fields) > 0 {
		n.Blocks = append(n.Blocks, fieldBlock("rows", fields))
	}
	says := ""
	if len(r.Pictures) > 0 {
		says = "The pictures are in the thread."
	}
	if rest := len(r.Rows) - len(fields); rest > 0 {
		says += fmt.Sprintf(" More kinds of work in remit: %d.", rest)
	}
	n.Blocks = append(n.Blocks, o.foot(says, "/review", "Read the review in remit")...)
	return n
}

// total adds the rows up. How often it was wrong is no sum.
func (r Review) total() ReviewRow {
	var all ReviewRow
	for _, row := range r.Rows {
		all.Decided, all.Alone, all.Asked = all.Decided+row.Decided, all.Alone+row.Alone, all.Asked+row.Asked
		all.Overridden, all.Undone, all.Expired = all.Overridden+row.Overridden, all.Undone+row.Undone, all.Expired+row.Expired
	}
	return all
}

func (r ReviewRow) sentence() string {
	if r.Decided == 0 {
		return "There was nothing to decide."
	}
	s := fmt.Sprintf("%d decided: %d by itself, %d asked.", r.Decided, r.Alone, r.Asked)
	s += fmt.Sprintf(" People chose otherwise in %d and undid %d.", r.Overridden, r.Undone)
	if r.Expired > 0 {
		s += " " + plural(r.Expired, "ask") + " went unanswered."
	}
	return s
}

func (r ReviewRow) field() string {
	name := topic(r.Action)
	if r.Segment != "" {
		name += " · " + line(r.Segment, 60)
	}
	said := fmt.Sprintf("%d decided, %d by itself, %d overridden", r.Decided, r.Alone, r.Overridden)
	switch {
	case r.Error < 0:
		said += "\nNobody looked at enough to say how right"
	case r.Limit > 0:
		said += fmt.Sprintf("\n%.1f %% wrong, at most %.1f %% allowed", r.Error*100, r.Limit*100)
	default:
		said += fmt.Sprintf("\n%.1f %% wrong", r.Error*100)
	}
	return name + "\n" + said
}

// PayRun is what goes out on a day.
type PayRun struct {
	Pool     string // which cash it is paid from
	Day      models.Day
	Payments []models.Payable
	Held     []models.Payable // not paid: they wait for an answer
	Total    models.Money
	Cash     *models.Cash
	Moves    []models.Decision // changes of pay days that are asked for and touch the run
	Answered []models.Decision // those that people have settled
}

// PayRun shows a day's payments before they go out, and asks about the days that remit would change.
func (o CardOptions) PayRun(r PayRun) Notice {
	what := fmt.Sprintf("Set to go out on %s: %s, %s in all.", r.Day.Display(), plural(len(r.Payments), "payment"), r.Total.Display())
	if len(r.Held) > 0 {
		what += fmt.Sprintf(" On hold: %d.", len(r.Held))
	}
	n := Notice{Key: "notice:run:" + r.Pool + ":" + string(r.Day), Domain: models.Finance, Text: escape(line(what, 250))}
	n.Blocks = headed("Pay run · "+r.Day.Display(), what)
	if r.Cash != nil {
		n.Blocks = append(n.Blocks, fieldBlock("cash", []string{cashLine(*r.Cash)}))
	}
	n.Blocks = append(n.Blocks, bullets("payments", "Paid:", payLines(r.Payments))...)
	n.Blocks = append(n.Blocks, bullets("held", "Held:", payLines(r.Held))...)
	n.Blocks = append(n.Blocks, bullets("answered", "Settled today:", o.settledLines(r.Answered))...)
	moves := r.Moves[:min(len(r.Moves), maxSeen)]
	n.Blocks = append(n.Blocks, bullets("moves", "remit would rather pay:", decisionLines(moves))...)
	says := "If nobody does anything, it goes out as it is set."
	if len(moves) > 0 {
		n.Blocks = append(n.Blocks, runButtons(moves, r.Day))
		says = "Approve sets these days; Override lets you choose each. If nobody answers, every payment stays on the day it is set to."
	}
	n.Blocks = append(n.Blocks, o.foot(says, "/?domain=finance", "Open in remit")...)
	return n
}

// settledLines say who has settled what, and when.
func (o CardOptions) settledLines(ds []models.Decision) []string {
	lines := decisionLines(ds)
	for i, d := range ds {
		a, _ := d.Settled()
		lines[i] += ". " + line(a.By.Display(), 60) + " " + line(a.Verb(), 60) + " this at " + o.clock(a.At)
	}
	return lines
}

func runButtons(moves []models.Decision, day models.Day) slack.Block {
	label := "Approve: " + plural(len(moves), "new pay day")
	if len(moves) == 1 {
		label = "Approve: " + deed(moves[0].Action, moves[0].Value)
	}
	approve := button(ActionApproveRun, encodeSeen(moves), label, "pay run of "+day.Display()).WithStyle(slack.StylePrimary)
	approve.Confirm = slack.NewConfirmationBlockObject(plain("Change these pay days?"), plain("Each is checked again on today's facts; what would break the floor is asked instead."), plain("Change them"), plain("Cancel"))
	override := button(ActionOverrideRun, encodeSeen(moves), "Override: choose the days", "pay run of "+day.Display())
	return slack.NewActionBlock("answer", approve, override)
}

func payLines(ps []models.Payable) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Amount.Display()+" to "+line(p.VendorName, 60)+" for "+line(p.Invoice, 40))
	}
	return out
}
