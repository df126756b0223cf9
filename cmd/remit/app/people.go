package app

import (
	"remit/config"
	"remit/models"
)

// people answers who is who from the configuration, to the policy, the bot and the console alike.
type people struct {
	config.Config
	team string // the only Slack workspace whose ids count, where set
}

// Reaches implements decision.Directory.
func (p people) Reaches(name string) []models.Person {
	var found []models.Person
	for _, person := range p.People {
		if person.In(name) {
			found = append(found, person)
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
	return p.Config.BySlack(userID)
}
