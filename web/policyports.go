package web

import (
	"context"

	"remit/decision"
	"remit/models"
)

// Policies gives the versions of the policy, and the one in force.
type Policies interface {
	Policy() *decision.Policy
	Status(ctx context.Context) (decision.PolicyStatus, error)
	History(ctx context.Context, limit int) ([]models.PolicyVersion, error)
	Version(ctx context.Context, number int) (models.PolicyVersion, error)
}

// PolicyEditor changes the policy. What loosens it waits for a second manager; the errors carry the sentence to show.
type PolicyEditor interface {
	// Check reads a text and says what it would loosen, and changes nothing.
	Check(ctx context.Context, text []byte) (*decision.Policy, []string, error)
	Save(ctx context.Context, text []byte, by models.Person, via, why string) (models.PolicyVersion, error)
	Rollback(ctx context.Context, number int, by models.Person, via, why string) (models.PolicyVersion, error)
	Approve(ctx context.Context, number int, by models.Person, via string) (models.PolicyVersion, error)
	Withdraw(ctx context.Context, number int, by models.Person, why string) (models.PolicyVersion, error)
}

// Backtester tells what a policy would have decided otherwise on the recorded past. The text is one that Check took.
type Backtester interface {
	Backtest(ctx context.Context, policy []byte) (Backtest, error)
}

// Backtest is what a back-test found, ready to be shown.
type Backtest struct {
	Summary string // in one sentence
	Tables  []Table
}

// Table is a table of words and figures; every row has as many cells as the head.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}
