package finance

import (
	"fmt"
	"math/rand/v2"
)

// restyle gives the payments with some vendors' numbers written as other vendors of other companies write theirs. What is
// learned from the books of one company, where every document has a number of the buyer's own, must not take a rent that
// always comes under the word RENT for a bill that was paid twice.
func restyle(ps []payment, rng *rand.Rand) []payment {
	styles := map[string]func(payment) string{}
	out := make([]payment, len(ps))
	for i, p := range ps {
		style, known := styles[p.vendor]
		if !known {
			style = styleOf(p, rng)
			styles[p.vendor] = style
		}
		p.number = style(p)
		out[i] = p
	}
	return out
}

// styleOf draws how a vendor numbers: as it does, always alike, not at all, by month, or by a count of its own.
func styleOf(first payment, rng *rand.Rand) func(payment) string {
	count := 100 + rng.IntN(90_000)
	step := 1 + rng.IntN(40)
	prefix := []string{"", "INV", "A", "R2"}[rng.IntN(4)]
	switch u := rng.Float64(); {
	case u < .35:
		return func(p payment) string { return p.number }
	case u < .5:
		return func(payment) string { return first.number }
	case u < .6:
		return func(payment) string { return "" }
	case u < .68:
		return func(p payment) string { return fmt.Sprintf("%s%d", prefix, (p.day-first.day)/30+100) }
	}
	return func(payment) string {
		count += 1 + rng.IntN(step)
		return fmt.Sprintf("%s%05d", prefix, count)
	}
}
