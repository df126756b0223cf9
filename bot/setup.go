package bot

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// Workspace is a Slack workspace as it looks while the app is being set up.
type Workspace struct {
	api  *slack.Client
	team string
}

// WorkspaceOptions say how to reach a workspace.
type WorkspaceOptions struct {
	Token    models.Secret
	AppToken models.Secret // for CheckApp
	APIURL   string        // with a closing slash; empty for Slack's own
	HTTP     *http.Client  // nil for the default one
}

// NewWorkspace gives the workspace. It asks nothing of Slack yet.
func NewWorkspace(o WorkspaceOptions) *Workspace {
	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	return &Workspace{api: slack.New(o.Token.Reveal(), slack.OptionAppLevelToken(o.AppToken.Reveal()), slack.OptionAPIURL(o.APIURL), slack.OptionHTTPClient(o.HTTP))}
}

// Place is a channel or a person of the workspace.
type Place struct {
	ID     string
	Name   string
	Member bool // the app is in the channel
}

// CheckToken asks whether the token is good, and gives the workspace's name and id. What rights it lacks is an error of kind
// Denied that names them.
func (w *Workspace) CheckToken(ctx context.Context) (name, teamID string, err error) {
	who, err := w.api.AuthTestContext(ctx)
	if err != nil {
		return "", "", slackError("auth.test", err)
	}
	var missing []string
	for _, s := range missingScopes(who.Header.Get("X-OAuth-Scopes")) {
		missing = append(missing, s.Name)
	}
	if len(missing) > 0 {
		return "", "", models.Errorf(models.Denied, "The token lacks %s. Take the app's manifest from remit slack manifest, and install the app again.", strings.Join(missing, ", "))
	}
	w.team = who.TeamID
	return who.Team, who.TeamID, nil
}

// CheckApp asks whether Socket Mode can be used with the app-level token.
func (w *Workspace) CheckApp(ctx context.Context) error {
	if _, _, err := w.api.StartSocketModeContext(ctx); err != nil {
		return slackError("apps.connections.open", err)
	}
	return nil
}

// mostPages bounds what is listed of a large workspace.
const mostPages = 20

// Channels gives the channels that the app can see, those that it is in first, each by name.
func (w *Workspace) Channels(ctx context.Context) ([]Place, error) {
	q := &slack.GetConversationsParameters{ExcludeArchived: true, Limit: 200, Types: []string{"public_channel", "private_channel"}}
	var all []Place
	for range mostPages {
		cs, next, err := w.api.GetConversationsContext(ctx, q)
		if err != nil {
			return nil, slackError("conversations.list", err)
		}
		for _, c := range cs {
			all = append(all, Place{ID: c.ID, Name: line(c.Name, 80), Member: c.IsMember})
		}
		if q.Cursor = next; next == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b Place) int {
		if a.Member != b.Member {
			if a.Member {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, nil
}

// In reports whether the app is in the channel.
func (w *Workspace) In(ctx context.Context, channel string) (bool, error) {
	c, err := w.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	if err != nil {
		return false, slackError("conversations.info", err)
	}
	return c.IsMember, nil
}

// People gives the full members of the workspace whose id is said, or whose name has the text in it.
func (w *Workspace) People(ctx context.Context, said string) ([]Place, error) {
	all, err := w.api.GetUsersContext(ctx, slack.GetUsersOptionLimit(200))
	if err != nil {
		return nil, slackError("users.list", err)
	}
	said = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(said), "@"))
	var out []Place
	for _, u := range all {
		if u.Deleted || u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.ID == "USLACKBOT" {
			continue
		}
		name := u.RealName
		if name == "" {
			name = u.Name
		}
		if strings.EqualFold(u.ID, said) || strings.Contains(strings.ToLower(name+" "+u.Name), said) {
			out = append(out, Place{ID: u.ID, Name: line(name, 80)})
		}
	}
	return out, nil
}

// Welcome posts the first card: who set remit up, and what comes next.
func (w *Workspace) Welcome(ctx context.Context, channel string, n Notice) error {
	_, _, err := w.api.PostMessageContext(ctx, channel,
		slack.MsgOptionText(n.Text, false), slack.MsgOptionBlocks(n.Blocks...), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}

// Welcomed is what the first card says.
func (o CardOptions) Welcomed(by, helpdesk string, tickets int) Notice {
	what := line(by, 80) + " has set remit up for " + line(helpdesk, 120) + ". This card shows that it can post here."
	n := Notice{Key: "notice:welcome", Domain: models.Triage, Text: escape(what)}
	n.Blocks = headed("remit is set up", what)
	next := []string{
		"Start it: remit serve",
		"What it may not do alone it asks here, with Approve and Override",
		"Mention it with a ticket, or type /remit help",
	}
	if tickets > 0 {
		next = slices.Insert(next, 1, "Of the first "+plural(tickets, "ticket")+" it tells here what it would have done. Then it goes silent, and asks only")
	}
	n.Blocks = append(n.Blocks, bullets("next", "Next:", next)...)
	n.Blocks = append(n.Blocks, slack.NewContextBlock("how", plain("Nothing is changed in the helpdesk before somebody here has approved it.")))
	return n
}
