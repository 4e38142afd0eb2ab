package pgserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// socketName is what PostgreSQL calls the socket of port 5432.
const socketName = ".s.PGSQL.5432"

// socketRoom is the longest path of a socket: sun_path has 108 bytes, the last
// one a NUL (unix(7)).
const socketRoom = 107

// socketDir returns the directory for the socket, which only the account may
// enter. The same home gets the same directory every time, so that a URL stays
// true over a restart.
func (h home) socketDir() (string, error) {
	dir := filepath.Join(h.dir, "run")
	if len(dir)+1+len(socketName) <= socketRoom && !strings.ContainsFunc(dir, odd) {
		return dir, nil
	}
	sum := sha256.Sum256([]byte(h.dir))
	name := fmt.Sprintf("jieshi-%d-%s", h.account.uid, hex.EncodeToString(sum[:8]))
	base := "/tmp"
	if run := os.Getenv("XDG_RUNTIME_DIR"); !h.account.drop && run != "" &&
		len(run)+len(name)+len(socketName)+2 <= socketRoom {
		if err := h.private(filepath.Join(run, name)); err == nil {
			return filepath.Join(run, name), nil
		}
	}
	dir = filepath.Join(base, name)
	err := h.private(dir)
	if err == nil {
		return dir, nil
	}
	if !errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("pgserver: directory for the socket: %w", err)
	}
	// Someone else took the name, by accident or to listen in.
	dir, err = os.MkdirTemp(base, name+"-")
	if err != nil {
		return "", fmt.Errorf("pgserver: directory for the socket: %w", err)
	}
	return dir, h.account.own(dir)
}

// odd reports whether r has a meaning of its own to one of those who read the
// path: a comma parts hosts in libpq and pgx, quotes and backslashes are for
// postgresql.conf, blanks and the rest for people's shells.
func odd(r rune) bool {
	return r < 0x80 && !strings.ContainsRune("/._-", r) &&
		(r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// private makes dir for the account alone, or finds that it is so already;
// otherwise the error is fs.ErrPermission.
func (h home) private(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return h.account.own(dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	uid, _, _ := ownerOf(dir)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || uid != h.account.uid {
		return fmt.Errorf("%s is not ours: %w", dir, fs.ErrPermission)
	}
	return nil
}

// An address is where the server listens, and what it asks for there.
type address struct{ socketDir, password string }

// url returns the connection string of a role for a database.
func (a address) url(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, a.password), Path: "/" + database}
	u.RawQuery = url.Values{
		"host": {a.socketDir}, "port": {"5432"}, "sslmode": {"disable"},
	}.Encode()
	return u.String()
}
