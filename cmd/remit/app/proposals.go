package app

import (
	"context"
	"maps"
	"slices"

	"remit/bot"
	"remit/config"
	"remit/connector/standard"
	"remit/models"
	"remit/web"
)

// apiSource is the source of what programs propose through the API and name no source for. Nothing can be signed for it and
// it hears nothing, so what comes from it is asked and told only; a configured source of this name takes its place.
const apiSource = "api"

func (s sources) addAPI() error {
	if _, taken := s[apiSource]; taken {
		return nil
	}
	mute, err := standard.Mute(apiSource)
	if err == nil {
		s[apiSource] = mute
	}
	return err
}

// proposer takes what people's programs propose through the API.
type proposer struct{ *App }

// Propose implements web.Proposer. It goes through the inbox like any other event.
func (p proposer) Propose(ctx context.Context, kind models.EventKind, source string, data map[string]any, by models.Person) (web.Proposed, error) {
	if source == "" {
		source = apiSource
	}
	c, ok := p.sources[source].(standard.Proposing)
	if !ok {
		return web.Proposed{}, models.FieldErrorf("source", "%q is not a standard source", source)
	}
	d, err := c.Propose(kind, data, by, p.opts.Now())
	if err != nil {
		return web.Proposed{}, err
	}
	evs, err := c.Translate(d)
	if err != nil || len(evs) != 1 {
		return web.Proposed{}, models.Errorf(models.Internal, "a proposal that was checked cannot be translated: %w", err)
	}
	sub := evs[0].Submission
	if err := p.mayPropose(ctx, kind, *sub, by); err != nil {
		return web.Proposed{}, err
	}
	fresh, err := p.Store.Accept(ctx, []models.Delivery{d})
	out := web.Proposed{Item: sub.Item, Action: sub.Action, Delegated: p.Engine.Policy().Takes(sub.Action, source), Fresh: fresh > 0}
	if sub.Action != "" {
		out.Decision = models.DecisionID(d.ID, sub.Item, sub.Action)
	}
	return out, err
}

// mayPropose reports, as a Conflict or NotFound, an id that is somebody else's, or nobody's where there has to be one.
func (p proposer) mayPropose(ctx context.Context, kind models.EventKind, sub models.Submission, by models.Person) error {
	known, err := p.Store.Submissions(ctx, []string{sub.ID})
	if err != nil {
		return err
	}
	was, ok := known[sub.ID]
	switch {
	case !ok && kind != models.ProposalCreated:
		return models.Errorf(models.NotFound, "There is no proposal %q.", sub.ExternalID)
	case ok && was.Requester != by.ID:
		return models.Errorf(models.Conflict, "The id %q is that of a proposal by somebody else: choose another.", sub.ExternalID)
	}
	return nil
}

// domains gives those that the policy names.
func (a *App) domains() []models.Domain {
	return slices.Sorted(maps.Keys(a.Engine.Policy().Domains))
}

// channels gives where each domain's cards go.
func (a *App) channels() map[models.Domain]string {
	of := map[models.Domain]string{}
	for _, d := range append(a.domains(), models.Triage, models.Finance) {
		of[d] = a.Config.Slack.Channels.For(d)
	}
	return of
}

// CheckDomains says of each domain that other systems propose for whether there is one that can, and whether it hears what
// became of its proposals.
func (a *App) CheckDomains() []bot.Finding {
	var found []bot.Finding
	for _, d := range a.domains() {
		if d.Other() {
			found = append(found, a.checkDomain(d))
		}
	}
	return found
}

func (a *App) checkDomain(d models.Domain) bot.Finding {
	named := a.Engine.Policy().Domains[d].Sources
	f := bot.Finding{What: "domain " + string(d), OK: true, Says: "proposals come from a source that hears what becomes of them"}
	var takes, hears bool
	for _, s := range a.Config.Sources {
		if s.Provider == config.Standard && (len(named) == 0 || slices.Contains(named, s.Name)) {
			takes, hears = true, hears || !s.DeliverTo.Empty()
		}
	}
	switch {
	case !takes:
		f.OK, f.Says = false, "it is delegated, but no source can propose for it"
		f.Mend = "add a source with provider: standard, and name it under the domain's sources if that lists any; or take the domain out of the policy"
	case !hears:
		f.Says = "its source has no deliver_to, so its proposals are only asked and told about"
	}
	return f
}
