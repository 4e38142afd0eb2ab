package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jieshi/api"
)

func TestARefusedWalkLeavesNothing(t *testing.T) {
	s := open(t)
	number := s.openCase()
	s.upload("/api/v1/cases/"+number+"/walks?party=A", []byte("no walk")).want(422)
	s.upload("/api/v1/cases/"+number+"/walks?party=A", nil).want(422)
	s.upload("/api/v1/cases/JS-1999-0001/walks?party=A", gpxWalk(109.3, 109.302)).want(404)
	j := s.end(s.upload("/api/v1/cases/"+number+"/orthophotos", []byte("II*\x00 and then no picture")).want(202))
	if o := j.Outcome; j.State != api.Successful || o == nil || o.Status != api.Refused || o.Refusal == nil || o.Refusal.Reason.Zh == "" || o.Refusal.Remedy.En == "" {
		t.Errorf("job of a picture that is none = %+v, want a refusal in words", j)
	}
	var walks struct{ Items []api.Walk }
	s.get("/api/v1/cases/" + number + "/walks").want(200).as(&walks)
	var c api.Case
	s.get("/api/v1/cases/" + number).want(200).as(&c)
	if len(walks.Items) != 0 || len(c.Parties) != 0 || s.filesKept() != 0 {
		t.Errorf("%d walks, %d parties, %d files are left", len(walks.Items), len(c.Parties), s.filesKept())
	}
}

// filesKept counts the files in the store.
func (s *site) filesKept() (n int) {
	s.t.Helper()
	err := filepath.WalkDir(s.stored, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestTheSameWalkTwiceIsOneWalk(t *testing.T) {
	s := open(t)
	path := "/api/v1/cases/" + s.openCase() + "/walks?party=A&sigma_m=0.05"
	var first, second api.Walk
	s.upload(path, gpxWalk(109.3, 109.302)).want(201).as(&first)
	s.upload(path, gpxWalk(109.3, 109.302)).want(201).as(&second)
	if first.Id != second.Id || s.filesKept() != 1 {
		t.Errorf("one file became walks %s and %s, %d files", first.Id, second.Id, s.filesKept())
	}
}

// A field line that goes dead: the sender stops in the middle and stays silent.
func TestAnUploadThatStandsStillIsGivenUp(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) { c.Idle = 200 * time.Millisecond })
	number := s.openCase()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "POST /api/v1/cases/%s/walks?party=A HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n<?xml version=\"1.0\"?><gpx>", number)
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != 400 || !strings.Contains(string(body), `"upload_broken"`) {
		t.Errorf("%d %s, want 400 upload_broken", answer.StatusCode, body)
	}
	if n := s.filesKept(); n != 0 {
		t.Errorf("%d files are left of half an upload", n)
	}
}

// A slow line that never stops for long takes as long as it takes, and its
// connection is good for more.
func TestASlowUploadIsWaitedFor(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) { c.Idle, c.Timeout = 400*time.Millisecond, 400*time.Millisecond })
	number := s.openCase()
	r, w := io.Pipe()
	go func() {
		rest := gpxWalk(109.3, 109.302)
		for len(rest) > 0 {
			n := min(len(rest), 2500)
			if _, err := w.Write(rest[:n]); err != nil {
				return
			}
			rest = rest[n:]
			time.Sleep(100 * time.Millisecond)
		}
		_ = w.Close()
	}()
	began := time.Now()
	s.do(http.MethodPost, "/api/v1/cases/"+number+"/walks?party=A&sigma_m=0.05", r).want(201)
	if took := time.Since(began); took < 800*time.Millisecond {
		t.Skipf("the line was too fast (%v) to show anything", took)
	}
	time.Sleep(900 * time.Millisecond) // longer than any deadline of the upload
	s.get("/api/v1/cases/" + number).want(200)
	if n := s.filesKept(); n != 1 {
		t.Errorf("%d files, want the one", n)
	}
}
