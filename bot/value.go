package bot

import (
	"fmt"
	"strconv"
	"strings"

	"remit/models"
)

// seen names a decision and the version of it that was on the card.
type seen struct {
	ID      string
	Version int
}

// maxSeen bounds how many decisions one button answers.
const maxSeen = 8

// encodeSeen writes what a button carries: "dec_a:3,dec_b:1".
func encodeSeen(ds []models.Decision) string {
	var parts []string
	for _, d := range ds {
		parts = append(parts, fmt.Sprintf("%s:%d", d.ID, d.Version))
	}
	return strings.Join(parts, ",")
}

// decodeSeen reads what a button carried. The error is Invalid: somebody made the value up.
func decodeSeen(s string) ([]seen, error) {
	parts := strings.Split(s, ",")
	if s == "" || len(parts) > maxSeen {
		return nil, models.Errorf(models.Invalid, "This button does not name a decision of remit's.")
	}
	var out []seen
	for _, p := range parts {
		id, v, _ := strings.Cut(p, ":")
		n, err := strconv.Atoi(v)
		if id == "" || len(id) > 100 || err != nil || n < 1 {
			return nil, models.Errorf(models.Invalid, "This button does not name a decision of remit's.")
		}
		out = append(out, seen{ID: id, Version: n})
	}
	return out, nil
}
