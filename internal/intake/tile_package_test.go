package intake_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/ingest"
	"jieshi/internal/intake"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// slow is the real store, with something of its own at the third tile of an audit.
type slow struct {
	*postgres.DB
	atTheThird func(ctx context.Context) error
}

func (s slow) AuditTiles(ctx context.Context, audit, maxZoom int, each func(z, x, y int, tile []byte, done, total int) error) (string, error) {
	n := 0
	return s.DB.AuditTiles(ctx, audit, maxZoom, func(z, x, y int, tile []byte, done, total int) error {
		if n++; n == 3 {
			if err := s.atTheThird(ctx); err != nil {
				return err
			}
		}
		return each(z, x, y, tile, done, total)
	})
}

// dieDrawing makes a package and is killed at its third tile.
func dieDrawing(dir string) {
	ctx := mediation.WithActor(context.Background(), mediation.Actor{Name: "工作进程 worker"})
	db, in, err := open(ctx, os.Getenv("DATABASE_URL"), dir)
	if err == nil {
		in.Store = slow{db, func(context.Context) error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }}
		_, err = in.Do(ctx, uuid.MustParse(os.Getenv("DRAW")))
	}
	_, _ = os.Stderr.WriteString("still alive: " + err.Error())
	os.Exit(1)
}

/*
Two parcels of a register have 60 m × 60 m in common:

	+-------+
	|   +---|---+
	|   |///|   |
	+---|---+   |
	    +-------+
*/
func (d desk) audited(t *testing.T, ctx context.Context) (audit int) { //nolint:revive // t first, as in testing
	t.Helper()
	m, err := d.db.BeginImport(ctx, postgres.NewLayer{Name: "land", Kind: "land", SRID: 4545, SigmaM: 0.05, Source: "land.gpkg", SHA256: mediation.Hash{1}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for i, at := range [][2]float64{{632000, 2683000}, {632040, 2682960}} {
		b := orb.Bound{Min: at, Max: orb.Point{at[0] + 100, at[1] + 100}}
		if err := m.Add(ctx, int64(i+1), orb.MultiPolygon{b.ToPolygon()}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	begun, err := d.db.BeginAudit(ctx, "land", "", false)
	if err != nil {
		t.Fatal(err)
	}
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.db.Work(working, postgres.Pools{postgres.QueueAudit: 1}, nil) }()
	_, err = d.db.WaitAudit(ctx, begun.ID, nil)
	stop()
	if worked := <-ended; err != nil || worked != nil {
		t.Fatal(err, worked)
	}
	return begun.ID
}

func (d desk) orderPackage(t *testing.T, ctx context.Context, audit int) intake.Placed { //nolint:revive // t first, as in testing
	t.Helper()
	p, err := d.OrderPackage(ctx, intake.PackageRequest{Of: mediation.PackageSubject{Audit: audit}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// In the middle of a package its worker is killed: the job is handed on and ends
// with the package, and nothing else is left.
func TestAPackageWhoseWorkerIsKilledIsMade(t *testing.T) {
	d, ctx := newDesk(t)
	placed := d.orderPackage(t, ctx, d.audited(t, ctx))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dying+"="+d.dir, "DATABASE_URL="+d.url, "DRAW="+placed.Job.String())
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the worker ended with %v, want that it was killed: %s", err, out)
	}
	d.exec(t, ctx, "DELETE FROM river_job")
	if j := d.job(t, ctx, placed.Job); j.State != mediation.JobRunning || len(d.stored(t)) == 0 {
		t.Fatalf("job = %+v, want it left running with half a package", j)
	}
	// As soon as the server has seen that its client is gone, a working process goes on.
	working, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	tended := make(chan struct{})
	go func() { defer close(tended); d.KeepTending(working) }()
	ended := make(chan error, 1)
	go func() { ended <- d.db.Work(working, postgres.Pools{postgres.QueueTiles: 1}, d.Do) }()
	j := d.job(t, ctx, placed.Job)
	for ; !j.State.Ended() && working.Err() == nil; j = d.job(t, ctx, placed.Job) {
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	<-tended
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if j.State != mediation.JobSuccessful || j.Outcome != mediation.JobReady || j.Attempts != 2 {
		t.Errorf("job = %+v, want it ready at the second attempt", j)
	}
	p, err := d.db.TilePackage(ctx, *j.Subject)
	if stored := d.stored(t); err != nil || len(stored) != 1 || filepath.Base(stored[0]) != p.SHA256.String() {
		t.Errorf("package %+v, %v; stored are %v, want its file only", p, err, stored)
	}
	if again := d.orderPackage(t, ctx, p.Subject.Audit); again.Job != placed.Job || !again.Known {
		t.Errorf("ordered again it is %+v, want job %s", again, placed.Job)
	}
}

// Who dismisses a package stops the drawing of it, and nothing is left of it.
func TestAPackageIsDismissedWhileItIsDrawn(t *testing.T) {
	d, ctx := newDesk(t)
	audit := d.audited(t, ctx)
	placed := d.orderPackage(t, ctx, audit)
	drawing := make(chan struct{})
	worker := &intake.Intake{Files: d.Files, Log: d.Log, Store: slow{d.db, func(ctx context.Context) error {
		close(drawing)
		<-ctx.Done() // within a second of the end of the job
		return ctx.Err()
	}}}
	ended := make(chan error, 1)
	go func() { _, err := worker.Do(ctx, placed.Job); ended <- err }()
	select {
	case <-drawing:
	case err := <-ended:
		t.Fatal("nothing was drawn", err)
	}
	if err := d.Dismiss(ctx, placed.Job); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if j := d.job(t, ctx, placed.Job); j.State != mediation.JobDismissed || d.count(t, ctx, "tile_package") != 0 || len(d.stored(t)) != 0 {
		t.Errorf("job = %+v, stored are %v; want it dismissed and nothing kept", j, d.stored(t))
	}
	again := d.orderPackage(t, ctx, audit)
	if j, err := d.Await(ctx, again.Job); err != nil || again.Job == placed.Job || j.Outcome != mediation.JobReady {
		t.Errorf("ordered after it was dismissed it is %+v, %v", j, err)
	}
}

// A package that cannot be made for a fault of ours fails, and an order goes on with
// that job.
func TestAPackageThatFailedIsOrderedAgain(t *testing.T) {
	d, ctx := newDesk(t)
	audit := d.audited(t, ctx)
	placed := d.orderPackage(t, ctx, audit)
	worker := &intake.Intake{Files: d.Files, Log: d.Log, Faults: 1, Store: slow{d.db, func(context.Context) error { return os.ErrClosed }}}
	if _, err := worker.Do(ctx, placed.Job); err != nil {
		t.Fatal(err)
	}
	if j := d.job(t, ctx, placed.Job); j.State != mediation.JobFailed || j.Fault == "" || len(d.stored(t)) != 0 {
		t.Fatalf("job = %+v, want it failed", j)
	}
	again := d.orderPackage(t, ctx, audit)
	if j, err := d.Await(ctx, again.Job); err != nil || again.Job != placed.Job || j.Outcome != mediation.JobReady {
		t.Errorf("ordered again it is %+v, %v; want the same job, ready", j, err)
	}
}

// The register changes between order and work: what was ordered is not there any more.
func TestAPackageOfAnAuditThatChangedIsRefused(t *testing.T) {
	d, ctx := newDesk(t)
	audit := d.audited(t, ctx)
	placed := d.orderPackage(t, ctx, audit)
	d.exec(t, ctx, "UPDATE audit SET checksum = sha256(checksum)")
	j, err := d.Await(ctx, placed.Job)
	if err != nil || j.Outcome != mediation.JobRefused || j.Refusal.Code != "audit_changed" || len(d.stored(t)) != 0 {
		t.Errorf("job = %+v, %v; want it refused", j, err)
	}
}

// A package counts towards the quota of the person who ordered it, until it is removed.
func TestPackagesCountTowardsQuotas(t *testing.T) {
	d, ctx := newDesk(t)
	audit := d.audited(t, ctx)
	j, err := d.Await(ctx, d.orderPackage(t, ctx, audit).Job)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.db.TilePackage(ctx, *j.Subject)
	if err != nil {
		t.Fatal(err)
	}
	d.Quota = mediation.Quota{Person: p.Size} // which is used up
	other := intake.PackageRequest{Of: p.Subject, MaxZoom: new(int)}
	refusal := (*ingest.Refusal)(nil)
	if _, err := d.OrderPackage(ctx, other); !errors.As(err, &refusal) || refusal.Code != "quota_person" {
		t.Errorf("another package over the quota: %v", err)
	}
	if again := d.orderPackage(t, ctx, audit); !again.Known {
		t.Errorf("the same package is %+v, want it found", again)
	}
	d.exec(t, ctx, "UPDATE tile_package SET used_at = now() - interval '31 days'")
	if err := d.RetirePackages(ctx); err != nil || len(d.stored(t)) != 0 {
		t.Fatalf("%v, stored are %v", err, d.stored(t))
	}
	if _, err := d.OrderPackage(ctx, other); err != nil {
		t.Errorf("after the first one is removed: %v", err)
	}
}

// On a full disk a package is refused in its own words, and nothing is left.
func TestAPackageThatDoesNotFitOnTheDiskIsRefused(t *testing.T) {
	d, ctx := newDesk(t)
	placed := d.orderPackage(t, ctx, d.audited(t, ctx))
	d.Files.MinFree = 1 << 60
	j, err := d.Await(ctx, placed.Job)
	if err != nil || j.Outcome != mediation.JobRefused || j.Refusal.Code != "disk_full" || !strings.Contains(j.Refusal.Reason.ZH, "离线地图包") || len(d.stored(t)) != 0 {
		t.Errorf("job = %+v with %+v, %v; stored are %v", j, j.Refusal, err, d.stored(t))
	}
}

// A package that is drawn for long keeps no walk waiting: they have pools of their own.
func TestAWalkDoesNotWaitForAPackage(t *testing.T) {
	d, ctx := newDesk(t)
	drawn := d.orderPackage(t, ctx, d.audited(t, ctx)).Job
	drawing, goOn := make(chan struct{}), make(chan struct{})
	worker := &intake.Intake{Files: d.Files, Log: d.Log, Store: slow{d.db, func(context.Context) error {
		close(drawing)
		<-goOn
		return nil
	}}}
	working, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- d.db.Work(working, postgres.Pools{postgres.QueueTiles: 1, postgres.QueueAnalysis: 1}, worker.Do)
	}()
	<-drawing
	walk := d.order(t, ctx, 1)
	until := func(id uuid.UUID) (j mediation.Job) {
		t.Helper()
		for j = d.job(t, ctx, id); !j.State.Ended() && working.Err() == nil; j = d.job(t, ctx, id) {
			time.Sleep(20 * time.Millisecond)
		}
		return j
	}
	if j := until(walk); j.Outcome != mediation.JobReady {
		t.Errorf("while a package is drawn the walk is %+v", j)
	}
	if j := d.job(t, ctx, drawn); j.State != mediation.JobRunning {
		t.Errorf("the package is %s, want it still drawn", j.State)
	}
	close(goOn)
	if j := until(drawn); j.Outcome != mediation.JobReady {
		t.Errorf("the package is %+v", j)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
