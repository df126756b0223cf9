package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
	"remit/store"
)

// turns shares Slack's pace between the nodes that share a database: a channel's turns of a second, or of as long as one turn
// takes where there is less than one, are a budget that they all draw on.
type turns struct{ store *store.Store }

// Turn implements bot.Turns.
func (t turns) Turn(ctx context.Context, channel string, perSecond float64, now time.Time) (time.Duration, error) {
	slot, most := time.Second, int64(perSecond)
	if perSecond < 1 {
		slot, most = time.Duration(float64(time.Second)/perSecond), 1
	}
	began := now.Truncate(slot)
	take := decision.Spend{Budget: fmt.Sprintf("%s%s/%d", store.PaceBudgets, channel, began.UnixNano()/int64(slot)), N: 1, Limit: most}
	err := t.store.Commit(ctx, decision.Changes{At: now, Spends: []decision.Spend{take}})
	if models.KindOf(err) == models.Conflict {
		return began.Add(slot).Sub(now), nil
	}
	return 0, err
}

// shared reports a database that several nodes may use at once: SQLite's is one process's alone.
func shared(cfg config.Config) bool { return strings.HasPrefix(cfg.DatabaseURL.Reveal(), "postgres") }
