package decision

import (
	"testing"
	"time"

	"remit/models"
)

func TestNobodyIsRemindedWhileNobodyWorks(t *testing.T) {
	p := loadPolicy(t, "timezone: Europe/Berlin\ncalendar: {country: DE, hours: \"Mon-Fri 09:00-17:00\"}\ntriage:\n  approvers: \"@support-leads\"\n  priority: {level: ask}\n")
	at := func(s string) time.Time {
		tm, _ := time.ParseInLocation("2006-01-02 15:04", s, p.Zone)
		return tm
	}
	for name, c := range map[string]struct{ asked, ends, want string }{
		"within a working day":      {"2026-12-01 10:00", "2026-12-01 14:00", "2026-12-01 12:00"},
		"over a night":              {"2026-12-01 16:00", "2026-12-02 12:00", "2026-12-02 10:00"},
		"over a weekend":            {"2026-12-04 16:30", "2026-12-07 10:30", "2026-12-07 09:30"},
		"where nobody works at all": {"2026-12-05 10:00", "2026-12-05 14:00", "2026-12-05 12:00"},
	} {
		d := models.Decision{ID: "dec_1", Version: 2}
		now := at(c.asked)
		effects := p.reminded([]models.Effect{models.NewEffect(d, models.EffectExpire, at(c.ends), now)}, now)
		if len(effects) != 2 || effects[1].Kind != models.EffectRemind || !effects[1].RunAt.Equal(at(c.want)) {
			t.Errorf("%s: reminded at %s, want %s", name, effects[len(effects)-1].RunAt.In(p.Zone), c.want)
		}
	}
}
