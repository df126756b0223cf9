package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReviewPictures draws what a review shows; with REMIT_LOOK it leaves the pictures in that folder, to look at them.
func TestReviewPictures(t *testing.T) {
	nan := math.NaN()
	weeks := []string{"5 Oct", "12 Oct", "19 Oct", "26 Oct"}
	cases := map[string]struct {
		picture  Picture
		alt      string
		contains []string
	}{
		"reliability": {
			Reliability("Priority", []Bin{{.55, .5, .3, .7, 20}, {.75, .7, .6, .8, 90}, {.95, .97, .94, .99, 300}, {N: 0}}),
			"of 410 answered proposals, those of which remit was 95 % sure on average were right in 97 %",
			[]string{"300", "how sure remit was"},
		},
		"nothing answered": {Reliability("Route", nil), "nothing was answered yet", []string{"Route"}},
		"weeks": {
			Weeks("Agreement", weeks, []Series{{"agreement", []float64{.8, nan, .9, .95}}, {"override rate", []float64{.2, .1, nan, .05}}}),
			"agreement from 80 % to 95 %; override rate from 20 % to 5 %",
			[]string{"26 Oct", "override rate"},
		},
		"bars": {
			Bars("Decisions", weeks, []Stack{{"asked", []float64{30, 20, 10, 5}}, {"by itself", []float64{0, 12, nan, 30}}}),
			"65 asked, 42 by itself",
			[]string{"by itself"},
		},
		"no weeks": {Bars("Decisions", nil, []Stack{{"asked", nil}}), "nothing yet", nil},
		"hostile":  {Weeks(`<script>alert("x")</script> & co`, weeks, nil), "<script>", []string{"&lt;script&gt;"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(c.picture.Alt, c.alt) {
				t.Errorf("the picture says %q, want %q", c.picture.Alt, c.alt)
			}
			svg, err := c.picture.SVG()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, svg)
			for _, want := range c.contains {
				if !strings.Contains(string(svg), want) {
					t.Errorf("the SVG lacks %q", want)
				}
			}
			png, err := c.picture.PNG()
			if err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("REMIT_LOOK"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the SVG is not XML: %v", err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "script" {
			t.Fatal("a script got into the SVG")
		}
	}
}
