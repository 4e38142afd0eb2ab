package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jieshi/internal/pgserver/pgtest"
)

// A jobState is what the API says of a job.
type jobState struct {
	ID       string
	State    string
	Progress float64
	Attempts int
	Outcome  struct {
		Status, Orthophoto string
		Refusal            struct {
			Code   string
			Reason struct{ ZH, EN string }
		}
	}
}

func (s *service) ask(t *testing.T, method, path string, body io.Reader) (j jobState) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.address+"/api/v1"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 || json.Unmarshal(answer, &j) != nil {
		t.Fatalf("%s %s = %d %s, %v", method, path, response.StatusCode, answer, err)
	}
	return j
}

// until asks for a job until it is as wanted.
func (s *service) until(t *testing.T, id string, within time.Duration, what string, is func(jobState) bool) jobState {
	t.Helper()
	j := jobState{}
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if j = s.ask(t, http.MethodGet, "/jobs/"+id, nil); is(j) {
			return j
		}
	}
	t.Fatalf("after %v the job is not %s but %+v", within, what, j)
	return j
}

func isReady(j jobState) bool { return j.Outcome.Status == "ready" }

// startWorker starts a process that works on what a queue holds.
func (b *bench) startWorker(t *testing.T, queue string) *exec.Cmd {
	t.Helper()
	cmd := b.process("work", "--queues", queue, "--workers", "1", "--json")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended if the test went well
		if t.Failed() {
			t.Logf("worker %d: %s", cmd.Process.Pid, stderr.String())
		}
	})
	return cmd
}

// converters are the sandboxed children of a process.
func converters(t *testing.T, parent int) (pids []int) {
	t.Helper()
	list, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range list {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // gone meanwhile
		}
		_, rest, _ := bytes.Cut(stat, []byte(") "))
		fields := strings.Fields(string(rest)) // state, parent, …
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) && bytes.HasSuffix(line, []byte("\x00convert\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// alive reports whether a process runs. One that has ended and that nobody has
// reaped yet is dead.
func alive(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return err == nil && !bytes.HasPrefix(rest, []byte("Z"))
}

// Workers are killed, told to stop, and their jobs dismissed, with a real server, a
// real database and a real child of GDAL. Every job ends, and only what is ready
// leaves anything.
func TestJobsOutliveTheirWorkers(t *testing.T) {
	pgtest.URL(t)
	b := newServedBench(t)
	number := b.openCase(t)
	s := b.serve(t, "--workers", "0")
	send := func(side int) jobState {
		t.Helper()
		picture, err := os.ReadFile(writePicture(t, filepath.Join(b.root, fmt.Sprintf("flight-%d.tif", side)), side))
		if err != nil {
			t.Fatal(err)
		}
		return s.ask(t, http.MethodPost, "/cases/"+number+"/orthophotos", bytes.NewReader(picture))
	}
	worker := b.startWorker(t, "convert")
	began := time.Now()
	s.until(t, send(1500).ID, time.Minute, "ready", isReady)
	began2 := time.Now()
	s.until(t, send(1501).ID, time.Minute, "ready", isReady)
	took := time.Since(began2)
	t.Logf("a job takes %v with a worker that must start, %v with one that waits", began2.Sub(began).Round(time.Millisecond), took.Round(time.Millisecond))

	const moments = 6
	again := 0
	var slowest time.Duration
	for i := range moments {
		j := send(1502 + i)
		time.Sleep(took * time.Duration(2*i+1) / (2 * moments))
		children := converters(t, worker.Process.Pid)
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = worker.Wait() // it was killed
		killed := time.Now()
		worker = b.startWorker(t, "convert")
		if j = s.until(t, j.ID, time.Minute, "ready", isReady); j.Attempts > 1 {
			again++
		}
		slowest = max(slowest, time.Since(killed))
		for _, pid := range children {
			if alive(pid) {
				t.Errorf("child %d outlives its worker", pid)
			}
		}
	}
	t.Logf("%d of %d jobs were begun again; the slowest was ready %v after its worker was killed", again, moments, slowest.Round(time.Millisecond))
	if again == 0 {
		t.Error("no worker was killed while it worked, so this shows little")
	}

	// A job that is dismissed takes its child with it.
	before := files(t, filepath.Join(b.data, "files"))
	j := send(4000)
	var children []int
	for end := time.Now().Add(20 * time.Second); len(children) == 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		children = converters(t, worker.Process.Pid)
	}
	if len(children) == 0 {
		t.Fatal("no child converts")
	}
	s.ask(t, http.MethodDelete, "/jobs/"+j.ID, nil)
	dismissed := time.Now()
	for alive(children[0]) && time.Since(dismissed) < 5*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("the child was gone %v after the dismissal", time.Since(dismissed).Round(time.Millisecond))
	if alive(children[0]) {
		t.Errorf("the child goes on after its job was dismissed")
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && (len(b.onTheWay(t)) > 0 || !slices.Equal(files(t, filepath.Join(b.data, "files")), before)); {
		time.Sleep(30 * time.Millisecond)
	}
	if left := b.onTheWay(t); len(left) > 0 || !slices.Equal(files(t, filepath.Join(b.data, "files")), before) {
		t.Errorf("a dismissed job leaves %v, and files %v, want %v", left, files(t, filepath.Join(b.data, "files")), before)
	}

	// A worker that is told to stop gives its job back, as if it had not begun.
	j = send(4001)
	s.until(t, j.ID, 20*time.Second, "running", func(j jobState) bool { return j.State == "running" })
	if err := worker.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := worker.Wait(); err != nil {
		t.Errorf("a worker that is told to stop ends with %v", err)
	}
	worker = b.startWorker(t, "convert")
	if j = s.until(t, j.ID, time.Minute, "ready", isReady); j.Attempts != 1 {
		t.Errorf("%d attempts, want one: a stop is no attempt", j.Attempts)
	}
	s.until(t, send(1600).ID, time.Minute, "ready", isReady) // so the new worker is there, and idle
	if err := worker.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := worker.Wait(); err != nil {
		t.Errorf("an idle worker that is told to stop ends with %v", err)
	}
	status, metrics := s.get(t, "/metrics")
	if !strings.Contains(metrics, `jieshi_queue_depth{queue="convert"}`) || status != 200 {
		t.Errorf("metrics say nothing of the queue: %d", status)
	}
	s.stop(t)
	state := b.state(t) // each file has its row
	if want := fmt.Sprintf("orthophoto: %d rows", 2+moments+2); !slices.Contains(state, want) {
		t.Errorf("not %q but\n%s", want, strings.Join(state, "\n"))
	}
}

// Whoever pipes the answer gets JSON; whoever asks for words gets them.
func TestAPipedAnswerIsJSON(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	walk := writeWalk(t, filepath.Join(b.root, "walk.pos"), rectangle(0, 0, 100, 100)...)
	for _, tc := range []struct {
		more []string
		json bool
	}{{nil, true}, {[]string{"--json=false"}, false}} {
		out, err := os.Create(filepath.Join(b.root, "out"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := b.process(append([]string{"ingest", "walk", walk, "--case", number, "--party", "甲"}, tc.more...)...)
		cmd.Stdout = out
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		_ = out.Close()
		told, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		if json.Valid(told) != tc.json {
			t.Errorf("with %v a pipe gets %s", tc.more, told)
		}
	}
}
