package chart

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
)

func TestAPictureIsAPNGAndAnSVGOfTheSame(t *testing.T) {
	c, _ := New("Cash", "day", "USD")
	b, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil || img.Bounds().Dx() < 300 {
		t.Fatalf("the PNG does not decode: %v", err)
	}
	svg, err := c.SVG()
	if err != nil || !strings.Contains(string(svg), "<svg") {
		t.Fatalf("no SVG: %v", err)
	}
}
