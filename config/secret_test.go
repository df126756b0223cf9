package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"remit/config"
	"remit/models"
)

// The needle is in every secret of the text below, and in nothing that may be shown.
const needle = "s3cr3t"

var secretive = strings.NewReplacer(
	"xoxb-1", "xoxb-s3cr3t", "xapp-1", "xapp-s3cr3t", "sign-1", "sign-s3cr3t", "zd-1", "zd-s3cr3t", "[one,", "[one-s3cr3t,", "whsec_1", "whsec_s3cr3t",
	"https://acme.zendesk.com", "https://s3cr3t@acme.zendesk.com", "https://erp.example.com/remit", "https://u:s3cr3t@erp.example.com/remit?key=s3cr3t",
	"https://desk", "https://u:s3cr3t@desk", "https://remit.example", "https://u:s3cr3t@remit.example", "http://127.0.0.1:9999/api/", "http://u:s3cr3t@127.0.0.1:9999/api/",
).Replace(full)

var secretEnv = []string{"PGPASSWORD=pg-s3cr3t", "SECOND=two-s3cr3t"}

// tellings are the ways in which a value gets into the hands of others.
func tellings(v any) map[string]string {
	all := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%T"} {
		all[verb] = fmt.Sprintf(verb, v)
	}
	j, _ := json.Marshal(v)
	y, _ := yaml.Marshal(v)
	all["JSON"], all["YAML"] = string(j), string(y)
	var text, lines bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("c", "v", v, slog.Group("g", "v", v))
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("c", "v", v, slog.Group("g", "v", v))
	all["slog text"], all["slog JSON"] = text.String(), lines.String()
	all["error"] = fmt.Errorf("start with %v: %w", v, models.Errorf(models.Invalid, "bad %v", v)).Error()
	return all
}

func TestNoSecretIsTold(t *testing.T) {
	c := parsed(t, secretive, secretEnv...)
	values := map[string]any{
		"the configuration": c, "a pointer to it": &c, "Slack": c.Slack, "a source": c.Sources[0], "the sources": c.Sources,
		"a secret": c.Slack.BotToken, "a pointer to one": &c.Slack.BotToken, "secrets": c.Sources[0].Secrets, "an address": c.DatabaseURL,
		"secrets in a map": map[string]any{"k": c.Slack.AppToken}, "an address in a struct": struct{ U config.URL }{c.Sources[1].DeliverTo},
	}
	hexed := fmt.Sprintf("%x", needle)
	for what, v := range values {
		for how, told := range tellings(v) {
			if strings.Contains(told, needle) || strings.Contains(strings.ToLower(told), hexed) {
				t.Errorf("%s as %s tells the secret: %s", what, how, told)
			}
		}
	}
	if dump := c.Redacted() + c.String(); strings.Contains(dump, needle) || !strings.Contains(dump, "bot_token: '[redacted]'") {
		t.Errorf("got a dump that tells a secret, or not that it is there:\n%s", dump)
	}
}

func TestTheDumpShowsWhatMayBeShown(t *testing.T) {
	dump := parsed(t, secretive, secretEnv...).Redacted()
	for _, want := range []string{
		"database_url: postgres://remit:[redacted]@db/remit", "deliver_to: https://u:[redacted]@erp.example.com/remit?[redacted]",
		"base_url: https://[redacted]@acme.zendesk.com", "limit: 50000.00 USD", "listen: 127.0.0.1:9080", "- approver",
	} {
		if !strings.Contains(dump, want) {
			t.Errorf("want %q in the dump:\n%s", want, dump)
		}
	}
}

func TestNoProblemTellsASecret(t *testing.T) {
	for name, text := range map[string]string{
		"a password that breaks the address": "database_url: 'postgres://u:s3cr3t%zz@h/d'",
		"a DSN":                              "database_url: host=h password=s3cr3t",
		"another make of database":           "database_url: mysql://u:s3cr3t@h/d",
		"a token alone in the file":          "s3cr3t",
		"a token that is an anchor":          "policy: *s3cr3t",
		"a token that breaks the YAML":       "slack: {bot_token: s3cr3t: x}",
		"a token for a list":                 "sources: [{name: a, provider: stripe, secrets: s3cr3t}]",
		"a token for keys":                   "slack: s3cr3t",
		"a token for a number":               "slack: {per_second: s3cr3t}",
		"a token for an amount":              "people: [{id: p, limit: s3cr3t USD}]",
		"a token for a word":                 "slack: {mode: s3cr3t}\nlog: {level: '${T}'}",
		"a token for an id":                  "slack: {team_id: s3cr3t, channels: {triage: '${T}'}}",
		"a token in a reference":             "slack: {bot_token: '${xoxb-s3cr3t}'}",
		"a token for an address":             "listen: s3cr3t\npublic_url: s3cr3t\nsources: [{name: a, provider: stripe, secrets: [a], base_url: '${T}'}, {name: b, provider: zendesk, secrets: [a], base_url: '${T}'}]",
	} {
		problems := problemsOf(t, text, "T=s3cr3t", "REMIT_SLACK_SIGNING_SECRT=s3cr3t")
		for how, told := range tellings(problems) {
			if strings.Contains(told, needle) {
				t.Errorf("%s: %s tells the secret: %s", name, how, told)
			}
		}
		if told := models.SentenceOf(problems); strings.Contains(told, needle) {
			t.Errorf("%s: the sentence tells the secret: %s", name, told)
		}
	}
}

func TestURLsHideWhatMayBeSecret(t *testing.T) {
	for in, want := range map[config.URL]string{
		"":                                   "",
		"sqlite://remit.db":                  "sqlite://remit.db",
		"sqlite:///var/lib/remit.db?_key=x":  "sqlite:///var/lib/remit.db?[redacted]",
		"postgres://remit:pw@db:5432/r":      "postgres://remit:[redacted]@db:5432/r",
		"postgres://db/r?user=a&password=pw": "postgres://db/r?[redacted]",
		"https://token@host/a%2Fb":           "https://[redacted]@host/a%2Fb",
		"host=db password=pw":                "[redacted]",
		"mailto:pw":                          "[redacted]",
		"postgres://u:p%zz@h/d":              "[redacted]",
	} {
		if got := in.String(); got != want {
			t.Errorf("%s: got %q, want %q", in.Reveal(), got, want)
		}
		if in.Reveal() != string(in) {
			t.Errorf("%q is not revealed as it stands", in)
		}
	}
}

// An unexported field is printed without asking it how, so that a secret in one would tell itself.
func TestNoFieldIsHiddenFromItsOwnMethods(t *testing.T) {
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				if f := typ.Field(i); !f.IsExported() {
					t.Errorf("%s.%s is not exported", typ, f.Name)
				}
				visit(typ.Field(i).Type)
			}
		case reflect.Slice, reflect.Map:
			visit(typ.Elem())
		}
	}
	visit(reflect.TypeFor[config.Config]())
}
