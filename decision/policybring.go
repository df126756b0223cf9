package decision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// policyTries is how often a deed is tried again when versions move under it.
const policyTries = 5

// brought is a text on its way to become a version.
type brought struct {
	text    []byte
	by      models.Actor
	via     string
	why     string
	atOnce  bool // takes effect whatever it loosens
	fileSum string
}

// Save makes a version of what a manager wrote. The version says whether it is in force or waits for a second person.
func (p *Policies) Save(ctx context.Context, text []byte, by models.Person, via, why string) (models.PolicyVersion, error) {
	if !by.Has(models.RoleManager) {
		return models.PolicyVersion{}, models.Errorf(models.Denied, "Only a manager may change the policy: %s is none.", by.Actor().Display())
	}
	if why = strings.TrimSpace(why); why == "" {
		return models.PolicyVersion{}, models.FieldErrorf("reason", "say why")
	}
	return p.bring(ctx, brought{text: text, by: by.Actor(), via: via, why: why})
}

// Rollback makes a new version of the text of an old one. What that loosens beside the one in force needs a second person
// like anything else.
func (p *Policies) Rollback(ctx context.Context, number int, by models.Person, via, why string) (models.PolicyVersion, error) {
	old, err := p.Ledger.PolicyVersion(ctx, number)
	if err != nil {
		return old, err
	}
	return p.Save(ctx, []byte(old.Text), by, via, fmt.Sprintf("Back to version %d: %s", number, why))
}

// Adopt puts a text in force that the program was started with, whatever it loosens: whoever starts it so could as well
// start it on another database.
func (p *Policies) Adopt(ctx context.Context, text []byte) error {
	_, err := p.bring(ctx, brought{text: text, by: models.Remit, via: "start", why: "The program was started with it.", atOnce: true})
	return err
}

func (p *Policies) bring(ctx context.Context, b brought) (v models.PolicyVersion, err error) {
	policy, err := p.read(b.text)
	if err != nil {
		return v, err
	}
	for range policyTries {
		if v, err = p.tryBring(ctx, b, policy); models.KindOf(err) != models.Conflict {
			break
		}
	}
	if err != nil || v.State != models.PolicyInForce {
		return v, err
	}
	return v, p.Refresh(ctx)
}

func (p *Policies) tryBring(ctx context.Context, b brought, policy *Policy) (models.PolicyVersion, error) {
	inForce, proposed, err := p.Ledger.OpenPolicies(ctx)
	if err != nil {
		return models.PolicyVersion{}, err
	}
	c := PolicyChanges{FileSum: b.fileSum}
	switch {
	case inForce.Number > 0 && inForce.Sum == policy.Version:
		return inForce, p.sameAgain(ctx, b, proposed, c)
	case proposed.Number > 0 && proposed.Sum == policy.Version && !b.atOnce:
		return proposed, p.savedAgain(ctx, b, &proposed, c)
	}
	v, err := p.next(ctx, b, policy, inForce)
	if err != nil {
		return v, err
	}
	to, text := models.PolicyInForce, "Version %d of the policy is in force: %s"
	if len(v.Loosens) > 0 && !b.atOnce {
		to, text = models.PolicyProposed, "Version %d of the policy loosens it, and waits for a second person: %s"
		if err := c.end(proposed, models.PolicyWithdrawn, b.by, fmt.Sprintf("version %d was proposed instead", v.Number), v.CreatedAt); err != nil {
			return v, err
		}
	} else if err := c.end(inForce, models.PolicyReplaced, b.by, "", v.CreatedAt); err != nil {
		return v, err
	}
	if err := v.To(to, b.by, v.CreatedAt); err != nil {
		return v, err
	}
	c.New = append(c.New, v)
	c.entry(b.by, v.CreatedAt, text, v.Number, v.Why)
	return v, p.Ledger.CommitPolicies(ctx, c)
}

// next makes the version; who saved the same text since the one in force took effect is known to have a hand in it.
func (p *Policies) next(ctx context.Context, b brought, policy *Policy, inForce models.PolicyVersion) (models.PolicyVersion, error) {
	v := models.PolicyVersion{
		Number: 1, Text: string(b.text), Sum: policy.Version, Author: b.by, Via: b.via, Why: b.why, Against: inForce.Number, CreatedAt: p.Now(),
	}
	recent, err := p.Ledger.PolicyVersions(ctx, recentVersions)
	if err != nil {
		return v, err
	}
	for i, o := range recent {
		if i == 0 {
			v.Number = o.Number + 1
		}
		if o.Sum == v.Sum && o.Number > inForce.Number {
			v.Savers = append(v.Savers, o.Savers...)
		}
	}
	if b.by.IsPerson() {
		v.Savers = append(v.Savers, b.by.ID)
	}
	slices.Sort(v.Savers)
	v.Savers = slices.Compact(v.Savers)
	v.Loosens = p.loosens(inForce, policy)
	return v, nil
}

// recentVersions is how far back it is looked for who brought the same text.
const recentVersions = 200

// sameAgain takes note of a text that is in force already. A file that was changed back takes its own proposal back.
func (p *Policies) sameAgain(ctx context.Context, b brought, proposed models.PolicyVersion, c PolicyChanges) error {
	if b.by.IsPerson() {
		return models.Errorf(models.Invalid, "This is the version in force already: nothing was changed.")
	}
	if b.via == viaFile && proposed.Via == viaFile {
		if err := c.end(proposed, models.PolicyWithdrawn, b.by, "the file was changed back", p.Now()); err != nil {
			return err
		}
		c.entry(b.by, p.Now(), "Version %d of the policy was withdrawn: the file was changed back", proposed.Number)
	}
	if c.FileSum == "" && len(c.Moves) == 0 {
		return nil
	}
	return p.Ledger.CommitPolicies(ctx, c)
}

// savedAgain notes on a proposal that somebody else has saved the same text.
func (p *Policies) savedAgain(ctx context.Context, b brought, proposed *models.PolicyVersion, c PolicyChanges) error {
	if b.by.IsPerson() && !proposed.SavedBy(b.by.ID) {
		from := proposed.Revision
		proposed.Revision++
		proposed.Savers = append(slices.Clone(proposed.Savers), b.by.ID)
		c.Moves = append(c.Moves, PolicyMove{Version: *proposed, From: from})
		c.entry(b.by, p.Now(), "Version %d of the policy was saved again: %s", proposed.Number, b.why)
	}
	if c.FileSum == "" && len(c.Moves) == 0 {
		return nil
	}
	return p.Ledger.CommitPolicies(ctx, c)
}

// end moves a version, if there is one, to where it ends.
func (c *PolicyChanges) end(v models.PolicyVersion, to models.PolicyState, by models.Actor, note string, at time.Time) error {
	if v.Number == 0 {
		return nil
	}
	from := v.Revision
	v.Note = note
	if err := v.To(to, by, at); err != nil {
		return err
	}
	c.Moves = append(c.Moves, PolicyMove{Version: v, From: from})
	return nil
}

func (c *PolicyChanges) entry(by models.Actor, at time.Time, format string, args ...any) {
	c.Entries = append(c.Entries, models.Entry{Kind: models.EntryPolicy, By: by, At: at, Text: fmt.Sprintf(format, args...)})
}
