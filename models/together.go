package models

import "fmt"

// Together gives the cash of several pools as one, in one currency, for looking at: no payment is timed by it, since money
// of one pool does not pay for another. The lower path is as if all went badly together, and the breach at most the sum
// of theirs. Where nothing is known of one of them, or a rate is missing, nothing is known of the whole.
func Together(pools []Cash, rates Rates, into Currency) Cash {
	out := Cash{Floor: Money{Currency: into}, Balance: Money{Currency: into}, Before: Money{Currency: into}}
	for i, c := range pools {
		if c.Unknown != "" {
			return Cash{Floor: out.Floor, Unknown: fmt.Sprintf("of %s, %s", c.Pool, c.Unknown)}
		}
		if i == 0 {
			out.AsOf, out.Horizon = c.AsOf, c.Horizon
			out.Days = make([]CashDay, len(c.Days))
		}
		if c.AsOf.Before(out.AsOf) {
			out.AsOf = c.AsOf
		}
		if err := out.join(c, rates, into); err != nil {
			return Cash{Floor: Money{Currency: into}, Unknown: fmt.Sprintf("of %s, %s", c.Pool, SentenceOf(err))}
		}
	}
	for i, d := range out.Days {
		if i == 0 || d.Low < out.Low.Minor {
			out.Low, out.LowOn = Money{Minor: d.Low, Currency: into}, d.Day
		}
		if i == 0 || d.Before < out.Before.Minor {
			out.Before, out.BeforeOn = Money{Minor: d.Before, Currency: into}, d.Day
		}
	}
	return out
}

// join adds a pool, as far ahead as both are known.
func (c *Cash) join(o Cash, rates Rates, into Currency) error {
	add := func(to *Money, m Money) error {
		converted, err := rates.Convert(m, into)
		if err != nil {
			return err
		}
		*to, err = to.Add(converted)
		return err
	}
	if err := add(&c.Floor, o.Floor); err != nil {
		return err
	}
	if err := add(&c.Balance, o.Balance); err != nil {
		return err
	}
	c.Breach = min(1, c.Breach+o.Breach)
	c.Horizon = min(c.Horizon, o.Horizon)
	c.Days = c.Days[:min(len(c.Days), len(o.Days))]
	for i := range c.Days {
		d := &c.Days[i]
		d.Day = o.Days[i].Day
		for to, minor := range map[*int64]int64{&d.Mid: o.Days[i].Mid, &d.Low: o.Days[i].Low, &d.Before: o.Days[i].Before} {
			sum := Money{Minor: *to, Currency: into}
			if err := add(&sum, Money{Minor: minor, Currency: o.Floor.Currency}); err != nil {
				return err
			}
			*to = sum.Minor
		}
	}
	return nil
}
