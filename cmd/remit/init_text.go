package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"remit/connector/zendesk"
)

// quoted writes a text so that YAML takes it for nothing else.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// configText is the configuration. Secrets are in .env.
func (s *setup) configText() string {
	var b strings.Builder
	b.WriteString("# Written by remit init. remit.example.yaml explains every key; the secrets are in .env beside this file.\n")
	if dir := filepath.Dir(s.config); dir != "." {
		fmt.Fprintf(&b, "policy: %s\ndatabase_url: %s\n", quoted(s.path("policy.yaml")), quoted("sqlite://"+s.path("remit.db")))
	}
	fmt.Fprintf(&b, "slack:\n  mode: socket\n  bot_token: ${SLACK_BOT_TOKEN}\n  app_token: ${SLACK_APP_TOKEN}\n  team_id: %s\n", quoted(s.team))
	if s.SlackAPI != "" {
		fmt.Fprintf(&b, "  api_url: %s\n", quoted(s.SlackAPI))
	}
	fmt.Fprintf(&b, "  channels: {fallback: %s}\n  introduce: %d\n  daily_at: \"17:00\"\n", quoted(s.channel.ID), firstTickets)
	fmt.Fprintf(&b, "sources:\n  - name: helpdesk\n    provider: zendesk\n    mode: poll\n    base_url: %s\n    user: %s\n    token: ${ZENDESK_TOKEN}\n    own_actor: %s\n",
		quoted(s.Helpdesk), quoted(s.User), quoted(s.desk.UserID))
	if len(s.desk.Groups) > 0 {
		b.WriteString("    groups:\n")
	}
	for _, g := range s.desk.Groups {
		fmt.Fprintf(&b, "      %s: %s\n", quoted(g.Name), quoted(g.ID))
	}
	fmt.Fprintf(&b, "people:\n  - {id: %s, name: %s, slack: %s, roles: [admin], groups: [support]}\ngroups: {support: \"\"}\n",
		quoted(s.PersonID), quoted(s.person.Name), quoted(s.person.ID))
	return b.String()
}

// maxQueues is how many groups the first policy names: it has to fit on one screen.
const maxQueues = 6

// policyText is the first policy, of at most 25 lines: it asks about priorities, watches the rest, and acts on nothing.
func (s *setup) policyText() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Written by remit init. docs/policy.md explains the words; policy.example.yaml has all of them.
timezone: %s
triage:
  approvers: "@support"     # who is asked
  expires: 8h               # then an ask ends, and nothing is done
  priority: {level: ask}    # proposes a priority, and sets it once somebody has approved
  route: {level: observe}   # watches, and tells what it would have done
  tag: {level: observe}
`, s.Timezone)
	if len(s.desk.Groups) > 0 {
		b.WriteString("  queues:                   # by the words that tickets for them speak of\n")
	}
	for _, g := range s.desk.Groups[:min(len(s.desk.Groups), maxQueues)] {
		fmt.Fprintf(&b, "    - {name: %s, words: [%s]}\n", quoted(g.Name), strings.Join(queueWords(g), ", "))
	}
	b.WriteString(`  escalate:                 # asks whatever the level above asking
    - when: tone.anger >= 0.6
      to: "@support"
    - when: ticket.mentions("lawyer", "gdpr")
      to: "@support"
`)
	return b.String()
}

// usualWords are what tickets speak of for groups of usual names.
var usualWords = []struct{ in, words string }{
	{"bill", "refund, invoice, charged, payment"},
	{"financ", "refund, invoice, charged, payment"},
	{"tech", "error, crash, bug, down"},
	{"engineer", "error, crash, bug, down"},
	{"account", "password, sign in, locked out"},
	{"sales", "price, quote, upgrade, demo"},
	{"ship", "delivery, tracking, parcel, arrived"},
	{"order", "order, cancel, return, delivery"},
	{"legal", "lawyer, contract, gdpr"},
}

// queueWords gives the words for a group: those of its own name, and the usual ones of such a group.
func queueWords(g zendesk.Group) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(g.Name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > 2 {
			out = append(out, quoted(w))
		}
	}
	for _, u := range usualWords {
		if strings.Contains(strings.ToLower(g.Name), u.in) {
			for w := range strings.SplitSeq(u.words, ", ") {
				if !strings.Contains(strings.Join(out, ","), quoted(w)) {
					out = append(out, quoted(w))
				}
			}
			break
		}
	}
	if len(out) == 0 {
		out = []string{quoted(strings.ToLower(g.Name))}
	}
	return out
}
