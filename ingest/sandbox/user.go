package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The users that children of root become, one each while it lives. Debian
// reserves them (65000 to 65533) and systemd leaves them alone (its own end at
// 65519). They need no entry in /etc/passwd and own nothing but the private
// folder of their child.
const (
	firstUser = 65520
	lastUser  = 65533
)

// userLocks is where the programs of one machine tell each other which of the
// users are taken. A machine that has no such folder has, one may hope, one
// program: a container.
const userLocks = "/run/jieshi"

// pool is the users that no child of this process has.
var pool = struct {
	sync.Mutex
	taken map[uint32]bool
}{taken: map[uint32]bool{}}

// lease finds a user that no other child has, on this machine, until it is given
// back. It waits for one if all are taken.
func lease(ctx context.Context) (uid uint32, giveBack func(), err error) {
	for {
		if uid, giveBack = leaseNow(userLocks); uid != 0 {
			return uid, giveBack, nil
		}
		select {
		case <-ctx.Done():
			return 0, nil, fmt.Errorf("sandbox: no user is free: %w", context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// leaseNow returns 0 if all are taken.
func leaseNow(locks string) (uid uint32, giveBack func()) {
	pool.Lock()
	defer pool.Unlock()
	for uid := uint32(firstUser); uid <= lastUser; uid++ {
		if pool.taken[uid] {
			continue
		}
		lock, err := lockUser(locks, uid)
		if errors.Is(err, unix.EWOULDBLOCK) {
			continue
		}
		pool.taken[uid] = true
		return uid, func() {
			pool.Lock()
			defer pool.Unlock()
			delete(pool.taken, uid)
			if lock != nil {
				_ = lock.Close() // with it goes the lock
			}
		}
	}
	return 0, nil
}

// lockUser holds uid against other programs of this machine as long as the file is open.
func lockUser(locks string, uid uint32) (*os.File, error) {
	if err := os.MkdirAll(locks, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(locks, "uid-"+strconv.FormatUint(uint64(uid), 10)), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
