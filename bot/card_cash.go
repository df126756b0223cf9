package bot

import (
	"fmt"

	"remit/models"
)

// cashRisk says what leaving the pay day as it is would do to the floor; "" where it stays above it, or nothing is known.
func cashRisk(d models.Decision, c *models.Cash) string {
	if d.Action != models.ActionSchedule || c == nil || c.Unknown != "" {
		return ""
	}
	now := models.Cash{Floor: c.Floor, Low: c.Before}
	switch {
	case !c.Before.IsZero() && !now.Short().IsZero():
		return fmt.Sprintf("Cash floor at risk: as days are set now, cash falls to %s on %s, %s below the floor of %s. With these days the lowest is %s on %s.",
			c.Before.Display(), c.BeforeOn.Display(), now.Short().Display(), c.Floor.Display(), c.Low.Display(), c.LowOn.Display())
	case !c.Short().IsZero():
		return fmt.Sprintf("Cash floor at risk: even with these days cash falls to %s on %s, %s below the floor of %s.",
			c.Low.Display(), c.LowOn.Display(), c.Short().Display(), c.Floor.Display())
	}
	return ""
}
