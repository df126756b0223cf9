package bot

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// Scope is a right that the app asks a workspace for, and why.
type Scope struct{ Name, Why string }

// scopes are the least that remit can do its work with.
var scopes = []Scope{
	{"chat:write", "post cards and keep them up to date"},
	{"commands", "answer /remit and the entries in a message's menu"},
	{"app_mentions:read", "answer when somebody mentions it with a ticket or a payment"},
	{"im:write", "tell a person alone what came of a click that was in no channel"},
	{"files:write", "put charts into the threads of cards"},
	{"users:read", "refuse the clicks of guests, bots and deactivated accounts"},
	{"usergroups:read", "know who is in the user groups that the policy asks"},
	{"channels:read", "check that the configured public channels are there"},
	{"groups:read", "check that the configured private channels are there"},
	{"channels:history", "find a card before posting it again, in public channels"},
	{"groups:history", "find a card before posting it again, in private channels"},
}

// events are what Slack tells the app of.
var events = []string{"app_home_opened", "app_mention", "subteam_members_changed", "subteam_updated"}

// Scopes gives the rights that the app asks for, each with its reason.
func Scopes() []Scope { return append([]Scope(nil), scopes...) }

// AppScope is the right of the app-level token, which Socket Mode alone needs.
var AppScope = Scope{"connections:write", "open the connection over which Slack's clicks arrive"}

// The ways in which Slack reaches the app.
const (
	ModeHTTP   = "http"
	ModeSocket = "socket"
)

// Manifest gives the Slack app's manifest as JSON. With mode "http" Slack calls publicURL; with "socket" the app connects to
// Slack, and publicURL is not looked at. The error is Invalid.
func Manifest(mode, publicURL string) ([]byte, error) {
	at := func(string) string { return "" }
	switch mode {
	case ModeSocket:
	case ModeHTTP:
		base := strings.TrimRight(publicURL, "/")
		if !strings.HasPrefix(base, "https://") {
			return nil, models.FieldErrorf("public_url", "Slack calls https addresses only, not %q: set public_url, or use socket mode", publicURL)
		}
		at = func(path string) string { return base + path }
	default:
		return nil, models.FieldErrorf("slack.mode", "%q has no manifest: use http or socket", mode)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(manifest(mode, at)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func manifest(mode string, at func(path string) string) slack.Manifest {
	m := slack.Manifest{
		Display: slack.Display{Name: "remit", Description: "Asks before it acts outside its remit"},
		Features: slack.Features{
			AppHome: slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true, MessagesTabReadOnlyEnabled: true},
			BotUser: slack.BotUser{DisplayName: "remit", AlwaysOnline: true},
			Shortcuts: []slack.Shortcut{
				{Name: "Why?", CallbackID: ShortcutWhy, Description: "Why remit decided as it did", Type: slack.MessageShortcut},
				{Name: "Report a wrong decision", CallbackID: ShortcutReport, Description: "Mend it, or note it for the review", Type: slack.MessageShortcut},
			},
			SlashCommands: []slack.ManifestSlashCommand{{
				Command: "/remit", Url: at("/slack/commands"), Description: "What remit did, why, and what waits for you",
				UsageHint: "help | status | inbox | why ID | override ID | search TEXT | review | pause DOMAIN WHY",
			}},
		},
		Settings: slack.Settings{
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: at("/slack/interactions")},
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: at("/slack/events"), BotEvents: events},
			SocketModeEnabled:  mode == ModeSocket,
		},
	}
	for _, s := range scopes {
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, s.Name)
	}
	return m
}
