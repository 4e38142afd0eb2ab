package api_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"jieshi/api"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

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
