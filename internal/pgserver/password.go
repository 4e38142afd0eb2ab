package pgserver

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// passwordFile is in the cluster, so that the two are copied, restored and
// thrown away together.
const passwordFile = "password"

// sharePassword gives the superuser's password to the role, in the form that
// the server keeps, which does not depend on the name.
const sharePassword = `DO $$ BEGIN
	EXECUTE format('ALTER ROLE ` + role + ` PASSWORD %L',
		(SELECT rolpassword FROM pg_authid WHERE rolname = '` + superuser + `'));
END $$`

func newPassword() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (h home) passwordPath() string { return filepath.Join(h.cluster(), passwordFile) }

// password returns the cluster's password, or "" if it has none yet.
func (h home) password() (string, error) {
	text, err := os.ReadFile(h.passwordPath())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", h.closed(err)
	}
	return strings.TrimSpace(string(text)), nil
}

// adopt gives a new password to a cluster that has no file with one. The server
// asks nobody for a password during that, and is stopped before the file is
// written; killed at any moment, this is done again at the next start.
func (h home) adopt(ctx context.Context, b Binaries, socketDir string, o Options) (string, error) {
	if err := h.configure(socketDir, byTrust, o.Volatile); err != nil {
		return "", err
	}
	at := address{socketDir: socketDir, password: newPassword()}
	p, err := launch(ctx, h, b, at, o.Log)
	if err != nil {
		return "", err
	}
	err = within(ctx, at.url(superuser, "postgres"), func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `ALTER ROLE `+superuser+` PASSWORD '`+verifier(at.password)+`'`)
		return err
	})
	if err = errors.Join(err, p.stop()); err != nil {
		return "", h.noServer(err.Error(), err.Error(), errors.Join(ErrNoServer, err))
	}
	if err := h.replace(h.passwordPath(), at.password+"\n"); err != nil {
		return "", h.closed(err)
	}
	return at.password, nil
}

// verifier returns what the server keeps of a password (RFC 5803), so that no
// statement, and no log of one, has the password itself.
func verifier(password string) string {
	const rounds = 4096
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	salted, err := pbkdf2.Key(sha256.New, password, salt[:], rounds, sha256.Size)
	if err != nil {
		panic(err) // only for lengths that FIPS 140 forbids
	}
	keyed := func(text string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(keyed("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", rounds, b64(salt[:]), b64(stored[:]), b64(keyed("Server Key")))
}

// wrongPassword explains that somebody changed the password, or the file.
func (h home) wrongPassword(err error) error {
	return h.noServer(
		fmt.Sprintf("it refuses the password in %s; remove that file, and the next start makes a new one", h.passwordPath()),
		fmt.Sprintf("它拒绝 %s 中的密码；请删除该文件，下次启动时将重新生成", h.passwordPath()),
		errors.Join(ErrNoServer, err))
}
