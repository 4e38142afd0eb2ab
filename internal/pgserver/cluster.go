package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// superuser owns the cluster and the extension; the program is [role].
const (
	superuser = "postgres"
	role      = "jieshi"
	database  = "jieshi"
)

// unfinished is where initdb works. Whatever is found there is half-made.
func (h home) unfinished() string { return filepath.Join(h.dir, "cluster.new") }

// major returns the version of PostgreSQL that made the cluster, 0 if there is
// no cluster yet.
func (h home) major() (int, error) {
	text, err := os.ReadFile(filepath.Join(h.cluster(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(h.cluster()); err == nil {
			return 0, h.noServer(h.cluster()+" is there, but is no database (PG_VERSION is missing); bring it back from a backup, or move it away to begin with an empty database",
				h.cluster()+" 存在，但不是数据库(缺少 PG_VERSION)；请从备份恢复，或将其移走以便从空数据库开始", ErrNoServer)
		}
		return 0, nil
	}
	if err != nil {
		return 0, h.closed(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, h.noServer("PG_VERSION is damaged: "+err.Error(), "PG_VERSION 已损坏："+err.Error(), ErrNoServer)
	}
	return n, nil
}

// initdb makes the cluster. Killed at any moment, it leaves either no cluster
// or a whole one.
func (h home) initdb(ctx context.Context, b Binaries, volatile bool) error {
	if err := os.RemoveAll(h.unfinished()); err != nil {
		return h.closed(err)
	}
	// initdb wants its directory empty, so the file is beside it until then.
	secret := h.unfinished() + ".password"
	if err := h.replace(secret, newPassword()+"\n"); err != nil {
		return h.closed(err)
	}
	defer os.Remove(secret) //nolint:errcheck // it has been moved if all went well
	args := []string{
		"--pgdata=" + h.unfinished(), "--username=" + superuser, "--auth=" + byPassword, "--pwfile=" + secret,
		"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
	}
	if volatile {
		args = append(args, "--no-sync")
	}
	cmd := h.account.command(h.dir, filepath.Join(b.Dir, "initdb"), args...)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	out, err := runBound(ctx, cmd)
	if err != nil {
		return h.noServer("initdb: "+lastLines(out, 3), "initdb:"+lastLines(out, 3), errors.Join(ErrNoServer, err))
	}
	if err := os.Rename(secret, filepath.Join(h.unfinished(), passwordFile)); err != nil {
		return h.closed(err)
	}
	if err := os.Rename(h.unfinished(), h.cluster()); err != nil {
		return h.closed(err)
	}
	if volatile {
		return nil
	}
	return syncDir(h.dir)
}

// runBound runs cmd to its end on a thread that lives as long, since the death
// signal tells of the end of a thread, not of a program (prctl(2)).
func runBound(ctx context.Context, cmd *exec.Cmd) (out string, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var text strings.Builder
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	err = cmd.Wait()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return text.String(), err
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// prepare makes the role, the database and the extension, as far as they are
// missing. Each step leaves all or nothing, so a start that was killed is
// taken up where it ended.
func prepare(ctx context.Context, at address) error {
	return errors.Join(
		within(ctx, at.url(superuser, "postgres"), func(conn *pgx.Conn) error {
			if err := unless(ctx, conn, `SELECT FROM pg_roles WHERE rolname = $1`, role,
				`CREATE ROLE `+role+` LOGIN CREATEROLE CREATEDB`); err != nil {
				return err
			}
			if err := unless(ctx, conn, `SELECT FROM pg_authid r JOIN pg_authid s USING (rolpassword)
				WHERE r.rolname = $1 AND s.rolname = '`+superuser+`'`, role, sharePassword); err != nil {
				return err
			}
			return unless(ctx, conn, `SELECT FROM pg_database WHERE datname = $1`, database,
				`CREATE DATABASE `+database+` OWNER `+role)
		}),
		within(ctx, at.url(superuser, database), func(conn *pgx.Conn) error {
			if _, err := conn.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public`); err != nil {
				return err
			}
			// A newer library came with a system update.
			err := unless(ctx, conn, `SELECT FROM pg_available_extensions
				WHERE name = $1 AND installed_version = default_version`, "postgis",
				`ALTER EXTENSION postgis UPDATE`)
			if err != nil {
				return err
			}
			_, err = conn.Exec(ctx, `GRANT INSERT ON spatial_ref_sys TO `+role)
			return err
		}),
	)
}

// unless runs the statement if the query finds no row.
func unless(ctx context.Context, conn *pgx.Conn, query, arg, statement string) error {
	tag, err := conn.Exec(ctx, query, arg)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return err
}

// within runs work on a connection of its own.
func within(ctx context.Context, url string, work func(*pgx.Conn) error) (err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	return work(conn)
}

// noServer explains a start that failed, with the place of the log.
func (h home) noServer(en, zh string, err error) error {
	return &Trouble{
		Code: "pg_start",
		EN:   fmt.Sprintf("The database in %s did not start: %s. PostgreSQL's log is in %s.", h.dir, strings.TrimRight(en, "."), h.logs()),
		ZH:   fmt.Sprintf("%s 中的数据库未能启动：%s。PostgreSQL 日志在 %s。", h.dir, strings.TrimRight(zh, "。."), h.logs()),
		Err:  err,
	}
}

// lastLines returns the end of a program's output on one line.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], " ")
}
