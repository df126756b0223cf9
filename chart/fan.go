package chart

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"remit/models"
)

// The bands of a fan, widest first: ever stronger tints of Sky on Paper.
var fanBands = []struct {
	percent int
	tint    color.RGBA
}{
	{95, color.RGBA{R: 0xdd, G: 0xf0, B: 0xfb, A: 0xff}},
	{80, color.RGBA{R: 0xb4, G: 0xdd, B: 0xf5, A: 0xff}},
	{50, color.RGBA{R: 0x82, G: 0xc6, B: 0xef, A: 0xff}},
}

// Fan draws the projected balance of a cash pool: the middle path and the bands it is in with 50, 80 and 95 per cent, the
// floor, the lowest point that is promised, and the middle path without the plan where that differs. Cash that nothing
// can be said of is Invalid, with why.
func Fan(c models.Cash) (Picture, error) {
	if c.Unknown != "" {
		return Picture{}, models.Errorf(models.Invalid, "there is no projection to draw: %s", c.Unknown)
	}
	if len(c.Days) == 0 {
		return Picture{}, models.Errorf(models.Invalid, "there is no projection to draw: it has no days")
	}
	f := fan{cash: c, unit: majorUnit(c.Floor.Currency)}
	pic, p := New("", "", string(c.Floor.Currency))
	pic.Alt = FanAlt(c)
	p.X.Tick.Marker, p.Y.Tick.Marker = dayTicks(c.Days), moneyTicks{}
	for _, add := range []func(*plot.Plot) error{f.bands, f.before, f.middle, f.floor, f.lowest} {
		if err := add(p); err != nil {
			return Picture{}, fmt.Errorf("draw a fan chart: %w", err)
		}
	}
	p.Y.Min, p.Y.Max = f.span()
	p.X.Min, p.X.Max = 0, max(float64(len(c.Days)-1), 1)
	p.X.Padding = 0
	// From its left edge on, so that letters wider than those it was reckoned with overlap nothing.
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.TextStyle.Font.Size = vg.Points(8)
	p.Legend.Padding, p.Legend.XOffs, p.Legend.YOffs = vg.Points(1), pic.Width*.6, -vg.Points(2)
	return pic, nil
}

// FanAlt says in words what Fan shows.
func FanAlt(c models.Cash) string {
	if c.Unknown != "" || len(c.Days) == 0 {
		return "No projection of cash: " + c.Unknown + "."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Projected cash over %d days from %s: %s now, %s expected at the end. ", len(c.Days)-1, c.Days[0].Day.Display(),
		shortMoney(c.Balance), shortMoney(money(c, c.Days[len(c.Days)-1].Mid)))
	fmt.Fprintf(&b, "Lowest cash %s on %s", shortMoney(c.Low), c.LowOn.Display())
	if c.Agreed > 0 && c.Days[0].Bands != nil {
		fmt.Fprintf(&b, " at %g %%", c.Agreed*100)
	}
	fmt.Fprintf(&b, ", floor %s", shortMoney(c.Floor))
	if c.Before.Minor != c.Low.Minor && c.BeforeOn != "" {
		fmt.Fprintf(&b, "; %s on %s without the plan", shortMoney(c.Before), c.BeforeOn.Display())
	}
	return b.String() + "."
}

func money(c models.Cash, minor int64) models.Money {
	return models.Money{Minor: minor, Currency: c.Floor.Currency}
}

// fan is a fan chart under way; balances are drawn in major units.
type fan struct {
	cash models.Cash
	unit float64
}

func (f fan) line(of func(models.CashDay) int64) plotter.XYs {
	xy := make(plotter.XYs, len(f.cash.Days))
	for i, d := range f.cash.Days {
		xy[i] = plotter.XY{X: float64(i), Y: float64(of(d)) / f.unit}
	}
	return xy
}

// bands fills each band: along its upper end and back along the lower one.
func (f fan) bands(p *plot.Plot) error {
	if f.cash.Days[0].Bands == nil {
		return nil
	}
	for _, band := range fanBands {
		high := f.line(func(d models.CashDay) int64 { _, h := d.Bands.Within(band.percent); return h })
		low := f.line(func(d models.CashDay) int64 { l, _ := d.Bands.Within(band.percent); return l })
		for i := len(low) - 1; i >= 0; i-- {
			high = append(high, low[i])
		}
		area, err := plotter.NewPolygon(high)
		if err != nil {
			return err
		}
		area.Color, area.LineStyle.Width = band.tint, 0
		p.Add(area)
		if band.percent == 80 {
			p.Legend.Add("50, 80 and 95 % of the time", area)
		}
	}
	return nil
}

// before draws the middle path without the plan, where the plan changes it.
func (f fan) before(p *plot.Plot) error {
	same := true
	for _, d := range f.cash.Days {
		same = same && d.Before == d.Mid
	}
	if same {
		return nil
	}
	return f.add(p, "without the plan", f.line(func(d models.CashDay) int64 { return d.Before }), Neutral, 1, 3, 3)
}

func (f fan) middle(p *plot.Plot) error {
	return f.add(p, "expected", f.line(func(d models.CashDay) int64 { return d.Mid }), Blue, 1.8)
}

func (f fan) floor(p *plot.Plot) error {
	return f.add(p, "floor", f.line(func(models.CashDay) int64 { return f.cash.Floor.Minor }), Red, 1.4, 6, 3)
}

func (f fan) add(p *plot.Plot, name string, xy plotter.XYs, c color.Color, width float64, dashes ...float64) error {
	l, err := plotter.NewLine(xy)
	if err != nil {
		return err
	}
	l.Color, l.Width = c, vg.Points(width)
	for _, d := range dashes {
		l.Dashes = append(l.Dashes, vg.Points(d))
	}
	p.Add(l)
	p.Legend.Add(name, l)
	return nil
}

// lowest marks what the path falls below with the agreed probability, on the day on which it is lowest.
func (f fan) lowest(p *plot.Plot) error {
	at := f.cash.LowOn.Sub(f.cash.Days[0].Day)
	if !f.cash.LowOn.Valid() || at < 0 || at >= len(f.cash.Days) {
		return nil
	}
	xy := plotter.XYs{{X: float64(at), Y: float64(f.cash.Low.Minor) / f.unit}}
	mark, err := plotter.NewScatter(xy)
	if err != nil {
		return err
	}
	mark.GlyphStyle = draw.GlyphStyle{Color: Ink, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}
	label, err := plotter.NewLabels(plotter.XYLabels{XYs: xy, Labels: []string{
		fmt.Sprintf("lowest %s, %s", shortMoney(f.cash.Low), f.cash.LowOn.Display()),
	}})
	if err != nil {
		return err
	}
	style := &label.TextStyle[0]
	style.Color, style.Font.Size, style.YAlign = Ink, vg.Points(9), text.YTop
	style.XAlign = text.XLeft
	if at > len(f.cash.Days)/2 {
		style.XAlign = text.XRight
	}
	label.Offset = vg.Point{Y: -vg.Points(5)}
	p.Add(mark, label)
	return nil
}

// span gives the balances that the picture must have room for, and a little more.
func (f fan) span() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	see := func(minor int64) { low, high = min(low, float64(minor)/f.unit), max(high, float64(minor)/f.unit) }
	see(f.cash.Floor.Minor)
	see(f.cash.Low.Minor)
	for _, d := range f.cash.Days {
		see(d.Mid)
		see(d.Before)
		if d.Bands != nil {
			see(d.Bands[0])
			see(d.Bands[len(d.Bands)-1])
		}
	}
	room := max(high-low, 1)
	return low - .1*room, high + .25*room // below for a label, above for the legend
}

func majorUnit(c models.Currency) float64 { return math.Pow10(c.Digits()) }
