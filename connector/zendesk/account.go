package zendesk

import (
	"context"
	"net/http"
	"strings"

	"remit/connector"
	"remit/models"
)

// Account is what the owner of an API token sees of a Zendesk, while it is being set up.
type Account struct {
	UserID string // of the token's owner: remit's own actor there
	Name   string
	Groups []Group
}

// Group is a support group that tickets are assigned to.
type Group struct{ ID, Name string }

// groupPages bounds how many pages of a hundred groups are read.
const groupPages = 10

// Look checks the address and the token of the options, and gives what they lead to. The error is Denied for credentials
// that Zendesk does not take, and for a user who is no agent and so could change no ticket.
func Look(ctx context.Context, opt Options) (Account, error) {
	z := &Zendesk{opt: opt}
	if !z.canCall() {
		return Account{}, models.Errorf(models.Invalid, "An address, an e-mail address and an API token are needed.")
	}
	c, err := z.connect()
	if err != nil {
		return Account{}, err
	}
	call := c.(*connected).client
	var me struct {
		User struct {
			ID   connector.ID `json:"id"`
			Name string       `json:"name"`
			Role string       `json:"role"`
		} `json:"user"`
	}
	if err := call.Do(ctx, connector.Call{Method: http.MethodGet, Path: "/api/v2/users/me.json", Out: &me}); err != nil {
		return Account{}, err
	}
	// Zendesk answers whoever it does not know as an anonymous user without an id.
	if me.User.ID == "" || me.User.ID == "0" {
		return Account{}, models.Errorf(models.Denied, "Zendesk does not know that e-mail address and token.")
	}
	if role := strings.ToLower(me.User.Role); role != "agent" && role != "admin" {
		return Account{}, models.Errorf(models.Denied, "%s is not an agent there, and could not change a ticket.", models.CleanText(me.User.Name))
	}
	a := Account{UserID: string(me.User.ID), Name: models.CleanText(me.User.Name)}
	a.Groups, err = groups(ctx, call)
	return a, err
}

func groups(ctx context.Context, call connector.Client) ([]Group, error) {
	var out []Group
	cursor := ""
	for range groupPages {
		var page struct {
			Groups []struct {
				ID      connector.ID `json:"id"`
				Name    string       `json:"name"`
				Deleted bool         `json:"deleted"`
			} `json:"groups"`
			Meta struct {
				More  bool   `json:"has_more"`
				After string `json:"after_cursor"`
			} `json:"meta"`
		}
		path := "/api/v2/groups.json?page%5Bsize%5D=100"
		if cursor != "" {
			path += "&page%5Bafter%5D=" + cursor
		}
		if err := call.Do(ctx, connector.Call{Method: http.MethodGet, Path: path, Out: &page}); err != nil {
			return nil, err
		}
		for _, g := range page.Groups {
			if !g.Deleted {
				out = append(out, Group{ID: string(g.ID), Name: models.CleanText(g.Name)})
			}
		}
		if cursor = page.Meta.After; !page.Meta.More || cursor == "" {
			break
		}
	}
	return out, nil
}
