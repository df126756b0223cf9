package store_test

import (
	"testing"

	"remit/store"
)

var _ = claim("an empty database has, once migrated, every column that the types say", func(t *testing.T, s *opened) {
	for table, columns := range store.Tagged(t) {
		has := s.Columns(t, table)
		for _, c := range columns {
			if !has[c] {
				t.Errorf("%s has no column %s", table, c)
			}
		}
	}
})

var _ = claim("migrating again changes nothing", func(t *testing.T, s *opened) {
	mustAccept(t, s, delivery("k1", item))
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Delivery(t.Context(), delivery("k1", item).ID); err != nil {
		t.Error(err)
	}
})
