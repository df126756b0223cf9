package decision

import (
	"strings"
	"testing"
)

func TestPersonalDataIsHiddenUnlessThePolicyShowsIt(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"nothing said": {smallPolicy, true},
		"said":         {strings.Replace(smallPolicy, "triage:\n", "triage:\n  redact: true\n", 1), true},
		"shown":        {strings.Replace(smallPolicy, "triage:\n", "triage:\n  redact: false\n", 1), false},
		"no tickets":   {strings.Replace(smallPolicy, smallPolicy[strings.Index(smallPolicy, "triage:"):strings.Index(smallPolicy, "finance:")], "", 1), true},
	} {
		p := loadPolicy(t, c.text)
		if got := p.Redacts(); got != c.want {
			t.Errorf("%s: got %t, want %t", name, got, c.want)
		}
		words, _ := p.InWords()
		said := false
		for _, w := range words {
			said = said || strings.Contains(strings.Join(w.Rules, " "), "show personal data")
		}
		if said == c.want {
			t.Errorf("%s: the policy in words says that it is shown: %t", name, said)
		}
	}
	if _, err := LoadPolicy([]byte(strings.Replace(smallPolicy, "triage:\n", "triage:\n  redact: perhaps\n", 1)), company, noon); err == nil {
		t.Error("a word that is neither yes nor no was taken")
	}
}
