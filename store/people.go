package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"remit/models"
)

// The uses of a token.
const (
	useLogin = "login" // once, to sign in
	useAPI   = "api"   // until it expires
)

// MintLogin gives a token that signs the person in once, within ttl. Only its hash is kept.
func (s *Store) MintLogin(ctx context.Context, personID string, ttl time.Duration, now time.Time) (token string, err error) {
	return s.mint(ctx, useLogin, personID, now.Add(ttl))
}

// RedeemLogin gives the person whom the token signs in, and ends the token. The error is Unauthenticated for one that is
// unknown, used or expired.
func (s *Store) RedeemLogin(ctx context.Context, token string, now time.Time) (personID string, err error) {
	err = s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		var until time.Time
		row := t.gorm.WithContext(ctx).Raw(`DELETE FROM tokens WHERE hash = ? AND use = ? RETURNING person_id, expires_at`, hashOf(token), useLogin).Row()
		if err := row.Scan(&personID, &until); err != nil {
			return err
		}
		if !until.After(now) {
			return errNoToken
		}
		return nil
	})
	return personID, unauthenticated(err)
}

// MintToken gives a bearer token for the API that speaks for the person for ttl. Only its hash is kept.
func (s *Store) MintToken(ctx context.Context, personID string, ttl time.Duration, now time.Time) (token string, err error) {
	return s.mint(ctx, useAPI, personID, now.Add(ttl))
}

// TokenPerson gives the person for whom the API token speaks, or Unauthenticated.
func (s *Store) TokenPerson(ctx context.Context, token string, now time.Time) (personID string, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT person_id FROM tokens WHERE hash = ? AND use = ? AND expires_at > ?`,
		hashOf(token), useAPI, plainTime(now)).Row().Scan(&personID)
	return personID, unauthenticated(classify(err))
}

func (s *Store) mint(ctx context.Context, use, personID string, until time.Time) (string, error) {
	if personID == "" {
		return "", models.FieldErrorf("person", "a token needs a person")
	}
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	token := base64.RawURLEncoding.EncodeToString(b)
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO tokens (hash, use, person_id, expires_at) VALUES (?, ?, ?, ?)`, hashOf(token), use, personID, plainTime(until))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("mint a token: %w", err)
	}
	return token, nil
}

var errNoToken = models.Errorf(models.Unauthenticated, "this link or token was used, has expired or never was; ask for a new one")

func unauthenticated(err error) error {
	if models.KindOf(err) == models.NotFound {
		return errNoToken
	}
	return err
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx gives a browser session's data; ok is false for one that is unknown or expired.
func (s *Store) FindCtx(ctx context.Context, token string) (data []byte, ok bool, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT data FROM sessions WHERE hash = ? AND expires_at > ?`, hashOf(token), plainTime(s.opts.Now())).Row().Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, classify(err)
}

// CommitCtx keeps a browser session's data until it expires.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO sessions (hash, data, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, hashOf(token), data, plainTime(expiry))
		return err
	})
}

// DeleteCtx ends a browser session. One that is not there is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `DELETE FROM sessions WHERE hash = ?`, hashOf(token))
		return err
	})
}

// Sessions gives the browser sessions in the form that scs wants: its Commit takes a token, and the store's takes changes.
func (s *Store) Sessions() Sessions { return Sessions{s} }

// Sessions are browser sessions by token.
type Sessions struct{ store *Store }

// FindCtx is the store's.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.store.FindCtx(ctx, token)
}

// CommitCtx is the store's.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.store.CommitCtx(ctx, token, data, expiry)
}

// DeleteCtx is the store's.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.DeleteCtx(ctx, token)
}

// Find is FindCtx without a context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
