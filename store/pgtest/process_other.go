//go:build !linux

package pgtest

import (
	"os"
	"syscall"
)

// quit ends PostgreSQL.
var quit = os.Interrupt

// attributes runs the server as ourselves: being root is a habit of containers, and those are Linux.
func attributes(identity) *syscall.SysProcAttr { return nil }
