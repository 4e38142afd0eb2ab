package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"jieshi/internal/blob"
	"jieshi/mediation"
)

// noise is n bytes that the seed determines.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = source.Read(b)
	return b
}

func declared(b []byte) blob.Declared {
	return blob.Declared{ID: uuid.New(), Size: int64(len(b)), SHA256: sha256.Sum256(b)}
}

// A memory is the row of an upload: what was committed last.
type memory struct{ blob.Received }

func (m *memory) commit(_ context.Context, at blob.Received) error {
	m.Received = at
	return nil
}

var errCable = errors.New("cable pulled")

// cut gives the first n bytes and then breaks.
func cut(b []byte, n int) io.Reader {
	return io.MultiReader(bytes.NewReader(b[:n]), failing{})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errCable }

// end verifies, places, and forgets.
func (s shop) end(t *testing.T, d blob.Declared, at blob.Received) {
	t.Helper()
	if err := blob.Verify(d, at); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Place(t.Context(), d, at), s.Forget(t.Context(), d.ID, d.SHA256, at.Parts)); err != nil {
		t.Fatal(err)
	}
}

func TestPartialUploadsKeepTheirContract(t *testing.T) {
	everywhere(t, func(t *testing.T, open func(*testing.T) shop) {
		t.Helper()
		// 20 MiB and a few bytes: past a stride of the disk, and three parts of S3.
		whole := noise(1, 20<<20+12345)
		t.Run("bytes that were cut off at any place come together", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			random := rand.New(rand.NewPCG(7, 7))
			for n := 0; ; n++ {
				rest := whole[row.Offset:]
				stop := 1 + random.IntN(7<<20)
				if n%5 == 4 {
					stop = 1 + random.IntN(100)
				}
				if stop >= len(rest) {
					at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(rest), nil, row.commit)
					if err != nil {
						t.Fatal(err)
					}
					s.end(t, d, at)
					break
				}
				at, err := s.Append(t.Context(), d, row.Received, cut(rest, stop), nil, row.commit)
				if !errors.Is(err, errCable) || at.Offset != row.Offset || int(at.Offset) != len(whole)-len(rest)+stop {
					t.Fatalf("cut %d: at %d, committed %d, %v; want %d bytes more", n, at.Offset, row.Offset, err, stop)
				}
			}
			if got := s.read(t, d.SHA256); got != string(whole) {
				t.Error("the file has other bytes")
			}
			if n := files(t, s.kept); n != 1 {
				t.Errorf("%d files, want the one", n)
			}
		})
		// A program that dies leaves bytes that its row does not know of.
		t.Run("bytes behind the last commit come again", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			if _, err := s.Append(t.Context(), d, row.Received, cut(whole, 3<<20), nil, row.commit); !errors.Is(err, errCable) {
				t.Fatal(err)
			}
			remembered := *row
			if _, err := s.Append(t.Context(), d, row.Received, cut(whole[3<<20:], 11<<20), nil, row.commit); !errors.Is(err, errCable) {
				t.Fatal(err)
			}
			remembered.Offset = 3 << 20
			at, err := s.Append(t.Context(), d, remembered.Received, bytes.NewReader(whole[3<<20:]), nil, remembered.commit)
			if errors.Is(err, blob.ErrLost) && s.kept != s.local {
				// The tail of the first request went when the second was committed: S3 must begin anew.
				at, err = s.Append(t.Context(), d, remembered.Received, bytes.NewReader(whole[remembered.Offset:]), nil, remembered.commit)
			}
			if err != nil {
				t.Fatal(err)
			}
			s.end(t, d, at)
			if got := s.read(t, d.SHA256); got != string(whole) {
				t.Error("the file has other bytes")
			}
		})
		t.Run("other bytes than declared are never placed", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			other := bytes.Clone(whole)
			other[9<<20] ^= 1
			at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(other), nil, row.commit)
			if err != nil {
				t.Fatal(err)
			}
			if err := blob.Verify(d, at); !errors.Is(err, blob.ErrMismatch) {
				t.Errorf("Verify() = %v, want ErrMismatch", err)
			}
			if err := s.Forget(t.Context(), d.ID, d.SHA256, at.Parts); err != nil {
				t.Fatal(err)
			}
			if n := files(t, s.kept); n != 0 {
				t.Errorf("%d files are left", n)
			}
		})
		t.Run("an upload that is not whole is not verified", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			_, _ = s.Append(t.Context(), d, row.Received, cut(whole, 100), nil, row.commit)
			if err := blob.Verify(d, row.Received); err == nil || errors.Is(err, blob.ErrMismatch) {
				t.Errorf("Verify() = %v", err)
			}
		})
		// The worst moment: placed, and dead before the row said so. The last bytes
		// come again, and the placed file must stay what it is.
		t.Run("an upload that was placed and not committed is placed again", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			if _, err := s.Append(t.Context(), d, row.Received, cut(whole, 18<<20), nil, row.commit); !errors.Is(err, errCable) {
				t.Fatal(err)
			}
			before := *row
			at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(whole[18<<20:]), nil, row.commit)
			if err == nil {
				err = s.Place(t.Context(), d, at)
			}
			if err != nil {
				t.Fatal(err)
			}
			at, err = s.Append(t.Context(), d, before.Received, bytes.NewReader(whole[18<<20:]), nil, before.commit)
			if err != nil {
				t.Fatal(err)
			}
			s.end(t, d, at)
			if got := s.read(t, d.SHA256); got != string(whole) {
				t.Error("the file has other bytes")
			}
		})
		t.Run("the same bytes by two uploads are kept once", func(t *testing.T) {
			s := open(t)
			small := noise(2, 1<<20)
			for range 2 {
				d, row := declared(small), &memory{}
				at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(small), nil, row.commit)
				if err != nil {
					t.Fatal(err)
				}
				s.end(t, d, at)
			}
			if n := files(t, s.kept); n != 1 {
				t.Errorf("%d files, want 1", n)
			}
		})
		t.Run("a request whose own checksum is wrong leaves the upload as it was", func(t *testing.T) {
			s, d, row := open(t), declared(whole), &memory{}
			wrong := errors.New("checksum")
			_, _ = s.Append(t.Context(), d, row.Received, cut(whole, 1<<20), nil, row.commit)
			if _, err := s.Append(t.Context(), d, row.Received, cut(noise(3, 18<<20), 17<<20), func() error { return wrong }, row.commit); !errors.Is(err, wrong) || row.Offset != 1<<20 {
				t.Fatalf("Append() = %v at %d", err, row.Offset)
			}
			at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(whole[1<<20:]), func() error { return nil }, row.commit)
			if err != nil {
				t.Fatal(err)
			}
			s.end(t, d, at)
		})
		// Somebody else has taken over: the commit says so, and nothing more is written.
		t.Run("a commit that fails ends the writing", func(t *testing.T) {
			s, d := open(t), declared(whole)
			taken := errors.New("taken over")
			calls := 0
			at, err := s.Append(t.Context(), d, blob.Received{}, bytes.NewReader(whole), nil, func(context.Context, blob.Received) error { calls++; return taken })
			if !errors.Is(err, taken) || calls != 1 || at.Offset != 0 {
				t.Errorf("Append() = %d, %v after %d commits", at.Offset, err, calls)
			}
		})
		t.Run("what no row knows is swept", func(t *testing.T) {
			s := open(t)
			var live uuid.UUID
			for range 3 {
				d, row := declared(whole), &memory{}
				_, _ = s.Append(t.Context(), d, row.Received, cut(whole, 1<<20), nil, row.commit)
				live = d.ID
			}
			left, err := s.SweepPartials(t.Context(), func(id uuid.UUID) (bool, error) { return id == live, nil })
			if err != nil || left != 2 || files(t, s.kept) < 1 {
				t.Errorf("SweepPartials() = %d, %v; %d files", left, err, files(t, s.kept))
			}
		})
	})
}

// After a power cut the file may be shorter than fsync promised, and a row may
// have been restored from a backup.
func TestAFileThatDoesNotBelongToItsRowIsReadAgain(t *testing.T) {
	whole := noise(4, 3<<20)
	for name, spoil := range map[string]func(t *testing.T, path string, row *memory){
		"a file that is shorter": func(t *testing.T, path string, _ *memory) {
			t.Helper()
			if err := os.Truncate(path, 1<<20); err != nil {
				t.Fatal(err)
			}
		},
		"a state of another offset": func(_ *testing.T, _ string, row *memory) { row.Offset -= 5 },
		"a state that is none":      func(_ *testing.T, _ string, row *memory) { row.State = []byte("state") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := blob.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			d, row := declared(whole), &memory{}
			_, _ = s.Append(t.Context(), d, row.Received, cut(whole, 2<<20), nil, row.commit)
			spoil(t, filepath.Join(dir, "uploads", d.ID.String()), row)
			_, err = s.Append(t.Context(), d, row.Received, strings.NewReader("anything"), nil, row.commit)
			if !errors.Is(err, blob.ErrLost) || row.Offset > 2<<20 || row.Offset < 1<<20 {
				t.Fatalf("Append() = %v, goes on at %d", err, row.Offset)
			}
			at, err := s.Append(t.Context(), d, row.Received, bytes.NewReader(whole[row.Offset:]), nil, row.commit)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(blob.Verify(d, at), s.Place(t.Context(), d, at)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Two processes on one directory: one that lost its claim on an upload without
// knowing must not write into what the other one has hashed.
func TestTwoProcessesDoNotWriteOneUpload(t *testing.T) {
	dir, whole := t.TempDir(), noise(5, 1<<20)
	one, err1 := blob.Open(dir)
	two, err2 := blob.Open(dir)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	d, row := declared(whole), &memory{}
	meanwhile := readerFunc(func([]byte) (int, error) {
		if _, err := two.Append(t.Context(), d, blob.Received{}, bytes.NewReader(whole), nil, row.commit); !errors.Is(err, blob.ErrBusy) {
			t.Errorf("the second writer: %v, want ErrBusy", err)
		}
		return 0, io.EOF
	})
	if _, err := one.Append(t.Context(), d, row.Received, io.MultiReader(bytes.NewReader(whole[:1000]), meanwhile), nil, row.commit); err != nil {
		t.Fatal(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func ExampleVerify() {
	sent := []byte("界石")
	d := blob.Declared{ID: uuid.New(), Size: 6, SHA256: mediation.Hash(sha256.Sum256(sent))}
	dir, err := os.MkdirTemp("", "store-*")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := blob.Open(dir)
	if err != nil {
		panic(err)
	}
	ctx, row := context.Background(), &memory{}
	_, _ = s.Append(ctx, d, row.Received, cut(sent, 2), nil, row.commit) // the line breaks in the middle of 界
	at, err := s.Append(ctx, d, row.Received, bytes.NewReader(sent[row.Offset:]), nil, row.commit)
	fmt.Println(row.Offset, at.Offset, err, blob.Verify(d, at))
	// Output: 2 6 <nil> <nil>
}
