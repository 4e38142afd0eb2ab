package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"jieshi/api"
	"jieshi/internal/blob"
	"jieshi/internal/blob/s3test"
	"jieshi/internal/upload"
)

// A cutter lets bytes through to a server until it is told to cut.
type cutter struct {
	listener net.Listener
	server   string
	random   *rand.Rand
	mu       sync.Mutex
	budget   int64 // bytes to the server until the next cut; below zero: none
	cuts     int
}

// newCutter begins to listen on loopback.
func newCutter(t *testing.T, server string, seed uint64) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, server: server, random: rand.New(rand.NewPCG(seed, 1)), budget: -1}
	t.Cleanup(func() { _ = listener.Close() })
	go c.run()
	return c
}

func (c *cutter) run() {
	for {
		client, err := c.listener.Accept()
		if err != nil {
			return
		}
		go c.carry(client)
	}
}

// carry passes bytes on. A cut is a reset of both sides, or silence: the client
// is told, the server hears nothing more.
func (c *cutter) carry(client net.Conn) {
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		_ = client.Close()
		return
	}
	go func() { _, _ = io.Copy(client, server) }()
	buf := make([]byte, 4096)
	for {
		n, err := client.Read(buf)
		c.mu.Lock()
		cut := c.budget >= 0 && int64(n) > c.budget
		if cut {
			n, c.budget = int(c.budget), -1
			c.cuts++
		} else if c.budget >= 0 {
			c.budget -= int64(n)
		}
		silent := cut && c.cuts%3 == 0
		c.mu.Unlock()
		if n > 0 {
			_, _ = server.Write(buf[:n])
		}
		if cut || err != nil {
			_ = client.(*net.TCPConn).SetLinger(0)
			_ = client.Close()
			if !silent {
				_ = server.(*net.TCPConn).SetLinger(0)
				_ = server.Close()
			}
			return
		}
	}
}

// cutAfter cuts when about so many bytes more have gone to the server.
func (c *cutter) cutAfter(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.budget = n
}

// A line that drops and resets in the middle of requests, at random bytes; each
// time the client asks where to go on. JIESHI_CUTS says how often it is cut.
func TestALineThatIsCutAtRandomBytesBringsEveryByte(t *testing.T) {
	cuts := 10
	if more, err := strconv.Atoi(os.Getenv("JIESHI_CUTS")); err == nil {
		cuts = more
	}
	t.Run("directory", func(t *testing.T) {
		s := open(t)
		s.surviveCuts(t, cuts)
		if n := s.filesKept(); n != 1 {
			t.Errorf("%d files are kept, want the one", n)
		}
	})
	t.Run("bucket", func(t *testing.T) {
		server := s3test.Start(t)
		open(t, func(s *site, c *api.Config) {
			var err error
			if s.files, err = blob.OpenBucket(s.ctx, s.stored, server.BucketConfig); err != nil {
				t.Fatal(err)
			}
			c.Files, c.Uploads.(*upload.Desk).Files = s.files, s.files
		}).surviveCuts(t, cuts)
	})
}

func (s *site) surviveCuts(t *testing.T, cuts int) {
	t.Helper()
	c := newCutter(t, strings.TrimPrefix(s.server.URL, "http://"), 50)
	b := drawn(9, 24<<20)
	path := s.create(b)
	through := "http://" + c.listener.Addr().String()
	random, progress := rand.New(rand.NewPCG(9, 9)), 0
	for n := 0; ; n++ {
		at := s.offset(path)
		if at < progress {
			t.Fatalf("after %d cuts the server is at %d, behind %d", n, at, progress)
		}
		progress = at
		if at == len(b) {
			break
		}
		if n < cuts {
			c.cutAfter(random.Int64N(int64(2*len(b)/(cuts+2))) + 1)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodPatch, through+path, bytes.NewReader(b[at:]))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Tus-Resumable", "1.0.0")
		r.Header.Set("Upload-Offset", fmt.Sprint(at))
		r.Header.Set("Content-Type", "application/offset+octet-stream")
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if response, err := client.Do(r); err == nil {
			_ = response.Body.Close()
		}
		cancel()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cuts < cuts/2 {
		t.Errorf("the line was cut %d times only", c.cuts)
	}
	t.Logf("%d cuts, %d bytes", c.cuts, len(b))
	if got := s.kept(hexSum(b)); got != hexSum(b) || s.uploadAt(path).Status != "complete" {
		t.Errorf("SHA-256 %s, want %s; %+v", got, hexSum(b), s.uploadAt(path))
	}
}
