package bot

import (
	"context"
	"time"

	"remit/decision"
	"remit/models"
)

// Deeds are what people can do and ask in Slack beside answering. Each may be nil: what it is for is then not offered, or
// said to be elsewhere.
type Deeds struct {
	Auditor    Auditor
	Pricer     Pricer
	Switcher   Switcher
	Switches   Switches
	Replayer   Replayer
	Remarker   Remarker
	Log        Log
	Levels     Levels
	Reviewer   Reviewer
	Backtester Backtester
	Saver      PolicySaver
	// Fan draws the cash that a plan leaves.
	Fan func(models.Cash) (Picture, error)
}

// Auditor takes what a person would have done about a decision, without having been told what remit did.
type Auditor interface {
	Audit(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error)
}

// Pricer says what paying an invoice on another day costs beside the day it is planned on, and what cash that leaves.
type Pricer interface {
	Price(ctx context.Context, item string, day models.Day) (cost models.Money, cash models.Cash, err error)
}

// Switcher is the kill switch.
type Switcher interface {
	Pause(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error)
	Resume(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error)
}

// Switches tells where the kill switches stand: those that were ever touched, by domain.
type Switches interface {
	Switches(ctx context.Context) (map[models.Domain]models.Switch, error)
}

// Replayer puts an event that could not be decided in line once more.
type Replayer interface {
	Replay(ctx context.Context, deadLetterID string, by models.Actor, at time.Time) error
}

// Remarker puts what a person says about a decision into its timeline.
type Remarker interface {
	Remark(ctx context.Context, id string, by models.Person, text string) error
}

// Log gives decisions.
type Log interface {
	// Log gives those that a query asks for, newest first.
	Log(ctx context.Context, q models.LogQuery) ([]models.Decision, error)
	// Newest gives, for each of the items, the newest decision of each action, the newest last.
	Newest(ctx context.Context, items []string) ([]models.Decision, error)
	// Asks gives, of those in some of the open states, the ones that are to be kept, oldest first. It looks at no more than
	// the limit of them, and says whether there are more.
	Asks(ctx context.Context, limit int, keep func(models.Decision) bool, states ...models.State) (ds []models.Decision, more bool, err error)
}

// Levels tells the level in force of each action that the policy names.
type Levels interface {
	Levels(ctx context.Context) ([]LevelLine, error)
}

// LevelLine is the autonomy of one kind of work.
type LevelLine struct {
	Action  models.Action
	Segment string
	Level   models.Level
	Ceiling models.Level
	Why     string // in one sentence
}

// Reviewer gives the review of the stretch of days.
type Reviewer interface {
	Review(ctx context.Context, from, to models.Day) (Review, error)
}

// Tuning is a threshold of the policy as a manager would have it.
type Tuning struct {
	Action   models.Action
	Level    models.Level // the ceiling
	MaxError float64      // share
}

// Trial is what a Tuning would have come to on the recorded past.
type Trial struct {
	Days      int // how much of the past
	Decided   int
	Acted     int // under the policy in force
	WouldAct  int // under the tuning
	Wrong     int // of WouldAct, by what people said of them
	Looked    int // of WouldAct, those that people said anything about
	Sentences []string
}

// Backtester tries a Tuning on the recorded past. It changes nothing.
type Backtester interface {
	Backtest(ctx context.Context, t Tuning) (Trial, error)
}

// PolicySaver saves a Tuning as a new version of the policy. What loosens the policy is saved as a proposal that another
// person must agree to: pending is true then.
type PolicySaver interface {
	SaveTuning(ctx context.Context, by models.Person, t Tuning, why string) (version string, pending bool, err error)
}
