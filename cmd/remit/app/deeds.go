package app

import (
	"context"

	"remit/bot"
	"remit/decision"
)

// deeds are what people can do and ask in Slack beside answering.
func (a *App) deeds() bot.Deeds {
	return bot.Deeds{
		Auditor: a.Engine, Pricer: a.Engine, Switcher: a.Engine, Switches: a.Store, Replayer: a.Store, Remarker: a.Engine, Log: a.Store,
		Levels: levels{a.Engine},
	}
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
