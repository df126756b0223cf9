package web

import (
	"context"
	"errors"
	"testing"
)

// reached is a Caps that says what it is.
type reached []string

func (r reached) CapsReached(context.Context) ([]string, error) {
	if r == nil {
		return nil, errors.New("the database is away")
	}
	return r, nil
}

func TestEveryPageSaysThatACapIsReached(t *testing.T) {
	o := scene().options()
	o.Caps = reached{"The cap of 200 actions an hour is reached: until 15:00 everything asks."}
	v := visit(t, o).as("priya")
	for _, path := range []string{"/", "/log", "/switch"} {
		_, page, _ := v.get(path)
		wantHas(t, page, "At the cap.", "until 15:00 everything asks")
	}
	o.Caps = reached(nil)
	status, page, _ := visit(t, o).as("omar").get("/")
	if status != 200 {
		t.Errorf("not knowing the caps took the page away: %d", status)
	}
	wantLacks(t, page, "At the cap.")
}
