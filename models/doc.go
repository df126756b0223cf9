// Package models holds the nouns that every other package speaks of, each with the rules it keeps itself.
//
// It imports the standard library only. Wire shapes live with their connector, rows that nobody else needs live in
// store, cards in bot and pages in web: a type enters here because it has an invariant that several packages rely on.
package models
