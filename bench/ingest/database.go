package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"remit/bench/service"
	"remit/store/pgtest"
)

// database gives the address of an empty database of the kind, and what ends it.
func database(_ context.Context, kind, dir string) (url string, stop func(), err error) {
	switch kind {
	case "sqlite":
		return "sqlite://" + filepath.Join(dir, "remit.db"), func() {}, nil
	case "postgres":
		url, stop, err := pgtest.Durable()
		if errors.Is(err, pgtest.ErrNone) {
			err = service.Missing(err.Error())
		}
		return url, stop, err
	}
	return "", nil, fmt.Errorf("-db %s: use sqlite or postgres", kind)
}
