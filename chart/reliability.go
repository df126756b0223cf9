package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bin is the answers to proposals of about one confidence. All but N are shares, 0..1.
type Bin struct {
	Confidence float64 // the mean of what was claimed
	Right      float64 // how often people agreed
	Low, High  float64 // what Right may be, given how few there are
	N          int
}

// Reliability draws how often proposals were right against how sure remit was of them, with the number of each beside its
// point: on the line, a confidence means what it says.
func Reliability(title string, bins []Bin) Picture {
	c, p := New(title, "how sure remit was", "how often people agreed")
	c.Width, c.Height = 4.4*vg.Inch, 3.6*vg.Inch
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1.1, 0, 1 // room for the last label
	p.X.Tick.Marker, p.Y.Tick.Marker = shares{}, shares{}
	p.Add(grid(), line(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, Neutral, true))
	var points plotter.XYs
	var labels []string
	total := 0
	for _, b := range bins {
		if b.N == 0 || math.IsNaN(b.Confidence) || math.IsNaN(b.Right) {
			continue
		}
		p.Add(line(plotter.XYs{{X: b.Confidence, Y: clamp(b.Low)}, {X: b.Confidence, Y: clamp(b.High)}}, Sky, false))
		points = append(points, plotter.XY{X: clamp(b.Confidence), Y: clamp(b.Right)})
		labels = append(labels, fmt.Sprintf(" %d", b.N))
		total += b.N
	}
	c.Alt = fmt.Sprintf("%s: nothing was answered yet.", title)
	if len(points) == 0 {
		return c
	}
	p.Add(dots(points, Blue), texts(points, labels))
	last := points[len(points)-1]
	c.Alt = fmt.Sprintf("%s: of %d answered proposals, those of which remit was %.0f %% sure on average were right in %.0f %%.",
		title, total, last.X*100, last.Y*100)
	return c
}

func clamp(x float64) float64 { return min(max(x, 0), 1) }

// shares marks 0 % to 100 %.
type shares struct{}

// Ticks implements plot.Ticker.
func (shares) Ticks(_, _ float64) []plot.Tick {
	var out []plot.Tick
	for v := 0; v <= 100; v += 20 {
		out = append(out, plot.Tick{Value: float64(v) / 100, Label: fmt.Sprintf("%d %%", v)})
	}
	return out
}

func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = Grid, Grid
	return g
}

// line gives a line through finite points; dashed for what is only there to compare with.
func line(xys plotter.XYs, c color.Color, dashed bool) *plotter.Line {
	l := &plotter.Line{XYs: xys, LineStyle: draw.LineStyle{Color: c, Width: vg.Points(1.6)}}
	if dashed {
		l.Width, l.Dashes = vg.Points(1), []vg.Length{vg.Points(4), vg.Points(3)}
	}
	return l
}

func dots(xys plotter.XYs, c color.Color) *plotter.Scatter {
	return &plotter.Scatter{XYs: xys, GlyphStyle: draw.GlyphStyle{Color: c, Radius: vg.Points(3), Shape: draw.CircleGlyph{}}}
}

func texts(xys plotter.XYs, labels []string) plot.Plotter {
	l, err := plotter.NewLabels(plotter.XYLabels{XYs: xys, Labels: labels})
	if err != nil {
		return grid() // as many labels as points were given, all finite: it does not happen
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Color = Ink
		l.TextStyle[i].Font.Size = vg.Points(8)
	}
	return l
}
