package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"remit/models"
)

// Codes of SQLite, from its documentation; the low byte is the primary code.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
)

// classify gives a driver's error its kind; it is the one place where that is decided.
func classify(err error) error {
	var classified *models.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &classified):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return because(models.NotFound, "there is nothing by that name", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return because(models.Unavailable, "the database did not answer in time", err)
	}
	if kind, sentence := sqliteKind(err); kind != "" {
		return because(kind, sentence, err)
	}
	if kind, sentence := postgresKind(err); kind != "" {
		return because(kind, sentence, err)
	}
	return err
}

// because gives an error that says the sentence and keeps the driver's words for the log alone.
func because(kind models.Kind, sentence string, err error) error {
	return &models.Error{Kind: kind, Message: sentence, Err: err}
}

func sqliteKind(err error) (models.Kind, string) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return "", ""
	}
	switch e.Code() {
	case sqliteUnique, sqlitePrimaryKey:
		return models.Conflict, "it is already there"
	}
	switch e.Code() & 0xff {
	case sqliteBusy, sqliteLocked:
		return models.Unavailable, "the database is locked"
	case sqliteFull:
		return models.Unavailable, "the database is full"
	case sqliteReadOnly:
		return models.Unavailable, "the database is read-only"
	case sqliteIOErr, sqliteCantOpen:
		return models.Unavailable, "the database cannot be read or written"
	}
	return "", ""
}

func postgresKind(err error) (models.Kind, string) {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return postgresCode(e.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) {
		return models.Unavailable, "the database cannot be reached"
	}
	return "", ""
}

// postgresCode classifies by SQLSTATE.
func postgresCode(code string) (models.Kind, string) {
	switch {
	case code == "23505":
		return models.Conflict, "it is already there"
	case code == "40001", code == "40P01":
		return models.Conflict, "somebody else was changing the same thing"
	case code == "55P03", code == "57014":
		return models.Unavailable, "the database is locked"
	case code == "25006":
		return models.Unavailable, "the database is read-only"
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), strings.HasPrefix(code, "58"):
		return models.Unavailable, "the database cannot be reached, or is full"
	}
	return "", ""
}
