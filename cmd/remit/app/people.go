package app

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"remit/config"
	"remit/models"
	"remit/store"
)

// people answers who is who from the configuration, and from what admins have said in Slack, to the policy, the bot and
// the console alike.
type people struct {
	config.Config
	team  string // the only Slack workspace whose ids count, where set
	links *links
}

// Reaches implements decision.Directory. A rota reaches everybody who may be on it.
func (p people) Reaches(name string) []models.Person {
	var found []models.Person
	rota := p.Rotas[strings.TrimPrefix(name, "@")].People
	for _, person := range p.People {
		if person.In(name) || slices.Contains(rota, person.ID) {
			found = append(found, p.inSlack(person))
		}
	}
	return found
}

// Managers implements decision.Managers.
func (p people) Managers() []models.Person {
	var found []models.Person
	for _, person := range p.People {
		if person.Has(models.RoleManager) {
			found = append(found, person)
		}
	}
	return found
}

// BySlack implements bot.People. A person of another workspace is a stranger, whatever the id.
func (p people) BySlack(teamID, userID string) (models.Person, bool) {
	if p.team != "" && teamID != p.team {
		return models.Person{}, false
	}
	if person, known := p.Config.BySlack(userID); known {
		return person, true
	}
	l, linked := p.links.bySlack(userID)
	if !linked {
		return models.Person{}, false
	}
	if l.PersonID == models.NewcomerID(userID) {
		return l.Newcomer(), true
	}
	person, known := p.Config.ByID(l.PersonID)
	if !known || person.Slack != "" {
		return models.Person{}, false // the configuration has changed since: it is the one that counts
	}
	return p.inSlack(person), true
}

// ByID gives the person with that id, of the configuration or made by a link.
func (p people) ByID(id string) (models.Person, bool) {
	if person, known := p.Config.ByID(id); known {
		return p.inSlack(person), true
	}
	for _, l := range p.links.all() {
		if l.State == models.LinkLinked && id == models.NewcomerID(l.SlackID) && l.PersonID == id {
			return l.Newcomer(), true
		}
	}
	return models.Person{}, false
}

// Named implements bot.People: requesters are written by id or by the address that the configuration gives.
func (p people) Named(name string) (models.Person, bool) {
	for _, person := range p.People {
		if person.Called(name) {
			return p.inSlack(person), true
		}
	}
	return models.Person{}, false
}

// Linkable implements bot.Links: those whom neither the configuration nor an admin has given a Slack id.
func (p people) Linkable() []models.Person {
	return slices.DeleteFunc(slices.Clone(p.People), func(person models.Person) bool { return p.inSlack(person).Slack != "" })
}

// inSlack gives the person with the Slack id that an admin has said is theirs, where the configuration says none.
func (p people) inSlack(person models.Person) models.Person {
	if person.Slack != "" {
		return person
	}
	for _, l := range p.links.all() {
		if l.State == models.LinkLinked && l.PersonID == person.ID {
			person.Slack = l.SlackID
		}
	}
	return person
}

// links are what admins have said of Slack users, as last read.
type links struct {
	store *store.Store
	known atomic.Pointer[[]models.Link]
}

func (l *links) all() []models.Link {
	if known := l.known.Load(); known != nil {
		return *known
	}
	return nil
}

func (l *links) bySlack(id string) (models.Link, bool) {
	for _, one := range l.all() {
		if one.SlackID == id && one.State == models.LinkLinked {
			return one, true
		}
	}
	return models.Link{}, false
}

// refresh reads them anew.
func (l *links) refresh(ctx context.Context) error {
	all, err := l.store.Links(ctx)
	if err == nil {
		l.known.Store(&all)
	}
	return err
}

// staff is people with the groups that they are in now by Slack's word and by the rotas, for the console: who may answer is
// the same there.
type staff struct {
	people
	now func(ctx context.Context, p models.Person) []string
}

// lookup bounds asking Slack or a calendar for the console.
const lookup = 3 * time.Second

// ByID gives the person with that id.
func (s staff) ByID(id string) (models.Person, bool) {
	p, known := s.people.ByID(id)
	if !known {
		return p, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookup)
	defer cancel()
	p.Groups = append(slices.Clone(p.Groups), s.now(ctx, p)...)
	return p, true
}

// register is bot.Links over the store: what an admin says counts at once.
type register struct {
	*store.Store
	people
}

// SettleLink keeps what an admin said, and has it count.
func (r register) SettleLink(ctx context.Context, l models.Link) error {
	if err := r.Store.SettleLink(ctx, l); err != nil {
		return err
	}
	return r.links.refresh(ctx)
}

// SettleLink takes an admin's word, by their id, on who a Slack user is: the person of that id, or nobody where it is empty.
func (a *App) SettleLink(ctx context.Context, slackID, personID, adminID string) (models.Link, error) {
	admin, known := a.People.ByID(adminID)
	if !known {
		return models.Link{}, models.FieldErrorf("as", "nobody is %q", adminID)
	}
	l, err := a.Store.Link(ctx, slackID)
	if err != nil {
		return l, err
	}
	free := slices.ContainsFunc(a.People.Linkable(), func(p models.Person) bool { return p.ID == personID })
	if personID != "" && personID != models.NewcomerID(slackID) && !free {
		return l, models.FieldErrorf("to", "%q is not among people, or is known in Slack already", personID)
	}
	if err := l.Settle(admin, personID, a.opts.Now()); err != nil {
		return l, err
	}
	return l, register{a.Store, a.People}.SettleLink(ctx, l)
}
