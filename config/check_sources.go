package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var providers = []string{Standard, Zendesk, Libredesk, Stripe}

// sourceName is what a path of a URL and a part of an id can hold; it begins with a letter, since a number in a variable
// is an index.
var sourceName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

func (c *checker) sources() {
	names := map[string]string{}
	for i, s := range c.Sources {
		key := element("sources", i, s.Name)
		switch {
		case s.Name == "":
			c.add(key+".name", "is missing", "name it: its webhooks go to /v1/webhooks/{name}")
		case !sourceName.MatchString(s.Name):
			c.add(key+".name", "is not a name that an address can hold", "use lower-case letters, digits, - and _, a letter first")
		}
		c.once(names, element("sources", i, "")+".name", key, envName(s.Name))
		c.source(key, s)
	}
}

func (c *checker) source(key string, s Source) {
	c.enum(key+".provider", s.Provider, providers...)
	c.enum(key+".mode", s.Mode, ModeWebhook, ModePoll)
	c.secrets(key, s)
	c.url(key+".base_url", s.BaseURL, "http", "https")
	c.url(key+".deliver_to", s.DeliverTo, "http", "https")
	if s.Mode == ModePoll {
		c.poll(key, s)
	} else {
		c.write(key, s)
	}
	c.unused(key, s)
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if s.Groups[name] == "" {
			c.add(element(key+".groups", 0, name), "has no id", "write the id that the helpdesk knows the group by")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Agents)) {
		if id := s.Agents[name]; !digits(id) {
			c.add(element(key+".agents", 0, name), "is not the number of an agent", "write the id that the helpdesk knows them by")
		}
	}
	if s.DueField != "" && !digits(s.DueField) {
		c.add(key+".due_field", "is not the number of a field", "make a custom field for text, and write its id")
	}
}

// uses says which keys have a meaning to a provider, besides those that all sources have.
var uses = map[string][]string{
	Standard:  {"deliver_to", "own_actor"},
	Zendesk:   {"base_url", "user", "token", "own_actor", "groups", "agents", "due_field"},
	Libredesk: {"base_url", "user", "token", "own_actor"},
	Stripe:    {"entity"},
}

// digits reports a number as a helpdesk counts: digits alone.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// unused reports keys that would do nothing: whoever wrote them counts on them.
func (c *checker) unused(key string, s Source) {
	used, known := uses[s.Provider]
	said := map[string]bool{
		"base_url": !s.BaseURL.Empty(), "user": s.User != "", "token": !s.Token.Empty(), "own_actor": s.OwnActor != "",
		"deliver_to": !s.DeliverTo.Empty(), "entity": s.Entity != "", "groups": len(s.Groups) > 0, "agents": len(s.Agents) > 0, "due_field": s.DueField != "",
	}
	for _, k := range slices.Sorted(maps.Keys(said)) {
		if known && said[k] && !contains(used, k) {
			c.add(key+"."+k, "does nothing for provider "+s.Provider, "remove it; this provider takes "+strings.Join(used, ", "))
		}
	}
}

// secrets: a source that is only asked receives no webhooks, and so needs none.
func (c *checker) secrets(key string, s Source) {
	if len(s.Secrets) == 0 && s.Mode != ModePoll {
		c.add(key+".secrets", "is missing, so anybody could send events", "write the secret that its webhooks are signed with, as a list")
	}
	for i, secret := range s.Secrets {
		if secret.Empty() {
			c.add(element(key+".secrets", i, ""), "is empty", "write the secret, or remove the entry")
		}
	}
}

func (c *checker) poll(key string, s Source) {
	if s.Provider != Zendesk {
		c.add(key+".mode", "is poll, which only provider zendesk has", "choose webhook")
		return
	}
	c.needs(key, s, "so it cannot be polled", true)
}

// write: half a set of credentials is a slip, not a wish to be read-only.
func (c *checker) write(key string, s Source) {
	if (s.Provider == Zendesk || s.Provider == Libredesk) && (!s.Token.Empty() || s.User != "") {
		c.needs(key, s, fmt.Sprintf("though other credentials for %s are there", s.Provider), false)
	}
}

func (c *checker) needs(key string, s Source, why string, poll bool) {
	mend := "write it, or remove the others to have the source only listened to"
	if poll {
		mend = "write it, or choose mode: webhook"
	}
	if s.BaseURL.Empty() {
		c.add(key+".base_url", "is missing, "+why, mend)
	}
	if s.User == "" {
		c.add(key+".user", "is missing, "+why, mend)
	}
	if s.Token.Empty() {
		c.add(key+".token", "is missing, "+why, mend)
	}
}
