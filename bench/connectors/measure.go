package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"remit/connector"
)

// measure runs the provider's webhook through its connector, and plainly, in turns.
func measure(p provider, rounds, each int) (row, error) {
	c, err := p.connect()
	if err != nil {
		return row{}, err
	}
	r := p.request()
	read := func() error { return events(c, r) }
	plain := func() error { return plainly(r.Body) }
	for _, warm := range []func() error{read, plain} {
		if _, _, err := timed(each/10+1, warm); err != nil {
			return row{}, err
		}
	}
	out := row{Provider: p.name, Kind: p.kind, Bytes: len(p.body)}
	var whole, bare, allocs []float64
	for range rounds {
		perS, n, err := timed(each, read)
		if err != nil {
			return row{}, err
		}
		plainPerS, _, err := timed(each, plain)
		if err != nil {
			return row{}, err
		}
		whole, bare, allocs = append(whole, perS), append(bare, plainPerS), append(allocs, n)
	}
	out.PerS, out.Plain, out.Allocs = median(whole), median(bare), median(allocs)
	out.OfPlain = out.PerS / out.Plain
	return out, nil
}

// events takes one webhook all the way. One that gives no event was not read, and measures nothing.
func events(c connector.Connector, r connector.Request) error {
	if err := c.Verify(r); err != nil {
		return err
	}
	ds, err := c.Split(r)
	if err != nil {
		return err
	}
	n := 0
	for _, d := range ds {
		evs, err := c.Translate(d)
		if err != nil {
			return err
		}
		n += len(evs)
	}
	if n == 0 {
		return errors.New("the webhook gave no event")
	}
	return nil
}

// plainly is the least that anybody who takes webhooks does.
func plainly(body []byte) error {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = m.Write(body)
	if len(m.Sum(nil)) != sha256.Size {
		return errors.New("no sum")
	}
	var v any
	return json.Unmarshal(body, &v)
}

// timed gives how often a second of processor time the work is done, and its allocations.
func timed(n int, work func() error) (perS, allocs float64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu := processorTime()
	for range n {
		if err := work(); err != nil {
			return 0, 0, err
		}
	}
	cpu = processorTime() - cpu
	runtime.ReadMemStats(&after)
	if cpu <= 0 {
		return 0, 0, fmt.Errorf("%d times took no measurable time: use a larger -n", n)
	}
	return float64(n) / cpu.Seconds(), float64(after.Mallocs-before.Mallocs) / float64(n), nil
}

// processorTime is what the process has used so far, all of its threads together.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(x []float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	return sorted[len(sorted)/2]
}
