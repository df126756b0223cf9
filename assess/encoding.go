package assess

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"remit/models"
)

// toUTF8 gives the file as UTF-8 and names what it was. UTF-16 is known by its byte order mark or by its zeros; what is
// not UTF-8 otherwise is taken for Windows-1252, of which Latin-1 is a part. A file that is no text is Invalid.
func toUTF8(f File) (text []byte, encoding string, err error) {
	switch {
	case bytes.HasPrefix(f.Data, []byte{0xEF, 0xBB, 0xBF}):
		return f.Data[3:], "UTF-8", nil
	case bytes.HasPrefix(f.Data, []byte{0xFF, 0xFE}), zeros(f.Data, 1):
		return fromUTF16(f, unicode.LittleEndian, "UTF-16 (little-endian)")
	case bytes.HasPrefix(f.Data, []byte{0xFE, 0xFF}), zeros(f.Data, 0):
		return fromUTF16(f, unicode.BigEndian, "UTF-16 (big-endian)")
	case bytes.HasPrefix(f.Data, []byte("PK\x03\x04")):
		return nil, "", models.Errorf(models.Invalid, "%s is a spreadsheet or a zip archive, not a text: save it as CSV (UTF-8)", f.Name)
	case bytes.IndexByte(f.Data, 0) >= 0:
		return nil, "", models.Errorf(models.Invalid, "%s is not a text: there are zero bytes in it. Save it as CSV (UTF-8)", f.Name)
	case utf8.Valid(f.Data):
		return f.Data, "UTF-8", nil
	}
	text, err = charmap.Windows1252.NewDecoder().Bytes(f.Data)
	if err != nil {
		return nil, "", models.Errorf(models.Invalid, "%s is neither UTF-8 nor Windows-1252: save it as CSV (UTF-8)", f.Name)
	}
	return text, "Windows-1252, converted", nil
}

func fromUTF16(f File, order unicode.Endianness, name string) ([]byte, string, error) {
	text, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(f.Data)
	if err != nil && !bytes.HasPrefix(f.Data, []byte{0xFF}) && !bytes.HasPrefix(f.Data, []byte{0xFE}) {
		text, err = unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(f.Data)
	}
	if err != nil || bytes.IndexByte(text, 0) >= 0 {
		return nil, "", models.Errorf(models.Invalid, "%s looks like %s but is not: save it as CSV (UTF-8)", f.Name, name)
	}
	return text, name + ", converted", nil
}

// zeros reports whether most bytes at even (0) or odd (1) places of the beginning are zero and hardly any of the others,
// as in UTF-16 of Latin letters.
func zeros(b []byte, odd int) bool {
	b = b[:min(len(b), 2048)&^1]
	if len(b) < 8 {
		return false
	}
	var n [2]int
	for i, c := range b {
		if c == 0 {
			n[i%2]++
		}
	}
	return n[odd] > len(b)/4 && n[1-odd] < len(b)/64
}
