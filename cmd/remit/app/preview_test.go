package app_test

import (
	"strings"
	"testing"

	"remit/cmd/remit/app"
	"remit/models"
)

func TestTheConsolePreviewsAPolicyOnThePastBeforeItIsSaved(t *testing.T) {
	w := newWorld(t)
	w.ticket("1", down)
	w.settled()
	version := w.app.Engine.Policy().Version
	b, err := app.Preview(w.app).Backtest(t.Context(), []byte(asking))
	if err != nil || !strings.HasPrefix(b.Summary, "On the last 30 days: Of 1 decisions on 1 day, 1 would be ruled otherwise") || len(b.Tables) != 3 {
		t.Errorf("got %+v %v", b, err)
	}
	if w.app.Engine.Policy().Version != version {
		t.Error("looking at it has changed the policy")
	}
	if _, err := app.Preview(w.app).Backtest(t.Context(), []byte("triage: {priority: {level: rule}}")); models.KindOf(err) != models.Invalid {
		t.Errorf("a broken policy gave %v", err)
	}
}
