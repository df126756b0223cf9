package review

import (
	"math"

	"remit/chart"
)

// Reliability draws how often people agreed against how sure remit was.
func (l Layer) Reliability() chart.Picture {
	bins := make([]chart.Bin, len(l.Calibration))
	for i, b := range l.Calibration {
		bins[i] = chart.Bin(b)
	}
	return chart.Reliability(l.Name()+": how sure, how right", bins)
}

// Agreement draws agreement and the override rate by week.
func (l Layer) Agreement() chart.Picture {
	agreed, overridden := make([]float64, len(l.Weeks)), make([]float64, len(l.Weeks))
	for i, w := range l.Weeks {
		agreed[i], overridden[i] = orNaN(w.Agreement()), orNaN(w.OverrideRate())
	}
	return chart.Weeks(l.Name()+": agreement", l.labels(), []chart.Series{{Name: "agreement", Values: agreed}, {Name: "override rate", Values: overridden}})
}

// Volume draws what was asked and what was done by itself, by week.
func (l Layer) Volume() chart.Picture {
	asked, acted, observed := make([]float64, len(l.Weeks)), make([]float64, len(l.Weeks)), make([]float64, len(l.Weeks))
	for i, w := range l.Weeks {
		asked[i], acted[i], observed[i] = float64(w.Asked), float64(w.Acted), float64(w.Observed)
	}
	return chart.Bars(l.Name()+": decisions", l.labels(), []chart.Stack{
		{Name: "asked", Counts: asked}, {Name: "by itself", Counts: acted}, {Name: "observed", Counts: observed},
	})
}

func (l Layer) labels() []string {
	out := make([]string, len(l.Weeks))
	for i, w := range l.Weeks {
		out[i] = w.From.Time().Format("2 Jan")
	}
	return out
}

func orNaN(x float64, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return x
}

// Pictures of a layer by the name that asks for them.
const (
	PictureReliability = "reliability"
	PictureAgreement   = "agreement"
	PictureVolume      = "volume"
)

// Picture gives a layer's picture by its name; ok is false for a name that is none, and where there is nothing to draw.
func (l Layer) Picture(name string) (c chart.Picture, ok bool) {
	switch {
	case name == PictureReliability && len(l.Calibration) > 0:
		return l.Reliability(), true
	case name == PictureAgreement && len(l.Weeks) > 1:
		return l.Agreement(), true
	case name == PictureVolume && len(l.Weeks) > 1:
		return l.Volume(), true
	}
	return c, false
}

// PictureNames gives the names of the pictures that there are of a layer.
func (l Layer) PictureNames() []string {
	var out []string
	for _, n := range []string{PictureVolume, PictureAgreement, PictureReliability} {
		if _, ok := l.Picture(n); ok && l.Whole {
			out = append(out, n)
		}
	}
	return out
}
