package review

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
)

//go:embed report.html
var reportText string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"title": title, "clip": clip, "svg": inlineSVG,
}).Parse(reportText))

// HTML gives the review as one page with its charts in it, which needs nothing else to be shown. Everything that people wrote
// is escaped.
func (r Review) HTML() ([]byte, error) {
	var b bytes.Buffer
	if err := reportTemplate.Execute(&b, r); err != nil {
		return nil, fmt.Errorf("write the review as HTML: %w", err)
	}
	return b.Bytes(), nil
}

// inlineSVG gives a layer's picture as an element of a page. The chart has escaped every letter of it.
func inlineSVG(l Layer, name string) (template.HTML, error) {
	c, ok := l.Picture(name)
	if !ok {
		return "", nil
	}
	svg, err := c.SVG()
	if err != nil {
		return "", err
	}
	if i := bytes.Index(svg, []byte("<svg")); i > 0 {
		svg = svg[i:] // the declaration before it is for a document of its own
	}
	return template.HTML(fmt.Sprintf(`<figure role="img" aria-label="%s">%s</figure>`, template.HTMLEscapeString(c.Alt), svg)), nil
}
