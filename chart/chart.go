// Package chart draws the pictures that cards and the console show, as PNG and as SVG from the same code.
//
// Every picture brings its own light background and colours that people with any colour vision can tell apart (Okabe and
// Ito 2008, "Color universal design"), so it reads the same in a light page, a dark page and a Slack message.
package chart

import (
	"bytes"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours of Okabe and Ito, by what they stand for here.
var (
	Ink     = color.RGBA{R: 0x26, G: 0x2b, B: 0x33, A: 0xff} // lines and letters
	Paper   = color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
	Grid    = color.RGBA{R: 0xdd, G: 0xe1, B: 0xe6, A: 0xff}
	Blue    = color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff} // what is expected, what is so
	Sky     = color.RGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff} // what is likely
	Orange  = color.RGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff} // what to look at
	Red     = color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff} // a line that must not be crossed
	Green   = color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff} // what is well
	Neutral = color.RGBA{R: 0x8a, G: 0x92, B: 0x9c, A: 0xff} // what was before, what is left out
)

// Picture is a drawn chart.
type Picture struct {
	// Alt says in a sentence what the picture shows, for those who cannot see it.
	Alt           string
	Width, Height vg.Length
	plot          *plot.Plot
}

// New gives an empty picture of a usual size in the house's colours, with a title and what the axes count.
func New(title, x, y string) (Picture, *plot.Plot) {
	p := plot.New()
	p.BackgroundColor = Paper
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Color = Ink
	p.Title.Padding = vg.Points(6)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Label.TextStyle.Color, a.Tick.Color, a.Tick.Label.Color = Neutral, Ink, Neutral, Ink
	}
	p.Legend.TextStyle.Color = Ink
	return Picture{Width: 7.2 * vg.Inch, Height: 3.4 * vg.Inch, plot: p}, p
}

// PNG gives the picture as a PNG.
func (c Picture) PNG() ([]byte, error) { return c.draw("png") }

// SVG gives the picture as an SVG document.
func (c Picture) SVG() ([]byte, error) { return c.draw("svg") }

// Across gives where the plot lies within the picture, as shares of its width: what is set beside it can keep to its axis.
func (c Picture) Across() (left, right float64) {
	canvas := draw.New(vgsvg.New(c.Width, c.Height))
	data := c.plot.DataCanvas(canvas)
	return float64(data.Min.X / c.Width), float64(data.Max.X / c.Width)
}

func (c Picture) draw(format string) ([]byte, error) {
	w, err := c.plot.WriterTo(c.Width, c.Height, format)
	if err != nil {
		return nil, fmt.Errorf("draw a chart as %s: %w", format, err)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write a chart as %s: %w", format, err)
	}
	return b.Bytes(), nil
}
