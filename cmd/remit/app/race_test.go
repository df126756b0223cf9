//go:build race

package app_test

import "flag"

// The detector slows the property tests tenfold, and their hundred sequences run without it anyway: a fifth of
// them shows it every path. A -rapid.checks on the command line still wins.
func init() {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
}
