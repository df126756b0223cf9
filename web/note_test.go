package web

import (
	"net/url"
	"strconv"
	"testing"

	"remit/models"
)

func TestAPaymentOnAChangedAccountAsksForTheNoteBesideTheButton(t *testing.T) {
	d := scene()
	hold := of(t, d, "inv-9913", models.ActionHold)
	v := visit(t, d.options()).as("priya")
	_, page, _ := v.get("/decisions/" + hold.ID)
	wantHas(t, page, "Say in a note whom you called back", `<textarea name="note" rows="2" required`)
	token := v.csrf()
	v.post("/decisions/"+hold.ID+"/answer", url.Values{
		"csrf": {token}, "kind": {"approve"}, "version": {strconv.Itoa(hold.Version)}, "note": {"Ms Keller, +49 30 901820"}, "back": {"/"},
	})
	if got := of(t, d, "inv-9913", models.ActionHold).Answers; len(got) != 2 || got[1].Note != "Ms Keller, +49 30 901820" {
		t.Errorf("got %+v", got)
	}
	schedule := of(t, d, "", models.ActionSchedule)
	_, page, _ = v.get("/decisions/" + schedule.ID)
	wantLacks(t, page, "Say in a note")
}
