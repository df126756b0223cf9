package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"remit/bot"
	"remit/chart"
	"remit/config"
	"remit/decision"
	"remit/models"
)

// SlackOptions are what a bot needs to speak to Slack, by the configuration alone: enough for its Check.
func SlackOptions(cfg config.Config, now func() time.Time) bot.Options {
	s := cfg.Slack
	o := bot.Options{
		Mode: s.Mode, PublicURL: cfg.PublicURL.Reveal(), SigningSecret: s.SigningSecret, APIURL: s.APIURL.Reveal(), TeamID: s.TeamID,
		ConsoleURL: cfg.ConsoleURL.Reveal(), Groups: cfg.Groups, Now: now, PerSecond: s.PerSecond, Fallback: s.Channels.Fallback,
		Channels: map[models.Domain]string{models.Triage: s.Channels.For(models.Triage), models.Finance: s.Channels.For(models.Finance)},
	}
	o.Queues, o.Quiet, o.Elsewhere = queues(s.Channels), quiet(s.Digest), elsewhere(s.Otherwise)
	if s.Enabled() {
		o.Token, o.AppToken = s.BotToken, s.AppToken
	}
	return o
}

// deeds are what people can do and ask in Slack beside answering.
func (a *App) deeds() bot.Deeds {
	return bot.Deeds{
		Auditor: a.Engine, Pricer: a.Engine, Switcher: a.Engine, Switches: a.Store, Replayer: a.Store, Remarker: a.Engine, Log: a.Store,
		Levels: levels{a.Engine}, Reviewer: reviewer{a}, Fan: fan, Saver: saver{a.Policies}, Backtester: trier{a},
	}
}

// itemsOf gives what a provider's own id may name: a ticket, a payment, an incident, or what another system proposes about.
func (a *App) itemsOf(id string) []string {
	var items []string
	for _, s := range a.Config.Sources {
		items = append(items, models.TicketItem(s.Name, id), models.PayableItem(s.Name, id), models.IncidentItem(s.Name, id))
		for d := range a.Policies.Policy().Domains {
			items = append(items, models.SubmissionItem(d, s.Name, id))
		}
	}
	return items
}

// agentsOf gives by name to whom the source's tickets can be given: those whom its configuration and the policy's queues name,
// and nobody where the source cannot be told.
func (a *App) agentsOf(source string) []string {
	w, _ := a.sources.Writer(source)
	if _, assigns := w.(decision.Assigner); !assigns {
		return nil
	}
	known := map[string]bool{}
	if s, ok := a.Config.Source(source); ok {
		for name := range s.Agents {
			known[name] = true
		}
	}
	for _, q := range a.Policy().TriageRules().Queues {
		for _, p := range q.People {
			known[p.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// fan draws the cash that a plan leaves.
func fan(c models.Cash) (bot.Picture, error) {
	pic, err := chart.Fan(c)
	if err != nil {
		return bot.Picture{}, err
	}
	png, err := pic.PNG()
	return bot.Picture{Alt: pic.Alt, PNG: png}, err
}

// levels tells Slack how far each kind of work is delegated now.
type levels struct{ engine *decision.Engine }

// Levels implements bot.Levels.
func (l levels) Levels(ctx context.Context) ([]bot.LevelLine, error) {
	records, err := l.engine.Autonomy(ctx)
	if err != nil {
		return nil, err
	}
	var out []bot.LevelLine
	for _, r := range records {
		out = append(out, bot.LevelLine{
			Action: r.Slice.Action, Segment: r.Slice.Segment, Level: r.Force.Level, Ceiling: r.Ceiling, Why: r.Force.Why,
		})
	}
	return out, nil
}

// CheckPolicy reports, as Invalid, what is wrong with a policy's text for the people of a configuration.
func CheckPolicy(cfg config.Config, text []byte, now time.Time) error {
	_, err := decision.LoadPolicy(text, people{Config: cfg, team: cfg.Slack.TeamID}, now)
	return err
}
