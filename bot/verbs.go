package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/slack-go/slack"

	"remit/models"
)

// maxHits bounds what a command lists.
const maxHits = 10

// noLog is said where the bot has nothing to look decisions up in.
var noLog = models.Errorf(models.Unavailable, "That is in the console.")

// status says what remit did today, what it may do, and whether it is paused.
func (b *Bot) status(ctx context.Context, _ slash, p models.Person, _ string) (string, error) {
	if b.Log == nil {
		return "", noLog
	}
	h, err := b.gatherHome(ctx, p)
	if err != nil {
		return "", err
	}
	lines := []string{"Today: " + h.Today.sentence(), fmt.Sprintf("Waiting for you: %s, for your team: %s.", h.count(h.Mine), h.count(h.Team))}
	for _, sw := range h.Switches {
		if sw.Paused {
			lines = append(lines, line(sw.Display(), 300))
		}
	}
	for _, l := range h.Levels[:min(len(h.Levels), maxHits)] {
		lines = append(lines, "• "+strings.ReplaceAll(levelLine(l), "\n", " – "))
	}
	return joinLines(lines), nil
}

// inbox lists what waits for whoever asks.
func (b *Bot) inbox(ctx context.Context, _ slash, p models.Person, _ string) (string, error) {
	if b.Log == nil {
		return "", noLog
	}
	asks, err := b.openFor(ctx, p)
	switch {
	case err != nil:
		return "", err
	case len(asks.Mine)+len(asks.Team) == 0 && asks.More:
		return "Too much is open to look through all of it. Look in the console.", nil
	case len(asks.Mine)+len(asks.Team) == 0:
		return "Nothing waits for you or your team.", nil
	}
	b.link(ctx, asks.Mine, maxHits)
	b.link(ctx, asks.Team, maxHits)
	return joinLines(append(b.look().askLines("Asked of you:", asks.Mine, asks.More), b.look().askLines("Asked of your team:", asks.Team, asks.More)...)), nil
}

func (o CardOptions) askLines(title string, asks []HomeAsk, more bool) []string {
	if len(asks) == 0 {
		return nil
	}
	lines := []string{title}
	for _, a := range asks[:min(len(asks), maxHits)] {
		said := "• " + line(a.Decision.Title, 80) + ": " + topic(a.Decision.Action) + " " + change(a.Decision, 40)
		if how := o.how(a); how != "" {
			said += ". " + how + "."
		}
		lines = append(lines, said+" "+a.Link)
	}
	if rest := len(asks) - maxHits; rest > 0 && more {
		lines = append(lines, fmt.Sprintf("and at least %d more.", rest))
	} else if rest > 0 {
		lines = append(lines, fmt.Sprintf("and %d more.", rest))
	}
	return lines
}

// whyCommand explains what is known by the id.
func (b *Bot) whyCommand(ctx context.Context, _ slash, _ models.Person, id string) (string, error) {
	ds, err := b.lookUp(ctx, id)
	if err != nil {
		return "", err
	}
	if len(ds) == 0 {
		return "There is no decision, ticket or payment by that id.", nil
	}
	return b.look().whyCase(models.Case{Decisions: ds}), nil
}

// lookUp gives the decisions that an id names: its own, or those about a ticket or payment, the newest of each action with the
// open ones first.
func (b *Bot) lookUp(ctx context.Context, id string) ([]models.Decision, error) {
	id = strings.TrimFunc(id, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if id == "" {
		return nil, nil
	}
	d, err := b.Cases.Decision(ctx, id)
	if err == nil {
		return []models.Decision{d}, nil
	}
	if models.KindOf(err) != models.NotFound || b.Log == nil {
		return nil, onlyNotFound(err)
	}
	item, err := b.itemCalled(ctx, id)
	if err != nil || item == "" {
		return nil, err
	}
	c, err := b.Cases.Case(ctx, item)
	return c.Decisions, onlyNotFound(err)
}

// itemCalled gives the item that people call so: of those whose own id it is the one decided on last, or else the one of which
// the newest decision's title has it; "" where there is none.
func (b *Bot) itemCalled(ctx context.Context, id string) (string, error) {
	ds, err := b.Log.Newest(ctx, b.itemsOf(id))
	if err != nil {
		return "", err
	}
	if len(ds) > 0 {
		return ds[len(ds)-1].Item, nil
	}
	q := models.LogQuery{Text: id, Limit: logPage}
	for range titlePages {
		found, err := b.Log.Log(ctx, q)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(found, func(d models.Decision) bool { return names(d, id) }); i >= 0 {
			return found[i].Item, nil
		}
		if len(found) < logPage {
			break
		}
		q.Before = found[len(found)-1].CreatedAt
	}
	return "", nil
}

// titlePages is how many pages of what has an id somewhere in it are looked through for a title with it as a word.
const titlePages = 10

// itemsOf gives what an id may be the whole of, or the provider's own id of; typed in capitals or not.
func (b *Bot) itemsOf(id string) []string {
	var all []string
	for _, spelt := range []string{id, strings.ToLower(id), strings.ToUpper(id)} {
		if slices.Contains(all, spelt) {
			continue
		}
		all = append(all, spelt)
		if b.Items != nil {
			all = append(all, b.Items(spelt)...)
		}
	}
	return all
}

// onlyNotFound lets not finding pass, and nothing else.
func onlyNotFound(err error) error {
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	return err
}

// names reports a decision on the item that people call so: by the whole item, by its last part ("35436"), or by a word of
// its title ("RE-8841").
func names(d models.Decision, id string) bool {
	if strings.EqualFold(d.Item, id) || strings.EqualFold(d.Item[strings.LastIndexByte(d.Item, ':')+1:], id) {
		return true
	}
	for _, w := range strings.FieldsFunc(d.Title, func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
		if strings.EqualFold(w, id) {
			return true
		}
	}
	return false
}

// answerTo says what is known of the decision or the item that a text names; "" where it names none.
func (b *Bot) answerTo(ctx context.Context, text string) string {
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "<@") || !strings.ContainsFunc(word, unicode.IsDigit) {
			continue // ids have a digit in them, and words of a sentence do not
		}
		if ds, err := b.lookUp(ctx, word); err == nil && len(ds) > 0 {
			return b.look().whyCase(models.Case{Decisions: ds})
		}
	}
	return ""
}

// overrideCommand opens the form of an override.
func (b *Bot) overrideCommand(ctx context.Context, c slash, _ models.Person, id string) (string, error) {
	ds, err := b.lookUp(ctx, id)
	if err != nil {
		return "", err
	}
	var open []models.Decision
	for _, d := range ds {
		if d.State.Open() && len(open) < maxOpen {
			open = append(open, d)
		}
	}
	switch {
	case len(ds) == 0:
		return "There is no decision, ticket or payment by that id.", nil
	case len(open) == 0:
		return ds[0].Standing(b.Zone), nil
	}
	view, err := b.look().overrideView(open[0].Title, open, c.Channel)
	return b.form(ctx, c, view, err, b.look().page(open[0].ID))
}

// form opens a modal for a command. Where the trigger has expired, what is said leads to where else it can be done.
func (b *Bot) form(ctx context.Context, c slash, view slack.ModalViewRequest, err error, elsewhere string) (string, error) {
	if err != nil {
		return "", err
	}
	if _, err := b.api.OpenViewContext(ctx, c.Trigger, view); err != nil {
		if b.ConsoleURL == "" {
			return "Slack did not open the form in time. Type it again.", nil
		}
		return "Slack did not open the form in time. Type it again, or do it here: " + elsewhere, nil
	}
	return "", nil
}

// search lists decisions by their title, item or value.
func (b *Bot) search(ctx context.Context, _ slash, _ models.Person, text string) (string, error) {
	switch {
	case b.Log == nil:
		return "", noLog
	case text == "":
		return "Say what to look for: /remit search TEXT", nil
	}
	ds, err := b.Log.Log(ctx, models.LogQuery{Text: cut(clean(text), 200), Limit: maxHits + 1})
	if err != nil {
		return "", err
	}
	if len(ds) == 0 {
		return "Nothing is found.", nil
	}
	var lines []string
	for _, d := range ds[:min(len(ds), maxHits)] {
		said := "• " + line(d.Title, 80) + ": " + topic(d.Action)
		if !d.Auditable() {
			said += " " + change(d, 40) + ", " + stateWord(d.State)
		}
		lines = append(lines, said+" "+d.ID)
	}
	if len(ds) > maxHits {
		lines = append(lines, "There is more: say it more closely, or look in the console.")
	}
	return joinLines(lines), nil
}

// reviewCommand tells the last seven days.
func (b *Bot) reviewCommand(ctx context.Context, _ slash, _ models.Person, _ string) (string, error) {
	if b.Reviewer == nil {
		return "", noLog
	}
	today := models.DayOf(b.Now().In(b.Zone))
	r, err := b.Reviewer.Review(ctx, today.Add(-6), today)
	if err != nil {
		return "", err
	}
	lines := []string{r.Name + ", " + r.From.Display() + " to " + r.To.Display() + ": " + r.total().sentence()}
	for _, note := range r.Notes[:min(len(r.Notes), maxLines)] {
		lines = append(lines, "• "+line(note, lineLength))
	}
	for _, row := range r.Rows[:min(len(r.Rows), maxHits)] {
		lines = append(lines, strings.ReplaceAll(row.field(), "\n", " – "))
	}
	if b.ConsoleURL != "" {
		lines = append(lines, b.look().at("/review"))
	}
	return joinLines(lines), nil
}

func (b *Bot) pauseCommand(ctx context.Context, c slash, p models.Person, rest string) (string, error) {
	return b.switchCommand(ctx, c, p, ActionPause, rest)
}

func (b *Bot) resumeCommand(ctx context.Context, c slash, p models.Person, rest string) (string, error) {
	return b.switchCommand(ctx, c, p, ActionResume, rest)
}

// switchCommand uses the kill switch at once where a reason was typed, and asks for one where it was not.
func (b *Bot) switchCommand(ctx context.Context, c slash, p models.Person, deed, rest string) (string, error) {
	if why := b.maySwitch(p); why != "" {
		return why, nil
	}
	domain, why, _ := strings.Cut(rest, " ")
	why = cut(strings.TrimSpace(clean(why)), 500)
	switch {
	case domain == "":
		return "Say which domain, and why: /remit pause finance odd invoices since noon. \"all\" is every domain.", nil
	case why == "":
		view, err := b.look().switchView(deed, models.Domain(cut(domain, 60)), c.Channel)
		return b.form(ctx, c, view, err, b.look().at("/switch"))
	}
	return b.switchTo(ctx, deed == ActionPause, models.Domain(domain), p, why)
}

func (b *Bot) tuneCommand(ctx context.Context, c slash, p models.Person, _ string) (string, error) {
	if why := b.mayTune(p); why != "" {
		return why, nil
	}
	levels, err := b.Levels.Levels(ctx)
	if err != nil {
		return "", err
	}
	view, err := tuneView(levels, c.Channel)
	return b.form(ctx, c, view, err, b.look().at("/"))
}
