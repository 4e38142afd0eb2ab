package bundle

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jieshi/ingest"
)

// An archive is a bag to read, a folder or a zip file; names are relative to
// the folder that holds bagit.txt, with slashes.
type archive struct {
	form  string
	files map[string]func() (io.ReadCloser, error)
	close func() error
}

// mostFiles is more than a case with a thousand walks has.
const mostFiles = 10_000

func (a *archive) open(name string) (io.ReadCloser, error) {
	f, ok := a.files[name]
	if !ok {
		return nil, missing(name, "RFC 8493")
	}
	r, err := f()
	if err != nil {
		return nil, broken("file_unreadable", name, "文件打不开。", "The file cannot be opened: "+err.Error()+".")
	}
	return r, nil
}

func (a *archive) names() []string {
	names := make([]string, 0, len(a.files))
	for name := range a.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func openArchive(name string) (*archive, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("bundle_not_found", name, "没有这个文件或文件夹。", "There is no such file or folder.", "请检查路径。", "Check the path.")
	case err != nil:
		return nil, fmt.Errorf("bundle: %w", err)
	case info.IsDir():
		return openFolder(name)
	case info.Mode().IsRegular():
		return openZip(name)
	}
	return nil, notABundle(name)
}

func notABundle(name string) *ingest.Refusal {
	return refuse("not_a_bundle", name, "这不是证据包：既不是含 bagit.txt 的文件夹，也不是装有它的 zip 文件。",
		"This is no evidence bundle: neither a folder with bagit.txt nor a zip file of one.",
		"请选择 evidence export 生成的文件夹或 zip。", "Choose the folder or zip file that evidence export made.")
}

// openFolder lists a folder. It is read through a root that nothing outside can
// be reached from, and links are refused all the same: a bag holds its files.
func openFolder(name string) (*archive, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	a := &archive{form: "folder", files: map[string]func() (io.ReadCloser, error){}, close: root.Close}
	var folders []string
	err = fs.WalkDir(root.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case at == ".":
			return nil
		case d.IsDir():
			folders = append(folders, at)
			return nil
		case !d.Type().IsRegular():
			return broken("not_a_file", at, "证据包里只能有普通文件，这是链接或设备。", "A bundle holds plain files; this is a link or a device.")
		case len(a.files) >= mostFiles:
			return broken("too_many_files", at, "文件过多。", "There are too many files.")
		}
		a.files[at] = func() (io.ReadCloser, error) { return root.Open(at) }
		return nil
	})
	if err == nil {
		err = a.checkFolders(folders, name)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return a, nil
}

// checkFolders refuses what no file accounts for.
func (a *archive) checkFolders(folders []string, name string) error {
	if _, ok := a.files[bagitFile]; !ok {
		return notABundle(name)
	}
	names := a.names()
	for _, folder := range folders {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, folder+"/") }) {
			return broken("file_extra", folder, "多出一个空文件夹。", "There is an empty folder too many.")
		}
	}
	return nil
}

// openZip lists a zip file without unpacking it.
func openZip(name string) (*archive, error) {
	z, err := zip.OpenReader(name)
	if errors.Is(err, zip.ErrInsecurePath) { // looked into below, with the name
		err = nil
	}
	if err != nil {
		if z != nil {
			err = errors.Join(err, z.Close())
		}
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, notABundle(name)
		}
		return nil, fmt.Errorf("bundle: %w", err)
	}
	a := &archive{form: "zip", files: map[string]func() (io.ReadCloser, error){}, close: z.Close}
	folders, err := a.listZip(z.File)
	if err == nil {
		err = a.checkFolders(folders, name)
	}
	if err != nil {
		return nil, errors.Join(err, z.Close())
	}
	return a, nil
}

func (a *archive) listZip(files []*zip.File) (folders []string, err error) {
	if len(files) > mostFiles {
		return nil, broken("too_many_files", "", "文件过多。", "There are too many files.")
	}
	base := zipBase(files)
	seen := map[string]bool{}
	for _, f := range files {
		if err := checkZipName(f); err != nil {
			return nil, err
		}
		// Windows and macOS would unpack both of two such names into one file.
		folded := norm.NFC.String(strings.ToLower(strings.TrimSuffix(f.Name, "/")))
		if seen[folded] {
			return nil, broken("file_twice", f.Name, "压缩包里有两个同名文件。", "The archive holds two files of this name.")
		}
		seen[folded] = true
		name, ok := strings.CutPrefix(f.Name, base)
		if !ok {
			return nil, broken("file_extra", f.Name, "文件在证据包文件夹之外。", "The file lies outside the folder of the bundle.")
		}
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			if f.UncompressedSize64 > 0 {
				return nil, broken("zip_unsafe", f.Name, "文件夹条目带有内容。", "A folder has content of its own.")
			}
			folders = append(folders, folder)
			continue
		}
		if name != "" {
			a.files[name] = func() (io.ReadCloser, error) { return inflate(f) }
		}
	}
	return folders, nil
}

// zipBase is the folder that holds bagit.txt: RFC 8493 asks for one, but people
// also zip what is in it.
func zipBase(files []*zip.File) string {
	for _, f := range files {
		if path.Base(f.Name) == bagitFile && strings.Count(f.Name, "/") <= 1 {
			return strings.TrimSuffix(f.Name, bagitFile)
		}
	}
	return ""
}

// checkZipName refuses names that could leave the folder they are unpacked in,
// and entries that are no plain files.
func checkZipName(f *zip.File) error {
	name := strings.TrimSuffix(f.Name, "/")
	switch {
	case !utf8.ValidString(name) || !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00"):
		return broken("zip_unsafe", fmt.Sprintf("%q", f.Name), "文件名会跳出解压目录。", "The name would leave the folder that the archive is unpacked in.")
	case f.Flags&1 != 0:
		return broken("zip_encrypted", f.Name, "压缩包已加密。", "The archive is encrypted.")
	case f.Mode()&fs.ModeType != 0 && !f.Mode().IsDir():
		return broken("not_a_file", f.Name, "证据包里只能有普通文件，这是链接或设备。", "A bundle holds plain files; this is a link or a device.")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return broken("zip_method", f.Name, "压缩方式不被支持。", "The archive uses a compression that is not supported.")
	}
	return nil
}

// mostRatio is how much smaller than its content a zip entry may be; text of
// coordinates shrinks to a quarter, the worst real case to a fiftieth.
const mostRatio = 200

// inflate reads an entry and counts what really comes out: headers may lie.
func inflate(f *zip.File) (io.ReadCloser, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	limit := int64(min(f.CompressedSize64, 1<<50))*mostRatio + 1<<20
	return &counted{r, limit}, nil
}

var errBomb = errors.New("it inflates to more than 200 times its size")

type counted struct {
	io.ReadCloser
	left int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if c.left -= int64(n); c.left < 0 {
		return 0, errBomb
	}
	return n, err
}
