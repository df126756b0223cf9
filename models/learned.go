package models

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Learned is something learned from a company's own past, such as the weights of a model. Of each kind at most one
// version is live: the one that judges by it.
type Learned struct {
	ID        string    `json:"id" gorm:"primaryKey"`
	Kind      string    `json:"kind"`    // "payments", "intents", ...
	Version   string    `json:"version"` // as proposals name the model
	Body      []byte    `json:"-"`
	Sum       string    `json:"sum"` // SHA-256 of Body, hexadecimal
	TrainedAt time.Time `json:"trained_at"`
	Live      bool      `json:"live"`
	Note      string    `json:"note"` // what it was learned from and how well it did, in a sentence
}

// TableName is the table's name; the plural of learned is learned.
func (Learned) TableName() string { return "learned" }

// NewLearned gives what was learned at a time, with its id and its sum.
func NewLearned(kind, version string, body []byte, at time.Time, note string) Learned {
	sum := sha256.Sum256(body)
	l := Learned{Kind: kind, Version: version, Body: body, Sum: hex.EncodeToString(sum[:]), TrainedAt: at, Note: note}
	l.ID = NewID("lrn", kind, version, l.Sum, at.UTC().Format(time.RFC3339Nano))
	return l
}

// Check reports, as Invalid, a body that is not what was kept: it must not judge anything.
func (l Learned) Check() error {
	sum := sha256.Sum256(l.Body)
	if hex.EncodeToString(sum[:]) != l.Sum {
		return Errorf(Invalid, "the learned %s %q is damaged: train it again", l.Kind, l.Version)
	}
	return nil
}
