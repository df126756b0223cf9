package models

import "slices"

// Agent is somebody of a queue, with what they take.
type Agent struct {
	Name      string   `json:"name" yaml:"name"`                     // as the helpdesk's source calls who has a ticket
	Intents   []string `json:"intents,omitempty" yaml:"intents"`     // that they know, as they were learned; empty for all of the queue's
	Languages []string `json:"languages,omitempty" yaml:"languages"` // that they answer in; empty for all of the queue's
	Capacity  int      `json:"capacity,omitempty" yaml:"capacity"`   // open tickets at most; 0 for no bound
	Rota      string   `json:"rota,omitempty" yaml:"rota"`           // they, the person of that id, are there while on it; empty: in working hours
}

// Knows reports whether the agent takes tickets about the intent; one that is not known only who takes all.
func (a Agent) Knows(intent string) bool {
	return len(a.Intents) == 0 || slices.Contains(a.Intents, intent)
}

// Speaks reports whether the agent answers in the language.
func (a Agent) Speaks(language string) bool {
	return len(a.Languages) == 0 || slices.Contains(a.Languages, language)
}

// Same reports two agents of whom the same is said.
func (a Agent) Same(o Agent) bool {
	return a.Name == o.Name && a.Capacity == o.Capacity && a.Rota == o.Rota && slices.Equal(a.Intents, o.Intents) && slices.Equal(a.Languages, o.Languages)
}

// Load is how much a queue, or somebody of it, has to do when a ticket is judged.
type Load struct {
	Queue  string `json:"queue"`
	Person string `json:"person,omitempty"` // empty for the queue as a whole
	Open   int    `json:"open"`             // tickets that wait for them, not for the customer
	Here   bool   `json:"here"`             // they are on their rota, or it is within working hours
}

// LoadOf gives the load of a queue, or of somebody of it; ok is false where it was not counted.
func (f Facts) LoadOf(queue, person string) (l Load, ok bool) {
	i := slices.IndexFunc(f.Loads, func(l Load) bool { return l.Queue == queue && l.Person == person })
	if i < 0 {
		return Load{}, false
	}
	return f.Loads[i], true
}

// OpenTickets counts the tickets that wait for an answer of ours, by group and by who has them.
type OpenTickets struct {
	Groups map[string]int
	People map[string]int
}
