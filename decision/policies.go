package decision

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"remit/models"
)

// Policies keeps the versions of the policy and has the one in force at hand. Whatever tightens takes effect at once; what
// loosens anything waits, proposed, until a second manager approves it, whichever way it came. It is safe for concurrent use.
type Policies struct {
	Ledger PolicyLedger
	Who    Directory
	Now    func() time.Time
	Log    *slog.Logger

	current atomic.Pointer[ruled]
	trouble atomic.Pointer[string]
}

// ruled is the version in force, read.
type ruled struct {
	number int // 0: it is not kept in the ledger
	policy *Policy
}

// Policy gives the policy in force. It is nil until one was read.
func (p *Policies) Policy() *Policy {
	if r := p.current.Load(); r != nil {
		return r.policy
	}
	return nil
}

// Trouble says what is wrong with the policy file, or with the version in force; "" where nothing is.
func (p *Policies) Trouble() string {
	if s := p.trouble.Load(); s != nil {
		return *s
	}
	return ""
}

func (p *Policies) troubled(s string) { p.trouble.Store(&s) }

// Refresh takes up what is in force by the ledger, whoever put it there. A version that cannot be read here is an error,
// and the policy that was at hand stays.
func (p *Policies) Refresh(ctx context.Context) error {
	n, err := p.Ledger.PolicyInForce(ctx)
	if err != nil {
		return fmt.Errorf("read which policy is in force: %w", err)
	}
	if r := p.current.Load(); n == 0 || r != nil && r.number == n {
		return nil
	}
	v, err := p.Ledger.PolicyVersion(ctx, n)
	if err != nil {
		return fmt.Errorf("read version %d of the policy: %w", n, err)
	}
	return p.take(v)
}

func (p *Policies) take(v models.PolicyVersion) error {
	policy, err := LoadPolicy([]byte(v.Text), p.Who, p.Now())
	if err != nil {
		return fmt.Errorf("version %d of the policy: %w", v.Number, err)
	}
	p.current.Store(&ruled{number: v.Number, policy: policy})
	p.Log.Info("a policy is in force", "number", v.Number, "policy", policy.Version, "by", v.Author.Display(), "via", v.Via)
	return nil
}

// Use has a policy rule that is kept nowhere, for a command that looks at what a service would start with.
func (p *Policies) Use(policy *Policy) { p.current.Store(&ruled{policy: policy}) }

// PolicyStatus is how the policy stands.
type PolicyStatus struct {
	InForce  models.PolicyVersion `json:"in_force"`
	Proposed models.PolicyVersion `json:"proposed"` // zero where nothing waits for a second person
	Trouble  string               `json:"trouble"`
}

// Status gives how the policy stands.
func (p *Policies) Status(ctx context.Context) (PolicyStatus, error) {
	inForce, proposed, err := p.Ledger.OpenPolicies(ctx)
	return PolicyStatus{InForce: inForce, Proposed: proposed, Trouble: p.Trouble()}, err
}

// History gives the newest versions, the newest first.
func (p *Policies) History(ctx context.Context, limit int) ([]models.PolicyVersion, error) {
	return p.Ledger.PolicyVersions(ctx, limit)
}

// Version gives a version by its number, or NotFound.
func (p *Policies) Version(ctx context.Context, number int) (models.PolicyVersion, error) {
	return p.Ledger.PolicyVersion(ctx, number)
}

// Check reads a text as if it were to take effect now, and says what it would loosen. What is wrong with it is Invalid.
func (p *Policies) Check(ctx context.Context, text []byte) (*Policy, []string, error) {
	policy, err := p.read(text)
	if err != nil {
		return nil, nil, err
	}
	inForce, _, err := p.Ledger.OpenPolicies(ctx)
	if err != nil {
		return nil, nil, err
	}
	return policy, p.loosens(inForce, policy), nil
}

// read reads a text that is to rule. One that delegates nothing at all is a file cut short more often than it is meant.
func (p *Policies) read(text []byte) (*Policy, error) {
	policy, err := LoadPolicy(text, p.Who, p.Now())
	if err != nil {
		return nil, err
	}
	if len(policy.Domains) == 0 {
		l := loader{problems: []Problem{{Line: 1, Says: "it names no domain: delegate something under triage or finance, or pause a domain to have everything asked"}}}
		return nil, l.refusal()
	}
	return policy, nil
}

// loosens says what the policy loosens beside the version in force; nothing beside none.
func (p *Policies) loosens(inForce models.PolicyVersion, policy *Policy) []string {
	if inForce.Number == 0 {
		return nil
	}
	old, err := ReadPolicy([]byte(inForce.Text))
	if err != nil {
		return []string{"The version in force cannot be read by this version of remit, so nothing can be said of what changes."}
	}
	return Loosens(old, policy)
}
