package assess

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"remit/models"
)

// table is a file's rows under its header. A cell is found by what it means, not by where it stands.
type table struct {
	Source
	columns map[field]int
	rows    []row
}

// row is a row's cells and the line that it begins in.
type row struct {
	cells []string
	line  int
}

// get gives the cell of a field, "" where the file has no such column.
func (t *table) get(r row, f field) string {
	i, ok := t.columns[f]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

func (t *table) has(f field) bool {
	_, ok := t.columns[f]
	return ok
}

// skip notes a row that is left out.
func (t *table) skip(line int, format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	for i := range t.Skipped {
		if t.Skipped[i].Why == why {
			t.Skipped[i].Rows++
			return
		}
	}
	t.Skipped = append(t.Skipped, Skip{Why: why, Rows: 1, First: line})
}

// Limits on a file.
const (
	maxFile   = 1 << 30
	sample    = 64 << 10 // bytes that the delimiter is told from
	maxHeader = 10       // lines that a title above the header may take
	maxCell   = 1 << 20  // a longer one is a quote that was never closed,
	manyLines = 20       // as is one of so many lines in a row that is not as wide as the header
)

// delimiters are tried in this order, which breaks ties.
var delimiters = []rune{',', ';', '\t', '|'}

var delimiterNames = map[rune]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "bar"}

// readTable reads a file of the kind. The error is Invalid and says what was found and what is needed.
func readTable(f File, k kind) (*table, error) {
	if len(f.Data) > maxFile {
		return nil, models.Errorf(models.TooLarge, "%s has more than a gigabyte: export less", f.Name)
	}
	text, encoding, err := toUTF8(f)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, models.Errorf(models.Invalid, "%s is empty: a header line and rows are needed", f.Name)
	}
	comma := delimiterOf(text)
	t := &table{Source: Source{File: f.Name, Encoding: encoding, Delimiter: delimiterNames[comma]}}
	if err := t.read(text, comma, k); err != nil {
		return nil, err
	}
	if len(t.rows) == 0 {
		return nil, models.Errorf(models.Invalid, "%s has no rows below its header%s", f.Name, t.skippedWords())
	}
	t.fill()
	return t, nil
}

// delimiterOf gives the delimiter under which the beginning of the text has the most rows of one width above one.
func delimiterOf(text []byte) rune {
	head := text
	if len(head) > sample {
		head = head[:sample]
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	best, most := delimiters[0], 0.0
	for _, d := range delimiters {
		if s := evenness(head, d); s > most {
			best, most = d, s
		}
	}
	return best
}

// evenness is the share of the rows that have the usual width, a little more for a larger one; 0 where that is a single cell.
func evenness(text []byte, comma rune) float64 {
	widths, rows := map[int]int{}, 0
	r := reader(text, comma)
	for rows < 500 {
		cells, err := r.Read()
		if err != nil {
			break
		}
		widths[len(cells)]++
		rows++
	}
	width, n := 0, 0
	for w, k := range widths {
		if k > n || k == n && w > width {
			width, n = w, k
		}
	}
	if width < 2 {
		return 0
	}
	return float64(n)/float64(rows) + float64(min(width, 50))/500
}

func reader(text []byte, comma rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	return r
}

// read finds the header among the first lines, and takes the rows below it.
func (t *table) read(text []byte, comma rune, k kind) error {
	r := reader(text, comma)
	var head []row
	for len(head) < maxHeader {
		cells, line, err := next(r)
		if err != nil {
			break
		}
		head = append(head, row{cells, line})
	}
	header := 0
	for i, h := range head {
		if len(k.match(h.cells)) > len(k.match(head[header].cells)) {
			header = i
		}
	}
	if len(head) == 0 {
		return models.Errorf(models.Invalid, "%s has no line that can be read as a row", t.File)
	}
	names := head[header].cells
	t.columns, t.Header = k.match(names), head[header].line
	t.describe(names)
	if s := k.lacks(t.columns); s != "" {
		return models.Errorf(models.Invalid, "%s (%s, delimited by %s) has the columns %s. %s",
			t.File, t.Encoding, t.Delimiter, list(names), s)
	}
	for _, h := range head[header+1:] {
		t.take(h, len(names))
	}
	for {
		cells, line, err := next(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			t.skip(line, "cannot be read: a quote is out of place")
			continue
		}
		t.take(row{cells, line}, len(names))
	}
}

func next(r *csv.Reader) (cells []string, line int, err error) {
	cells, err = r.Read()
	if len(cells) > 0 {
		line, _ = r.FieldPos(0)
	}
	return cells, line, err
}

// take keeps a row that is as wide as the header.
func (t *table) take(r row, width int) {
	for len(r.cells) > width && strings.TrimSpace(r.cells[len(r.cells)-1]) == "" {
		r.cells = r.cells[:len(r.cells)-1] // a delimiter at the end of the line
	}
	long := slices.ContainsFunc(r.cells, func(c string) bool { return len(c) > maxCell })
	swallowed := slices.ContainsFunc(r.cells, func(c string) bool { return strings.Count(c, "\n") > manyLines })
	switch {
	case long, swallowed && len(r.cells) != width:
		t.skip(r.line, "a quote that is never closed: it may have swallowed the lines after it")
	case len(r.cells) < width:
		t.skip(r.line, "fewer cells than the header has")
	case len(r.cells) > width:
		t.skip(r.line, "more cells than the header has: is a delimiter inside a cell that is not quoted?")
	default:
		t.rows = append(t.rows, r)
	}
}

// fill notes how complete the columns are.
func (t *table) fill() {
	t.Filled = map[string]float64{}
	for f := range t.columns {
		t.Filled[string(f)] = float64(t.filled(f)) / float64(len(t.rows))
	}
}

// describe notes what the columns were taken for.
func (t *table) describe(names []string) {
	t.Columns = map[string]string{}
	used := map[int]bool{}
	for f, i := range t.columns {
		t.Columns[string(f)] = strings.TrimSpace(names[i])
		used[i] = true
	}
	for i, n := range names {
		if !used[i] {
			t.Ignored = append(t.Ignored, strings.TrimSpace(n))
		}
	}
}

func (t *table) skippedWords() string {
	if len(t.Skipped) == 0 {
		return ""
	}
	slices.SortFunc(t.Skipped, func(a, b Skip) int { return cmp.Compare(b.Rows, a.Rows) })
	var b strings.Builder
	for _, s := range t.Skipped {
		fmt.Fprintf(&b, "; %d rows skipped from line %d on: %s", s.Rows, s.First, s.Why)
	}
	return b.String()
}

// list names columns for a sentence, each within bounds.
func list(names []string) string {
	var out []string
	for i, n := range names {
		if i == 30 {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		out = append(out, fmt.Sprintf("%q", clip(strings.TrimSpace(n), 40)))
	}
	return strings.Join(out, ", ")
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
