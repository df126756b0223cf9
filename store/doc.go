// Package store keeps everything that remit must not forget: what arrived, what is known, what was decided, and the
// ledger of how. It is the only place that knows gorm, and behaves the same on SQLite and on PostgreSQL.
//
// On SQLite there is one writer connection and a pool of readers: a drain decides on the readers and holds the writer
// only to apply what was decided. On PostgreSQL a drain is one transaction that holds the subjects it decides on, so that
// several nodes drain side by side.
//
// Errors are classified here once: Unavailable where the database is locked, full, read-only or away, Conflict where
// somebody else was first, NotFound where nothing is there.
package store
