//go:build unix

package main

import (
	"os"
	"syscall"
	"testing"
	"time"
)

func TestAHangupHasTheFileLookedAtAgain(t *testing.T) {
	told := make(chan struct{}, 1)
	stop := onHangup(func() { told <- struct{}{} })
	defer stop()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-told:
	case <-time.After(time.Minute):
		t.Error("nobody was told")
	}
}
