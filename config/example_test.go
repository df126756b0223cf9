package config_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"remit/config"
)

const examplePath = "../remit.example.yaml"

func TestTheExampleLoads(t *testing.T) {
	c, err := config.Load(examplePath, []string{
		"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "SLACK_SIGNING_SECRET=s", "ZENDESK_SECRET=z", "ZENDESK_TOKEN=t",
		"STRIPE_WHSEC=whsec_a", "ERP_WHSEC=whsec_b", "SMTP_PASSWORD=p", "PAGER_KEY=k", "DUTY_CALENDAR=duty.ics",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Source("helpdesk"); !ok || len(c.People) == 0 || !c.Slack.Enabled() {
		t.Errorf("got %v, want a helpdesk, people and Slack", c)
	}
}

func TestTheExampleNamesEveryVariableThatItNeeds(t *testing.T) {
	for _, p := range problemsOf(t, readExample(t)) {
		if !strings.Contains(p.What, "needs the environment variable") {
			t.Errorf("without an environment: got %s, want missing variables alone", p)
		}
	}
}

func TestTheExampleDocumentsEveryKey(t *testing.T) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(readExample(t)), &doc); err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	document(doc.Content[0], "", documented)
	for _, key := range keys(reflect.TypeFor[config.Config](), "") {
		comment, there := documented[key]
		switch {
		case !there:
			t.Errorf("the example lacks %s", key)
		case !comment:
			t.Errorf("the example says nothing about %s", key)
		}
	}
}

// document notes every key below n, and whether one of its places has a comment. The first key of a list's element has
// its comment on the element.
func document(n *yaml.Node, path string, into map[string]bool) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, element := range n.Content {
			if element.Kind == yaml.MappingNode && element.HeadComment != "" {
				element.Content[0].HeadComment += element.HeadComment
			}
			document(element, path, into)
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			key := strings.TrimPrefix(path+"."+n.Content[i].Value, ".")
			into[key] = into[key] || n.Content[i].HeadComment != "" || n.Content[i+1].LineComment != ""
			document(n.Content[i+1], key, into)
		}
	}
}

// keys lists the keys of a configuration type, by the names that its fields are read from.
func keys(t reflect.Type, path string) []string {
	switch {
	case t.Kind() == reflect.Slice:
		return keys(t.Elem(), path)
	case t.Kind() != reflect.Struct || t.Name() == "Money":
		return nil
	}
	var all []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		key := strings.TrimPrefix(path+"."+name, ".")
		all = append(append(all, key), keys(t.Field(i).Type, key)...)
	}
	return all
}

func readExample(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
