// Package s3test gives a test an S3 server of its own, on loopback: versitygw,
// at the version that tools/s3server/go.mod pins. It is built once, into
// .cache/bin, which takes a minute.
package s3test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jieshi/internal/blob"
)

const (
	accessKey = "jieshi-test"
	secretKey = "jieshi-test-secret"
	bucket    = "files"
)

// A Server is a running S3 server with one bucket.
type Server struct {
	blob.BucketConfig
	Folder string // where the objects of the bucket lie, a file each
}

// Start starts a server with an empty bucket, which ends with the test.
func Start(t *testing.T) Server {
	t.Helper()
	program := build(t)
	root, sidecar := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(root, bucket), 0o750); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	cmd := exec.Command(program, "--quiet", "--port", address, "--access", accessKey, "--secret", secretKey, "posix", "--sidecar", sidecar, root) //nolint:gosec // what was built here
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := os.Create(filepath.Join(t.TempDir(), "s3.log")) //nolint:gosec // a folder of the test
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	// Pdeathsig is bound to the thread that starts the child.
	started := make(chan error)
	ended := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		_ = log.Close()
	})
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			break
		}
		if time.Now().After(until) {
			said, _ := os.ReadFile(log.Name())
			t.Fatalf("the S3 server does not answer on %s:\n%s", address, said)
		}
	}
	return Server{blob.BucketConfig{
		Name: bucket, Endpoint: "http://" + address, PathStyle: true, Prefix: "jieshi", AccessKey: accessKey, SecretKey: secretKey,
	}, filepath.Join(root, bucket)}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// build returns the path of the server; one process builds, the others wait.
func build(t *testing.T) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..")
	module := filepath.Join(root, "tools", "s3server")
	bin := filepath.Join(root, ".cache", "bin")
	program := filepath.Join(bin, "versitygw")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(program+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the program
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if newer(program, filepath.Join(module, "go.mod")) {
		return program
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/versity/versitygw/cmd/versitygw")
	cmd.Dir = module
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the S3 server of the tests does not build: %v\n%s", err, said)
	}
	return program
}

func newer(path, than string) bool {
	a, err1 := os.Stat(path)
	b, err2 := os.Stat(than)
	return err1 == nil && err2 == nil && a.ModTime().After(b.ModTime())
}
