package nodeodm_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jieshi/internal/nodeodm"
	"jieshi/internal/nodeodm/nodeodmtest"
)

// orthophoto is what the engine "makes": bytes that do not compress.
var orthophoto = func() []byte {
	b := make([]byte, 300_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(r.Uint32()) //nolint:gosec // any bytes
	}
	return b
}()

func photos(n int) (list []nodeodm.Photo) {
	for i := range n {
		content := bytes.Repeat([]byte{byte(i)}, 5000+i) //nolint:gosec // any bytes
		list = append(list, nodeodm.Photo{
			Name: fmt.Sprintf("DJI_%04d.JPG", i+1), Size: int64(len(content)),
			Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
		})
	}
	return list
}

func job(t *testing.T, n int) nodeodm.Job {
	t.Helper()
	return nodeodm.Job{
		Name: "JS-2026-0001", Photos: photos(n), Into: filepath.Join(t.TempDir(), "all.zip"),
		Options: []nodeodm.Option{{Name: "orthophoto-resolution", Value: 2}}, Outputs: []string{nodeodm.OrthophotoPath},
		Pause: time.Millisecond, Poll: time.Millisecond,
	}
}

// seeded is a coin that falls the same way in every run.
func seeded(seed uint64, chance float64) func(int) bool {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0))
	return func(int) bool {
		mu.Lock()
		defer mu.Unlock()
		return r.Float64() < chance
	}
}

func wantOrthophoto(t *testing.T, archive string) {
	t.Helper()
	var got bytes.Buffer
	if err := nodeodm.Extract(archive, &got, 1<<30); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), orthophoto) {
		t.Errorf("the orthophoto has %d bytes that are not those of the engine (%d)", got.Len(), len(orthophoto))
	}
}

// wantPhotos checks that the node has every photo, whole.
func wantPhotos(t *testing.T, s *nodeodmtest.Server, sent []nodeodm.Photo) {
	t.Helper()
	got := s.Images()
	if len(got) != len(sent) {
		t.Errorf("the node has %d photos, want %d", len(got), len(sent))
	}
	for _, p := range sent {
		r, _ := p.Open(t.Context())
		want, _ := io.ReadAll(r)
		if !bytes.Equal(got[p.Name], want) {
			t.Errorf("%s came with %d bytes, want %d", p.Name, len(got[p.Name]), len(want))
		}
	}
}

func TestPhotosBecomeAnOrthophoto(t *testing.T) {
	s := (&nodeodmtest.Server{Orthophoto: orthophoto, Steps: 4, Token: "secret"}).Start(t)
	j := job(t, 12)
	var told []string
	j.Progress = func(stage nodeodm.Stage, done float64) { told = append(told, fmt.Sprintf("%s %.2f", stage, done)) }
	state, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL, Token: "secret"}, j)
	if err != nil {
		t.Fatal(err)
	}
	wantOrthophoto(t, j.Into)
	wantPhotos(t, s, j.Photos)
	if !state.Committed || len(state.Sent) != 12 {
		t.Errorf("state %+v", state)
	}
	if options, outputs := s.Options(); options != `[{"name":"orthophoto-resolution","value":2}]` || outputs != `["odm_orthophoto/odm_orthophoto.tif"]` {
		t.Errorf("options %s, outputs %s", options, outputs)
	}
	for _, want := range []string{"sending 0.00", "sending 1.00", "waiting 0.00", "computing 0.60", "computing 1.00", "downloading 0.00", "downloading 1.00"} {
		if !slices.Contains(told, want) {
			t.Errorf("was not told %q, but %q", want, told)
		}
	}
}

// Half of all uploads dropped is NodeODM's own test; a county's line is no better.
func TestDroppedUploadsAreSentAgain(t *testing.T) {
	for seed := range uint64(5) {
		s := (&nodeodmtest.Server{
			Orthophoto: orthophoto, DropUpload: seeded(seed, 0.3), CutUpload: seeded(seed+100, 0.3), CutDownload: func(n int) bool { return n <= 3 },
			LoseAnswer: func(op string, n int) bool { return n == 1 || (op == "upload" && n%7 == 0) },
		}).Start(t)
		j := job(t, 20)
		j.Patience = 40
		if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		wantOrthophoto(t, j.Into)
		wantPhotos(t, s, j.Photos)
	}
}

func TestADownloadGoesOnWhereItBroke(t *testing.T) {
	for _, ignore := range []bool{false, true} {
		s := (&nodeodmtest.Server{Orthophoto: orthophoto, IgnoreRange: ignore, CutDownload: func(n int) bool { return n <= 4 }}).Start(t)
		j := job(t, 1)
		if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j); err != nil {
			t.Fatal(err)
		}
		wantOrthophoto(t, j.Into)
		// Five parts that follow each other, or five beginnings of which one is whole.
		if whole := s.Served() <= int64(len(orthophoto)+1000); whole == ignore {
			t.Errorf("ignoring ranges %v: %d bytes served for %d", ignore, s.Served(), len(orthophoto))
		}
	}
}

// A run of ours that dies goes on with what was kept of its state.
func TestARunGoesOnAfterItsDeath(t *testing.T) {
	s := (&nodeodmtest.Server{Orthophoto: orthophoto, Steps: 2}).Start(t)
	j := job(t, 10)
	j.Parallel = 1
	died := errors.New("died")
	var kept nodeodm.State
	for deaths := 0; ; deaths++ {
		if deaths > 100 {
			t.Fatal("it never ends")
		}
		steps := 0
		j.State, j.Keep = kept, func(state nodeodm.State) error {
			if steps++; steps > 2 { // dies before the third step is written down
				return died
			}
			kept = state
			return nil
		}
		_, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j)
		if err == nil {
			break
		}
		if !errors.Is(err, died) {
			t.Fatal(err)
		}
	}
	wantOrthophoto(t, j.Into)
	wantPhotos(t, s, j.Photos)
	if n := s.Calls("upload"); n > 10+6 {
		t.Errorf("%d photos sent for 10: each death may cost one", n)
	}
	if n := s.Calls("commit"); n > 2 {
		t.Errorf("%d commits", n)
	}
}

func TestATaskThatTheNodeLostIsBegunAnew(t *testing.T) {
	s := (&nodeodmtest.Server{Orthophoto: orthophoto, AfterCommits: func(n int) bool { return n == 1 }}).Start(t)
	j := job(t, 3)
	state, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j)
	if err != nil {
		t.Fatal(err)
	}
	wantOrthophoto(t, j.Into)
	if state.Tries != 1 || s.Calls("init") != 2 || s.Calls("upload") != 6 {
		t.Errorf("state %+v, %d init, %d uploads", state, s.Calls("init"), s.Calls("upload"))
	}
	s = (&nodeodmtest.Server{AfterCommits: func(int) bool { return true }}).Start(t)
	if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, job(t, 1)); err == nil || s.Calls("commit") != 3 {
		t.Errorf("Run() = %v after %d commits, want an error after three", err, s.Calls("commit"))
	}
}

func TestAFailedTaskSaysWhatTheEngineSaid(t *testing.T) {
	s := (&nodeodmtest.Server{FailTask: func(int) bool { return true }, Steps: 1}).Start(t)
	_, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, job(t, 2))
	failed := (*nodeodm.TaskFailed)(nil)
	if !errors.As(err, &failed) || !strings.Contains(failed.Message, "Not enough overlap") || len(failed.Output) != 3 {
		t.Errorf("Run() = %v, want what the engine printed last", err)
	}
}

func TestAWrongTokenIsSaidAtOnce(t *testing.T) {
	s := (&nodeodmtest.Server{Token: "secret"}).Start(t)
	_, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL, Token: "wrong"}, job(t, 1))
	said := (*nodeodm.Error)(nil)
	if !errors.As(err, &said) || s.Calls("init") != 0 || strings.Contains(err.Error(), "wrong") {
		t.Errorf("Run() = %v, want the node's refusal, once, without the token", err)
	}
}

func TestTooManyPhotosForTheNodeAreItsWord(t *testing.T) {
	s := (&nodeodmtest.Server{MaxImages: 2}).Start(t)
	_, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, job(t, 3))
	if said := (*nodeodm.Error)(nil); !errors.As(err, &said) || !strings.Contains(said.Message, "up to 2") {
		t.Errorf("Run() = %v", err)
	}
}

func TestATaskStoppedAtTheNodeIsSaid(t *testing.T) {
	s := (&nodeodmtest.Server{Steps: 1_000_000}).Start(t)
	c := &nodeodm.Client{URL: s.URL}
	j := job(t, 1)
	var once sync.Once
	j.Keep = func(state nodeodm.State) error {
		if state.Committed {
			once.Do(func() { _ = c.Cancel(context.WithoutCancel(t.Context()), state.Task) })
		}
		return nil
	}
	if _, err := nodeodm.Run(t.Context(), c, j); !errors.Is(err, nodeodm.ErrCanceled) {
		t.Errorf("Run() = %v, want ErrCanceled", err)
	}
}

func TestARunThatIsGivenUpLeavesTheTaskAsItIs(t *testing.T) {
	s := (&nodeodmtest.Server{Steps: 1_000_000}).Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	j := job(t, 1)
	j.Progress = func(stage nodeodm.Stage, _ float64) {
		if stage == nodeodm.Computing {
			cancel()
		}
	}
	state, err := nodeodm.Run(ctx, &nodeodm.Client{URL: s.URL}, j)
	if !errors.Is(err, context.Canceled) || !state.Committed || s.Calls("cancel")+s.Calls("remove") != 0 {
		t.Errorf("Run() = %+v, %v", state, err)
	}
	c := &nodeodm.Client{URL: s.URL}
	if err := errors.Join(c.Restart(t.Context(), state.Task), c.Cancel(t.Context(), state.Task), c.Remove(t.Context(), state.Task)); err != nil {
		t.Error(err)
	}
	if err := c.Remove(t.Context(), state.Task); err == nil {
		t.Error("a task that is gone can be removed again")
	}
}

func TestAnArchiveIsTakenApartWithCare(t *testing.T) {
	s := (&nodeodmtest.Server{}).Start(t) // makes none
	j := job(t, 1)
	if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j); err != nil {
		t.Fatal(err)
	}
	if err := nodeodm.Extract(j.Into, io.Discard, 1<<30); !errors.Is(err, nodeodm.ErrNoOrthophoto) {
		t.Errorf("Extract() = %v, want ErrNoOrthophoto", err)
	}
	s = (&nodeodmtest.Server{Orthophoto: orthophoto}).Start(t)
	j = job(t, 1)
	if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j); err != nil {
		t.Fatal(err)
	}
	if err := nodeodm.Extract(j.Into, io.Discard, int64(len(orthophoto)-1)); err == nil {
		t.Error("an orthophoto longer than the limit was taken")
	}
	j = job(t, 1)
	j.Limit = 1000
	if _, err := nodeodm.Run(t.Context(), &nodeodm.Client{URL: s.URL}, j); err == nil {
		t.Error("an archive longer than the limit was downloaded")
	}
	if err := os.WriteFile(j.Into, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := nodeodm.Extract(j.Into, io.Discard, 1<<30); err == nil {
		t.Error("Extract() of what is no zip gives no error")
	}
}
