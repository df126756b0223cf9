package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/config"
	"remit/models"
)

const (
	zendesk = "name: z, provider: zendesk, secrets: [s]"
	choose  = ": choose one of "
)

func TestBadFiles(t *testing.T) {
	cases := map[string]struct {
		file string
		env  []string
		want []string
	}{
		"a key that is nearly right":         {file: "lisen: x:1", want: []string{"lisen is not a key: did you mean listen?"}},
		"a key that is nothing like any":     {file: "wibble: 1", want: []string{"wibble is not a key: remove it; remit.example.yaml has every key"}},
		"a key inside an element":            {file: "sources: [{" + zendesk + ", tokn: x}]", want: []string{"sources[z].tokn is not a key: did you mean token?"}},
		"a variable that is not set":         {file: "policy: ${NOPE}/p.yaml", want: []string{"policy needs the environment variable NOPE, which is not set: set it, or write the value in its place"}},
		"a variable that is empty":           {file: "sources: [{name: z, provider: stripe, secrets: ['${NOPE}']}]", env: []string{"NOPE="}, want: []string{"sources[z].secrets[0] needs the environment variable NOPE, which is not set: set it, or write the value in its place"}},
		"a reference to no variable":         {file: "policy: ${a-b}", want: []string{"policy has a ${...} around what is not a variable's name: write $${ for a ${ that stands for itself"}},
		"a slip in a variable":               {env: []string{"REMIT_SLACK_BOT_TOKN=x"}, want: []string{"REMIT_SLACK_BOT_TOKN sets no key: did you mean REMIT_SLACK_BOT_TOKEN?"}},
		"a variable for a source not there":  {env: []string{"REMIT_SOURCES_CRM_TOKEN=x"}, want: []string{"REMIT_SOURCES_CRM_TOKEN sets no key: name the element by its index or its name, then the key, as in REMIT_SOURCES_0_TOKEN"}},
		"a gap between elements":             {env: []string{"REMIT_SOURCES_1_NAME=x"}, want: []string{"REMIT_SOURCES_1 leaves out sources[0]: number the elements without a gap, from 0"}},
		"a list that is none":                {file: "sources: x", want: []string{"sources is not a list: write it as [one, two], or one to a line after a hyphen"}},
		"keys that are none":                 {file: "slack: x", want: []string{"slack is not a group of keys: write its keys below it, each indented"}},
		"a source that is a word":            {file: "sources: [x]", want: []string{"sources[0] is not a group of keys: write its keys below it, each indented"}},
		"a word that YAML does not leave be": {file: "policy: true", want: []string{"policy is not text: put it in quotes"}},
		"a number that would come out other": {file: "groups: {a: 1e9}", want: []string{"groups[a] is not text: put it in quotes"}},
		"a list for a word":                  {file: "listen: [a]", want: []string{"listen is not a single value: write one word or number after the colon"}},
		"a word for a number":                {file: "slack: {per_second: fast}", want: []string{"slack.per_second is not a number: write it like 1 or 0.5"}},
		"not YAML":                           {file: "a: b\nc: {", want: []string{"line 2 is not YAML of the form key: value: compare it with remit.example.yaml"}},
		"YAML without keys":                  {file: "hello", want: []string{"line 1 is not YAML of the form key: value: compare it with remit.example.yaml"}},
		"a key said twice":                   {file: "policy: a\npolicy: b", want: []string{"line 2 says a key twice: leave one of the two"}},
		"a port that is none":                {file: "listen: localhost:http", want: []string{"listen is not host:port: write it like 127.0.0.1:8080, with a port from 0 to 65535"}},
		"no port":                            {file: "console_listen: localhost", want: []string{"console_listen is not host:port: write it like 127.0.0.1:8080, with a port from 0 to 65535"}},
		"console and webhooks in one":        {file: "listen: :80\nconsole_listen: :80", want: []string{"console_listen is the same as listen: give the console another port: what the world may reach and what it may not are kept apart"}},
		"an address without a scheme":        {file: "public_url: remit.example.com", want: []string{"public_url does not begin with http:// or https://: write it like https://host.example.com"}},
		"PostgreSQL without a host":          {file: "database_url: postgres:///remit", want: []string{"database_url names no host: write it like sqlite://remit.db or postgres://user:password@host/remit"}},
		"an address without a host":          {file: "public_url: https:///x", want: []string{"public_url names no host: write it like https://host.example.com"}},
		"a database of another make":         {file: "database_url: mysql://u:p@h/d", want: []string{"database_url does not begin with sqlite:// or postgres:// or postgresql://: write it like sqlite://remit.db or postgres://user:password@host/remit"}},
		"a database without a name":          {file: "database_url: 'sqlite://'", want: []string{"database_url names nothing after the ://: write it like sqlite://remit.db or postgres://user:password@host/remit"}},
		"a password with a stray character":  {file: "database_url: 'postgres://u:p%zz@h/d'", want: []string{"database_url is not an address that can be read: write it like sqlite://remit.db or postgres://user:password@host/remit"}},
		"a digest of nonsense": {
			file: "slack: {digest: {per_hour: 0.5, quiet_hours: 20-7, quiet_days: [sunday]}}",
			want: []string{
				"slack.digest.per_hour is not a whole number from 1 to 3600: leave it at 30: what is over waits in one message, and P1 and guardrail cards never do",
				"slack.digest.quiet_hours is not a time of the day: write it like 20:00-07:00",
				"slack.digest.quiet_days[0] is not one that remit knows: choose one of mon, tue, wed, thu, fri, sat, sun",
			},
		},
		"no day to work on": {
			file: "slack: {digest: {quiet_days: [mon, tue, wed, thu, fri, sat, sun]}}",
			want: []string{"slack.digest.quiet_days leaves no day on which cards are posted: leave out the days on which people work"},
		},
		"mail without addresses": {
			file: "slack: {otherwise: {after: soon, smtp_url: 'smtp://mail', from: remit}}",
			want: []string{
				"slack.otherwise.after is not a duration from 1m to 24h: leave it at 10m",
				"slack.otherwise.from is not an e-mail address: write it like remit@acme.com",
				"slack.otherwise.to is missing, so no mail could be sent: name whoever must hear of a P1 when Slack is away",
			},
		},
		"a rota of strangers": {
			file: "rotas: {duty: {people: [ghost]}}",
			want: []string{
				"rotas[duty].calendar is missing: give the path or the address of an iCal file, or a slack_group",
				"rotas[duty].people[0] is \"ghost\", who is not under people: add them there, or leave them out here",
			},
		},
		"a rota by two ways": {
			file: "people: [{id: sam}]\nrotas: {a: {people: [sam], calendar: d.ics, slack_group: S0}, b: {people: [sam], turns: weekly, calendar: d.ics}, c: {people: [sam], slack_group: S0, turns: daily}}",
			want: []string{
				"rotas[a].slack_group is there beside a calendar: leave one of the two out",
				"rotas[b].turns is for a slack_group: a calendar says itself whose turn it is: leave it out",
				"rotas[c].turns is not one that remit knows" + choose + "weekly",
			},
		},
		"a rota that is a group": {
			file: "groups: {duty: ''}\npeople: [{id: sam}]\nrotas: {duty: {people: [sam], calendar: d.ics}}",
			want: []string{"rotas[duty] is also the name of a person or a group: rename one: @duty must mean one of the two"},
		},
		"socket mode": {
			file: "slack: {mode: socket}",
			want: []string{
				"slack.app_token is missing, so no click could arrive: make one (xapp-...) with the scope connections:write under Basic Information, App-Level Tokens, of the Slack app",
				"slack.bot_token is missing, so no card could be posted: copy it (xoxb-...) from OAuth & Permissions of the Slack app",
				"slack.channels.fallback is missing, and triage has no channel of its own: name a channel in which nothing gets lost",
			},
		},
		"Slack in another mode": {file: "slack: {mode: htp}", want: []string{"slack.mode is not one that remit knows: did you mean http? Else choose one of http, socket, off"}},
		"half of Slack": {
			file: "slack: {app_token: x}",
			want: []string{
				"slack.bot_token is missing, so no card could be posted: copy it (xoxb-...) from OAuth & Permissions of the Slack app",
				"slack.channels.fallback is missing, and triage has no channel of its own: name a channel in which nothing gets lost",
			},
		},
		"one channel missing and one misnamed": {
			file: "slack: {bot_token: b, signing_secret: s, channels: {triage: '#support'}}",
			want: []string{
				"slack.channels.fallback is missing, and finance has no channel of its own: name a channel in which nothing gets lost",
				"slack.channels.triage is not the id of a Slack channel: copy the id, like C0123ABC, and not the name",
			},
		},
		"a channel by its name": {
			file: "slack: {channels: {triage: '#support'}}",
			want: []string{"slack.channels.triage is not the id of a Slack channel: copy the id, like C0123ABC, and not the name"},
		},
		"a user's id for a group's": {
			file: "slack: {team_id: acme}\ngroups: {a: U01}",
			want: []string{
				"slack.team_id is not the id of a Slack workspace: copy the id, like T0123ABC, and not the name",
				"groups[a] is not the id of a Slack user group: copy the id, like S0123ABC, and not the name",
			},
		},
		"a pace that Slack would refuse": {file: "slack: {per_second: -1}", want: []string{"slack.per_second is not above 0 and at most 100: leave it at 1, the pace that Slack allows to one channel"}},
		"a source that says nothing": {
			file: "sources: [{}]",
			want: []string{
				"sources[0].name is missing: name it: its webhooks go to /v1/webhooks/{name}",
				"sources[0].provider is missing" + choose + "standard, zendesk, libredesk, stripe",
				"sources[0].secrets is missing, so anybody could send events: write the secret that its webhooks are signed with, as a list",
			},
		},
		"a source without a secret": {
			file: "sources: [{name: psp, provider: stripe}]",
			want: []string{"sources[psp].secrets is missing, so anybody could send events: write the secret that its webhooks are signed with, as a list"},
		},
		"a source with an empty secret": {
			file: "sources: [{name: psp, provider: stripe, secrets: [a, '']}]",
			want: []string{"sources[psp].secrets[1] is empty: write the secret, or remove the entry"},
		},
		"a provider that is nearly right": {
			file: "sources: [{name: z, provider: zendsk, secrets: [s]}]",
			want: []string{"sources[z].provider is not one that remit knows: did you mean zendesk? Else choose one of standard, zendesk, libredesk, stripe"},
		},
		"a name that no address can hold": {
			file: "sources: [{name: Help Desk, provider: stripe, secrets: [s]}]",
			want: []string{"sources[Help Desk].name is not a name that an address can hold: use lower-case letters, digits, - and _, a letter first"},
		},
		"two sources of one name": {
			file: "sources: [{name: a-b, provider: stripe, secrets: [s]}, {name: a_b, provider: stripe, secrets: [s]}]",
			want: []string{"sources[1].name is the same as that of sources[a-b]: make each one's own: what is shared would say nothing about who did a thing"},
		},
		"polling what cannot be polled": {
			file: "sources: [{name: psp, provider: stripe, secrets: [s], mode: poll}]",
			want: []string{"sources[psp].mode is poll, which only provider zendesk has: choose webhook"},
		},
		"polling without credentials": {
			file: "sources: [{name: z, provider: zendesk, mode: poll}]",
			want: []string{
				"sources[z].base_url is missing, so it cannot be polled: write it, or choose mode: webhook",
				"sources[z].user is missing, so it cannot be polled: write it, or choose mode: webhook",
				"sources[z].token is missing, so it cannot be polled: write it, or choose mode: webhook",
			},
		},
		"half of the credentials": {
			file: "sources: [{" + zendesk + ", token: t, base_url: acme}]",
			want: []string{
				"sources[z].base_url does not begin with http:// or https://: write it like https://host.example.com",
				"sources[z].user is missing, though other credentials for zendesk are there: write it, or remove the others to have the source only listened to",
			},
		},
		"a token that nothing would be done with": {
			file: "sources: [{name: psp, provider: stripe, secrets: [s], token: t}]",
			want: []string{"sources[psp].token does nothing for provider stripe: remove it; this provider takes entity"},
		},
		"effects to where none can go": {
			file: "sources: [{" + zendesk + ", deliver_to: 'https://x'}]",
			want: []string{"sources[z].deliver_to does nothing for provider zendesk: remove it; this provider takes base_url, user, token, own_actor, groups, agents, due_field"},
		},
		"a support group without an id": {
			file: "sources: [{" + zendesk + ", groups: {Billing: }}]",
			want: []string{"sources[z].groups[Billing] has no id: write the id that the helpdesk knows the group by"},
		},
		"a person without an id": {file: "people: [{name: P}]", want: []string{"people[0].id is missing: give the person a short name of their own, like priya"}},
		"a role that is none": {
			file: "people: [{id: p, roles: [approvr]}]",
			want: []string{"people[p].roles[0] is not one that remit knows: did you mean approver? Else choose one of approver, manager, admin"},
		},
		"two people who cannot be told apart": {
			file: "people: [{id: p, slack: U01, email: a@b}, {id: p, slack: U01, email: A@b}, {id: q, slack: U01}]",
			want: []string{
				"people[1].id is the same as that of people[p]: make each one's own: what is shared would say nothing about who did a thing",
				"people[p].slack is the same as that of people[p]: make each one's own: what is shared would say nothing about who did a thing",
				"people[p].email is the same as that of people[p]: make each one's own: what is shared would say nothing about who did a thing",
				"people[q].slack is the same as that of people[p]: make each one's own: what is shared would say nothing about who did a thing",
			},
		},
		"a group that is not there": {
			file: "people: [{id: p, groups: [finance-lead, legal]}]\ngroups: {finance-leads: S01}",
			want: []string{
				`people[p].groups[0] is "finance-lead", which is not under groups: did you mean finance-leads? Else add it there with the id of its Slack user group, or as finance-lead: "" for a group of remit's own`,
				`people[p].groups[1] is "legal", which is not under groups: add it there with the id of its Slack user group, or as legal: "" for a group of remit's own`,
			},
		},
		"a group of a person's name":     {file: "people: [{id: p}]\ngroups: {p: S01}", want: []string{"groups[p] is also the id of a person: rename one: @p must mean one of the two"}},
		"a group with an @":              {file: "groups: {'@p': S01}", want: []string{"groups[@p] has a space, a comma or an @ in its name: use a name like finance-leads"}},
		"a person with an @":             {file: "people: [{id: '@p', email: p}]", want: []string{"people[@p].id has a space, a comma or an @: use a short name, like priya", "people[@p].email is not an e-mail address: write it like priya@acme.com"}},
		"a limit without a currency":     {file: "people: [{id: p, limit: 50000}]", want: []string{"people[p].limit is not an amount with a currency: write it like 25000 USD, with an ISO 4217 code and no more decimals than the currency has"}},
		"a limit with too many decimals": {file: "people: [{id: p, limit: 1.5 JPY}]", want: []string{"people[p].limit is not an amount with a currency: write it like 25000 USD, with an ISO 4217 code and no more decimals than the currency has"}},
		"a limit below zero":             {file: "people: [{id: p, limit: -1 USD}]", want: []string{"people[p].limit is below zero: leave it out for a person without a limit of their own"}},
		"logging in another way": {
			file: "log: {level: verbose, format: jsn}",
			want: []string{"log.level is not one that remit knows" + choose + "debug, info, warn, error", "log.format is not one that remit knows: did you mean json? Else choose one of text, json"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range problemsOf(t, tc.file, tc.env...) {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestProblemsAreOneInvalidErrorWithALineForEach(t *testing.T) {
	_, err := config.Parse([]byte("listen: x\nlog: {level: loud}\nwibble: 1\n"), nil)
	err = fmt.Errorf("start: %w", err)
	if got := models.KindOf(err); got != models.Invalid {
		t.Errorf("got kind %q, want invalid", got)
	}
	var ps config.Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Errorf("got %d problems, want all 3 at once", len(ps))
	}
	if got := strings.Count(models.SentenceOf(err), "\n"); got != 3 {
		t.Errorf("got %d lines after the first, want 3:\n%v", got, err)
	}
}

func TestPostgreSQLsSocketIsAnAddress(t *testing.T) {
	if _, err := config.Parse([]byte("database_url: postgres:///remit?host=/run/postgresql"), nil); err != nil && strings.Contains(err.Error(), "database_url") {
		t.Errorf("got %v", err)
	}
}
