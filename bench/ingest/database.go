package main

import (
	"context"
	"fmt"
	"path/filepath"

	"remit/store/pgtest"
)

// database gives the address of an empty database of the kind, and what ends it.
func database(_ context.Context, kind, dir string) (url string, stop func(), err error) {
	switch kind {
	case "sqlite":
		return "sqlite://" + filepath.Join(dir, "remit.db"), func() {}, nil
	case "postgres":
		return pgtest.Durable()
	}
	return "", nil, fmt.Errorf("-db %s: use sqlite or postgres", kind)
}
