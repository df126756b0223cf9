package web

import (
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

var update = flag.Bool("update", false, "write the pages as they are now to testdata")

// varying are the parts of a page that differ from run to run or with the stylesheet.
var varying = regexp.MustCompile(`(name="csrf" value=")[^"]+|(/static/console\.)[0-9a-f]+`)

func TestPagesLookAsTheyDid(t *testing.T) {
	d := scene()
	v := visit(t, withReviews(d, &shelf{}))
	_, signin, _ := v.get("/signin")
	_, login, _ := v.get("/login?token=link-omar")
	v.as("omar")
	pages := map[string]string{"signin": signin, "login": login}
	for name, path := range map[string]string{
		"inbox": "/", "inbox_finance": "/?domain=finance", "log": "/log", "dead": "/dead", "switch": "/switch", "review": "/review", "missing": "/nowhere", "autonomy": "/autonomy",
		"ticket":   "/decisions/" + of(t, d, "35436", models.ActionPriority).ID,
		"reply":    "/decisions/" + of(t, d, "35436", models.ActionReply).ID,
		"invoice":  "/decisions/" + of(t, d, "inv-9913", models.ActionHold).ID,
		"schedule": "/decisions/" + of(t, d, "inv-9920", models.ActionSchedule).ID,
		"undo":     "/switch/undo?since=2d",
		"undoable": "/decisions/" + of(t, d, "35101", models.ActionRoute).ID,
	} {
		_, pages[name], _ = v.get(path)
	}
	_, pages["paused"], _ = v.post("/switch", url.Values{"csrf": {v.csrf()}, "domain": {"finance"}, "deed": {"pause"}, "reason": {"bank holiday"}})
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", name+".html")
			got := varying.ReplaceAllString(page, "${1}${2}VARIES")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the page has changed (go test ./web -update writes it anew), -want +got:\n%s", diff)
			}
		})
	}
}
