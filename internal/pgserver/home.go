package pgserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// elsewhere holds the homes of data directories that the server's user cannot
// reach.
const elsewhere = "/var/lib/jieshi-postgres"

// A home is the directory of the server's files.
type home struct {
	data    string // the data directory, absolute
	dir     string // without symbolic links; owned by account
	account account
}

func (h home) cluster() string { return filepath.Join(h.dir, "cluster") }
func (h home) logs() string    { return filepath.Join(h.dir, "log") }

// settle finds the home of a data directory, or makes it. Programs that start
// at the same moment settle one after the other, under a lock on the data
// directory itself.
func settle(ctx context.Context, data string) (home, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return home{}, fmt.Errorf("pgserver: data directory: %w", err)
	}
	// Passable but not listable under root, so that the server's user gets
	// through to its own part and sees nothing else.
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(data, mode); err != nil {
		return home{}, rights(data, err.Error(), err.Error(), err)
	}
	dir, err := os.Open(data)
	if err != nil {
		return home{}, rights(data, err.Error(), err.Error(), err)
	}
	l := &lock{dir}
	defer l.Close() //nolint:errcheck // opened for its lock only
	if err := waitLock(ctx, l); err != nil {
		return home{}, err
	}

	h, err := find(data)
	if errors.Is(err, fs.ErrNotExist) {
		h, err = found(data)
	}
	if err != nil {
		return home{}, err
	}
	return h, h.furnish()
}

func waitLock(ctx context.Context, l *lock) error {
	for {
		got, err := l.try(unix.LOCK_EX)
		if got || err != nil {
			return err
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("pgserver: lock on %s: %w", l.f.Name(), err)
		}
	}
}

// find returns the home that exists, or fs.ErrNotExist.
func find(data string) (home, error) {
	link := filepath.Join(data, "postgres")
	info, err := os.Lstat(link)
	if err != nil {
		return home{}, err
	}
	dir, err := filepath.EvalSymlinks(link)
	if err != nil {
		target, _ := os.Readlink(link) // only for the sentence
		return home{}, rights(link,
			fmt.Sprintf("it points to %s, which is gone or closed. Bring that directory back, or remove the link to begin with an empty database.", target),
			fmt.Sprintf("它指向的 %s 已不存在或无法访问。请恢复该目录；如要从空数据库开始，请删除此链接。", target),
			errors.Join(ErrNoServer, err))
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if err := claim(dir, data); err != nil {
			return home{}, err
		}
	}
	a, err := accountFor(dir, data)
	if err != nil {
		return home{}, err
	}
	h := home{data: data, dir: dir, account: a}
	if err := h.repossess(); err != nil {
		return home{}, err
	}
	in, err := a.enters(dir)
	if err != nil || in {
		return h, err
	}
	if _, err := os.Stat(h.cluster()); errors.Is(err, fs.ErrNotExist) {
		// An earlier start was ended before it got further.
		if err := os.RemoveAll(dir); err != nil {
			return home{}, rights(dir, err.Error(), err.Error(), err)
		}
		return home{}, fs.ErrNotExist
	}
	return home{}, rights(dir,
		fmt.Sprintf("user %d, as whom the database runs, cannot reach it. Open the directories above it to that user (chmod o+x), or move the data directory, for example to /var/lib.", a.uid),
		fmt.Sprintf("运行数据库的用户(uid %d)无法进入该目录。请放开其上级目录的通行权限(chmod o+x)，或将数据目录移到 /var/lib 等位置。", a.uid),
		ErrNoServer)
}

// found makes a new home: in the data directory, or elsewhere if the server's
// user cannot reach that.
func found(data string) (home, error) {
	dir := filepath.Join(data, "postgres")
	a, err := accountFor(dir, data)
	if err != nil {
		return home{}, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return home{}, rights(dir, err.Error(), err.Error(), err)
	}
	if err := a.own(dir); err != nil {
		return home{}, rights(dir, err.Error(), err.Error(), err)
	}
	in, err := a.enters(dir)
	if err != nil {
		return home{}, err
	}
	if in {
		dir, err = filepath.EvalSymlinks(dir)
		return home{data: data, dir: dir, account: a}, err
	}
	if err := os.Remove(dir); err != nil {
		return home{}, rights(dir, err.Error(), err.Error(), err)
	}
	return foundElsewhere(data, a)
}

// foundElsewhere makes a home outside the data directory. Its name is never
// used twice, so that a data directory which was deleted and made again does
// not meet its old database.
func foundElsewhere(data string, a account) (home, error) {
	fail := func(err error) (home, error) {
		return home{}, rights(elsewhere, err.Error(), err.Error(), errors.Join(ErrNoServer, err))
	}
	if err := os.MkdirAll(elsewhere, 0o711); err != nil {
		return fail(err)
	}
	dir, err := os.MkdirTemp(elsewhere, filepath.Base(data)+"-")
	if err != nil {
		return fail(err)
	}
	if err := a.own(dir); err != nil {
		return fail(err)
	}
	if in, err := a.enters(dir); err != nil || !in {
		return fail(fmt.Errorf("user %d cannot enter %s: %w", a.uid, dir, errors.Join(err, fs.ErrPermission)))
	}
	if err := claim(dir, data); err != nil {
		return fail(err)
	}
	if err := os.Symlink(dir, filepath.Join(data, "postgres")); err != nil {
		return fail(err)
	}
	return home{data: data, dir: dir, account: a}, nil
}

// A deed says whose home a directory outside the data directory is.
type deed struct {
	Data  string `json:"data"`
	Inode uint64 `json:"inode"`
}

// claim notes that the home dir belongs to data. It refuses if data is a copy
// and the original is still there: the link came along with the copy, the
// database did not.
func claim(dir, data string) error {
	path := filepath.Join(dir, "belongs-to.json")
	var d deed
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &d) == nil {
		if d.Data != data && inode(d.Data) == d.Inode {
			return &Trouble{
				Code: "pg_copy",
				EN:   fmt.Sprintf("%[1]s is a copy of %[2]s, and its database in %[3]s belongs to the original. Copy that directory too and let %[1]s/postgres point to the copy, or remove that link to begin with an empty database.", data, d.Data, dir),
				ZH:   fmt.Sprintf("%[1]s 是 %[2]s 的副本，其数据库 %[3]s 属于原目录。请一并复制该目录，并让 %[1]s/postgres 指向副本；如要从空数据库开始，请删除此链接。", data, d.Data, dir),
				Err:  ErrNoServer,
			}
		}
	}
	now := deed{Data: data, Inode: inode(data)}
	if now == d {
		return nil
	}
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return rights(dir, err.Error(), err.Error(), err)
	}
	return nil
}

// inode returns 0 if there is nothing at path.
func inode(path string) uint64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return st.Ino
}

// repossess makes sure that the account owns its cluster. After a copy or a
// restore by root all belongs to root, and PostgreSQL insists on its own user.
func (h home) repossess() error {
	uid, _, ok := ownerOf(h.cluster())
	if !ok || uid == h.account.uid {
		return nil
	}
	if !h.account.drop {
		return rights(h.dir,
			fmt.Sprintf("they belong to user %d. Run this program as that user or as root, or give them to yours: sudo chown -R %d %s", uid, h.account.uid, h.dir),
			fmt.Sprintf("它们属于用户(uid %d)。请以该用户或 root 身份运行，或改变其归属：sudo chown -R %d %s", uid, h.account.uid, h.dir),
			errors.Join(ErrNoServer, fs.ErrPermission))
	}
	err := filepath.WalkDir(h.dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, h.account.own(path))
	})
	if err != nil {
		return rights(h.dir, err.Error(), err.Error(), err)
	}
	return nil
}

// furnish closes the home to others and makes what it needs besides the cluster.
func (h home) furnish() error {
	for _, dir := range []string{h.dir, h.logs(), filepath.Join(h.dir, "run")} {
		err := os.Mkdir(dir, 0o700)
		if err == nil || errors.Is(err, fs.ErrExist) {
			err = errors.Join(h.account.own(dir), os.Chmod(dir, 0o700))
		}
		if err != nil {
			return h.closed(err)
		}
	}
	return nil
}

// lock opens one of the two lock files of the home.
func (h home) lock(name string) (*lock, error) {
	path := filepath.Join(h.dir, name)
	l, err := openLock(path)
	if err != nil {
		return nil, h.closed(err)
	}
	if err := h.account.own(path); err != nil {
		return nil, errors.Join(h.closed(err), l.Close())
	}
	return l, nil
}

func (h home) closed(err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return rights(h.dir, err.Error(), err.Error(), err)
	}
	uid, _, _ := ownerOf(h.dir)
	return rights(h.dir,
		fmt.Sprintf("they belong to user %d. Run this program as that user or as root. (%v)", uid, err),
		fmt.Sprintf("它们属于用户(uid %d)。请以该用户或 root 身份运行。(%v)", uid, err),
		errors.Join(ErrNoServer, err))
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
