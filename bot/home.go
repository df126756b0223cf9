package bot

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// homeLimit is how many decisions a home is made from.
const homeLimit = 200

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
	if h.Mine, h.Team, err = b.openFor(ctx, p); err != nil {
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
func (b *Bot) openFor(ctx context.Context, p models.Person) (mine, team []HomeAsk, err error) {
	for _, s := range []models.State{models.Asked, models.Waiting} {
		ds, err := b.Log.Log(ctx, models.LogQuery{State: s, Limit: homeLimit})
		if err != nil {
			return nil, nil, err
		}
		for _, d := range ds {
			if !d.Ruling.Approval.Names(p) || saidBefore(d, p) {
				continue
			}
			ask := HomeAsk{Decision: d, Link: b.permalink(ctx, d)}
			if d.Owner.ID == p.ID || slices.ContainsFunc(d.Ruling.Approval.From, func(f string) bool { return strings.TrimPrefix(f, "@") == p.ID }) {
				mine = append(mine, ask)
			} else {
				team = append(team, ask)
			}
		}
	}
	soonest := func(x, y HomeAsk) int { return x.until().Compare(y.until()) }
	slices.SortStableFunc(mine, soonest)
	slices.SortStableFunc(team, soonest)
	return mine, team, nil
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
	ds, err := b.Log.Log(ctx, models.LogQuery{Limit: homeLimit})
	if err != nil {
		return HomeDay{}, err
	}
	var day HomeDay
	for _, d := range ds {
		if !d.CreatedAt.Before(midnight) {
			day.add(d)
		}
	}
	day.More = len(ds) == homeLimit && day.Decided == homeLimit
	return day, nil
}
