// Command connectors measures what a webhook costs from its raw bytes to events in remit's words: Verify, Split and Translate
// of each provider, on one processor, beside a plain HMAC and json.Unmarshal of the same bytes. It needs no data.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"text/tabwriter"
)

// result is the contract of bench/README.md.
type result struct {
	Providers []row `json:"providers"`
}

// row is what one provider's connector does.
type row struct {
	Provider string  `json:"provider"`
	Kind     string  `json:"kind"`
	Bytes    int     `json:"bytes"`      // of the body
	PerS     float64 `json:"per_s_core"` // by the processor time used, the garbage collector's included; the median of the rounds
	Allocs   float64 `json:"allocs"`
	Plain    float64 `json:"plain_per_s"` // HMAC-SHA256 and json.Unmarshal of the same bytes, in the same rounds
	OfPlain  float64 `json:"of_plain"`    // PerS by Plain
}

func main() {
	rounds := flag.Int("rounds", 3, "rounds of measuring")
	each := flag.Int("n", 20_000, "webhooks a round")
	asJSON := flag.Bool("json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	if err := run(os.Stdout, max(*rounds, 1), max(*each, 1), *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "connectors:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, rounds, each int, asJSON bool) error {
	var r result
	for _, p := range providers() {
		one, err := measure(p, rounds, each)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		r.Providers = append(r.Providers, one)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "provider\tevent\tbytes\tper s and core\tallocations\tplain\tof plain\t")
	for _, p := range r.Providers {
		fmt.Fprintf(w, "%s\t%s\t%d\t%.0f\t%.0f\t%.0f\t%.2f\t\n", p.Provider, p.Kind, p.Bytes, p.PerS, p.Allocs, p.Plain, p.OfPlain)
	}
	return w.Flush()
}
