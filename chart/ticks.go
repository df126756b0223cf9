package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"remit/models"
)

// ticksAtMost is how many labels an axis of days has room for.
const ticksAtMost = 9

// dayTicks labels days by their place: every seventh, or every few weeks where there are many.
func dayTicks(days []models.CashDay) plot.Ticker {
	return plot.TickerFunc(func(_, _ float64) []plot.Tick {
		step := 1
		if len(days) > ticksAtMost {
			step = 7 * int(math.Ceil(float64(len(days))/7/ticksAtMost))
		}
		var ticks []plot.Tick
		for i := 0; i < len(days); i += step {
			tick := plot.Tick{Value: float64(i), Label: days[i].Day.Time().Format("2 Jan")}
			if step > 1 && i > len(days)-1-step/2 {
				tick.Label = "" // it would not fit at the edge
			}
			ticks = append(ticks, tick)
		}
		return ticks
	})
}

// moneyTicks labels amounts in short: 150k, 1.2M.
type moneyTicks struct{}

// Ticks implements plot.Ticker.
func (moneyTicks) Ticks(low, high float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = short(ticks[i].Value)
		}
	}
	return ticks
}

// short gives an amount of major units in three figures: 212k, 1.25M, 950.
func short(v float64) string {
	for _, u := range []struct {
		of   float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= u.of*.9995 {
			return strconv.FormatFloat(v/u.of, 'g', 3, 64) + u.name
		}
	}
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// shortMoney says "212k USD".
func shortMoney(m models.Money) string {
	return short(float64(m.Minor)/majorUnit(m.Currency)) + " " + string(m.Currency)
}
