package models_test

import (
	"testing"
	"time"

	"remit/models"
)

func TestWhoMayLinkWhom(t *testing.T) {
	admin := models.Person{ID: "olga", Slack: "U0OLGA", Roles: []models.Role{models.RoleAdmin}}
	manager := models.Person{ID: "max", Roles: []models.Role{models.RoleManager}}
	asked := models.Link{SlackID: "U0TOM", State: models.LinkAsked}
	linked := models.Link{SlackID: "U0TOM", State: models.LinkLinked}
	for name, c := range map[string]struct {
		link   models.Link
		by     models.Person
		person string
		want   models.Kind
		state  models.LinkState
	}{
		"an admin links":              {asked, admin, "tom", "", models.LinkLinked},
		"an admin refuses":            {asked, admin, "", "", models.LinkRefused},
		"a manager may not":           {asked, manager, "tom", models.Denied, models.LinkAsked},
		"nobody links themselves":     {models.Link{SlackID: "U0OLGA", State: models.LinkAsked}, admin, "tom", models.Denied, models.LinkAsked},
		"nobody takes another's name": {asked, admin, "olga", models.Denied, models.LinkAsked},
		"it is settled once":          {linked, admin, "tom", models.Conflict, models.LinkLinked},
	} {
		t.Run(name, func(t *testing.T) {
			l := c.link
			if err := l.Settle(c.by, c.person, time.Now()); models.KindOf(err) != c.want || l.State != c.state {
				t.Errorf("got %v and %s, want %s and %s", err, l.State, c.want, c.state)
			}
		})
	}
}
