// Package web serves the bundled page. The bundle is built by npm and embedded
// into the binary, so that a county network without internet needs nothing
// else. It knows no API and no rights: everything in it is public.
package web

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// bundle holds dist, which is empty but for .gitkeep until `npm run build` ran.
//
//go:embed all:dist
var bundle embed.FS

// notBuilt is what a binary without the bundle says instead of the page.
const notBuilt = "The page was not built into this binary: run `make web` and build again. 此程序未包含网页：请先运行 make web 再编译。\n"

// contentPolicy lets the page run its own scripts only and talk to its own
// server only. The overlay kernel is WebAssembly of this server's, which a policy
// must name ('wasm-unsafe-eval'; it allows no eval of text). Ant Design writes style elements at run time, hence
// 'unsafe-inline' for styles; pictures are drawn into data: and blob: addresses.
const contentPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; " +
	"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

// Handler serves the embedded page: files under their own names, and the page
// itself for every other address that is not a file's, since each view of the
// page is an address of its own. Without a bundle it answers 503 with one
// sentence. Mount it behind the API routes; below /api it answers 404.
func Handler() http.Handler {
	dist, err := fs.Sub(bundle, "dist")
	if err != nil {
		panic("web: " + err.Error()) // the folder is named in the embed directive
	}
	return handlerOf(dist)
}

// Built reports whether the binary carries the page.
func Built() bool {
	_, err := fs.Stat(bundle, "dist/index.html")
	return err == nil
}

func handlerOf(dist fs.FS) http.Handler {
	page, err := fs.ReadFile(dist, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, notBuilt, http.StatusServiceUnavailable)
		})
	}
	return &site{dist: dist, page: page}
}

type site struct {
	dist fs.FS
	page []byte
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "The page can only be read.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "api" || strings.HasPrefix(name, "api/") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if info, err := fs.Stat(s.dist, name); err == nil && info.Mode().IsRegular() && name != "index.html" {
		s.serveFile(w, r, name)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		http.NotFound(w, r) // a file of another build: the page would not help
		return
	}
	s.servePage(w, r)
}

// serveFile serves one file of the bundle. Those in assets/ carry a hash of
// their content in their name and never change.
func (s *site) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	content, err := fs.ReadFile(s.dist, name)
	if err != nil {
		http.Error(w, "The file could not be read.", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		header.Set("Content-Type", kind)
	}
	for _, p := range packings {
		packed, err := fs.ReadFile(s.dist, name+p.suffix)
		if err != nil {
			continue
		}
		header.Set("Vary", "Accept-Encoding")
		if accepts(r, p.coding) {
			header.Set("Content-Encoding", p.coding)
			content = packed
			break
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("Referrer-Policy", "same-origin")
	http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(s.page))
}

// packings are the packed copies that lie beside a large file, smallest first.
var packings = []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// accepts reads Accept-Encoding as far as it matters here: the coding is named
// and not weighted away.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}
