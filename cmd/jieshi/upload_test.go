package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jieshi/internal/blob/s3test"
)

// A bigFile is bytes that its seed determines, without being anywhere: blocks of
// 1 MiB, every other one zeros, as a picture with much nodata has them.
type bigFile struct {
	seed, size int64
}

const bigBlock = 1 << 20

func (f bigFile) ReadAt(p []byte, at int64) (n int, err error) {
	if at >= f.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), f.size-at, bigBlock-at%bigBlock)]
	clear(p)
	if block := at / bigBlock; block%2 == 0 {
		var seed [32]byte
		binary.LittleEndian.PutUint64(seed[:], uint64(f.seed))
		binary.LittleEndian.PutUint64(seed[8:], uint64(block))
		source := rand.NewChaCha8(seed)
		whole := make([]byte, bigBlock)
		_, _ = source.Read(whole)
		copy(p, whole[at%bigBlock:])
	}
	return len(p), nil
}

// from reads the rest of the file in whole blocks.
func (f bigFile) from(at int64) io.Reader {
	r, w := io.Pipe()
	go func() {
		buf := make([]byte, bigBlock)
		for at < f.size {
			n, err := f.ReadAt(buf, at)
			if err == nil {
				_, err = w.Write(buf[:n])
			}
			if err != nil {
				_ = w.CloseWithError(err)
				return
			}
			at += int64(n)
		}
		_ = w.Close()
	}()
	return r
}

func (f bigFile) sum(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	if _, err := io.Copy(h, f.from(0)); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A sender sends a file by tus to whichever server it is told.
type sender struct {
	file bigFile
	path string
}

func (u *sender) request(t *testing.T, method, address string, body io.Reader, headers ...string) (status int, header http.Header, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header, nil
}

func (u *sender) create(t *testing.T, address, sum string) {
	t.Helper()
	name := base64.StdEncoding.EncodeToString([]byte("正射影像.tif"))
	status, header, err := u.request(t, http.MethodPost, address+"/api/v1/uploads", nil, "Upload-Length", strconv.FormatInt(u.file.size, 10),
		"Upload-Metadata", "filename "+name+",sha256 "+base64.StdEncoding.EncodeToString([]byte(sum)))
	if err != nil || status != http.StatusCreated {
		t.Fatalf("creation: %d %v", status, err)
	}
	u.path = header.Get("Location")
}

// offset asks a server where to go on, and how long the answer took.
func (u *sender) offset(t *testing.T, address string) (int64, time.Duration) {
	t.Helper()
	began := time.Now()
	status, header, err := u.request(t, http.MethodHead, address+u.path, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("HEAD: %d %v", status, err)
	}
	at, err := strconv.ParseInt(header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return at, time.Since(began)
}

// send sends the rest; after so many bytes it calls at.
func (u *sender) send(t *testing.T, address string, from, after int64, at func()) (status int, err error) {
	t.Helper()
	rest := u.file.from(from)
	body := io.MultiReader(io.LimitReader(rest, after), readerFunc(func(p []byte) (int, error) {
		if at != nil {
			at()
			at = nil
		}
		return rest.Read(p)
	}))
	status, _, err = u.request(t, http.MethodPatch, address+u.path, body, "Upload-Offset", strconv.FormatInt(from, 10), "Content-Type", "application/offset+octet-stream")
	return status, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// setting is a number of the environment, for a soak test, or what is enough for
// every day.
func setting(name string, everyDay int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return everyDay
}

// Two servers share an upload. Again and again the one that writes is killed at
// a random byte; the other one goes on at once, from where the bytes are for
// good. JIESHI_UPLOAD_BYTES and JIESHI_UPLOAD_KILLS make it a soak test.
func TestAnUploadOutlivesServersThatAreKilled(t *testing.T) {
	t.Run("directory", func(t *testing.T) {
		b := newServedBench(t)
		size := setting("JIESHI_UPLOAD_BYTES", 40<<20+4321)
		b.killServers(t, bigFile{1, size}, setting("JIESHI_UPLOAD_KILLS", 2), func(sum string) string {
			return filepath.Join(b.data, "files", sum[:2], sum)
		})
		if left, err := os.ReadDir(filepath.Join(b.data, "files", "uploads")); err != nil || len(left) > 0 {
			t.Errorf("left on the way: %v, %v", left, err)
		}
	})
	t.Run("bucket", func(t *testing.T) {
		server := s3test.Start(t)
		b := newServedBench(t)
		b.environ = append(b.environ, "JIESHI_S3_BUCKET="+server.Name, "JIESHI_S3_ENDPOINT="+server.Endpoint, "JIESHI_S3_PATH_STYLE=true", "JIESHI_S3_PREFIX=evidence",
			"AWS_ACCESS_KEY_ID="+server.AccessKey, "AWS_SECRET_ACCESS_KEY="+server.SecretKey)
		b.killServers(t, bigFile{2, 40<<20 + 4321}, 2, func(sum string) string {
			return filepath.Join(server.Folder, "evidence", sum[:2], sum)
		})
		var found struct{ Findings []finding }
		b.run(t.Context(), "doctor", "--json").read(t, &found)
		for _, f := range found.Findings {
			if f.What == "files" && (!f.OK || !bytes.Contains([]byte(f.Says), []byte("bucket files"))) {
				t.Errorf("doctor says of the files: %+v", f)
			}
		}
	})
}

// A walk that comes by tus into a bucket becomes a walk of the case, with its
// original there and nothing left here.
func TestAnUploadedWalkBecomesAWalkWithFilesInABucket(t *testing.T) {
	server := s3test.Start(t)
	b := newServedBench(t)
	b.environ = append(b.environ, "JIESHI_S3_BUCKET="+server.Name, "JIESHI_S3_ENDPOINT="+server.Endpoint, "JIESHI_S3_PATH_STYLE=true",
		"AWS_ACCESS_KEY_ID="+server.AccessKey, "AWS_SECRET_ACCESS_KEY="+server.SecretKey)
	number := b.openCase(t)
	walk, err := os.ReadFile(writeWalk(t, filepath.Join(b.root, "walk.pos"), [2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 100}, [2]float64{0, 100}))
	if err != nil {
		t.Fatal(err)
	}
	s := b.serve(t)
	hash := sha256.Sum256(walk)
	sum := hex.EncodeToString(hash[:])
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.address+"/api/v1/uploads/walk.pos?kind=walk&sigma_m=0.02&party=A&case="+number, bytes.NewReader(walk))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var upload struct{ SHA256, Job, Status string }
	if err := json.NewDecoder(response.Body).Decode(&upload); err != nil || upload.SHA256 != sum || upload.Status != "complete" || upload.Job == "" {
		t.Fatalf("PUT: %d %+v, %v", response.StatusCode, upload, err)
	}
	var job struct {
		State   string
		Outcome struct{ Status string }
	}
	for until := time.Now().Add(60 * time.Second); job.State != "successful" && job.State != "failed" && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		_, text := s.get(t, "/api/v1/jobs/"+upload.Job)
		if err := json.Unmarshal([]byte(text), &job); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	if job.State != "successful" || job.Outcome.Status != "ready" {
		t.Errorf("the job ends %+v", job)
	}
	if kept, err := os.ReadFile(filepath.Join(server.Folder, sum[:2], sum)); err != nil || !bytes.Equal(kept, walk) {
		t.Errorf("the bucket has %d bytes of the walk, %v", len(kept), err)
	}
	s.stop(t)
	if left := b.onTheWay(t); len(left) > 0 {
		t.Errorf("left on the way: %v", left)
	}
}

func (b *bench) killServers(t *testing.T, file bigFile, kills int64, kept func(sum string) string) {
	t.Helper()
	began, sum := time.Now(), file.sum(t)
	hashed := time.Since(began)
	began = time.Now()
	number := b.openCase(t)
	servers := []*service{b.serve(t, "--workers", "0"), b.serve(t, "--workers", "0")}
	u := sender{file: file}
	u.create(t, servers[0].address, sum)
	random := rand.New(rand.NewPCG(uint64(file.seed), 3))
	var lost int64
	var longest time.Duration
	for n := int64(0); ; n++ {
		writing, other := servers[n%2], servers[(n+1)%2]
		at, _ := u.offset(t, writing.address)
		if n == kills {
			if status, err := u.send(t, writing.address, at, file.size-at, nil); err != nil || status != http.StatusNoContent {
				t.Fatalf("the last request: %d %v", status, err)
			}
			break
		}
		sent := 1 + random.Int64N(2*(file.size-at)/(kills-n+1))
		_, err := u.send(t, writing.address, at, min(sent, file.size-at-1), func() {
			time.Sleep(20 * time.Millisecond) // what was sent is on its way to the disk
			if err := syscall.Kill(writing.cmd.Process.Pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		})
		if err == nil {
			t.Fatalf("a killed server answered")
		}
		<-writing.ended
		now, took := u.offset(t, other.address)
		lost, longest = lost+max(at+sent-now, 0), max(longest, took)
		if now < at || took > 10*time.Second {
			t.Errorf("after kill %d the other server is at %d (before: %d) after %v", n+1, now, at, took)
		}
		servers[n%2] = b.serve(t, "--workers", "0")
	}
	took := time.Since(began)
	if at, _ := u.offset(t, servers[0].address); at != file.size {
		t.Errorf("the upload is at %d of %d", at, file.size)
	}
	f, err := os.Open(kept(sum))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		t.Errorf("SHA-256 %s, want %s", got, sum)
	}
	b.killWorkers(t, servers[0], number, u, kills/2)
	for _, s := range servers {
		s.stop(t)
	}
	t.Logf("%d bytes, %d kills, %v (hashing alone %v); %.1f MiB sent twice, the other server answered after at most %v",
		file.size, kills, took.Round(time.Millisecond), hashed.Round(time.Millisecond), float64(lost)/(1<<20), longest.Round(time.Millisecond))
}

// killWorkers orders a picture to be made of an upload, and kills whoever works on
// it, again and again. The job ends all the same: bytes that are no picture are
// refused, with a reason, and nothing is left of the attempts.
func (b *bench) killWorkers(t *testing.T, s *service, number string, u sender, kills int64) {
	t.Helper()
	began := time.Now()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.address+u.path+"/order", strings.NewReader(`{"kind":"orthophoto","case":"`+number+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	id := filepath.Base(response.Header.Get("Location"))
	if response.StatusCode != http.StatusAccepted {
		t.Fatalf("order: %d", response.StatusCode)
	}
	random, working, begun := rand.New(rand.NewPCG(uint64(u.file.seed), 4)), 0, 0
	for range kills {
		worker := b.startWorker(t, "convert")
		begun = s.until(t, id, 2*time.Minute, "begun", func(j jobState) bool { return j.State == "running" && j.Attempts > begun || j.State == "successful" }).Attempts
		time.Sleep(time.Duration(random.Int64N(1+3000*u.file.size>>30)) * time.Millisecond) // up to 3 s a GiB
		j := s.ask(t, http.MethodGet, "/jobs/"+id, nil)
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = worker.Wait() // it was killed
		if j.State == "running" && j.Attempts == begun {
			working++
		}
	}
	worker := b.startWorker(t, "convert")
	j := s.until(t, id, 10*time.Minute, "refused", func(j jobState) bool { return j.State == "successful" })
	if r := j.Outcome.Refusal; j.Outcome.Status != "refused" || r.Code == "" || r.Reason.ZH == "" || r.Reason.EN == "" {
		t.Errorf("bytes that are no picture end as %+v", j)
	}
	for end := time.Now().Add(10 * time.Second); len(b.onTheWay(t)) > 0 && time.Now().Before(end); {
		time.Sleep(30 * time.Millisecond) // the job has ended; its folder goes after it
	}
	if err := worker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = worker.Wait()
	if left := b.onTheWay(t); len(left) > 0 {
		t.Errorf("killed workers leave %v", left)
	}
	t.Logf("%d workers were killed, %d of them at work; refused as %s at attempt %d, after %v", kills, working, j.Outcome.Refusal.Code, j.Attempts, time.Since(began).Round(time.Millisecond))
}
