package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A service is `jieshi serve` in a process of its own.
type service struct {
	cmd     *exec.Cmd
	stderr  *bytes.Buffer
	address string
	ended   chan error
}

// serve starts a service on a free port and waits until it says where.
func (b *bench) serve(t *testing.T, more ...string) *service {
	t.Helper()
	s := &service{cmd: b.process(append([]string{"serve", "--listen", "127.0.0.1:0", "--json"}, more...)...), stderr: &bytes.Buffer{}, ended: make(chan error, 1)}
	s.cmd.Stderr = s.stderr
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // it has ended if the test went well
	var said struct {
		Address string `json:"address"`
	}
	d := json.NewDecoder(stdout)
	if err := d.Decode(&said); err != nil {
		t.Fatalf("serve does not say its address: %v", err)
	}
	s.address = said.Address
	go func() {
		if rest, _ := io.ReadAll(stdout); len(strings.TrimSpace(string(rest))) > 0 {
			t.Errorf("serve says more on standard output: %s", rest)
		}
		s.ended <- s.cmd.Wait()
	}()
	return s
}

// stop tells the service to end and waits until it has.
func (s *service) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
}

func (s *service) end(t *testing.T) {
	t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("serve ended with %v, want 0\n%s", err, s.stderr)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("serve does not end")
	}
}

func (s *service) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	response, err := http.Get(s.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestServeAnswersAndDrains(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) { //nolint:thelper // it is the test
		number := b.openCase(t)
		walk := writeWalk(t, filepath.Join(b.root, "walk.pos"), rectangle(0, 0, 100, 100)...)
		s := b.serve(t)
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
			if status, body := s.get(t, path); status != http.StatusOK || body == "" {
				t.Errorf("GET %s = %d %q, want 200", path, status, body)
			}
		}
		// A command of the terminal works beside the service.
		b.run(t.Context(), "ingest", "walk", walk, "--case", number, "--party", "乙", "--json").want(t, exitDone)

		content, err := os.ReadFile(walk)
		if err != nil {
			t.Fatal(err)
		}
		// Half of an upload has come when the service is told to end.
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.address, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		head := fmt.Sprintf("POST /api/v1/cases/%s/walks?party=%s&filename=walk.pos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n",
			number, url.QueryEscape("甲"), len(content))
		if _, err := conn.Write(append([]byte(head), content[:len(content)/2]...)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // the request has begun
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
		if late, err := net.DialTimeout("tcp", strings.TrimPrefix(s.address, "http://"), time.Second); err == nil {
			_ = late.Close()
			t.Error("a service that drains takes new connections")
		}
		if _, err := conn.Write(content[len(content)/2:]); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("the upload under way was not answered: %v", err)
		}
		defer response.Body.Close()
		if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusCreated {
			t.Errorf("the upload under way = %d %s, want 201", response.StatusCode, body)
		}
		s.end(t)
		run := b.run(t.Context(), "contest", "--case", number, "--json").want(t, exitDone).document(t)
		run.near("nominal.plane_m2", 10_000, 0.01) // both walked the same ground
		if left := b.onTheWay(t); len(left) > 0 {
			t.Errorf("left on the way in: %v", left)
		}
	})
}

func TestASecondServiceIsToldWhy(t *testing.T) {
	b := newBench(t)
	s := b.serve(t)
	defer s.stop(t)

	second := ended(t, b.process("serve", "--listen", "127.0.0.1:0", "--json")).want(t, exitFault).document(t)
	if code := second.text("code"); code != "pg_in_use" {
		t.Errorf("code = %q, want pg_in_use", code)
	}
	for _, want := range []string{b.data, fmt.Sprint(s.cmd.Process.Pid)} {
		if !strings.Contains(second.text("reason.en"), want) || !strings.Contains(second.text("reason.zh"), want) {
			t.Errorf("reason = %v, want it to name %s", second.at("reason"), want)
		}
	}

	other := newServedBench(t)
	taken := ended(t, other.process("serve", "--listen", strings.TrimPrefix(s.address, "http://"), "--json"))
	if taken.status == exitDone || !strings.Contains(taken.document(t).text("reason.en"), "--listen") {
		t.Errorf("on a port that is taken serve ends with %d and says %s; want how to choose another", taken.status, taken.stdout)
	}
}

// An operator reads in the log of a server, before the first file comes, what
// confines the children that will open it.
func TestAServerSaysWhatConfinesItsChildren(t *testing.T) {
	b := newBench(t)
	s := b.serve(t)
	s.stop(t)
	for line := range strings.Lines(s.stderr.String()) {
		var said struct {
			Msg       string
			Says      string
			Isolation map[string]any
		}
		if json.Unmarshal([]byte(line), &said) == nil && strings.HasPrefix(said.Msg, "sandbox") {
			if said.Isolation["seccomp"] == nil || !strings.Contains(said.Says, "uid") {
				t.Errorf("it says %s", line)
			}
			return
		}
	}
	t.Errorf("it says nothing of the sandbox: %s", s.stderr)
}
