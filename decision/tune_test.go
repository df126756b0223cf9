package decision

import (
	"strings"
	"testing"

	"remit/models"
)

func TestTuningChangesTwoValuesAndNothingElse(t *testing.T) {
	block := "# ours\ntriage:\n  approvers: \"@support-leads\"\n  priority: # the queue's\n    level: ask # for now\n    window: 1h\n"
	stock := "domains:\n  stock:\n    approvers: \"@ops\"\n    reorder: {max_error: 5%, level: ask} # careful\n"
	for name, c := range map[string]struct {
		text   string
		action models.Action
		want   string
	}{
		"on one line":         {smallPolicy, models.ActionPriority, strings.Replace(smallPolicy, "{level: act, max_error: 10%}", "{level: act-after-window, max_error: 7.5%}", 1)},
		"where no bound was":  {smallPolicy, models.ActionRoute, strings.Replace(smallPolicy, "route: {level: ask}", "route: {level: act-after-window, max_error: 7.5%}", 1)},
		"on lines of its own": {block, models.ActionPriority, strings.Replace(block, "level: ask # for now", "level: act-after-window\n    max_error: 7.5% # for now", 1)},
		"of another system":   {stock, "stock.reorder", strings.Replace(stock, "max_error: 5%, level: ask", "max_error: 7.5%, level: act-after-window", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Tune([]byte(c.text), c.action, models.LevelActAfterWindow, 0.075)
			if err != nil || string(got) != c.want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		text string
		a    models.Action
	}{
		"an action that is not named":    {smallPolicy, models.ActionReply},
		"a level in quotes":              {strings.Replace(smallPolicy, "route: {level: ask}", `route: {level: "ask"}`, 1), models.ActionRoute},
		"an action by an anchor":         {"x: &x {level: ask}\ntriage:\n  route: *x\n", models.ActionRoute},
		"no YAML":                        {"triage: [", models.ActionRoute},
		"nothing":                        {"", models.ActionRoute},
		"a domain of which all is asked": {"triage: yes\n", models.ActionRoute},
	} {
		if got, err := Tune([]byte(c.text), c.a, models.LevelAsk, 0.1); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v and\n%s", name, err, got)
		}
	}
}
