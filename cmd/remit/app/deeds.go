package app

import (
	"context"
	"maps"
	"slices"

	"remit/bot"
	"remit/decision"
	"remit/models"
)

// deeds are what people can do and ask in Slack beside answering.
func (a *App) deeds() bot.Deeds {
	return bot.Deeds{
		Pricer: a.Engine, Switcher: a.Engine, Switches: a.Store, Replayer: a.Store, Remarker: a.Engine, Log: a.Store,
		Levels: levels{a.opts.Now, func() *decision.Policy { return a.Policy }},
	}
}
