package finance

import (
	"fmt"

	"remit/models"
)

// sureOfWayOut is how likely people are to follow the cheapest way out: they know which vendor waits, and remit does not.
const sureOfWayOut = .60

// holds proposes to hold what is the cheapest way out of a floor that no choice of days holds. Where holding does not
// help, it is the largest payment that leaves until then: somebody must look, and money must come in.
func (b *book) holds(cash models.Cash, held []item) []models.Proposal {
	if cash.Short().IsZero() {
		return nil
	}
	if len(held) == 0 {
		held = b.largestUntil(b.cal.offset(cash.LowOn))
		return b.holdEach(cash, held, "Holding payments would not make up for it: money must come in. This is the largest that leaves until then.")
	}
	return b.holdEach(cash, held, sayWayOut(held))
}

func (b *book) holdEach(cash models.Cash, held []item, wayOut string) []models.Proposal {
	var out []models.Proposal
	for _, it := range held {
		out = append(out, models.Proposal{
			Action: models.ActionHold, Item: it.p.ID, Value: models.ValueHold, Before: it.p.Field(models.ActionHold), Confidence: sureOfWayOut,
			Reasons: []models.Reason{
				{Code: models.ReasonShort, Weight: .6, Text: sayShort(cash)},
				{Code: codeWayOut, Weight: .4, Text: wayOut},
			},
			Options: []string{models.ValueRelease}, Segment: segment(it.class, it.p.Amount), Model: ModelName,
			Case: models.NewID("case", models.ReasonShort, it.p.ID, it.p.Amount.String(), cash.Floor.String(), cash.LowOn.Time().Format("2006-01")),
		})
	}
	return out
}

func (b *book) largestUntil(on int) []item {
	var largest []item
	for _, it := range b.items {
		if it.at <= on && !it.fixed && (len(largest) == 0 || it.p.Amount.Minor > largest[0].p.Amount.Minor) {
			largest = []item{it}
		}
	}
	return largest
}

func sayShort(cash models.Cash) string {
	return fmt.Sprintf("Cash falls %s short of the floor of %s on %s, even with every payment as late as its terms allow.",
		cash.Short().Display(), cash.Floor.Display(), cash.LowOn.Display())
}
