package app

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"remit/bot"
	"remit/bot/pager"
	"remit/bot/rota"
	"remit/config"
	"remit/models"
)

// outside is how long whatever is asked outside, besides Slack and the providers, may take.
const outside = 10 * time.Second

// quiet gives how cards are kept from being noise. The configuration has been checked.
func quiet(d config.Digest) bot.Quiet {
	from, to, _ := d.Hours()
	return bot.Quiet{PerHour: int(d.PerHour), From: from, To: to, Days: d.Days()}
}

// elsewhere gives how people are told of what cannot wait when Slack does not take it.
func elsewhere(o config.Otherwise) bot.Fallback {
	var ways pager.All
	if !o.SMTPURL.Empty() {
		ways = append(ways, pager.Mail{URL: models.Secret(o.SMTPURL.Reveal()), From: o.From, To: o.To})
	}
	if !o.PagerURL.Empty() {
		ways = append(ways, pager.Hook{URL: models.Secret(o.PagerURL.Reveal()), Key: o.PagerKey, HTTP: &http.Client{Timeout: outside}})
	}
	f := bot.Fallback{After: o.Wait()}
	if len(ways) > 0 {
		f.Pager = ways
	}
	return f
}

// queues gives the channels of support queues by the queues' names in lower case.
func queues(c config.Channels) map[string]string {
	out := map[string]string{}
	for name, id := range c.Queues {
		out[strings.ToLower(name)] = id
	}
	return out
}

// board gives who is on duty.
func (a *App) board() *rota.Board {
	b := &rota.Board{Rotas: map[string]rota.Rota{}, Zone: a.Policy().Zone, HTTP: &http.Client{Timeout: outside}, Logger: a.opts.Logger}
	if !a.Config.Slack.BotToken.Empty() {
		b.Members = func(ctx context.Context, group string) []string { return a.Bot.Members(ctx, group) }
	}
	for name, r := range a.Config.Rotas {
		one := rota.Rota{Calendar: r.Calendar, Group: r.SlackGroup, Weekly: r.Turns == config.TurnsWeekly}
		for _, id := range r.People {
			if p, known := a.People.ByID(id); known {
				one.People = append(one.People, p)
			}
		}
		b.Rotas[name] = one
	}
	return b
}

// CheckRotas says who is on each rota now, or why nobody can be.
func (a *App) CheckRotas(ctx context.Context) []bot.Finding {
	var found []bot.Finding
	board, now := a.board(), a.opts.Now()
	checked := board.Check(ctx, now)
	for _, name := range slices.Sorted(maps.Keys(checked)) {
		f := bot.Finding{What: "rota @" + name, OK: checked[name] == nil, Mend: "Check its calendar or slack_group under rotas, and that it names people listed there."}
		if !f.OK {
			f.Says = models.SentenceOf(checked[name])
			found = append(found, f)
			continue
		}
		var on []string
		for _, p := range board.Now(ctx, name, now) {
			on = append(on, p.Actor().Display())
		}
		f.Says = "on duty now: " + cmp.Or(strings.Join(on, ", "), "nobody")
		found = append(found, f)
	}
	return found
}

// linksEvery is how often what admins have said on another node is read.
const linksEvery = 30 * time.Second

// learn reads what admins have said of Slack users until ctx ends.
func (a *App) learn(ctx context.Context) {
	a.every(ctx, linksEvery, a.People.links.refresh, "who is who in Slack could not be read; it will be tried again")
}

// rotasEvery is how often it is looked at who is on duty, for routes.
const rotasEvery = time.Minute

// lookAtRotas keeps who is on each rota until ctx ends, so that nothing that is decided waits for a calendar.
func (a *App) lookAtRotas(ctx context.Context) {
	if len(a.Config.Rotas) == 0 {
		return
	}
	board := a.board()
	a.atOnceAndEvery(ctx, rotasEvery, func(ctx context.Context) error {
		on := map[string][]string{}
		for name := range a.Config.Rotas {
			for _, p := range board.Now(ctx, name, a.opts.Now()) {
				on[name] = append(on[name], p.ID)
			}
		}
		a.rotas.Store(&on)
		return nil
	}, "who is on duty could not be read; it will be tried again")
}

// onRota gives the ids of who is on a rota, by its name with or without an @.
func (a *App) onRota(name string) []string {
	on := a.rotas.Load()
	if on == nil {
		return nil
	}
	return (*on)[strings.TrimPrefix(name, "@")]
}
