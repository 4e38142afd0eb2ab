package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
)

// kills is at how many moments, evenly over the time that it takes, a program is
// killed.
const kills = 12

// A killing is a program that is killed at a moment and then run again.
type killing struct {
	args  []string
	fresh func(t *testing.T) *bench // a bench as it was before the program ran
	table string                    // gets one row
}

// try kills the program at many moments. Whatever it was doing, the second run
// gives what a run that was never killed gives, and nothing else is left.
func (k killing) try(t *testing.T) {
	t.Helper()
	whole := k.fresh(t)
	began := time.Now()
	want := ended(t, whole.process(k.args...)).want(t, exitDone)
	took := time.Since(began)
	wantState := whole.state(t)

	killed := 0
	for i := range kills {
		after := took * time.Duration(2*i+1) / (2 * kills)
		t.Run(fmt.Sprintf("%d of %d", i+1, kills), func(t *testing.T) {
			b := k.fresh(t)
			cmd := b.process(k.args...)
			if b.killed(t, cmd, after, i%2 == 1) {
				killed++
			}
			again := ended(t, b.process(k.args...)).want(t, exitDone)
			for _, path := range []string{"status", "sha256", "srid"} {
				if got, want := again.document(t).at(path), want.document(t).at(path); got != want {
					t.Errorf("killed after %v, then %s = %v, want %v", after, path, got, want)
				}
			}
			for _, path := range map[string][]string{"walk": {"area.m2", "area.sigma_m2", "plane_m2"}, "orthophoto": {"valid_area_m2", "gsd_m"}}[k.table] {
				if got, want := again.document(t).number(path), want.document(t).number(path); got != want {
					t.Errorf("killed after %v, then %s = %v, want %v", after, path, got, want)
				}
			}
			if got := b.state(t); !slices.Equal(got, wantState) {
				t.Errorf("killed after %v, then\n%s\nwant\n%s", after, strings.Join(got, "\n"), strings.Join(wantState, "\n"))
			}
			if left := b.onTheWay(t); len(left) > 0 {
				t.Errorf("killed after %v, then left on the way in: %v", after, left)
			}
			if left := processes(t, b.root); len(left) > 0 {
				t.Errorf("killed after %v, then still running: %v", after, left)
			}
		})
	}
	t.Logf("a run takes %v; %d of %d were killed before their end", took.Round(time.Millisecond), killed, kills)
	if killed < kills/3 {
		t.Errorf("only %d of %d runs were killed before their end, so this shows little", killed, kills)
	}
}

// killed starts a program, kills its process group after a while (or all its
// descendants, the database too) and reports whether it was still running.
func (b *bench) killed(t *testing.T, cmd *exec.Cmd, after time.Duration, all bool) bool {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	victims := []int{-cmd.Process.Pid}
	if all {
		victims = append(victims, slices.Collect(maps.Keys(processes(t, b.root)))...)
	}
	for _, pid := range victims {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait() // it was killed
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

// processes returns the command lines of the processes that name a folder in it.
func processes(t *testing.T, folder string) map[int]string {
	t.Helper()
	found := map[int]string{}
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lines {
		line, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(line, []byte(folder)) {
			continue // gone meanwhile, or not ours
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			t.Fatal(err)
		}
		found[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
	}
	return found
}

// state says all that must be the same after two runs of one program: figures,
// ground by its hash, how many rows there are, which files, and that the chain
// is whole.
func (b *bench) state(t *testing.T) (state []string) {
	t.Helper()
	say := func(format string, args ...any) { state = append(state, fmt.Sprintf(format, args...)) }
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		for _, table := range broughtIn {
			say("%s: %d rows", table, rows(t, ctx, conn, table)[table])
		}
		for _, query := range []string{
			`SELECT 'claim ' || name || ' ' || version || ' ' || encode(sha256, 'hex') || ' ' || plane_m2 || ' ' || ellipsoidal_m2
			 FROM claim JOIN party ON party.id = party_id ORDER BY 1`,
			`SELECT 'run ' || number || ', piece ' || n || ' ' || encode(sha256(ST_AsEWKB(nominal, 'NDR')), 'hex') || ' ' || nominal_plane_m2
				|| ' ' || coalesce(encode(sha256(ST_AsEWKB(core, 'NDR')), 'hex'), 'no core')
			 FROM contest_piece JOIN contest_run ON contest_run.id = run_id ORDER BY 1`,
			`SELECT 'orthophoto ' || valid_area_m2 || ' ' || encode(display_sha256, 'hex') || ' ' || ST_AsText(footprint) FROM orthophoto ORDER BY 1`,
			`SELECT 'evidence ' || seq || ' ' || kind || ' ' || source FROM evidence ORDER BY seq`,
			`SELECT 'file ' || encode(sha256, 'hex') || ' ' || size_bytes FROM asset ORDER BY 1`,
		} {
			lines, _ := conn.Query(ctx, query) // CollectRows reports its error
			told, err := pgx.CollectRows(lines, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			state = append(state, told...)
		}
		db, err := postgres.Open(ctx, conn.Config().ConnString(), software())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, fault, err := db.Evidence(ctx, theCase); err != nil || fault != nil {
			t.Errorf("chain: %v, %v", fault, err)
		}
	})
	// Each file is what its name says, and each has its row.
	for _, name := range files(t, filepath.Join(b.data, "files")) {
		content, err := os.ReadFile(filepath.Join(b.data, "files", name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		line := fmt.Sprintf("file %s %d", hex.EncodeToString(sum[:]), len(content))
		if filepath.Base(name) != hex.EncodeToString(sum[:]) || !slices.Contains(state, line) {
			t.Errorf("file %s has no row, or other bytes", name)
		}
	}
	return state
}

// theCase is the first case of a fresh database.
var theCase = fmt.Sprintf("JS-%d-0001", time.Now().UTC().Year())

// Killed with an embedded database, which is copied for each moment.
func TestAWalkThatIsKilledComesInOnce(t *testing.T) {
	original := newBench(t)
	walkA := writeWalk(t, filepath.Join(original.root, "walk-a.pos"), rectangle(0, 0, 100, 100)...)
	walkB := writeWalk(t, filepath.Join(original.root, "walk-b.pos"), rectangle(80, 0, 200, 90)...)
	if number := original.openCase(t); number != theCase {
		t.Fatalf("the first case is %s, want %s", number, theCase)
	}
	original.run(t.Context(), "ingest", "walk", walkA, "--case", theCase, "--party", "甲", "--json").want(t, exitDone)
	killing{
		args:  []string{"ingest", "walk", walkB, "--case", theCase, "--party", "乙", "--json"},
		table: "walk",
		fresh: func(t *testing.T) *bench {
			t.Helper()
			b := newBench(t)
			// Under root the files are of two owners.
			if out, err := exec.Command("cp", "-a", original.data, b.data).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			return b
		},
	}.try(t)
}

// Killed with a real server, which goes on.
func TestAnOrthophotoThatIsKilledComesInOnce(t *testing.T) {
	picture := writePicture(t, filepath.Join(t.TempDir(), "flight.tif"), 1000)
	killing{
		args:  []string{"ingest", "ortho", picture, "--case", theCase, "--json"},
		table: "orthophoto",
		fresh: func(t *testing.T) *bench {
			t.Helper()
			b := newServedBench(t)
			b.openCase(t)
			return b
		},
	}.try(t)
}

// A person who presses Ctrl-C is told, and nothing is left.
func TestAnInterruptedProgramLeavesNothing(t *testing.T) {
	pgtest.URL(t)
	b := newServedBench(t)
	b.openCase(t)
	picture := writePicture(t, filepath.Join(b.root, "flight.tif"), 1500)
	interrupted, done := 0, false
	for _, after := range []time.Duration{150, 250, 350, 450, 700, 1100, 1700} {
		cmd := b.process("ingest", "ortho", picture, "--case", theCase, "--json")
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		err := cmd.Wait()
		if done = err == nil; done {
			break // before it was told
		}
		got := outcome{cmd.Args[1:], cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
		if got.status == -1 && stdout.Len() == 0 {
			continue // it had not yet begun to listen
		}
		interrupted++
		if code := got.want(t, exitFault).document(t).text("code"); code != "interrupted" {
			t.Errorf("interrupted after %d ms: code = %q, want interrupted\n%s", after, code, got.stderr)
		}
		if left := append(b.onTheWay(t), files(t, filepath.Join(b.data, "files"))...); len(left) > 0 {
			t.Errorf("interrupted after %d ms: left %v", after, left)
		}
	}
	if interrupted == 0 {
		t.Error("no run was interrupted, so this shows nothing")
	}
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		if got := rows(t, ctx, conn, "orthophoto", "asset"); !done && got["orthophoto"]+got["asset"] > 0 {
			t.Errorf("rows = %v, want none", got)
		}
	})
}

// Two surveyors bring their walks at once: one program runs the database, the
// other joins it.
func TestTwoWalksAtOnce(t *testing.T) {
	for round := range 3 {
		t.Run(strconv.Itoa(round+1), func(t *testing.T) {
			b := newBench(t)
			walks := []string{
				writeWalk(t, filepath.Join(b.root, "walk-a.pos"), rectangle(0, 0, 100, 100)...),
				writeWalk(t, filepath.Join(b.root, "walk-b.pos"), rectangle(80, 0, 200, 90)...),
			}
			b.openCase(t)
			var programs [2]*exec.Cmd
			var out [2]struct{ stdout, stderr bytes.Buffer }
			for i, walk := range walks {
				programs[i] = b.process("ingest", "walk", walk, "--case", theCase, "--party", []string{"甲", "乙"}[i], "--json")
				programs[i].Stdout, programs[i].Stderr = io.Writer(&out[i].stdout), io.Writer(&out[i].stderr)
				if err := programs[i].Start(); err != nil {
					t.Fatal(err)
				}
			}
			for i, program := range programs {
				_ = program.Wait() // the status tells
				got := outcome{program.Args[1:], program.ProcessState.ExitCode(), out[i].stdout.String(), out[i].stderr.String()}
				if status := got.want(t, exitDone).document(t).text("status"); status != "adopted" {
					t.Errorf("status = %q, want adopted", status)
				}
			}
			state := b.state(t)
			for _, want := range []string{"walk: 2 rows", "claim: 2 rows", "party: 2 rows", "contest_run: 2 rows", "evidence: 2 rows", "asset: 2 rows"} {
				if !slices.Contains(state, want) {
					t.Errorf("not %q but\n%s", want, strings.Join(state, "\n"))
				}
			}
			run := b.run(t.Context(), "contest", "--case", theCase, "--json").want(t, exitDone).document(t)
			run.near("nominal.plane_m2", 1800, 0.01)
			if left := b.onTheWay(t); len(left) > 0 {
				t.Errorf("left on the way in: %v", left)
			}
		})
	}
}
