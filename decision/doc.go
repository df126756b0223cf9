// Package decision is the heart of remit: the policy that people write, the gate that every proposal passes, and the
// engine that turns events into decisions and answers into deeds.
//
// It is pure but for the small interfaces it declares in ports.go; the same Gate that rules in production rules in a
// replay.
package decision
