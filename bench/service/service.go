// Package service builds and starts real remit processes, for the programs that measure them.
package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Missing is an error of a program that lacks something on this machine; such a program exits 2.
type Missing string

// Error says what is missing.
func (m Missing) Error() string { return string(m) }

// ExitCode gives what a program that failed with err exits with: 2 where something it needs is missing, else 1.
func ExitCode(err error) int {
	if _, ok := errors.AsType[Missing](err); ok {
		return 2
	}
	return 1
}

// Build makes the stripped, static binary of remit in dir and gives its path. Without a Go toolchain the error is Missing.
func Build(ctx context.Context, dir string) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", Missing("remit is built for this, and there is no go on the PATH")
	}
	bin := filepath.Join(dir, "remit")
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "nomsgpack", "-trimpath", "-ldflags", "-s -w", "-o", bin, "remit/cmd/remit")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return bin, cmd.Run()
}

// FreeAddrs gives two addresses that nobody listened on a moment ago.
func FreeAddrs() (a, b string, err error) {
	var addrs [2]string
	for i := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close()
		addrs[i] = l.Addr().String()
	}
	return addrs[0], addrs[1], nil
}

// Until calls ready every few milliseconds until it says yes. After limit the error is the last that ready gave.
func Until(ctx context.Context, limit time.Duration, ready func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		ok, err := ready()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("not within %s", limit), err)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Ready reports whether the service at the address says that it is.
func Ready(client *http.Client, addr string) (bool, error) {
	resp, err := client.Get("http://" + addr + "/readyz")
	if err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusOK, resp.Body.Close()
}
