package web

import (
	"context"
	"net/url"
	"testing"

	"remit/models"
)

// bench is what was learned, in memory.
type bench []models.Candidate

func (s bench) Candidates(context.Context) ([]models.Candidate, error) { return s, nil }

func (s bench) Promote(_ context.Context, version string, by models.Person) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "Models are promoted by managers: ask one of them.")
	}
	for i := range s {
		if s[i].Live = s[i].Version == version; s[i].Live {
			return nil
		}
	}
	return models.Errorf(models.NotFound, "there is no %q", version)
}

func TestAModelIsPutInChargeByAManager(t *testing.T) {
	d := newDesk()
	o := d.options()
	better := models.NewLearned("intent/group", "triage-intent/1-aa", []byte("x"), noon, "Right on <b>90</b>: better.")
	o.Learner = bench{
		{Learned: better, Trial: models.Trial{Better: true}, Shadow: models.Trial{Held: 40, Right: 36, Rival: 30, Former: "v0"}},
		{Learned: models.NewLearned("intent/group", "triage-intent/1-bb", []byte("y"), noon, "not shown to be better.")},
	}
	srv := visit(t, o)
	priya, omar := newVisitor(t, srv.base).as("priya"), newVisitor(t, srv.base).as("omar")
	_, page, _ := priya.get("/models")
	wantHas(t, page, "triage-intent/1-aa", "observes", "&lt;b&gt;90&lt;/b&gt;", "right on 36 of 40", "cannot be put in charge")
	wantLacks(t, page, "Put in charge</button>", "<b>90")
	page = priya.submit("/models", url.Values{"version": {better.Version}, "back": {"/models"}})
	wantHas(t, page, "promoted by managers")
	_, page, _ = omar.get("/models")
	wantHas(t, page, "Put in charge</button>")
	page = omar.submit("/models", url.Values{"version": {better.Version}, "back": {"/models"}})
	wantHas(t, page, "It judges from now on.", "judges</span>")
}
