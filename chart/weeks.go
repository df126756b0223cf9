package chart

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Series is one line over the weeks: a share, 0..1, each; NaN where there was nothing to tell it from.
type Series struct {
	Name   string
	Values []float64
}

var lineColours = []color.RGBA{Blue, Red, Green, Orange}

// Weeks draws shares over the weeks, which are named by their labels.
func Weeks(title string, labels []string, series []Series) Picture {
	c, p := New(title, "week from", "share")
	c.Height = 2.8 * vg.Inch
	p.Y.Min, p.Y.Max = 0, 1
	p.Y.Tick.Marker = shares{}
	p.Add(grid())
	name(p, labels)
	legend(p, c.Width)
	var said []string
	for i, s := range series {
		col := lineColours[i%len(lineColours)]
		pieces := pieces(s.Values)
		for _, piece := range pieces {
			p.Add(line(piece, col, false), dots(piece, col))
		}
		p.Legend.Add(s.Name, line(plotter.XYs{{}, {}}, col, false))
		if len(pieces) > 0 {
			first, last := pieces[0][0], pieces[len(pieces)-1]
			said = append(said, fmt.Sprintf("%s from %.0f %% to %.0f %%", s.Name, first.Y*100, last[len(last)-1].Y*100))
		}
	}
	c.Alt = fmt.Sprintf("%s, by week: %s.", title, orNothing(strings.Join(said, "; ")))
	return c
}

// Stack is what each week's bar is made of.
type Stack struct {
	Name   string
	Counts []float64
}

// Bars draws counts by week, one part above the other.
func Bars(title string, labels []string, parts []Stack) Picture {
	c, p := New(title, "week from", "decisions")
	c.Height = 2.8 * vg.Inch
	p.Add(grid())
	name(p, labels)
	legend(p, c.Width)
	width := min(c.Width*0.6/vg.Length(max(len(labels), 1)), vg.Points(40))
	var below *plotter.BarChart
	var said []string
	for i, s := range parts {
		if i > 0 && !slices.ContainsFunc(s.Counts, func(n float64) bool { return n > 0 }) {
			continue // nothing to see of it
		}
		b, err := plotter.NewBarChart(plotter.Values(finite(s.Counts, len(labels))), width)
		if err != nil {
			continue // no weeks, nothing to draw
		}
		b.Color, b.LineStyle = lineColours[i%len(lineColours)], draw.LineStyle{Color: Paper, Width: vg.Points(.5)}
		if below != nil {
			b.StackOn(below)
		}
		below = b
		p.Add(b)
		p.Legend.Add(s.Name, b)
		sum := 0.0
		for _, n := range b.Values {
			sum += n
		}
		said = append(said, fmt.Sprintf("%.0f %s", sum, s.Name))
	}
	c.Alt = fmt.Sprintf("%s, by week: %s.", title, orNothing(strings.Join(said, ", ")))
	return c
}

// legend puts the legend into the room on the right, the words behind their colours: a browser may draw them wider than they
// were measured here.
func legend(p *plot.Plot, width vg.Length) {
	p.Legend.Top, p.Legend.Left, p.Legend.Padding, p.Legend.XOffs = true, true, vg.Points(3), width*0.68
	p.Legend.TextStyle.Font.Size = vg.Points(9)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing yet"
	}
	return s
}

// finite gives n values, in which what is no number is nothing.
func finite(values []float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		if i < len(values) && !math.IsNaN(values[i]) && !math.IsInf(values[i], 0) {
			out[i] = values[i]
		}
	}
	return out
}

// pieces cuts a series where nothing is known.
func pieces(values []float64) []plotter.XYs {
	var out []plotter.XYs
	var now plotter.XYs
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			if len(now) > 0 {
				out, now = append(out, now), nil
			}
			continue
		}
		now = append(now, plotter.XY{X: float64(i), Y: clamp(v)})
	}
	if len(now) > 0 {
		out = append(out, now)
	}
	return out
}

// name labels the weeks, every second or third where they would not fit.
func name(p *plot.Plot, labels []string) {
	weeks := max(float64(len(labels)), 1)
	p.X.Min, p.X.Max = -.5, weeks*1.3-.5 // room for the legend
	step := (len(labels) + 9) / 10
	var ticks []plot.Tick
	for i, l := range labels {
		if (len(labels)-1-i)%max(step, 1) == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: l})
		}
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
}
