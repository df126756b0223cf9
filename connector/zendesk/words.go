package zendesk

import (
	"encoding/json"
	"strings"

	"remit/models"
)

// Zendesk writes its words in either case, depending on where one looks.
var (
	priorities = map[string]models.Priority{
		"urgent": models.P1, "high": models.P2, "normal": models.P3, "low": models.P4,
	}
	statuses = map[string]models.TicketStatus{
		"new": models.TicketOpen, "open": models.TicketOpen, "pending": models.TicketPending, "hold": models.TicketPending,
		"solved": models.TicketSolved, "closed": models.TicketSolved,
	}
)

func priority(word string) models.Priority { return priorities[strings.ToLower(word)] }

func status(word string) models.TicketStatus { return statuses[strings.ToLower(word)] }

// priorityWord is Zendesk's word for a priority, empty for one that is not set.
func priorityWord(p models.Priority) string {
	for word, known := range priorities {
		if known == p {
			return word
		}
	}
	return ""
}

// group gives a group by the name that the policy knows it by, else by its id.
func (z *Zendesk) group(id string) string {
	if name, ok := z.groups[id]; ok {
		return name
	}
	return id
}

// groupID gives the id of a group that the policy names.
func (z *Zendesk) groupID(name string) string {
	if id, ok := z.opt.Groups[name]; ok {
		return id
	}
	return name
}

// agent gives somebody by the name that the policy knows them by, else by their id.
func (z *Zendesk) agent(id string) string {
	if name, ok := z.agents[id]; ok {
		return name
	}
	return z.local(id)
}

// agentID gives the id of somebody whom the policy names.
func (z *Zendesk) agentID(name string) (json.Number, error) {
	id, named := z.opt.Agents[name]
	if !named {
		id = strings.TrimPrefix(name, z.opt.Source+"/")
	}
	if id == "" || strings.Trim(id, "0123456789") != "" {
		return "", models.FieldErrorf("agents", "%q has no id: name them under agents", name)
	}
	return json.Number(id), nil
}

// local leads an id of the source by the source's name.
func (z *Zendesk) local(id string) string {
	if id == "" {
		return ""
	}
	return z.opt.Source + "/" + id
}

func (z *Zendesk) account(organization string) string {
	if organization == "" {
		return ""
	}
	return models.AccountItem(z.opt.Source, organization)
}

// system is the id under which Zendesk writes down what its own rules did.
const system = "-1"

// who gives the actor of a deed on a ticket. channel is how the deed itself was done, empty where that is not told: the
// channel that a ticket came by says nothing of who touched it later.
func (z *Zendesk) who(id, requester, channel string) models.Actor {
	switch {
	case id == "":
		return models.Actor{Kind: models.ByUnknown}
	case id == z.opt.OwnActor:
		return models.Remit
	case id == requester:
		return models.Actor{Kind: models.ByCustomer, ID: z.local(id)}
	case id == system:
		return models.Actor{Kind: models.ByAutomation, ID: z.local(id)}
	}
	switch strings.ToLower(channel) {
	case "api", "web_service", "rule", "trigger", "automation", "system":
		return models.Actor{Kind: models.ByAutomation, ID: z.local(id)}
	}
	return models.Actor{Kind: models.ByPerson, ID: z.local(id)}
}
