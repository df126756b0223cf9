package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"remit/bot"
	"remit/config"
	"remit/decision"
	"remit/models"
	"remit/store"
)

// policyTick is how often the policy file and the version in force are looked at.
const policyTick = 2 * time.Second

func newPolicies(s *store.Store, who decision.Directory, o Options) *decision.Policies {
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &decision.Policies{Ledger: s, Who: who, Now: o.Now, Log: log}
}

// OpenPolicies opens the versions of the policy for a command, beside a running service; close the store afterwards. It
// needs no policy that could rule: there may be none yet.
func OpenPolicies(ctx context.Context, cfg config.Config, o Options) (*decision.Policies, *store.Store, error) {
	s, err := store.Open(ctx, store.Options{URL: cfg.DatabaseURL.Reveal(), Now: o.Now, Logger: o.Logger, Beside: true})
	if err != nil {
		return nil, nil, fmt.Errorf("open the database: %w", err)
	}
	return newPolicies(s, people{Config: cfg, links: &links{}}, o), s, nil
}

// takePolicy takes up the policy that rules: the text that the program was given, or the version in force after the file
// was looked at. A command beside a service changes nothing by being run.
func (a *App) takePolicy(ctx context.Context) error {
	if a.opts.Policy != nil {
		return a.Policies.Adopt(ctx, a.opts.Policy)
	}
	a.file = &decision.PolicyFile{Name: a.Config.Policy, Shared: strings.HasPrefix(a.Config.DatabaseURL.Reveal(), "postgres")}
	if !a.opts.Beside {
		text, err := os.ReadFile(a.Config.Policy)
		return a.Policies.Start(ctx, a.file, text, err)
	}
	err := a.Policies.Refresh(ctx)
	if models.KindOf(err) == models.Invalid {
		return a.readInForce(ctx)
	}
	if err != nil || a.Policy() != nil {
		return err
	}
	policy, err := a.loadFile()
	if err == nil {
		a.Policies.Use(policy)
	}
	return err
}

// readInForce takes the version in force as it is written, for a command: whom it names may have left, and a kill switch
// must work all the same. The service does not start on it.
func (a *App) readInForce(ctx context.Context) error {
	st, err := a.Policies.Status(ctx)
	if err != nil {
		return err
	}
	policy, err := decision.ReadPolicy([]byte(st.InForce.Text))
	if err == nil {
		a.Policies.Use(policy)
	}
	return err
}

// loadFile reads the policy file.
func (a *App) loadFile() (*decision.Policy, error) {
	text, err := os.ReadFile(a.Config.Policy)
	if err != nil {
		return nil, models.Errorf(models.Invalid,
			"the policy cannot be read: %v: start from policy.example.yaml and name it under policy", err)
	}
	p, err := decision.LoadPolicy(text, a.People, a.opts.Now())
	if err != nil {
		return nil, models.Errorf(models.KindOf(err), "%s: %w", a.Config.Policy, err)
	}
	return p, nil
}

// ReloadPolicy has the policy file looked at now.
func (a *App) ReloadPolicy() {
	select {
	case a.reload <- struct{}{}:
	default:
	}
}

// watchPolicy takes up what is in force by the database, and what the file says, until ctx ends.
func (a *App) watchPolicy(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(a.opts.PolicyEvery, policyTick))
	defer tick.Stop()
	said := ""
	for {
		told := false
		select {
		case <-ctx.Done():
			return
		case <-a.reload:
			told = true
		case <-tick.C:
		}
		if err := a.Policies.Refresh(ctx); err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			a.opts.Logger.Error("the version in force cannot be taken up; the one at hand rules on", "policy", a.Policy().Version, "err", err)
		}
		a.lookAtFile(ctx, told)
	}
}

func (a *App) lookAtFile(ctx context.Context, told bool) {
	if a.file == nil {
		return
	}
	text, err := os.ReadFile(a.Config.Policy)
	if told && err == nil {
		a.Policies.Reload(ctx, a.file, text)
		return
	}
	a.Policies.Look(ctx, a.file, text, err)
}

// CheckPolicy says whether the policy file is what rules, and what waits for a second person.
func (a *App) CheckPolicy(ctx context.Context) []bot.Finding {
	st, err := a.Policies.Status(ctx)
	if err != nil {
		return []bot.Finding{{What: "policy", Says: err.Error(), Mend: "check database_url"}}
	}
	found := []bot.Finding{a.checkPolicyFile(st)}
	if n := st.InForce.Number; n > 0 {
		if _, err := decision.LoadPolicy([]byte(st.InForce.Text), a.People, a.opts.Now()); err != nil {
			found = append(found, bot.Finding{
				What: "policy", Says: fmt.Sprintf("version %d, in force, can no longer rule, and remit serve does not start on it: %s", n, models.SentenceOf(err)),
				Mend: "mend the people in the configuration, or have a version approved that names those who are there",
			})
		}
	}
	if n := st.Proposed.Number; n > 0 {
		found = append(found, bot.Finding{What: "policy", OK: true, Says: fmt.Sprintf(
			"version %d waits for a second person: remit policy show %d, then remit policy approve %d --as PERSON", n, n, n)})
	}
	if len(a.People.Managers()) < 2 {
		found = append(found, bot.Finding{What: "policy", OK: true, Says: "fewer than two people have the manager role, so what one of them loosens in the console or by a command has nobody to approve it"})
	}
	return found
}

func (a *App) checkPolicyFile(st decision.PolicyStatus) bot.Finding {
	f := bot.Finding{What: "policy", OK: true, Says: fmt.Sprintf("%s is version %s", a.Config.Policy, a.Policy().Version)}
	rules := ""
	if st.InForce.Number > 0 {
		rules = fmt.Sprintf("version %d of %s stays in force", st.InForce.Number, st.InForce.InForceAt.In(a.Policy().Zone).Format("2 Jan 2006 15:04"))
	}
	policy, err := a.loadFile()
	switch {
	case err != nil:
		f.OK, f.Says, f.Mend = false, fmt.Sprintf("%s; %s", models.SentenceOf(err), rules), "mend the lines named above; docs/policy.md explains the keys"
	case rules == "":
		f.Says += "; remit serve puts it in force"
	case policy.Version == st.InForce.Sum:
		f.Says += fmt.Sprintf(", number %d, in force", st.InForce.Number)
	case policy.Version == st.Proposed.Sum:
		f.Says = fmt.Sprintf("%s is proposed as version %d; until it is approved %s", a.Config.Policy, st.Proposed.Number, rules)
	default:
		f.Says = fmt.Sprintf("%s is not the version in force: %s, by %s (%s)", a.Config.Policy, rules, st.InForce.Author.Display(), st.InForce.Via)
	}
	return f
}
