package decision

import (
	"context"
	"fmt"

	"remit/models"
)

// viaFile is how a version came that was edited where the configuration names it.
const viaFile = "file"

// PolicyFile watches the policy file of one process. The zero value has seen nothing.
type PolicyFile struct {
	Name string // for messages
	// Shared says that other processes have files of their own, so that one with an old text is a machine that is behind
	// rather than somebody's wish to go back.
	Shared bool

	taken  string // the sum of the text that was last imported, or refused
	wrong  string // what was wrong with that text
	last   string // the sum at the last look
	unread int    // looks in a row at which it could not be read
}

// Start takes the file up when the process starts. A file that is new becomes a version; a broken one is refused, and the
// last version in force stays. The error says why nothing can rule.
func (p *Policies) Start(ctx context.Context, f *PolicyFile, text []byte, readErr error) error {
	imported := p.fileAtStart(ctx, f, text, readErr)
	switch models.KindOf(imported) {
	case models.Unavailable, models.Internal:
		return imported
	case "":
		p.troubled("")
	}
	if err := p.Refresh(ctx); err != nil {
		return p.cannotRule(ctx, err, imported)
	}
	if p.Policy() == nil {
		return imported
	}
	if imported != nil {
		says := p.refused(f, imported)
		if readErr == nil {
			f.wrong = says
		}
	}
	return nil
}

// cannotRule says why the version in force does not rule any more, and how to go on.
func (p *Policies) cannotRule(ctx context.Context, why, imported error) error {
	_, proposed, err := p.Ledger.OpenPolicies(ctx)
	switch {
	case models.KindOf(why) != models.Invalid || err != nil:
		return why
	case imported != nil:
		return models.Errorf(models.Invalid, "the policy in force can no longer rule, and neither can the file: %w\n%s", why, models.SentenceOf(imported))
	case proposed.Number > 0:
		return models.Errorf(models.Invalid, "the policy in force can no longer rule: %w\nVersion %d is there to take its place, and loosens it: have a second person approve it with remit policy approve %d", why, proposed.Number, proposed.Number)
	}
	return models.Errorf(models.Invalid, "the policy in force can no longer rule: %w\nMend the policy file or the people in the configuration", why)
}

func (p *Policies) fileAtStart(ctx context.Context, f *PolicyFile, text []byte, readErr error) error {
	seen, err := p.Ledger.PolicyFileSum(ctx)
	if err != nil {
		return err
	}
	if readErr != nil {
		f.taken, f.unread = seen, 2
		return models.Errorf(models.Invalid, "%s cannot be read: %v: start from policy.example.yaml and name it under policy", f.Name, readErr)
	}
	sum := fileSum(text)
	f.taken, f.last = sum, sum
	if seen == sum {
		_, err := p.read(text) // it was imported already, but may be broken since: people come and go
		return p.named(f, err)
	}
	if f.Shared {
		if old, err := p.known(ctx, sum); err != nil || old > 0 {
			if old > 0 {
				err = models.Errorf(models.Conflict, "%s has the text of version %d, which is not in force: it was not taken up; roll back to that version if that is meant", f.Name, old)
			}
			return err
		}
	}
	return p.Import(ctx, f, text)
}

// known gives the number of the newest version of a text that is neither in force nor proposed, 0 where there is none.
func (p *Policies) known(ctx context.Context, sum string) (int, error) {
	vs, err := p.Ledger.PolicyVersions(ctx, recentVersions)
	if err != nil {
		return 0, err
	}
	for _, v := range vs {
		if v.Sum == sum {
			if v.State == models.PolicyInForce || v.State == models.PolicyProposed {
				return 0, nil
			}
			return v.Number, nil
		}
	}
	return 0, nil
}

// Import makes a version of the file's text. What is wrong with it is Invalid, with the file's name and the lines.
func (p *Policies) Import(ctx context.Context, f *PolicyFile, text []byte) error {
	sum := fileSum(text)
	f.taken, f.last = sum, sum
	v, err := p.bring(ctx, brought{text: text, by: models.ByFile, via: viaFile, why: "The file was changed.", fileSum: sum})
	if err != nil {
		return p.named(f, err)
	}
	if v.State == models.PolicyProposed {
		p.Log.Warn("the policy file loosens the policy, and waits for a second person; the version in force stays",
			"file", f.Name, "number", v.Number, "loosens", v.Loosens)
	}
	return nil
}

// Look looks at the file again. Only a text that is the same at two looks is taken up: a file that is being written is not
// half a policy.
func (p *Policies) Look(ctx context.Context, f *PolicyFile, text []byte, readErr error) {
	if readErr != nil {
		if f.unread++; f.unread == 2 { // an editor may take it away for a moment
			p.refused(f, models.Errorf(models.Invalid, "%s cannot be read: %v", f.Name, readErr))
		}
		return
	}
	if f.unread > 1 {
		p.troubled(f.wrong)
	}
	f.unread = 0
	sum := fileSum(text)
	settled := sum == f.last
	f.last = sum
	if settled && sum != f.taken {
		p.Reload(ctx, f, text)
	}
}

// Reload takes the file's text up now, as when a process is told to. A text that was taken up before is no news: what came
// after it by other ways stays.
func (p *Policies) Reload(ctx context.Context, f *PolicyFile, text []byte) {
	if f.wrong == "" && fileSum(text) == f.taken {
		return
	}
	err := p.Import(ctx, f, text)
	switch models.KindOf(err) {
	case "":
		f.wrong = ""
		p.troubled("")
	case models.Unavailable:
		f.taken = "" // and it is tried again at the next look
		p.Log.Warn("the policy file could not be taken up yet", "file", f.Name, "err", err)
	default:
		f.wrong = p.refused(f, err)
	}
}

// refused says loudly that the file is not what rules, and gives what it says.
func (p *Policies) refused(f *PolicyFile, err error) string {
	says := fmt.Sprintf("%s\nThe last good version stays in force.", models.SentenceOf(err))
	p.troubled(says)
	p.Log.Error("the policy file was refused; the last good version stays in force", "file", f.Name, "policy", p.version(), "err", err)
	return says
}

func (p *Policies) version() string {
	if policy := p.Policy(); policy != nil {
		return policy.Version
	}
	return ""
}

// named leads an error with the file's name.
func (p *Policies) named(f *PolicyFile, err error) error {
	if err == nil {
		return nil
	}
	return models.Errorf(models.KindOf(err), "%s: %w", f.Name, err)
}

func fileSum(text []byte) string { return models.NewID("pol", string(text)) }
