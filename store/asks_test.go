package store_test

import (
	"fmt"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

var _ = claim("what is open is looked through oldest first, and no further than asked", func(t *testing.T, s *opened) {
	var ds []models.Decision
	for i, st := range []models.State{models.Asked, models.Expired, models.Waiting, models.Applied, models.Asked, models.Asked} {
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), st)
		d.CreatedAt = day.Add(-time.Duration(i) * time.Minute)
		d.Ruling.Approval.From = []string{"@support-leads"}
		ds = append(ds, d)
	}
	mustCommit(t, s, decision.Changes{Decisions: ds})
	for name, c := range map[string]struct {
		limit int
		want  string
		more  bool
	}{"all": {4, "[ticket:helpdesk:5 ticket:helpdesk:4 ticket:helpdesk:0]", false}, "some": {3, "[ticket:helpdesk:5 ticket:helpdesk:4]", true}} {
		got, more, err := s.Asks(t.Context(), c.limit, func(d models.Decision) bool { return d.State == models.Asked }, models.Asked, models.Waiting)
		var items []string
		for _, d := range got {
			items = append(items, d.Item)
			if len(d.Ruling.Approval.From) != 1 {
				t.Errorf("%s: %s is not read whole", name, d.Item)
			}
		}
		if err != nil || fmt.Sprint(items) != c.want || more != c.more {
			t.Errorf("%s: got %v, %v, %v; want %s", name, items, more, err, c.want)
		}
	}
})
