// Package queue has effects carried out: jobs that are inserted in the transaction that decided them, run outside any
// transaction, tried again with growing pauses while that may help, and given up on aloud when it cannot.
//
// It is the only place that knows River. The same code runs on SQLite and on PostgreSQL.
package queue
