package bot

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// scope is a right that the app asks a workspace for, and why.
type scope struct{ Name, Why string }

// scopes are the least that remit can do its work with.
var scopes = []scope{
	{"chat:write", "post cards and keep them up to date"},
	{"commands", "answer /remit"},
	{"users:read", "refuse the clicks of guests, bots and deactivated accounts"},
	{"channels:read", "check that the configured public channels are there"},
	{"groups:read", "check that the configured private channels are there"},
	{"channels:history", "find a card before posting it again, in public channels"},
	{"groups:history", "find a card before posting it again, in private channels"},
}

// Manifest gives the Slack app's manifest as JSON, for mode "http": Slack calls publicURL. The error is Invalid.
func Manifest(mode, publicURL string) ([]byte, error) {
	if mode != "http" {
		return nil, models.FieldErrorf("slack.mode", "%q has no manifest: use http", mode)
	}
	base := strings.TrimRight(publicURL, "/")
	if !strings.HasPrefix(base, "https://") {
		return nil, models.FieldErrorf("public_url", "Slack calls https addresses only, not %q", publicURL)
	}
	m := slack.Manifest{
		Display: slack.Display{Name: "remit", Description: "Asks before it acts outside its remit"},
		Features: slack.Features{
			BotUser: slack.BotUser{DisplayName: "remit", AlwaysOnline: true},
			SlashCommands: []slack.ManifestSlashCommand{{
				Command: "/remit", Url: base + "/slack/commands", Description: "Why remit decided as it did", UsageHint: "help | why ID",
			}},
		},
		Settings: slack.Settings{Interactivity: &slack.Interactivity{IsEnabled: true, RequestUrl: base + "/slack/interactions"}},
	}
	for _, s := range scopes {
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, s.Name)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
