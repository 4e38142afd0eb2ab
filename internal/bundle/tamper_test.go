package bundle_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jieshi/ingest"
	"jieshi/internal/bundle"
	"jieshi/internal/bundle/bundletest"
	"jieshi/mediation"
)

// verify returns the refusal of the bag at path, nil if it is whole. Any other
// error fails the test: a damaged bag is no fault of ours.
func verify(t interface {
	Helper()
	Fatalf(string, ...any)
}, path string,
) *ingest.Refusal {
	t.Helper()
	_, err := bundle.Verify(context.Background(), path)
	var r *ingest.Refusal
	if err != nil && !errors.As(err, &r) {
		t.Fatalf("Verify() error = %v, want a refusal", err)
	}
	return r
}

func put(t testing.TB, dir, name string, content []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// One byte of one file, anywhere, is changed, put in or taken out.
func TestEveryChangedByteIsFound(t *testing.T) {
	dir := bag(t, bundletest.New())
	whole := files(t, dir)
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		t.Run(name, func(t *testing.T) {
			content := whole[name]
			defer put(t, dir, name, content)
			rapid.Check(t, func(rt *rapid.T) {
				at := rapid.IntRange(0, len(content)-1).Draw(rt, "at")
				changed := slices.Clone(content)
				switch rapid.SampledFrom([]string{"flip", "insert", "remove", "truncate"}).Draw(rt, "how") {
				case "flip":
					changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
				case "insert":
					changed = slices.Insert(changed, at, rapid.Byte().Draw(rt, "byte"))
				case "remove":
					changed = slices.Delete(changed, at, at+1)
				case "truncate":
					changed = changed[:at]
				}
				if bytes.Equal(changed, content) {
					return
				}
				put(t, dir, name, changed)
				r := verify(rt, dir)
				if r == nil {
					rt.Fatalf("%s was changed and the bag still verifies", name)
				}
				// The manifest of a file or the file itself is where it shows.
				if strings.HasPrefix(name, "data/") && r.Where != name {
					rt.Fatalf("%s was changed, the refusal names %s (%s)", name, r.Where, r.Code)
				}
			})
		})
	}
}

func TestTakingAwayAddingAndSwappingIsFound(t *testing.T) {
	dir := bag(t, bundletest.New())
	whole := files(t, dir)
	names := slices.Sorted(maps.Keys(whole))
	for i, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, dir); r == nil || (strings.HasPrefix(name, "data/") && (r.Code != "file_missing" || r.Where != name)) {
			t.Errorf("without %s: %+v", name, r)
		}
		put(t, dir, name, whole[name])

		other := names[(i+1)%len(names)]
		put(t, dir, name, whole[other])
		put(t, dir, other, whole[name])
		if r := verify(t, dir); r == nil {
			t.Errorf("%s and %s changed places unnoticed", name, other)
		}
		put(t, dir, name, whole[name])
		put(t, dir, other, whole[other])
	}
	for _, name := range []string{"note.txt", "data/note.txt", "data/evidence/005-walk.json", "data/originals/" + strings.Repeat("0", 16) + "-x.pos", "tagmanifest-md5.txt"} {
		put(t, dir, name, []byte("added"))
		if r := verify(t, dir); r == nil || r.Code != "file_extra" || r.Where != name {
			t.Errorf("with %s: %+v, want file_extra", name, r)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "data/empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir); r == nil || r.Code != "file_extra" {
		t.Errorf("with an empty folder: %+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "data/empty")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "data/map.pdf"), filepath.Join(dir, "../map.pdf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../map.pdf", filepath.Join(dir, "data/map.pdf")); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir); r == nil || r.Code != "not_a_file" {
		t.Errorf("with a link for the map: %+v", r)
	}
}

// A forger is somebody who knows BagIt: after each change the manifests and
// bag-info.txt are made anew, so that only what they cover can give it away.
type forger struct {
	t     *testing.T
	files map[string][]byte
}

func (f *forger) list(in func(string) bool) []byte {
	var out bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		if in(name) {
			fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(f.files[name]), name)
		}
	}
	return out.Bytes()
}

func (f *forger) seal(dir string) {
	f.t.Helper()
	inside := func(name string) bool { return strings.HasPrefix(name, "data/") }
	size, count := 0, 0
	for name, b := range f.files {
		if inside(name) {
			size, count = size+len(b), count+1
		}
	}
	info := strings.Split(string(f.files["bag-info.txt"]), "\n")
	for i, line := range info {
		if strings.HasPrefix(line, "Payload-Oxum: ") {
			info[i] = fmt.Sprintf("Payload-Oxum: %d.%d", size, count)
		}
	}
	f.files["bag-info.txt"] = []byte(strings.Join(info, "\n"))
	f.files["manifest-sha256.txt"] = f.list(inside)
	delete(f.files, "tagmanifest-sha256.txt")
	f.files["tagmanifest-sha256.txt"] = f.list(func(name string) bool { return !inside(name) })
	for name, b := range f.files {
		put(f.t, dir, name, b)
	}
}

func (f *forger) replace(name, old, text string) {
	f.t.Helper()
	if !bytes.Contains(f.files[name], []byte(old)) {
		f.t.Fatalf("%s does not hold %q", name, old)
	}
	f.files[name] = bytes.Replace(f.files[name], []byte(old), []byte(text), 1)
}

// chain lets change alter the items of the chain.
func (f *forger) chain(change func(items []any) []any) {
	f.t.Helper()
	// RawMessage keeps the order of fields.
	var file struct {
		Format string            `json:"format"`
		Case   string            `json:"case"`
		Head   mediation.Hash    `json:"head_sha256"`
		Items  []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(f.files["data/evidence/chain.json"], &file); err != nil {
		f.t.Fatal(err)
	}
	items := make([]any, len(file.Items))
	for i := range items {
		items[i] = file.Items[i]
	}
	file.Items = nil
	for _, item := range change(items) {
		file.Items = append(file.Items, item.(json.RawMessage))
	}
	b, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		f.t.Fatal(err)
	}
	f.files["data/evidence/chain.json"] = append(b, '\n')
}

func (f *forger) original(suffix string) string {
	for name := range f.files {
		if strings.HasPrefix(name, "data/originals/") && strings.HasSuffix(name, suffix) {
			return name
		}
	}
	f.t.Fatalf("there is no original %s", suffix)
	return ""
}

func TestForgerWhoMakesTheManifestsAnewIsFound(t *testing.T) {
	const chain, pieces = "data/evidence/chain.json", "data/pieces.geojson"
	d := bundletest.New()
	whole := files(t, bag(t, d))
	for _, tc := range []struct {
		name  string
		forge func(*forger)
		code  string
		where string
	}{
		{"nothing was changed", func(*forger) {}, "", ""},
		{"a content says another party", func(f *forger) { f.replace("data/evidence/001-walk.json", "南屯村", "北屯村") }, "chain_content", chain + " #1"},
		{"a title was changed", func(f *forger) { f.replace(chain, "正射影像 orthophoto", "正射影像 Orthophoto") }, "chain_link", chain + " #3"},
		{"a date was moved by a microsecond", func(f *forger) { f.replace(chain, "02:31:15.123456Z", "02:31:15.123457Z") }, "chain_link", chain + " #1"},
		{"a date was moved by less than the link covers", func(f *forger) { f.replace(chain, "02:31:15.123456Z", "02:31:15.1234561Z") }, "chain_malformed", chain},
		{"the oldest item was taken out", func(f *forger) {
			f.chain(func(items []any) []any { return items[1:] })
			delete(f.files, "data/evidence/001-walk.json")
		}, "chain_missing", chain + " #1"},
		{"the newest item was taken out", func(f *forger) {
			f.chain(func(items []any) []any { return items[:3] })
			delete(f.files, "data/evidence/004-run.json")
		}, "chain_head", chain},
		{"two items changed places", func(f *forger) {
			f.chain(func(items []any) []any { return []any{items[1], items[0], items[2], items[3]} })
		}, "chain_missing", chain + " #1"},
		{"an item is there twice", func(f *forger) {
			f.chain(func(items []any) []any { return slices.Insert(items, 1, items[0]) })
		}, "chain_missing", chain + " #2"},
		{"the chain was laid out differently", func(f *forger) { f.files[chain] = append(f.files[chain], '\n') }, "chain_malformed", chain},
		{"a field was slipped into the chain", func(f *forger) { f.replace(chain, `"format"`, `"note": "x", "format"`) }, "chain_malformed", chain},
		{"the chain is empty", func(f *forger) { f.chain(func([]any) []any { return nil }) }, "chain_malformed", chain},
		{"the stated head is another", func(f *forger) {
			f.replace("bag-info.txt", "Jieshi-Chain-Head: "+d.Evidence[3].LinkSHA256.String(), "Jieshi-Chain-Head: "+strings.Repeat("ab", 32))
		}, "chain_head", chain},
		{"the stated case is another", func(f *forger) { f.replace("bag-info.txt", "GX-2026-0042", "GX-2026-0043") }, "info_malformed", "bag-info.txt"},
		{"the stated run is another", func(f *forger) { f.replace("bag-info.txt", "Jieshi-Run-SHA256: ", "Jieshi-Run-SHA256: 0") }, "info_malformed", "bag-info.txt"},
		{"a walk was redrawn", func(f *forger) { f.replace(f.original("北岭村 踏界.pos"), "109.", "108.") }, "original_altered", "北岭村 踏界.pos"},
		{"the picture was left out", func(f *forger) { delete(f.files, f.original("影像_.tif")) }, "file_missing", "影像_.tif"},
		{"a file was added to the manifest", func(f *forger) { f.files["data/originals/extra.pos"] = []byte("x") }, "file_unnamed", "data/originals/extra.pos"},
		{"the run was edited", func(f *forger) {
			f.replace("data/run/run-3.json", `"verdict":"certain"`, `"verdict":"within_tolerance"`)
		}, "run_altered", "data/run/run-3.json"},
		{"the run was left out", func(f *forger) { delete(f.files, "data/run/run-3.json") }, "file_missing", "data/run/run-3.json"},
		{"the sigma of a claim was made smaller", func(f *forger) { f.replace("data/run/run-3-claims.json", `"sigma_m": 1.6`, `"sigma_m": 0.6`) }, "claims_altered", "data/run/run-3-claims.json"},
		{"the ground of a claim was moved", func(f *forger) {
			b := f.files["data/run/run-3-claims.json"]
			at := bytes.Index(b, []byte(`"ground_ewkb": "`)) + 200
			b[at] = '0' + (b[at]-'0'+1)%2 // 0 or 1, and not what it was
		}, "claims_altered", "data/run/run-3-claims.json"},
		{"an area was changed", func(f *forger) {
			m2 := fmt.Sprintf(`"ellipsoidal_m2":%v`, float64(int64(float64(d.Run.Pieces[0].Nominal.Ellipsoidal.SquareMetres)*1e4+0.5))/1e4)
			f.replace(pieces, m2, m2+"1")
		}, "pieces_differ", pieces},
		{"a piece was moved by a decimetre", func(f *forger) {
			at := bytes.Index(f.files[pieces], []byte("[109.")) + 8
			f.files[pieces][at] = '0' + (f.files[pieces][at]-'0'+1)%10
		}, "pieces_differ", pieces},
		{"a piece was left out", func(f *forger) {
			lines := bytes.SplitAfter(f.files[pieces], []byte("\n"))
			f.files[pieces] = bytes.Join(slices.Delete(lines, 2, 3), nil)
		}, "pieces_differ", pieces},
		{"a property was added to a piece", func(f *forger) { f.replace(pieces, `"level":`, `"owner":"甲方","level":`) }, "pieces_differ", pieces},
		{"a claim changed its party", func(f *forger) { f.replace("data/claims.geojson", "北岭村", "南岭村") }, "claims_differ", "data/claims.geojson"},
		{"the map was left out", func(f *forger) { delete(f.files, "data/map.pdf") }, "file_missing", "data/map.pdf"},
		{"another version of BagIt", func(f *forger) { f.replace("bagit.txt", "1.0", "0.97") }, "bagit_malformed", "bagit.txt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, dir := &forger{t, maps.Clone(whole)}, t.TempDir()
			for name, b := range f.files {
				f.files[name] = slices.Clone(b)
			}
			tc.forge(f)
			f.seal(dir)
			r := verify(t, dir)
			switch {
			case tc.code == "" && r != nil:
				t.Errorf("refused: %v", r)
			case tc.code != "" && r == nil:
				t.Error("not found")
			case r != nil && (r.Code != tc.code || !strings.HasSuffix(r.Where, tc.where)):
				t.Errorf("refused with %s at %s (%s), want %s at %s", r.Code, r.Where, r.Reason.EN, tc.code, tc.where)
			}
		})
	}
}
