package flight

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Pack writes a folder of photos as one zip file, which is then the original: every
// file byte for byte, not compressed, in the order of names, without times of this
// machine. So the same folder gives the same bytes, and is known when it comes
// again. Files and folders whose name begins with a dot are left out, links are not
// followed. progress is told how many bytes are written, and may be nil.
func Pack(ctx context.Context, folder fs.FS, w io.Writer, progress func(bytes int64)) (files int, err error) {
	z := zip.NewWriter(w)
	var written int64
	err = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		n, err := pack(folder, name, z)
		if written += n; progress != nil {
			progress(written)
		}
		files++
		return err
	})
	if err = errors.Join(err, z.Close()); err != nil {
		return files, fmt.Errorf("flight: folder of photos: %w", err)
	}
	return files, nil
}

func pack(folder fs.FS, name string, z *zip.Writer) (n int64, err error) {
	in, err := folder.Open(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return 0, err
	}
	return io.Copy(out, in)
}
