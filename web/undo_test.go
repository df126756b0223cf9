package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

// UndoAll takes back what was applied by itself.
func (d *desk) UndoAll(ctx context.Context, q decision.UndoQuery, by models.Person, why string, dry bool) (decision.UndoReport, error) {
	r := decision.UndoReport{Dry: dry, Sum: "und_1"}
	if q.Seen != "" && q.Seen != r.Sum {
		return r, models.Errorf(models.Conflict, "What there is to undo has changed since it was shown.")
	}
	for _, dec := range d.decisions {
		if !dec.Autonomous || dec.State != models.Applied || dec.CreatedAt.Before(q.Since) {
			continue
		}
		line := decision.UndoLine{ID: dec.ID, Action: dec.Action, Item: dec.Item, Title: dec.Title, From: dec.Final, To: dec.Before, At: dec.CreatedAt}
		if strings.Contains(dec.Title, "<touched>") {
			line.Why = `It has been changed to "web" since, so it is not undone.`
			r.Skipped = append(r.Skipped, line)
			continue
		}
		r.Undone = append(r.Undone, line)
		if dry {
			continue
		}
		if _, err := d.Undo(ctx, dec.ID, by, why); err != nil {
			return r, err
		}
	}
	return r, nil
}

func undoScene() *desk {
	d := scene()
	touched := asked("ticket:helpdesk:35102", models.ActionRoute, "billing", "general", -time.Hour)
	touched.Title, touched.State, touched.Final, touched.Autonomous = "<touched>", models.Applied, "billing", true
	d.put(models.Facts{Now: noon}, touched)
	return d
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// hidden gives the hidden fields of the form that posts to the address.
func hidden(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `action="`+action+`" class="form"`)
	if !ok {
		t.Fatalf("no form to %s on the page:\n%s", action, page)
	}
	form, _, _ = strings.Cut(form, "</form>")
	v := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
		v.Set(m[1], m[2])
	}
	return v
}

func TestAManagerSeesWhatABulkUndoWouldDoAndThenDoesIt(t *testing.T) {
	d := undoScene()
	v := visit(t, d.options()).as("omar")
	_, page, _ := v.get("/switch")
	wantHas(t, page, `href="/switch/undo"`)
	_, page, _ = v.get("/switch/undo?since=2d")
	wantHas(t, page, "1 would be taken back", "Invoice copy for October", "1 would be left as they are", "&lt;touched&gt;", "has been changed")
	wantLacks(t, page, "<touched>")
	before := of(t, d, "35101", models.ActionRoute)
	if before.State != models.Applied {
		t.Fatalf("looking made it %s", before.State)
	}
	form := hidden(t, page, "/switch/undo")
	if since, err := time.Parse(time.RFC3339, form.Get("since")); err != nil || !since.Equal(noon.Add(-48*time.Hour)) {
		t.Errorf("the deed would be since %s (%v), want the very time that was shown", form.Get("since"), err)
	}
	form.Set("reason", "a wrong rule")
	status, page, _ := v.post("/switch/undo", form)
	if status != http.StatusOK {
		t.Fatalf("got %d: %s", status, page)
	}
	wantHas(t, page, "1 are being put back", "1 are left as they are")
	if dec := of(t, d, "35101", models.ActionRoute); dec.State != models.Reverting {
		t.Errorf("it is %s", dec.State)
	}
}

func TestABulkUndoIsRefusedAndSaysWhy(t *testing.T) {
	d := undoScene()
	v := visit(t, d.options()).as("omar")
	_, page, _ := v.get("/switch/undo?since=2d")
	whole := hidden(t, page, "/switch/undo")
	whole.Set("reason", "a wrong rule")
	for name, c := range map[string]struct{ field, value, says string }{
		"without a reason":             {"reason", " ", "say why"},
		"unseen":                       {"seen", "", "look at what would be taken back first"},
		"something else than was seen": {"seen", "und_2", "has changed since it was shown"},
		"since no time":                {"since", "yore", "is not a time"},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{}
			for k := range whole {
				form.Set(k, whole.Get(k))
			}
			form.Set(c.field, c.value)
			status, page, header := v.post("/switch/undo", form)
			if status != http.StatusSeeOther {
				t.Fatalf("got %d: %s", status, page)
			}
			_, page, _ = v.get(header.Get("Location"))
			wantHas(t, page, c.says)
		})
	}
	if dec := of(t, d, "35101", models.ActionRoute); dec.State != models.Applied {
		t.Errorf("it is %s", dec.State)
	}
}

func TestABulkUndoIsForManagers(t *testing.T) {
	d := undoScene()
	v := visit(t, d.options()).as("priya")
	_, page, _ := v.get("/switch/undo?since=2d")
	wantHas(t, page, "is for managers")
	wantLacks(t, page, "would be taken back", `name="reason"`)
	said := v.submit("/switch/undo", url.Values{"since": {"2d"}, "seen": {"und_1"}, "reason": {"x"}})
	wantHas(t, said, "is for managers")
	if dec := of(t, d, "35101", models.ActionRoute); dec.State != models.Applied {
		t.Errorf("it is %s", dec.State)
	}
}
