package pgtest

import "syscall"

// quit has PostgreSQL end at once, without leaving anything tidy behind.
const quit = syscall.SIGQUIT

func attributes(as identity) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if as != (identity{}) {
		a.Credential = &syscall.Credential{Uid: as.uid, Gid: as.gid}
	}
	return a
}
