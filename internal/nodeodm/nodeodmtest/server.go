// Package nodeodmtest serves NodeODM's API 2.x as its documentation and its test
// switches describe it (--test_drop_uploads, --test_fail_tasks, --powercycle), for
// tests: the protocol is real, the orthophoto is one that the test brings.
package nodeodmtest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Server is a NodeODM on loopback. Set its fields before the first request.
type Server struct {
	Token      string // asked for if not empty
	Orthophoto []byte // what each task makes; nil: an archive without one
	Steps      int    // questions after a task until it is done; 0: at once
	MaxImages  int

	// Faults, each told the number of the call of its kind, from 1. Nil: none.
	DropUpload   func(n int) bool // 500, as --test_drop_uploads
	CutUpload    func(n int) bool // the connection breaks in the middle
	LoseAnswer   func(op string, n int) bool
	FailTask     func(n int) bool // as --test_fail_tasks
	CutDownload  func(n int) bool // half of the bytes, then the connection breaks
	IgnoreRange  bool
	AfterCommits func(n int) (forget bool) // the node loses its disk right after
	KeepRemoved  bool                      // what was removed can still be looked at, by the test

	URL string

	mu     sync.Mutex
	begun  map[string]*task // init, not committed
	tasks  map[string]*task
	calls  map[string]int
	served int64
}

type task struct {
	name     string
	options  string
	outputs  string
	images   map[string][]byte
	asked    int
	failed   bool
	canceled bool
}

// Start begins to serve until the test ends.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	s.begun, s.tasks, s.calls = map[string]*task{}, map[string]*task{}, map[string]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /info", s.info)
	mux.HandleFunc("POST /task/new/init", s.init)
	mux.HandleFunc("POST /task/new/upload/{uuid}", s.upload)
	mux.HandleFunc("POST /task/new/commit/{uuid}", s.commit)
	mux.HandleFunc("GET /task/{uuid}/info", s.task)
	mux.HandleFunc("GET /task/{uuid}/output", s.output)
	mux.HandleFunc("GET /task/{uuid}/download/{asset}", s.download)
	mux.HandleFunc("POST /task/{command}", s.command)
	server := httptest.NewServer(s.authorize(mux)) // on loopback
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Calls returns how many calls of a kind came: "init", "upload", "commit", "info", "download", "cancel", "remove", "restart".
func (s *Server) Calls(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

// Served returns how many bytes of archives went out.
func (s *Server) Served() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.served
}

// Images returns the photos of the committed tasks, by name.
func (s *Server) Images() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string][]byte{}
	for _, t := range s.tasks {
		for name, image := range t.images {
			all[name] = image
		}
	}
	return all
}

// Options returns the options and outputs of the one committed task, as they came.
func (s *Server) Options() (options, outputs string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		return t.options, t.outputs
	}
	return "", ""
}

func (s *Server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Token != "" && r.URL.Query().Get("token") != s.Token {
			answer(w, map[string]any{"error": "Invalid authentication token"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, format string, args ...any) {
	answer(w, map[string]any{"error": fmt.Sprintf(format, args...)})
}

// count counts a call and says which it is of its kind.
func (s *Server) count(op string) int {
	s.calls[op]++
	return s.calls[op]
}

// lose breaks the connection instead of answering, after the work is done.
func (s *Server) lose(op string, n int) {
	if s.LoseAnswer != nil && s.LoseAnswer(op, n) {
		panic(http.ErrAbortHandler)
	}
}

func (s *Server) info(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := any(nil)
	if s.MaxImages > 0 {
		most = s.MaxImages
	}
	answer(w, map[string]any{"version": "2.2.1", "engine": "odm", "engineVersion": "3.5.5", "taskQueueCount": len(s.tasks), "maxImages": most})
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func (s *Server) init(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		fail(w, "%v", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, id := s.count("init"), r.Header.Get("set-uuid")
	switch {
	case !uuidForm.MatchString(id) || s.tasks[id] != nil:
		fail(w, "Invalid set-uuid: %s", id)
		return
	case s.begun[id] != nil:
		fail(w, "Directory exists (should not have happened: undefined)")
		return
	}
	s.begun[id] = &task{name: r.FormValue("name"), options: r.FormValue("options"), outputs: r.FormValue("outputs"), images: map[string][]byte{}}
	s.lose("init", n)
	answer(w, map[string]any{"uuid": id})
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n, t := s.count("upload"), s.begun[r.PathValue("uuid")]
	s.mu.Unlock()
	switch {
	case t == nil:
		fail(w, "Invalid uuid (not found)")
		return
	case s.DropUpload != nil && s.DropUpload(n):
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	case s.CutUpload != nil && s.CutUpload(n):
		_, _ = io.CopyN(io.Discard, r.Body, 100)
		panic(http.ErrAbortHandler)
	}
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		fail(w, "%v", err)
		return
	}
	files := r.MultipartForm.File["images"]
	if len(files) == 0 {
		fail(w, "Need at least 1 file.")
		return
	}
	for _, header := range files {
		f, err := header.Open()
		if err != nil {
			fail(w, "%v", err)
			return
		}
		image, err := io.ReadAll(f)
		_ = f.Close()
		if err != nil {
			fail(w, "%v", err)
			return
		}
		s.mu.Lock()
		t.images[header.Filename] = image
		s.mu.Unlock()
	}
	s.lose("upload", n)
	answer(w, map[string]any{"success": true})
}

func (s *Server) commit(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, id := s.count("commit"), r.PathValue("uuid")
	t := s.begun[id]
	switch {
	case t == nil:
		fail(w, "Invalid uuid (not found)")
		return
	case len(t.images) == 0:
		fail(w, "Need at least 1 file.")
		return
	case s.MaxImages > 0 && len(t.images) > s.MaxImages:
		fail(w, "%d images uploaded, but this node can only process up to %d.", len(t.images), s.MaxImages)
		return
	}
	delete(s.begun, id)
	s.tasks[id] = t
	t.failed = s.FailTask != nil && s.FailTask(n)
	if s.AfterCommits != nil && s.AfterCommits(n) {
		s.tasks = map[string]*task{}
	}
	s.lose("commit", n)
	answer(w, map[string]any{"uuid": id})
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) *task {
	t := s.tasks[r.PathValue("uuid")]
	if t == nil {
		fail(w, "%s not found", r.PathValue("uuid"))
	}
	return t
}

func (s *Server) task(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count("info")
	t := s.find(w, r)
	if t == nil {
		return
	}
	t.asked++
	code, progress := 20, 100*t.asked/(s.Steps+1)
	switch {
	case t.canceled:
		code = 50
	case t.asked == 1 && s.Steps > 1:
		code, progress = 10, 0
	case t.asked > s.Steps && t.failed:
		code = 30
	case t.asked > s.Steps:
		code, progress = 40, 100
	}
	answer(w, map[string]any{
		"uuid": r.PathValue("uuid"), "name": t.name, "dateCreated": 1, "processingTime": 1, "imagesCount": len(t.images),
		"options": []any{}, "status": map[string]any{"code": code}, "progress": progress,
	})
}

func (s *Server) output(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.find(w, r); t != nil {
		from, _ := strconv.Atoi(r.URL.Query().Get("line"))
		lines := []string{"[INFO]    Initializing ODM", "[INFO]    Running dataset stage", "[ERROR]   Not enough overlap between images"}
		answer(w, lines[min(from, len(lines)):])
	}
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n, t := s.count("download"), s.find(w, r)
	s.mu.Unlock()
	if t == nil {
		return
	}
	if r.PathValue("asset") != "all.zip" {
		fail(w, "Invalid asset")
		return
	}
	archive := s.archive()
	from := 0
	if a, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && !s.IgnoreRange {
		from, _ = strconv.Atoi(strings.TrimSuffix(a, "-"))
		if from >= len(archive) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(archive)-1, len(archive)))
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Length", strconv.Itoa(len(archive)-from))
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	part, cut := archive[from:], s.CutDownload != nil && s.CutDownload(n)
	if cut {
		part = part[:len(part)/2]
	}
	k, _ := w.Write(part)
	s.mu.Lock()
	s.served += int64(k)
	s.mu.Unlock()
	if cut {
		w.(http.Flusher).Flush() //nolint:forcetypeassert // of net/http
		panic(http.ErrAbortHandler)
	}
}

func (s *Server) archive() []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	names := map[string][]byte{"odm_report/report.pdf": []byte("%PDF-1.4")}
	if s.Orthophoto != nil {
		names["odm_orthophoto/odm_orthophoto.tif"] = s.Orthophoto
	}
	for _, name := range []string{"odm_report/report.pdf", "odm_orthophoto/odm_orthophoto.tif"} {
		if content, ok := names[name]; ok {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err == nil {
				_, err = w.Write(content)
			}
			if err != nil {
				panic(err) // into memory
			}
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func (s *Server) command(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op, id := r.PathValue("command"), r.FormValue("uuid")
	s.count(op)
	t := s.tasks[id]
	switch {
	case id == "":
		fail(w, "uuid param missing.")
		return
	case t == nil:
		answer(w, map[string]any{"success": false, "error": id + " not found"})
		return
	}
	switch op {
	case "cancel":
		t.canceled = true
	case "remove":
		if !s.KeepRemoved {
			delete(s.tasks, id)
		}
	case "restart":
		t.asked, t.failed, t.canceled = 0, false, false
	default:
		fail(w, "Not found")
		return
	}
	answer(w, map[string]any{"success": true})
}
