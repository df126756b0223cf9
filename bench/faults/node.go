package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"remit/bench/service"
)

const (
	startPatience = time.Minute      // until a process is ready
	endPatience   = 40 * time.Second // until a process that was told to has ended
)

// node is one remit process, which is started again and again at the same address.
type node struct {
	bin, config, log string
	addr             string
	cmd              *exec.Cmd
	ended            chan struct{} // closed when the process has ended
}

// start starts the process and waits until it is ready. It gives when it was started, and how long it took.
func (n *node) start(ctx context.Context) (at time.Time, took time.Duration, err error) {
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return at, 0, err
	}
	defer log.Close()
	n.cmd = exec.Command(n.bin, "serve", "--config", n.config)
	n.cmd.Stdout, n.cmd.Stderr = log, log
	at = time.Now()
	if err := n.cmd.Start(); err != nil {
		n.cmd = nil
		return at, 0, err
	}
	cmd, ended := n.cmd, make(chan struct{})
	n.ended = ended
	go func() {
		_ = cmd.Wait() // it ends in many ways here
		close(ended)
	}()
	client := &http.Client{Timeout: 2 * time.Second}
	err = service.Until(ctx, startPatience, func() (bool, error) {
		if !n.running() {
			return true, errEnded
		}
		return service.Ready(client, n.addr)
	})
	if err == nil && !n.running() {
		err = errEnded
	}
	if err != nil {
		err = fmt.Errorf("a process does not get ready: %w\n%s", err, n.lastWords())
	}
	return at, time.Since(at), err
}

var errEnded = errors.New("it has ended by itself")

func (n *node) running() bool {
	if n.cmd == nil {
		return false
	}
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

func (n *node) signal(s os.Signal) {
	if n.running() {
		_ = n.cmd.Process.Signal(s) // it may end at this very moment
	}
}

// kill ends the process as a power cut would.
func (n *node) kill() {
	n.signal(syscall.SIGKILL)
	if n.cmd != nil {
		<-n.ended
	}
}

// terminate tells the process to end and waits until it has. One that does not is killed, and said so.
func (n *node) terminate() error {
	n.signal(syscall.SIGTERM)
	if n.cmd == nil {
		return nil
	}
	select {
	case <-n.ended:
		return nil
	case <-time.After(endPatience):
		n.kill()
		return fmt.Errorf("a process that was told to end did not within %s", endPatience)
	}
}

// lastWords gives the end of the process's log.
func (n *node) lastWords() string {
	b, err := os.ReadFile(n.log)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
