package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"

	"jieshi/api"
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
