package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"jieshi/ingest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

// writeEvidence writes the chain and the content of each of its items.
func writeEvidence(_ context.Context, bag *bagWriter, src *source, _ Options) error {
	chain := chainFile{Format: chainFormat, Case: src.Case.Number, Head: src.head()}
	for _, e := range src.Evidence {
		if e.Files == nil {
			e.Files = []mediation.EvidenceFile{} // as the link has it
		}
		e.FiledAt = e.FiledAt.UTC()
		chain.Items = append(chain.Items, chainItem{Evidence: e, ContentFile: contentFile(e)})
	}
	b, err := encode(chain)
	if err != nil {
		return err
	}
	if err := bag.addBytes("evidence/chain.json", b); err != nil {
		return err
	}
	for _, item := range chain.Items {
		if err := bag.addBytes(item.ContentFile, item.Content); err != nil {
			return err
		}
	}
	return nil
}

func runName(number int) string    { return fmt.Sprintf("run/run-%d.json", number) }
func claimsName(number int) string { return fmt.Sprintf("run/run-%d-claims.json", number) }

// writeRuns writes the documents of all filed runs, and the claims of the one
// that is shown.
func writeRuns(_ context.Context, bag *bagWriter, src *source, _ Options) error {
	for _, r := range src.runs {
		if err := bag.addBytes(runName(r.number), r.content); err != nil {
			return err
		}
	}
	b, err := encode(src.claims)
	if err != nil {
		return err
	}
	return bag.addBytes(claimsName(src.document.Number), b)
}

// writeMap draws the map, unless nobody claims anything any more.
func writeMap(ctx context.Context, bag *bagWriter, src *source, o Options) error {
	if len(src.document.Inputs) == 0 {
		return nil
	}
	font, err := sheet.LoadFont(o.FontFile)
	if err != nil {
		return err
	}
	s := sheet.Sheet{
		Case: src.Case, Run: src.Run, Claims: src.Claims, Orthophotos: src.Orthophotos, Head: src.head(),
		Software: o.Software, MadeAt: o.MadeAt,
	}
	if s.Picture, err = picture(ctx, s, o); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := sheet.Write(&out, s, font); err != nil {
		return err
	}
	return bag.addBytes("map.pdf", out.Bytes())
}

func picture(ctx context.Context, s sheet.Sheet, o Options) (*sheet.Picture, error) {
	if o.Picture == nil {
		return nil, nil
	}
	window, err := s.Window()
	if err != nil {
		return nil, err
	}
	for _, photo := range slices.Backward(s.Orthophotos) {
		p, err := o.Picture(ctx, photo, s.Run.SRID, window)
		if err != nil {
			return nil, fmt.Errorf("orthophoto %s for the map: %w", photo.Filename, err)
		}
		if p != nil {
			return p, nil
		}
	}
	return nil, nil
}

// originalName names an original by its content first, so that two files of one
// name do not meet and a changed one cannot pass for it.
func originalName(f mediation.EvidenceFile) string {
	return "originals/" + f.SHA256.String()[:16] + "-" + safeName(f.Filename)
}

// roleOriginal marks files that came from outside. Others (display pictures,
// thumbnails) were made from them, and are not carried.
const roleOriginal = "original"

// writeOriginals copies every original that the evidence names, once, and
// checks on the way that it is still what was filed.
func writeOriginals(ctx context.Context, bag *bagWriter, src *source, o Options) error {
	done := map[mediation.Hash]bool{}
	for _, e := range src.Evidence {
		for _, f := range e.Files {
			if f.Role != roleOriginal || done[f.SHA256] {
				continue
			}
			done[f.SHA256] = true
			if err := writeOriginal(ctx, bag, f, o); err != nil {
				return fmt.Errorf("evidence %d: %w", e.Seq, err)
			}
		}
	}
	return nil
}

func writeOriginal(ctx context.Context, bag *bagWriter, f mediation.EvidenceFile, o Options) (err error) {
	r, err := o.Open(ctx, f.SHA256)
	if errors.Is(err, fs.ErrNotExist) {
		return originalRefusal("original_missing", f, "原始文件不在库中。", "The original is missing from the store.")
	}
	if err != nil {
		return fmt.Errorf("original %s: %w", f.Filename, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	got, err := bag.add(originalName(f), &interruptible{ctx, r})
	if err != nil {
		return err
	}
	if got.sum != f.SHA256 || got.size != f.Size {
		return originalRefusal("original_altered", f, "库中的原始文件与归档时不同。", "The original in the store is not what was filed.")
	}
	return nil
}

func originalRefusal(code string, f mediation.EvidenceFile, zh, en string) *ingest.Refusal {
	return refuse(code, f.Filename+" ("+f.SHA256.String()+")", zh, en,
		"请从备份恢复该文件，再导出。", "Restore the file from a backup, then export again.")
}

// An interruptible stops reading when its context ends; originals are large.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i *interruptible) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(b)
}
