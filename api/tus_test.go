package api_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"jieshi/api"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

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
