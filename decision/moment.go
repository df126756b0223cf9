package decision

import (
	"time"

	"remit/models"
)

// Moment reads a point in time as people say one: how long before now ("30d", "4h"), a day as it begins in the zone
// ("2026-12-01"), or RFC 3339. The error is Invalid and names the field.
func Moment(field, s string, now time.Time, zone *time.Location) (time.Time, error) {
	if d, err := ParseDuration(s); err == nil {
		return now.Add(-d), nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, models.FieldErrorf(field, "%q is not a time: write how long ago (30d, 4h), a day (2026-12-01) or 2026-12-01T09:00:00Z", s)
	}
	return t, nil
}
