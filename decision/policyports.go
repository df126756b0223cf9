package decision

import (
	"context"

	"remit/models"
)

// PolicyLedger is where the versions of the policy are kept.
type PolicyLedger interface {
	// PolicyInForce gives the number of the version in force, 0 where there is none.
	PolicyInForce(ctx context.Context) (int, error)
	// OpenPolicies gives the version in force and the one that waits for a second person; zero where there is none.
	OpenPolicies(ctx context.Context) (inForce, proposed models.PolicyVersion, err error)
	// PolicyVersions gives the newest versions, the newest first.
	PolicyVersions(ctx context.Context, limit int) ([]models.PolicyVersion, error)
	// PolicyVersion gives a version by its number, or NotFound.
	PolicyVersion(ctx context.Context, number int) (models.PolicyVersion, error)
	// PolicyFileSum gives the sum of the policy file's text as it was last noted, "" where it never was.
	PolicyFileSum(ctx context.Context) (string, error)
	// CommitPolicies commits what becomes of versions, the whole or nothing.
	CommitPolicies(ctx context.Context, c PolicyChanges) error
}

// PolicyChanges is all that one deed does to the versions of the policy.
type PolicyChanges struct {
	Moves   []PolicyMove // in this order: what ends before what takes its place
	New     []models.PolicyVersion
	Entries []models.Entry
	FileSum string // the policy file's text was looked at; "" where it was not
}

// PolicyMove is a version as it is now, to replace the row that still has revision From. Another one there is a Conflict.
type PolicyMove struct {
	Version models.PolicyVersion
	From    int
}
