package api

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"jieshi/ingest"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

const uploadsPath = basePath + "/uploads"

// routeUploads mounts what the generated code does not answer.
func (s *server) routeUploads(g *echo.Group) error {
	tus, err := s.Uploads.Tus(uploadsPath + "/")
	if err != nil {
		return err
	}
	answer := s.answerTus(tus)
	g.POST("/uploads", answer)
	g.OPTIONS("/uploads", answer)
	g.Match([]string{http.MethodHead, http.MethodPatch, http.MethodDelete}, "/uploads/:upload", answer)
	g.PUT("/uploads/:upload", s.putUpload)
	return nil
}

// answerTus lets the tus handler answer, with our problems in the place of its
// errors, and with the headers of the extensions that it does not have.
func (s *server) answerTus(tus http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		ctx, call, ok := upload.WithCall(r.Context(), r.Header.Get("Upload-Checksum"))
		if !ok {
			return errBadChecksum
		}
		w := &tusResponse{ResponseWriter: c.Response(), call: call, prefix: s.PublicURL}
		w.allRead.Store(r.ContentLength == 0)
		r = r.WithContext(ctx)
		r.Body = &tusBody{r.Body, w}
		tus.ServeHTTP(w, r)
		if w.status < http.StatusBadRequest {
			return nil
		}
		if err := call.Err(); err != nil {
			return err
		}
		return w.outcome()
	}
}

// A tusResponse lets everything through but errors.
type tusResponse struct {
	http.ResponseWriter
	call   *upload.Call
	prefix string
	status int
	said   []byte // of an error

	// allRead says that nothing more is to be read. From then on a read deadline
	// would end no slow sender, but the connection while it waits for the answer.
	allRead atomic.Bool
}

// SetReadDeadline is for tusd, which sets one with each read and before.
func (w *tusResponse) SetReadDeadline(at time.Time) error {
	if w.allRead.Load() {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).SetReadDeadline(at)
}

// SetWriteDeadline leaves an answer that has all it needs as long as it takes.
func (w *tusResponse) SetWriteDeadline(at time.Time) error {
	if w.allRead.Load() {
		at = time.Time{}
	}
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(at)
}

// A tusBody notices its end.
type tusBody struct {
	io.ReadCloser
	response *tusResponse
}

func (b *tusBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) && !b.response.allRead.Load() {
		inner := http.NewResponseController(b.response.ResponseWriter)
		if err := errors.Join(setDeadline(inner.SetReadDeadline, 0), setDeadline(inner.SetWriteDeadline, 0)); err != nil {
			return n, err
		}
		b.response.allRead.Store(true)
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *tusResponse) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *tusResponse) WriteHeader(status int) {
	w.status = status
	h := w.Header()
	if u := w.call.Upload(); u != nil {
		h.Set("Upload-Expires", u.ExpiresAt.UTC().Format(http.TimeFormat))
		if u.Job != nil {
			h.Set("Upload-Job", u.Job.String())
		}
	}
	if h.Get("Tus-Extension") != "" {
		h.Set("Tus-Extension", h.Get("Tus-Extension")+",expiration,checksum")
		h.Set("Tus-Checksum-Algorithm", upload.Algorithms)
	}
	// tusd makes an address of what the request says of its host, which is the
	// truth only without a proxy in between.
	if at, err := url.Parse(h.Get("Location")); err == nil && at.Path != "" {
		h.Set("Location", w.prefix+at.Path)
	}
	if status >= http.StatusBadRequest {
		h.Del("Content-Length")
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *tusResponse) Write(p []byte) (int, error) {
	switch {
	case w.status >= http.StatusBadRequest:
		if len(w.said) < 200 {
			w.said = append(w.said, p...)
		}
		return len(p), nil
	case w.status == 0:
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// outcome finds the problem that an error of tusd is, by its code.
func (w *tusResponse) outcome() error {
	code, _, _ := strings.Cut(string(w.said), ":")
	if o, ok := tusOutcomes[code]; ok {
		return o
	}
	switch w.status { // of HEAD, which says no more
	case http.StatusNotFound:
		return mediation.ErrNotFound
	case http.StatusLocked:
		return errUploadLocked
	case http.StatusMethodNotAllowed:
		return errNoMethod
	}
	return errFault
}

var errBadChecksum = &outcome{http.StatusBadRequest, mediation.Explanation{
	Code:   "bad_checksum",
	Reason: ingest.Text{ZH: "Upload-Checksum 无法识别。", EN: "Upload-Checksum cannot be read."},
	Remedy: ingest.Text{ZH: "请写成 sha256 <base64> 或 sha1 <base64>。", EN: "Write sha256 <base64> or sha1 <base64>."},
}}

// What a client of the protocol does wrong, or its line; the client acts on the
// status.
var (
	errUploadLocked = &outcome{http.StatusLocked, mediation.Explanation{
		Code:   "upload_locked",
		Reason: ingest.Text{ZH: "另一个连接正在写入该上传。", EN: "Another connection writes to this upload."},
		Remedy: ingest.Text{ZH: "请稍候再从 Upload-Offset 处继续。", EN: "Wait a moment and go on from Upload-Offset."},
	}}
	errUploadInterrupted = &outcome{http.StatusServiceUnavailable, mediation.Explanation{
		Code:   "upload_interrupted",
		Reason: ingest.Text{ZH: "上传中断；已收到的部分会保留。", EN: "The upload was interrupted; what has arrived is kept."},
		Remedy: ingest.Text{ZH: "请从 Upload-Offset 处继续。", EN: "Go on from Upload-Offset."},
	}}
	errUploadOffset = &outcome{http.StatusConflict, mediation.Explanation{
		Code:   "upload_offset",
		Reason: ingest.Text{ZH: "续传位置与服务器不一致。", EN: "The server is at another offset."},
		Remedy: ingest.Text{ZH: "请用 HEAD 查询 Upload-Offset 后继续。", EN: "Ask for Upload-Offset with HEAD and go on from there."},
	}}
	errUploadTooLong = &outcome{http.StatusRequestEntityTooLarge, mediation.Explanation{
		Code:   "upload_too_long",
		Reason: ingest.Text{ZH: "内容超过声明的大小，或超过上限。", EN: "These are more bytes than were declared, or than may be."},
		Remedy: ingest.Text{ZH: "请核对 Upload-Length；必要时请管理员提高上限。", EN: "Check Upload-Length, or ask the administrator to raise the limit."},
	}}
	errUploadHeader = &outcome{http.StatusBadRequest, mediation.Explanation{
		Code:   "upload_header",
		Reason: ingest.Text{ZH: "缺少或无法识别 tus 请求头（Upload-Length、Upload-Offset、Content-Type）。", EN: "A header of the tus protocol is missing or cannot be read (Upload-Length, Upload-Offset, Content-Type)."},
		Remedy: ingest.Text{ZH: "请使用 tus 1.0.0 客户端。", EN: "Use a client of tus 1.0.0."},
	}}
	errUploadVersion = &outcome{http.StatusPreconditionFailed, mediation.Explanation{
		Code:   "tus_version",
		Reason: ingest.Text{ZH: "只支持 tus 1.0.0。", EN: "Only tus 1.0.0 is spoken here."},
		Remedy: ingest.Text{ZH: "请加上 Tus-Resumable: 1.0.0。", EN: "Say Tus-Resumable: 1.0.0."},
	}}
)

var tusOutcomes = map[string]error{
	"ERR_UPLOAD_NOT_FOUND":            mediation.ErrNotFound,
	"ERR_UPLOAD_LOCKED":               errUploadLocked,
	"ERR_LOCK_TIMEOUT":                errUploadLocked,
	"ERR_UPLOAD_INTERRUPTED":          errUploadLocked,
	"ERR_MISMATCHED_OFFSET":           errUploadOffset,
	"ERR_UPLOAD_SIZE_EXCEEDED":        errUploadTooLong,
	"ERR_MAX_SIZE_EXCEEDED":           errUploadTooLong,
	"ERR_UNSUPPORTED_VERSION":         errUploadVersion,
	"ERR_INVALID_CONTENT_TYPE":        errUploadHeader,
	"ERR_INVALID_UPLOAD_LENGTH":       errUploadHeader,
	"ERR_INVALID_OFFSET":              errUploadHeader,
	"ERR_AMBIGUOUS_UPLOAD_LENGTH":     errUploadHeader,
	"ERR_INVALID_UPLOAD_LENGTH_DEFER": errUploadHeader,
	"ERR_NOT_IMPLEMENTED":             errUploadHeader,
	"ERR_READ_TIMEOUT":                errUploadInterrupted,
	"ERR_CONNECTION_RESET":            errUploadInterrupted,
	"ERR_UNEXPECTED_EOF":              errUploadInterrupted,
	"ERR_SERVER_SHUTDOWN":             errUploadInterrupted,
}
