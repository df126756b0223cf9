package models_test

import (
	"testing"
	"time"

	"remit/models"
)

func TestWhoHasItAndUntilWhenItIsQuiet(t *testing.T) {
	now := time.Date(2026, 12, 2, 13, 0, 0, 0, time.UTC)
	sam, sue := models.Actor{Kind: models.ByPerson, ID: "sam"}, models.Actor{Kind: models.ByPerson, ID: "sue"}
	asked := models.Decision{State: models.Asked, Version: 3, ExpiresAt: now.Add(2 * time.Hour)}
	settled := models.Decision{State: models.Applied, Version: 3}
	taken := asked
	taken.Owner = sam
	for name, c := range map[string]struct {
		d     models.Decision
		do    func(*models.Decision) error
		want  models.Kind
		quiet bool // nobody is reminded after it
	}{
		"taken":                        {asked, func(d *models.Decision) error { return d.Take(sam, now) }, "", true},
		"taken by another after":       {taken, func(d *models.Decision) error { return d.Take(sue, now) }, "", true},
		"taken twice by the same":      {taken, func(d *models.Decision) error { return d.Take(sam, now) }, models.Conflict, true},
		"taken when it is over":        {settled, func(d *models.Decision) error { return d.Take(sam, now) }, models.Conflict, true},
		"put off":                      {asked, func(d *models.Decision) error { return d.Snooze(now.Add(time.Hour), now) }, "", true},
		"put off by who had it":        {taken, func(d *models.Decision) error { return d.Snooze(now.Add(time.Hour), now) }, "", true},
		"put off beyond its end":       {asked, func(d *models.Decision) error { return d.Snooze(now.Add(3*time.Hour), now) }, models.Invalid, false},
		"put off to the past":          {asked, func(d *models.Decision) error { return d.Snooze(now, now) }, models.Invalid, false},
		"put off when it is over":      {settled, func(d *models.Decision) error { return d.Snooze(now.Add(time.Hour), now) }, models.Conflict, true},
		"nobody has said anything yet": {asked, func(*models.Decision) error { return nil }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			d, version := c.d, c.d.Version
			if err := c.do(&d); models.KindOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			} else if err != nil && d.Version != version {
				t.Error("what was refused advanced the version")
			}
			if d.Remindable(now.Add(time.Minute)) == c.quiet {
				t.Errorf("reminded: %v, want %v", !c.quiet, c.quiet)
			}
			if !d.ExpiresAt.Equal(c.d.ExpiresAt) {
				t.Error("the clock was stopped")
			}
		})
	}
	snoozed := asked
	if err := snoozed.Snooze(now.Add(time.Hour), now); err != nil || !snoozed.Remindable(now.Add(time.Hour)) {
		t.Errorf("after the hour nobody is reminded: %v", err)
	}
}

func TestWhatIsUrgent(t *testing.T) {
	for name, c := range map[string]struct {
		d    models.Decision
		want bool
	}{
		"a P1":                {models.Decision{Action: models.ActionPriority, Value: "P1"}, true},
		"what was a P1":       {models.Decision{Action: models.ActionPriority, Value: "P3", Before: "P1"}, true},
		"a P2":                {models.Decision{Action: models.ActionPriority, Value: "P2"}, false},
		"a queue named P1":    {models.Decision{Action: models.ActionRoute, Value: "P1"}, false},
		"behind a guardrail":  {models.Decision{Ruling: models.Ruling{Guardrails: []string{"legal"}}}, true},
		"escalated by policy": {models.Decision{Ruling: models.Ruling{Escalated: true}}, true},
	} {
		if got := c.d.Urgent(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
