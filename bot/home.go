package bot

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

const (
	// openLooked is how many open decisions are looked at for those that ask a person.
	openLooked = 5000
	// dayLooked is how many of a day's decisions are counted.
	dayLooked = 2000
	// logPage is the most that the log gives at once.
	logPage = 200
)

// home draws the app's home for a user who opened it.
func (b *Bot) home(ctx context.Context, team, user string) {
	view := b.homeOf(ctx, team, user)
	if _, err := b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view}); err != nil {
		b.Logger.Warn("publish a home", slog.String("kind", string(models.KindOf(slackError("views.publish", err)))))
	}
}

func (b *Bot) homeOf(ctx context.Context, team, user string) slack.HomeTabViewRequest {
	p, err := b.person(ctx, team, "", user)
	if err != nil {
		return saidHome(models.SentenceOf(err) + whomToAsk(nil))
	}
	if b.Log == nil {
		return saidHome(help)
	}
	h, err := b.gatherHome(ctx, p)
	if err != nil {
		return saidHome(b.explain(models.Decision{}, err))
	}
	b.link(ctx, h.Mine, maxAsks)
	b.link(ctx, h.Team, maxAsks)
	return b.look().HomeView(h)
}

// saidHome is a home that says one thing.
func saidHome(said string) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{
		Type:   slack.VTHomeTab,
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(cut(said, 2900)), nil, nil)}},
	}
}

func (b *Bot) gatherHome(ctx context.Context, p models.Person) (Home, error) {
	h := Home{Name: p.Actor().Display(), Manager: p.Has(models.RoleManager)}
	var err error
	if h.Asks, err = b.openFor(ctx, p); err != nil {
		return h, err
	}
	if h.Today, err = b.today(ctx); err != nil {
		return h, err
	}
	if b.Levels != nil {
		if h.Levels, err = b.Levels.Levels(ctx); err != nil {
			return h, err
		}
	}
	if b.Switches != nil {
		sw, err := b.Switches.Switches(ctx)
		if err != nil {
			return h, err
		}
		h.Switches = switchesOf(h.Levels, sw)
	}
	h.CanSwitch, h.CanTune = b.maySwitch(p) == "", b.mayTune(p) == ""
	return h, nil
}

// switchesOf gives the switch of every domain: those that the levels name, touched or not, and any other that was touched.
func switchesOf(levels []LevelLine, touched map[models.Domain]models.Switch) []models.Switch {
	all := maps.Clone(touched)
	if all == nil {
		all = map[models.Domain]models.Switch{}
	}
	for _, l := range levels {
		if d := l.Action.Domain(); d != "" {
			if _, known := all[d]; !known {
				all[d] = models.Switch{Domain: d}
			}
		}
	}
	var out []models.Switch
	for _, d := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[d])
	}
	return out
}

// openFor gives what is open for the person: what names them, and what asks a group of theirs.
func (b *Bot) openFor(ctx context.Context, p models.Person) (asks Asks, err error) {
	asked := func(d models.Decision) bool { return d.Ruling.Approval.Names(p) && !saidBefore(d, p) }
	for _, states := range [][]models.State{{models.Asked, models.Waiting}, {models.Expired, models.Failed}} {
		ds, more, err := b.Log.Asks(ctx, openLooked, asked, states...)
		if err != nil {
			return Asks{}, err
		}
		asks.More = asks.More || more
		for _, d := range ds {
			if d.Owner.ID == p.ID || slices.ContainsFunc(d.Ruling.Approval.From, func(f string) bool { return strings.TrimPrefix(f, "@") == p.ID }) {
				asks.Mine = append(asks.Mine, HomeAsk{Decision: d})
			} else {
				asks.Team = append(asks.Team, HomeAsk{Decision: d})
			}
		}
	}
	slices.SortStableFunc(asks.Mine, soonest)
	slices.SortStableFunc(asks.Team, soonest)
	return asks, nil
}

// soonest compares asks by when they end: those without an end come after, and last what ended already, the latest of it first.
func soonest(x, y HomeAsk) int {
	rank := func(a HomeAsk) int {
		switch {
		case a.late():
			return 2
		case a.until().IsZero():
			return 1
		}
		return 0
	}
	first := cmp.Compare(rank(x), rank(y))
	if x.late() {
		x, y = y, x
	}
	return cmp.Or(first, x.until().Compare(y.until()))
}

// link has the first of the asks lead to where each is answered.
func (b *Bot) link(ctx context.Context, asks []HomeAsk, shown int) {
	for i := range asks[:min(len(asks), shown)] {
		asks[i].Link = b.permalink(ctx, asks[i].Decision)
	}
}

// saidBefore reports a person who has answered already, so that it is another's turn.
func saidBefore(d models.Decision, p models.Person) bool {
	return slices.ContainsFunc(d.Answers, func(a models.Answer) bool { return a.By.ID == p.ID })
}

// permalink leads to the card in Slack, or to the decision's page where there is no card; "" where there is neither.
func (b *Bot) permalink(ctx context.Context, d models.Decision) string {
	ref, err := b.ref(ctx, d.Item)
	who, whoErr := b.identity(ctx)
	if err == nil && whoErr == nil && ref.Posted() && linkable(who.URL) {
		return strings.TrimRight(who.URL, "/") + "/archives/" + ref.Channel + "/p" + strings.ReplaceAll(ref.TS, ".", "")
	}
	if b.ConsoleURL == "" {
		return ""
	}
	return b.look().page(d.ID)
}

// today counts what became of the decisions of the day.
func (b *Bot) today(ctx context.Context) (HomeDay, error) {
	now := b.Now().In(b.Zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, b.Zone)
	var day HomeDay
	for q := (models.LogQuery{Limit: logPage}); ; {
		ds, err := b.Log.Log(ctx, q)
		if err != nil {
			return HomeDay{}, err
		}
		for _, d := range ds {
			switch {
			case d.CreatedAt.Before(midnight):
				return day, nil
			case day.Decided >= dayLooked:
				day.More = true
				return day, nil
			}
			day.add(d)
		}
		if len(ds) < logPage {
			return day, nil
		}
		q.Before = ds[len(ds)-1].CreatedAt
	}
}
