package bundle

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"jieshi/ingest"
	"jieshi/mediation"
)

// A Report says what was found in a bag that is whole.
type Report struct {
	Case      string         `json:"case"`
	Form      string         `json:"form"` // "folder" or "zip"
	MadeOn    string         `json:"made_on"`
	Software  string         `json:"software"`
	Files     int            `json:"files"` // of the payload
	Bytes     int64          `json:"bytes"`
	Items     int            `json:"items"` // of evidence
	Originals int            `json:"originals"`
	Run       int            `json:"run"` // number of the run that is shown
	RunSHA256 mediation.Hash `json:"run_sha256"`
	Pieces    int            `json:"pieces"`
	Head      mediation.Hash `json:"head_sha256"` // to be compared with the signed map
	Checked   []Check        `json:"checked"`
}

// A Check is one thing that was found right.
type Check struct {
	Code string      `json:"code"`
	Text ingest.Text `json:"text"`
}

// Verify checks the bag at path, a folder or a zip file, without a database and
// without writing anything. The first thing that is wrong is the error, an
// [*ingest.Refusal] with a stable code and the file in Where; any other error is
// a fault of ours or of the machine.
//
// A bag is whole if every file is listed and is as listed, the chain of evidence
// holds, every original is what was filed, and runs, claims and pieces follow
// from one another. See the package comment for what that does not prove.
func Verify(ctx context.Context, path string) (r Report, err error) {
	a, err := openArchive(path)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	v := &verifier{archive: a, ctx: ctx, sums: map[string]entry{}, kept: map[string][]byte{}, expected: map[string]bool{}}
	v.report.Form = a.form
	for _, check := range []func() error{v.tags, v.payload, v.chain, v.originals, v.runs, v.layers, v.unnamed} {
		if err := check(); err != nil {
			return Report{}, err
		}
	}
	return v.report, nil
}

// A verifier holds what has been read of a bag.
type verifier struct {
	*archive
	ctx      context.Context
	report   Report
	info     map[string]string
	sums     map[string]entry  // of files that were read to their end
	kept     map[string][]byte // files that are looked into, by name
	expected map[string]bool   // payload files that something accounts for
	items    []chainItem
	document *runDocument
	claims   claimList
}

func (v *verifier) passed(code, zh, en string) {
	v.report.Checked = append(v.report.Checked, Check{code, ingest.Text{ZH: zh, EN: en}})
}

// largestKept is how long a file may be that is looked into, rather than only
// hashed: the ground of thousands of claims.
const largestKept = 256 << 20

// keeps reports whether the bytes of a payload file are needed later.
func keeps(name string) bool {
	return strings.HasPrefix(name, payload+"evidence/") || strings.HasPrefix(name, payload+"run/") ||
		name == payload+"claims.geojson" || name == payload+"pieces.geojson"
}

// read reads a file to its end, hashing it, and keeps its bytes if asked. It
// stops after limit bytes, whatever the file says of its size.
func (v *verifier) read(name string, keep bool, limit int64) (entry, error) {
	e := entry{name: name}
	r, err := v.open(name)
	if err != nil {
		return e, err
	}
	sum := sha256.New()
	var kept strings.Builder
	to := io.Writer(sum)
	if keep {
		to = io.MultiWriter(sum, &kept)
		limit = min(limit, largestKept)
	}
	e.size, err = io.Copy(to, io.LimitReader(&interruptible{v.ctx, r}, limit+1))
	err = errors.Join(err, r.Close())
	switch {
	case err != nil && v.ctx.Err() != nil:
		return e, v.ctx.Err()
	case err != nil:
		return e, broken("file_unreadable", name, "文件读不出来，压缩包或磁盘已损坏。", "The file cannot be read; the archive or the disk is damaged: "+err.Error()+".")
	case e.size > limit:
		return e, broken("size_exceeded", name, "文件比证据包申报的大，可能是恶意构造。", "The file is larger than the bundle says; it may be an attack.")
	}
	sum.Sum(e.sum[:0])
	v.sums[name] = e
	if keep {
		v.kept[name] = []byte(kept.String())
	}
	return e, nil
}

// broken is what Verify says of a bag that is not whole.
func broken(code, file, zh, en string) *ingest.Refusal {
	return refuse(code, file, zh, en,
		"不要采用此证据包；请向制作单位重新索取，并核对证据链首。",
		"Do not rely on this bundle. Ask whoever made it for a new copy, and compare the chain head.")
}

func altered(name string, want, got mediation.Hash) *ingest.Refusal {
	return broken("file_altered", name,
		fmt.Sprintf("文件被改动：清单记 %s，实为 %s。", want, got),
		fmt.Sprintf("The file was altered: the manifest says %s, it is %s.", want, got))
}

func missing(name, by string) *ingest.Refusal {
	return broken("file_missing", name, "文件缺失："+by+" 列有此文件。", "The file is missing: "+by+" names it.")
}
