package api_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"jieshi/api"
	"jieshi/internal/blob"
	"jieshi/internal/blob/s3test"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

// metadata writes an Upload-Metadata header of name, value, name, value.
func metadata(pairs ...string) string {
	list := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(list, ",")
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// create begins an upload of b and returns its path.
func (s *site) create(b []byte, more ...string) string {
	s.t.Helper()
	a := s.tus(http.MethodPost, "/api/v1/uploads", nil,
		"Upload-Length", strconv.Itoa(len(b)), "Upload-Metadata", metadata(append([]string{"filename", "踏界.gpx", "sha256", hexSum(b)}, more...)...)).want(201)
	if a.header.Get("Upload-Expires") == "" {
		s.t.Error("a new upload does not say when it expires")
	}
	path := strings.TrimPrefix(a.header.Get("Location"), "https://map.example")
	if !strings.HasPrefix(path, "/api/v1/uploads/") {
		s.t.Fatalf("Location = %q", a.header.Get("Location"))
	}
	return path
}

func (s *site) tus(method, path string, body io.Reader, headers ...string) answer {
	s.t.Helper()
	return s.do(method, path, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
}

func (s *site) patch(path string, offset int, body io.Reader, headers ...string) answer {
	s.t.Helper()
	return s.tus(http.MethodPatch, path, body, append([]string{"Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream"}, headers...)...)
}

// offset asks where to go on.
func (s *site) offset(path string) int {
	s.t.Helper()
	n, err := strconv.Atoi(s.tus(http.MethodHead, path, nil).want(200).header.Get("Upload-Offset"))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *site) uploadAt(path string) (u api.Upload) {
	s.t.Helper()
	s.get(path).want(200).as(&u)
	return u
}

// kept reads a stored file and returns its SHA-256.
func (s *site) kept(sum string) string {
	s.t.Helper()
	var h mediation.Hash
	if err := h.UnmarshalText([]byte(sum)); err != nil {
		s.t.Fatal(err)
	}
	r, err := s.files.Open(s.ctx, h)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	got := sha256.New()
	if _, err := io.Copy(got, r); err != nil {
		s.t.Fatal(err)
	}
	return hex.EncodeToString(got.Sum(nil))
}

// code is the code of the problem that an answer is.
func (a answer) code() string {
	a.t.Helper()
	var p api.Problem
	a.as(&p)
	if p.Detail == nil || p.Remedy == nil {
		a.t.Errorf("a problem without reason and remedy: %s", a.body)
	}
	return p.Code
}

func drawn(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func TestAFileComesInParts(t *testing.T) {
	s := open(t)
	options := s.do(http.MethodOptions, "/api/v1/uploads", nil).want(200).header
	if got := options.Get("Tus-Extension"); got != "creation,creation-with-upload,termination,expiration,checksum" || options.Get("Tus-Checksum-Algorithm") != "sha256,sha1" {
		t.Errorf("Tus-Extension = %q, algorithms %q", got, options.Get("Tus-Checksum-Algorithm"))
	}
	b := drawn(1, 300_000)
	path := s.create(b, "filetype", "application/gpx+xml")
	if at := s.patch(path, 0, bytes.NewReader(b[:100_000])).want(204).header.Get("Upload-Offset"); at != "100000" {
		t.Errorf("Upload-Offset = %s", at)
	}
	if u := s.uploadAt(path); u.Status != "receiving" || u.Offset != 100_000 || u.Filename != "踏界.gpx" || *u.Sha256 != hexSum(b) {
		t.Errorf("in the middle: %+v", u)
	}
	s.patch(path, s.offset(path), bytes.NewReader(b[100_000:])).want(204)
	u := s.uploadAt(path)
	if u.Status != "complete" || u.Offset != 300_000 || u.CompletedAt == nil || u.Job != nil {
		t.Errorf("at the end: %+v", u)
	}
	if s.kept(hexSum(b)) != hexSum(b) || s.filesKept() != 1 {
		t.Errorf("kept %s, %d files", s.kept(hexSum(b)), s.filesKept())
	}
	if at := s.offset(path); at != 300_000 {
		t.Errorf("HEAD of a complete upload: %d", at)
	}
	var list struct{ Items []api.Upload }
	s.get("/api/v1/uploads").want(200).as(&list)
	if len(list.Items) != 1 || list.Items[0].Id != u.Id {
		t.Errorf("uploads = %+v", list)
	}

	// The same bytes once more, all in the first request.
	again := s.tus(http.MethodPost, "/api/v1/uploads", bytes.NewReader(b), "Upload-Length", "300000", "Content-Type", "application/offset+octet-stream",
		"Upload-Metadata", metadata("filename", "again", "sha256", strings.ToUpper(hexSum(b)))).want(201)
	if again.header.Get("Upload-Offset") != "300000" || s.filesKept() != 1 {
		t.Errorf("Upload-Offset = %s, %d files are stored", again.header.Get("Upload-Offset"), s.filesKept())
	}
	// Removing one of the two leaves the bytes to the other; removing both, to nobody.
	s.tus(http.MethodDelete, path, nil).want(204)
	if s.kept(hexSum(b)) != hexSum(b) || s.get(path).want(200).status != 200 || s.uploadAt(path).Status != "expired" {
		t.Error("the file of another upload is gone")
	}
	s.tus(http.MethodDelete, strings.TrimPrefix(again.header.Get("Location"), "https://map.example"), nil).want(204)
	if n := s.filesKept(); n != 0 {
		t.Errorf("%d files are left", n)
	}
	if s.tus(http.MethodHead, path, nil).want(410); s.patch(path, 0, strings.NewReader("x")).want(410).code() != "upload_expired" {
		t.Error("a removed upload takes bytes")
	}
}

func TestWhatIsWrongWithAnUploadIsSaid(t *testing.T) {
	s := open(t)
	number := s.openCase()
	b := drawn(2, 1000)
	good := metadata("filename", "a", "sha256", hexSum(b))
	for name, tc := range map[string]struct {
		status  int
		code    string
		headers []string
	}{
		"no version":          {412, "tus_version", []string{"Tus-Resumable", "0.2.2", "Upload-Length", "1000", "Upload-Metadata", good}},
		"no length":           {400, "upload_header", []string{"Upload-Metadata", good}},
		"a length of nothing": {422, "file_empty", []string{"Upload-Length", "0", "Upload-Metadata", good}},
		"a length to come":    {400, "upload_header", []string{"Upload-Defer-Length", "1", "Upload-Metadata", good}},
		"more than may be":    {413, "upload_too_long", []string{"Upload-Length", "99000000000000", "Upload-Metadata", good}},
		"a walk too long":     {413, "upload_too_large", []string{"Upload-Length", "9000000000", "Upload-Metadata", good + "," + metadata("kind", "walk", "case", number, "party", "甲")}},
		"no hash":             {422, "sha256_missing", []string{"Upload-Length", "1000", "Upload-Metadata", metadata("filename", "a")}},
		"a hash that is none": {422, "sha256_missing", []string{"Upload-Length", "1000", "Upload-Metadata", metadata("filename", "a", "sha256", "abc")}},
		"no name":             {422, "bad_metadata", []string{"Upload-Length", "1000", "Upload-Metadata", metadata("sha256", hexSum(b))}},
		"a misspelt field":    {422, "bad_metadata", []string{"Upload-Length", "1000", "Upload-Metadata", good + "," + metadata("sgima_m", "0.02")}},
		"a kind without case": {422, "bad_metadata", []string{"Upload-Length", "1000", "Upload-Metadata", good + "," + metadata("kind", "walk")}},
		"a walk of nobody":    {422, "party_name", []string{"Upload-Length", "1000", "Upload-Metadata", good + "," + metadata("kind", "walk", "case", number)}},
		"a sigma of a mile":   {422, "bad_metadata", []string{"Upload-Length", "1000", "Upload-Metadata", good + "," + metadata("kind", "walk", "case", number, "party", "甲", "sigma_m", "1609")}},
		"a case that is none": {404, "not_found", []string{"Upload-Length", "1000", "Upload-Metadata", good + "," + metadata("kind", "orthophoto", "case", "JS-1999-0001")}},
		"a checksum unknown":  {400, "bad_checksum", []string{"Upload-Length", "1000", "Upload-Metadata", good, "Upload-Checksum", "md5 abcd"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.tus(http.MethodPost, "/api/v1/uploads", nil, tc.headers...).want(tc.status)
			if got := a.code(); got != tc.code {
				t.Errorf("code = %s, want %s", got, tc.code)
			}
		})
	}
	path := s.create(b)
	if a := s.patch(path, 7, bytes.NewReader(b)).want(409); a.code() != "upload_offset" {
		t.Errorf("another offset: %s", a.body)
	}
	if a := s.patch(path, 0, bytes.NewReader(append(b, 1))).want(413); a.code() != "upload_too_long" {
		t.Errorf("more bytes than declared: %s", a.body)
	}
	if a := s.patch("/api/v1/uploads/"+uuid.NewString(), 0, bytes.NewReader(b)).want(404); a.code() != "not_found" {
		t.Errorf("no such upload: %s", a.body)
	}
	s.get("/api/v1/uploads/no-id").want(404)
	s.tus(http.MethodHead, "/api/v1/uploads/no-id", nil).want(404)
	s.get("/api/v1/uploads/" + uuid.NewString()).want(404)
	// Somebody else's upload is none.
	other := mediation.WithActor(t.Context(), mediation.Actor{Name: "somebody else"})
	if _, err := s.db.Upload(other, uuid.MustParse(filepath.Base(path))); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("another person sees the upload: %v", err)
	}

	// Other bytes than were declared, found out at the end.
	a := s.patch(path, 0, bytes.NewReader(drawn(3, 1000))).want(460)
	if a.code() != "checksum_mismatch" || s.uploadAt(path).Status != "broken" || s.filesKept() != 0 {
		t.Errorf("other bytes: %s; %+v; %d files", a.body, s.uploadAt(path), s.filesKept())
	}
	s.patch(path, 0, bytes.NewReader(b)).want(460)
}

func TestARequestMayCarryItsOwnChecksum(t *testing.T) {
	s := open(t)
	b := drawn(4, 50_000)
	path := s.create(b)
	sum1, sum2 := sha1.Sum(b[:20_000]), sha256.Sum256(b[20_000:])
	first, second := "sha1 "+base64.StdEncoding.EncodeToString(sum1[:]), "sha256 "+base64.StdEncoding.EncodeToString(sum2[:])
	if a := s.patch(path, 0, bytes.NewReader(b[1:20_001]), "Upload-Checksum", first).want(460); a.code() != "chunk_mismatch" || s.offset(path) != 0 {
		t.Errorf("other bytes: %s, offset %d", a.body, s.offset(path))
	}
	s.patch(path, 0, bytes.NewReader(b[:20_000]), "Upload-Checksum", first).want(204)
	s.patch(path, 20_000, bytes.NewReader(b[20_000:]), "Upload-Checksum", second).want(204)
	if s.kept(hexSum(b)) != hexSum(b) {
		t.Error("other bytes are kept")
	}
}

func TestAScriptPutsAFile(t *testing.T) {
	s := open(t)
	b := drawn(5, 70_000)
	sum := sha256.Sum256(b)
	digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	a := s.do(http.MethodPut, "/api/v1/uploads/%E8%B8%8F%E7%95%8C.gpx", bytes.NewReader(b), "Repr-Digest", digest).want(201)
	var u api.Upload
	a.as(&u)
	if u.Status != "complete" || *u.Sha256 != hexSum(b) || u.Filename != "踏界.gpx" || a.header.Get("Location") != "/api/v1/uploads/"+u.Id.String() {
		t.Errorf("answer %s at %s", a.body, a.header.Get("Location"))
	}
	s.do(http.MethodPut, "/api/v1/uploads/again", bytes.NewReader(b)).want(201)
	if s.filesKept() != 1 || s.kept(hexSum(b)) != hexSum(b) {
		t.Errorf("%d files", s.filesKept())
	}
	for name, tc := range map[string]struct {
		status int
		code   string
		body   io.Reader
		query  string
		header []string
	}{
		"another digest":        {460, "checksum_mismatch", bytes.NewReader(b[1:]), "", []string{"Repr-Digest", digest}},
		"a digest that is none": {400, "bad_digest", bytes.NewReader(b), "", []string{"Repr-Digest", "md5=:abc:"}},
		"no length":             {411, "length_required", io.MultiReader(bytes.NewReader(b)), "", nil},
		"a walk of nobody":      {422, "party_name", bytes.NewReader(b), "?kind=walk&case=" + s.openCase(), nil},
		"a parameter unknown":   {400, "bad_request", bytes.NewReader(b), "?sgima=1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.do(http.MethodPut, "/api/v1/uploads/x"+tc.query, tc.body, tc.header...).want(tc.status).code(); got != tc.code {
				t.Errorf("code = %s, want %s", got, tc.code)
			}
			if n := s.filesKept(); n != 1 {
				t.Errorf("%d files are kept", n)
			}
		})
	}
	var list struct{ Items []api.Upload }
	s.get("/api/v1/uploads").want(200).as(&list)
	if len(list.Items) != 2 {
		t.Errorf("%d uploads are listed, want the two that were kept", len(list.Items))
	}
}

func TestQuotasAndTheDiskSayNoBeforeBytesAreLost(t *testing.T) {
	var desk *upload.Desk
	s := open(t, func(_ *site, c *api.Config) {
		desk = c.Uploads.(*upload.Desk)
		desk.Quota = mediation.Quota{Person: 10_000, Deployment: 15_000}
	})
	b := drawn(6, 6000)
	s.create(b) // on its way
	declare := func(size int) answer {
		t.Helper()
		return s.tus(http.MethodPost, "/api/v1/uploads", nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata", metadata("filename", "a", "sha256", hexSum(b)))
	}
	if a := declare(4001).want(413); a.code() != "quota_person" || !strings.Contains(string(a.body), "9.8 KiB") {
		t.Errorf("over the person's quota: %s", a.body)
	}
	declare(4000).want(201)
	desk.Quota = mediation.Quota{Deployment: 15_000}
	if a := declare(5001).want(507); a.code() != "quota_deployment" {
		t.Errorf("over everybody's quota: %s", a.body)
	}
	desk.Quota = mediation.Quota{}
	path := s.create(b)
	free, err := s.files.Free()
	if err != nil {
		t.Fatal(err)
	}
	s.files.MinFree = free + 1<<40
	if a := declare(1000).want(507); a.code() != "disk_full" {
		t.Errorf("on a full disk: %s", a.body)
	}
	if a := s.patch(path, 0, bytes.NewReader(b[:3000])).want(507); a.code() != "disk_full" || s.offset(path) != 3000 {
		t.Errorf("while the disk gets full: %s, kept %d", a.body, s.offset(path))
	}
	s.files.MinFree = 0
	s.patch(path, 3000, bytes.NewReader(b[3000:])).want(204)
	if s.kept(hexSum(b)) != hexSum(b) {
		t.Error("other bytes are kept")
	}
}

func TestUploadsExpire(t *testing.T) {
	var desk *upload.Desk
	s := open(t, func(_ *site, c *api.Config) { desk = c.Uploads.(*upload.Desk) })
	desk.Expiry = time.Millisecond
	b := drawn(7, 5000)
	half, whole := s.create(b), s.create(b)
	s.patch(half, 0, bytes.NewReader(b[:100])).want(204)
	s.patch(whole, 0, bytes.NewReader(b)).want(204)
	stray := filepath.Join(s.stored, "uploads", uuid.NewString())
	if err := os.WriteFile(stray, b, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Millisecond)
	if err := desk.Sweep(s.ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.filesKept(); n != 0 || s.uploadAt(half).Status != "expired" || s.uploadAt(whole).Status != "expired" {
		t.Errorf("%d files; %+v, %+v", n, s.uploadAt(half), s.uploadAt(whole))
	}
	s.tus(http.MethodHead, half, nil).want(410)
}

// What a sender has given up in silence, his new connection takes over.
func TestAnUploadIsTakenOverFromADeadLine(t *testing.T) {
	s := open(t)
	second := s.another()
	b := drawn(8, 400_000)
	path := s.create(b)
	r, w := io.Pipe() // never ends
	defer w.Close()
	first := make(chan answer, 1)
	go func() { first <- s.patch(path, 0, r) }()
	if _, err := w.Write(b[:150_000]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	at := second.offset(path) // in another process, so to say
	if at != 150_000 || time.Since(began) > 5*time.Second {
		t.Errorf("HEAD says %d after %v; want all that had come, soon", at, time.Since(began))
	}
	if a := <-first; a.status != http.StatusLocked && a.status != 0 {
		t.Errorf("the old request: %d %s", a.status, a.body)
	}
	second.patch(path, at, bytes.NewReader(b[at:])).want(204)
	if s.kept(hexSum(b)) != hexSum(b) {
		t.Error("other bytes are kept")
	}
}

// another is a second server over the same database and files.
func (s *site) another() *site {
	s.t.Helper()
	return open(s.t, func(o *site, c *api.Config) {
		o.db.Close()
		o.dsn, o.stored = s.dsn, s.stored
		o.reopen()
		c.Store, c.Files = o.db, o.files
		desk := *c.Uploads.(*upload.Desk)
		desk.Store, desk.Files = o.db, o.files
		c.Uploads = &desk
	})
}

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

// What the file is for may be said at the start, or when all of it is there; and
// anew, without sending it again.
func TestACompleteUploadIsOrdered(t *testing.T) {
	s := open(t)
	number, b := s.openCase(), gpxWalk(109.300, 109.302)
	path := s.create(b, "kind", "walk", "case", number, "party", "龙塘村第三村民小组", "sigma_m", "0.05", "filetype", "application/gpx+xml")
	job := s.patch(path, 0, bytes.NewReader(b)).want(204).header.Get("Upload-Job")
	u := s.uploadAt(path)
	if u.Job == nil || u.Job.String() != job || *u.Kind != "walk" || *u.Case != number || *u.Party != "龙塘村第三村民小组" {
		t.Errorf("Upload-Job %q of %+v", job, u)
	}
	var list struct{ Items []api.Upload }
	s.get("/api/v1/uploads").want(200).as(&list)
	if len(list.Items) != 0 {
		t.Errorf("what is ordered is still to be gone on with: %+v", list)
	}

	later := s.create(b)
	if a := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲"}`).want(409); a.code() != "upload_incomplete" {
		t.Errorf("an order of half a file: %s", a.body)
	}
	s.patch(later, 0, bytes.NewReader(b)).want(204)
	for name, tc := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"nobody's":           {`{"kind":"walk","case":"` + number + `"}`, 422, "party_name"},
		"of no kind":         {`{"kind":"picture","case":"` + number + `"}`, 400, "bad_request"},
		"of another century": {`{"kind":"orthophoto","case":"JS-1999-0001"}`, 404, "not_found"},
		"with a misspelling": {`{"kind":"walk","case":"` + number + `","party":"甲","trakc":"2"}`, 422, "bad_metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.post(later+"/order", tc.body).want(tc.status).code(); got != tc.code {
				t.Errorf("code = %s, want %s", got, tc.code)
			}
		})
	}
	ordered := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲","track":"1"}`).want(202)
	ordered.as(&u)
	if u.Job == nil || ordered.header.Get("Location") != "/api/v1/jobs/"+u.Job.String() || u.Job.String() == job {
		t.Errorf("ordered: %s at %s", ordered.body, ordered.header.Get("Location"))
	}
	again := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲","track":"2"}`).want(202)
	if again.header.Get("Location") == ordered.header.Get("Location") {
		t.Error("another track is the same order")
	}
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
