package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/ingest/raster"
	"jieshi/mediation"
)

// uploadsOf lists the uploads of a bench, as status and bytes that have come.
func (b *bench) uploadsOf(t *testing.T) (list []string) {
	t.Helper()
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		rows, _ := conn.Query(ctx, "SELECT status || ' ' || filename || ' ' || (size_bytes = offset_bytes) FROM upload ORDER BY created_at")
		var err error
		if list, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			t.Fatal(err)
		}
	})
	return list
}

// Quotas and the guard of the disk hold for the command line as for the web.
func TestTheCommandLineComesInByTheWayOfTheWeb(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	walk := writeWalk(t, filepath.Join(b.root, "踏界.pos"), rectangle(0, 0, 100, 100)...)
	info, err := os.Stat(walk)
	if err != nil {
		t.Fatal(err)
	}
	environ := b.environ
	args := []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--json"}
	for _, tc := range []struct{ setting, code, says string }{
		{fmt.Sprintf("JIESHI_USER_QUOTA_BYTES=%d", info.Size()-1), "quota_person", "user_quota_bytes"},
		{fmt.Sprintf("JIESHI_QUOTA_BYTES=%d", info.Size()-1), "quota_deployment", "quota_bytes"},
		{fmt.Sprintf("JIESHI_MIN_FREE_BYTES=%d", int64(1)<<60), "disk_full", "磁盘"},
	} {
		b.environ = slices.Concat(environ, []string{tc.setting})
		d := b.run(t.Context(), args...).want(t, exitRefused).document(t)
		if said := d.text("remedy.zh") + d.text("remedy.en"); d.text("code") != tc.code || !strings.Contains(said, tc.says) {
			t.Errorf("with %s: %v", tc.setting, d.v)
		}
	}
	if left := append(b.onTheWay(t), files(t, filepath.Join(b.data, "files"))...); len(left) > 0 {
		t.Errorf("refused, they leave %v", left)
	}
	b.environ = slices.Concat(environ, []string{fmt.Sprintf("JIESHI_USER_QUOTA_BYTES=%d", info.Size())})
	b.run(t.Context(), args...).want(t, exitDone)
	if got := fmt.Sprint(b.uploadsOf(t)); got != "[taken 踏界.pos true]" {
		t.Errorf("uploads = %s", got)
	}
	if left := b.onTheWay(t); len(left) > 0 {
		t.Errorf("left on the way in: %v", left)
	}
	b.run(t.Context(), "ingest", "walk", b.root, "--case", number, "--party", "甲").want(t, exitUsage)
}

// A program that is killed while it brings a file is gone on with by the next one.
func TestAFileOfTheCommandLineGoesOnWhereItWasKilled(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	// No picture, and long: it is refused once all of it has come.
	long := filepath.Join(b.root, "flight.tif")
	writeNoise(t, long, 96<<20)
	const third = 32 << 20
	goOn := b.holdUploads(t, third)
	args := []string{"ingest", "ortho", long, "--case", number, "--json"}
	cmd := b.process(args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	goOn(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait() // it was killed
	})
	if before := fmt.Sprint(b.uploadsOf(t)); before != "[receiving flight.tif false]" {
		t.Fatalf("killed in the middle, uploads = %s", before)
	}
	if come := b.bytesOnTheWay(t); come < third {
		t.Fatalf("killed in the middle, %d bytes had come, want %d or more", come, third)
	}
	if code := b.run(t.Context(), args...).want(t, exitRefused).document(t).text("code"); code == "" {
		t.Error("a refusal without a code")
	}
	if after := fmt.Sprint(b.uploadsOf(t)); after != "[taken flight.tif true]" {
		t.Errorf("uploads = %s, want the one that was begun, gone on with", after)
	}
	if left := append(b.onTheWay(t), files(t, filepath.Join(b.data, "files"))...); len(left) > 0 {
		t.Errorf("a refused file leaves %v", left)
	}
}

// holdUploads makes the database hold whoever commits that an upload has come as
// far as from bytes, and not to its end. What it returns waits until somebody is
// held, has something done to him, and lets all go on.
func (b *bench) holdUploads(t *testing.T, from int64) (goOn func(do func())) {
	t.Helper()
	const key = 20_261_130 // of an advisory lock that nobody else takes
	conn, err := pgx.Connect(t.Context(), b.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	run := func(sql string) {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	run(fmt.Sprintf(`CREATE FUNCTION hold_upload() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN PERFORM pg_advisory_xact_lock(%d); RETURN NEW; END $$`, key))
	run(fmt.Sprintf(`CREATE TRIGGER held BEFORE UPDATE ON upload FOR EACH ROW
		WHEN (NEW.offset_bytes >= %d AND NEW.offset_bytes < NEW.size_bytes) EXECUTE FUNCTION hold_upload()`, from))
	run(fmt.Sprintf("SELECT pg_advisory_lock(%d)", key))
	return func(do func()) {
		t.Helper()
		held := false
		for until := time.Now().Add(60 * time.Second); !held; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("nobody came to bring the file")
			}
			err := conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted)", key).Scan(&held)
			if err != nil {
				t.Fatal(err)
			}
		}
		do()
		run(fmt.Sprintf("SELECT pg_advisory_unlock(%d)", key))
	}
}

// bytesOnTheWay counts the bytes of uploads that are not complete.
func (b *bench) bytesOnTheWay(t *testing.T) (n int64) {
	t.Helper()
	dir := filepath.Join(b.data, "files", "uploads")
	for _, name := range files(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
			n += info.Size()
		}
	}
	return n
}

// writeNoise writes bytes that are nothing.
func writeNoise(t *testing.T, path string, size int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{7}), size)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTheBarOfAJobNamesItsStageInBothLanguages(t *testing.T) {
	var shown bytes.Buffer
	(&progress{w: &shown}).job(mediation.Job{Stage: string(raster.StageMeasure), Progress: 50})
	if want := "\r  [████████████············]  50 %  量测影像 measuring COG"; shown.String() != want {
		t.Errorf("the bar is %q, want %q", shown.String(), want)
	}
}

// On a terminal a person watches a bar and reads words; a program gets JSON and no bar.
func TestATerminalGetsABarAndAPipeGetsJSON(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil {
		t.Skip("without script(1) there is no terminal to be had")
	}
	b := newServedBench(t)
	number := b.openCase(t)
	picture := writePicture(t, filepath.Join(b.root, "flight.tif"), 2500)
	cmd := b.process("ingest", "ortho", picture, "--case", number)
	quoted := make([]string, 0, len(cmd.Args))
	for _, a := range cmd.Args {
		quoted = append(quoted, "'"+a+"'")
	}
	terminal := exec.Command(script, "--quiet", "--return", "--command", strings.Join(quoted, " "), "/dev/null")
	terminal.Env, terminal.SysProcAttr = cmd.Env, &syscall.SysProcAttr{Setsid: true}
	shown, err := terminal.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, shown)
	}
	// Which stages of the job are seen hangs on how quick the machine is; that
	// the file is read and sent is told by the program itself.
	for _, want := range []string{"█", "%", "hashing", "receiving", "正射影像"} {
		if !bytes.Contains(shown, []byte(want)) {
			t.Errorf("on a terminal there is no %q in %q", want, shown)
		}
	}
	if json.Valid(bytes.TrimSpace(shown)) {
		t.Errorf("a terminal gets JSON: %s", shown)
	}
	piped := b.process("ingest", "ortho", picture, "--case", number)
	var stdout, stderr bytes.Buffer
	piped.Stdout, piped.Stderr = &stdout, &stderr
	if err := piped.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if !json.Valid(stdout.Bytes()) || strings.Contains(stdout.String()+stderr.String(), "█") {
		t.Errorf("a pipe gets %q and %q", stdout.String(), stderr.String())
	}
}
