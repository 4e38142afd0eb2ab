package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"jieshi/ingest"
	"jieshi/internal/blob"
	"jieshi/internal/intake"
	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// dying names the folder of a program that dies between the naming of a file and
// the commit of its row: the test binary itself.
const dying = "JIESHI_TEST_DYING"

func TestMain(m *testing.M) {
	switch dir := os.Getenv(dying); {
	case dir == "":
	case os.Getenv("JOB") != "":
		dieWorking(dir)
	case os.Getenv("DRAW") != "":
		dieDrawing(dir)
	default:
		die(dir)
	}
	os.Exit(pgtest.Run(m))
}

// A desk is an intake with a database and a folder of its own, and one case.
type desk struct {
	*intake.Intake
	db     *postgres.DB
	url    string
	dir    string
	number string
}

func newDesk(t *testing.T) (d desk, ctx context.Context) {
	t.Helper()
	d.url, d.dir = pgtest.Schema(t), t.TempDir()
	ctx = mediation.WithActor(t.Context(), mediation.Actor{Name: "测绘员 surveyor"})
	if _, err := postgres.Migrate(ctx, d.url); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.db, d.Intake, err = open(ctx, d.url, d.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.db.Close)
	d.number, err = d.db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Land, Title: "榄冲岭"}, "")
	if err != nil {
		t.Fatal(err)
	}
	return d, ctx
}

func open(ctx context.Context, url, dir string) (*postgres.DB, *intake.Intake, error) {
	db, err := postgres.Open(ctx, url, "jieshi test")
	if err != nil {
		return nil, nil, err
	}
	store, err := blob.Open(dir)
	return db, &intake.Intake{Store: db, Files: store, Log: slog.New(slog.DiscardHandler)}, err
}

func jsonLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// square is a drawn square of about 100 m; each n has its own ground.
func square(n int) string {
	west := 109.3 + float64(n)*0.002
	east := west + 0.001
	return fmt.Sprintf(`{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[%[1]f,24.25],[%[2]f,24.25],[%[2]f,24.251],[%[1]f,24.251],[%[1]f,24.25]]]}}`, west, east)
}

func (d desk) request(party string) intake.WalkRequest {
	return intake.WalkRequest{Case: d.number, Party: party, Filename: "line.geojson"}
}

// stored lists the files of the desk, those on their way in too.
func (d desk) stored(t *testing.T) (list []string) {
	t.Helper()
	for _, pattern := range []string{"[0-9a-f][0-9a-f]/*", "incoming/*"} {
		found, err := filepath.Glob(filepath.Join(d.dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	return list
}

// count counts the rows of a table.
func (d desk) count(t *testing.T, ctx context.Context, table string) (n int) { //nolint:revive // t first, as in testing
	t.Helper()
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+pgx.Identifier{table}.Sanitize()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// breaking is the real store, with an end of its own to the transaction that
// orders the work on a file, after the file has its name.
type breaking struct {
	*postgres.DB
	end func() error
}

func (b breaking) OrderJob(ctx context.Context, o mediation.Order, quota mediation.Quota, keep func() error) (uuid.UUID, bool, error) {
	return b.DB.OrderJob(ctx, o, quota, func() error { return errors.Join(keep(), b.end()) })
}

// die brings a walk in and is killed when the file has its name and the order is
// not committed.
func die(dir string) {
	ctx := mediation.WithActor(context.Background(), mediation.Actor{Name: "测绘员 surveyor"})
	db, in, err := open(ctx, os.Getenv("DATABASE_URL"), dir)
	if err == nil {
		in.Store = breaking{db, func() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }}
		_, err = in.Walk(ctx, os.Stdin, intake.WalkRequest{Case: os.Getenv("CASE"), Party: "甲", Filename: "line.geojson"})
	}
	fmt.Fprintln(os.Stderr, "still alive:", err)
	os.Exit(1)
}

// The worst moment: the file has its place, its row never comes.
func TestAFileWhoseProgramDiedBeforeTheCommitIsSwept(t *testing.T) {
	d, ctx := newDesk(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dying+"="+d.dir, "DATABASE_URL="+d.url, "CASE="+d.number)
	cmd.Stdin = strings.NewReader(square(1))
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the program ended with %v, want that it was killed: %s", err, out)
	}
	if left := d.stored(t); len(left) != 2 {
		t.Fatalf("it left %v, want the file in its place and in incoming", left)
	}
	if n := d.count(t, ctx, "job"); n != 0 {
		t.Fatalf("%d jobs, want none: the row was not committed", n)
	}
	// The server may need a moment to see that its client is gone.
	for until := time.Now().Add(10 * time.Second); len(d.stored(t)) > 0 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if err := d.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if left := d.stored(t); len(left) > 0 {
		t.Errorf("the sweep leaves %v", left)
	}
	if _, err := d.Walk(ctx, strings.NewReader(square(1)), d.request("甲")); err != nil {
		t.Fatal(err)
	}
	if n, stored := d.count(t, ctx, "walk"), d.stored(t); n != 1 || len(stored) != 1 {
		t.Errorf("then %d walks and the files %v, want one of each", n, stored)
	}
}

// A commit may fail after the file has its name. The bytes of an earlier file
// stay where they are.
func TestAFailedCommitLeavesNoFile(t *testing.T) {
	d, ctx := newDesk(t)
	lost := errors.New("connection lost")
	broken := intake.Intake{Store: breaking{d.db, func() error { return lost }}, Files: d.Files, Log: d.Log}
	if _, err := broken.Walk(ctx, strings.NewReader(square(1)), d.request("甲")); !errors.Is(err, lost) {
		t.Fatalf("Walk() = %v, want that the connection was lost", err)
	}
	if left := d.stored(t); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if _, err := d.Walk(ctx, strings.NewReader(square(1)), d.request("甲")); err != nil {
		t.Fatal(err)
	}
	// The same bytes again, as another party's.
	if _, err := broken.Walk(ctx, strings.NewReader(square(1)), d.request("乙")); !errors.Is(err, lost) {
		t.Fatalf("Walk() = %v, want that the connection was lost", err)
	}
	if stored := d.stored(t); len(stored) != 1 {
		t.Errorf("stored %v, want the file of the first walk", stored)
	}
	if n := d.count(t, ctx, "party"); n != 1 {
		t.Errorf("%d parties, want one", n)
	}
}

// Many files at once must not take the database's connections from one another.
func TestManyAtOnceComeIn(t *testing.T) {
	d, ctx := newDesk(t)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	const many = 24 // far more than the pool has connections
	arrived, all := atomic.Int32{}, make(chan struct{})
	group, ctx := errgroup.WithContext(ctx)
	for n := range many {
		group.Go(func() error {
			// The last bytes come when all are on their way.
			wait := readerFunc(func([]byte) (int, error) {
				if arrived.Add(1) == many {
					close(all)
				}
				select {
				case <-all:
					return 0, io.EOF
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			})
			_, err := d.Walk(ctx, io.MultiReader(strings.NewReader(square(n)), wait), d.request(fmt.Sprint("party ", n)))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n, stored := d.count(t, t.Context(), "walk"), d.stored(t); n != many || len(stored) != many {
		t.Errorf("%d walks and %d files, want %d", n, len(stored), many)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What is on its way in another program is nobody's leftover.
func TestTheSweepSparesWhatIsOnItsWay(t *testing.T) {
	d, ctx := newDesk(t)
	db, other, err := open(ctx, d.url, d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	swept := readerFunc(func([]byte) (int, error) {
		if len(d.stored(t)) != 1 {
			t.Errorf("on its way: %v, want one file", d.stored(t))
		}
		if err := other.Sweep(ctx); err != nil {
			t.Error(err)
		}
		return 0, io.EOF
	})
	if _, err := d.Walk(ctx, io.MultiReader(strings.NewReader(square(1)), swept), d.request("甲")); err != nil {
		t.Fatal(err)
	}
}

// A reader that breaks off, a file without end, a person who gives up: nothing is left.
func TestWhatDoesNotArriveLeavesNothing(t *testing.T) {
	d, ctx := newDesk(t)
	d.Limits.WalkBytes = 1 << 20
	broken := errors.New("cable pulled")
	given, giveUp := context.WithCancel(ctx)
	for _, tc := range []struct {
		name string
		ctx  context.Context
		r    io.Reader
		want func(error) bool
	}{
		{"a reader that breaks off", ctx, io.MultiReader(strings.NewReader(square(1)), readerFunc(func([]byte) (int, error) { return 0, broken })), func(err error) bool { return errors.Is(err, broken) }},
		{"a file without end", ctx, endless{}, refusedAs("file_too_large")},
		{"a person who gives up", given, io.MultiReader(strings.NewReader(square(1)), readerFunc(func(p []byte) (int, error) { giveUp(); return copy(p, " "), nil })), func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"an empty file", ctx, bytes.NewReader(nil), refusedAs("file_empty")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := d.Walk(tc.ctx, tc.r, d.request("甲")); !tc.want(err) {
				t.Errorf("Walk() = %v", err)
			}
			if left := d.stored(t); len(left) > 0 {
				t.Errorf("left %v", left)
			}
			for _, table := range []string{"asset", "walk", "party", "evidence"} {
				if n := d.count(t, ctx, table); n != 0 {
					t.Errorf("%d rows of %s, want none", n, table)
				}
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// refusedAs reports refusals with a code; empty takes any.
func refusedAs(code string) func(error) bool {
	return func(err error) bool {
		refusal := (*ingest.Refusal)(nil)
		return errors.As(err, &refusal) && (code == "" || refusal.Code == code)
	}
}

func TestNamesAreMadeFitToBeCompared(t *testing.T) {
	d, ctx := newDesk(t)
	for i, tc := range []struct{ party, filename, wantParty, wantFilename string }{
		{" 龙塘村 \n 第三组 ", `C:\walks\甲方.geojson`, "龙塘村 第三组", "甲方.geojson"},
		{"cafe\u0301", "../../etc/passwd", "café", "passwd"},
		{"a\x00b\xffc", "line\u202e.geojson", "abc", "line.geojson"},
		{strings.Repeat("村", 200), strings.Repeat("x", 500), strings.Repeat("村", 200), strings.Repeat("x", 200)},
	} {
		q := d.request(tc.party)
		q.Filename = tc.filename
		result, err := d.Walk(ctx, strings.NewReader(square(i)), q)
		if err != nil {
			t.Errorf("party %q: %v", tc.party, err)
			continue
		}
		if result.Party != tc.wantParty {
			t.Errorf("party %q becomes %q, want %q", tc.party, result.Party, tc.wantParty)
		}
		walks, err := d.db.Walks(ctx, d.number)
		if err != nil {
			t.Fatal(err)
		}
		if got := walks[len(walks)-1].Filename; got != tc.wantFilename {
			t.Errorf("file %q becomes %q, want %q", tc.filename, got, tc.wantFilename)
		}
	}
	for _, party := range []string{"", " \t", "\x00", strings.Repeat("村", 201)} {
		if _, err := d.Walk(ctx, strings.NewReader(square(99)), d.request(party)); !refusedAs("party_name")(err) {
			t.Errorf("party %q: %v, want a refusal", party, err)
		}
	}
}
