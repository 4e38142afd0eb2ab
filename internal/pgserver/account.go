package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// An account is the user that the server runs as.
type account struct {
	uid, gid uint32
	drop     bool // we are root, and must become this user for the server
}

// accountFor returns the account for a home. An ordinary user runs everything
// as itself. Root runs the server as the owner of the cluster, or of the data
// directory, so that one data directory serves its user with and without sudo.
func accountFor(home, data string) (account, error) {
	me := account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	if me.uid != 0 {
		return me, nil
	}
	for _, path := range []string{filepath.Join(home, "cluster"), home, data} {
		uid, gid, ok := ownerOf(path)
		if !ok || uid == 0 {
			continue
		}
		// initdb asks for the name of its user and fails where there is none.
		if _, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
			return account{uid, gid, true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if a, ok := lookup(name); ok {
			return a, nil
		}
	}
	return account{}, rights(home,
		"PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody to run it as. Create one (useradd --system postgres), or start this program as an ordinary user.",
		"PostgreSQL 不能以 root 身份运行，而系统中既无 postgres 用户也无 nobody 用户。请创建(useradd --system postgres)，或以普通用户启动本程序。",
		ErrNoServer)
}

func lookup(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil || uid == 0 {
		return account{}, false
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return account{uint32(uid), uint32(gid), true}, err == nil
}

func ownerOf(path string) (uid, gid uint32, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return st.Uid, st.Gid, true
}

// own gives path to the account.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, int(a.uid), int(a.gid))
}

// command returns a command that runs as the account in directory dir, in a
// session of its own, so that Ctrl-C in a terminal reaches only us: the server
// must outlive our last query.
func (a account) command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	// PGDATA, PGPORT and LC_ALL of the caller are not meant for this server.
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "PGTZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}

// enters reports whether the account can stand in dir. It tries, since modes
// alone do not tell (ACLs, security modules): the child changes directory after
// it has changed user.
func (a account) enters(dir string) (bool, error) {
	if !a.drop {
		return true, nil
	}
	err := a.command(dir, "/bin/true").Run()
	if errors.Is(err, os.ErrPermission) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("pgserver: become user %d in %s: %w", a.uid, dir, err)
	}
	return true, nil
}
