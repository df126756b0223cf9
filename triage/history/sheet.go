package history

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// Column is a column of the file and what it is taken for.
type Column struct {
	Header string
	As     string // "subject", "group", ...; "field" for a custom field, empty for what is left out
}

// sheet reads a CSV file by the names of its columns.
type sheet struct {
	csv     *csv.Reader
	columns []Column
	line    int
}

// maxHeader is the longest name of a column, in bytes; what is longer is no header.
const maxHeader = 200

// openSheet reads the header. known gives for each of our columns the headers that mean it, as bare writes them; given
// names headers outright, ours to theirs. What no column is known for is a custom field.
func openSheet(r io.Reader, known map[string][]string, given map[string]string) (*sheet, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	s := &sheet{csv: csv.NewReader(in)}
	s.csv.Comma = separator(in)
	s.csv.FieldsPerRecord = -1
	s.csv.ReuseRecord = true
	header, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, models.FieldErrorf("header", "the file is empty: its first line names the columns")
	}
	if err != nil {
		return nil, models.FieldErrorf("header", "the first line cannot be read as CSV: %s", reason(err))
	}
	for ours, theirs := range given {
		if _, ok := known[ours]; !ok {
			return nil, models.FieldErrorf("--map", "%q is not a column of ours: there are %s", ours, strings.Join(sorted(known), ", "))
		}
		if !slices.ContainsFunc(header, func(h string) bool { return bare(h) == bare(theirs) }) {
			return nil, models.FieldErrorf("--map", "the file has no column %q: it has %s", theirs, strings.Join(header, ", "))
		}
	}
	return s, s.name(header, known, given)
}

// separator guesses what stands between columns from the first line: a comma, a semicolon or a tab.
func separator(in *bufio.Reader) rune {
	head, _ := in.Peek(4 << 10)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// name says what each column is taken for: each of ours is found once, the earlier of its names first.
func (s *sheet) name(header []string, known map[string][]string, given map[string]string) error {
	for _, h := range header {
		h = strings.TrimSpace(models.CleanText(h))
		if len(h) > maxHeader {
			return models.FieldErrorf("header", "the first line does not name columns: one of its names has %d bytes", len(h))
		}
		s.columns = append(s.columns, Column{Header: h})
	}
	for _, ours := range sorted(known) {
		names := known[ours]
		if theirs, ok := given[ours]; ok {
			names = []string{bare(theirs)}
		}
		s.claim(ours, names)
	}
	for i, c := range s.columns {
		if c.As == "" && c.Header != "" {
			s.columns[i].As = asField
		}
	}
	return nil
}

// asField is what a column is taken for that nothing of ours is known for.
const asField = "field"

func (s *sheet) claim(ours string, names []string) {
	for _, n := range names {
		for i, c := range s.columns {
			if c.As == "" && bare(c.Header) == n {
				s.columns[i].As = ours
				return
			}
		}
	}
}

func (s *sheet) has(ours string) bool {
	return slices.ContainsFunc(s.columns, func(c Column) bool { return c.As == ours })
}

// row is a line's cells by what they are taken for, and the custom fields by name.
type row struct {
	cells  map[string]string
	fields map[string]string
	line   int
}

// maxCell is how many bytes of a cell are kept.
const maxCell = 64 << 10

// next gives the next row; io.EOF at the end, Invalid for a row that cannot be read.
func (s *sheet) next() (row, error) {
	record, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return row{}, io.EOF
	}
	if err != nil {
		if pe, ok := errors.AsType[*csv.ParseError](err); ok {
			return row{}, skip(pe.StartLine, "", "it is not CSV: %s", reason(err))
		}
		return row{}, fmt.Errorf("read the file: %w", err)
	}
	s.line, _ = s.csv.FieldPos(0)
	if len(record) != len(s.columns) {
		return row{}, skip(s.line, "", "it has %d columns, the header %d", len(record), len(s.columns))
	}
	out := row{cells: map[string]string{}, fields: map[string]string{}, line: s.line}
	for i, c := range s.columns {
		value := strings.TrimSpace(models.CleanText(record[i]))
		if len(value) > maxCell {
			value = strings.ToValidUTF8(value[:maxCell], "")
		}
		switch {
		case value == "" || c.As == "":
		case c.As == asField:
			out.fields[c.Header] = value
		default:
			out.cells[c.As] = value
		}
	}
	return out, nil
}

// skip says why a line cannot be used.
func skip(line int, field, format string, args ...any) error {
	return &models.Error{Kind: models.Invalid, Field: field, Message: fmt.Sprintf("line %d: ", line) + fmt.Sprintf(format, args...)}
}

// reason gives the words of a CSV error without its position.
func reason(err error) string {
	if pe, ok := errors.AsType[*csv.ParseError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// bare writes a header as headers compare: lower case, letters and digits only.
func bare(h string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, h)
}

func sorted(known map[string][]string) []string {
	out := make([]string, 0, len(known))
	for ours := range known {
		out = append(out, ours)
	}
	slices.Sort(out)
	return out
}
