package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"syscall"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"jieshi/ingest"
	"jieshi/mediation"
)

// statuses is the one place where an outcome of the domain meets HTTP. The
// codes are those of [mediation.Explain], which also has the words.
var statuses = map[string]int{
	"not_found":              http.StatusNotFound,
	"no_run":                 http.StatusNotFound,
	"audit_unknown":          http.StatusNotFound,
	"overlap_unknown":        http.StatusNotFound,
	"run_not_filed":          http.StatusConflict,
	"idempotency_key_reused": http.StatusUnprocessableEntity,
	"stale":                  http.StatusPreconditionFailed,
	"case_ended":             http.StatusConflict,
	"claim_not_live":         http.StatusConflict,
	"move_not_allowed":       http.StatusConflict,
	"too_many_parties":       http.StatusConflict,
	"job_not_open":           http.StatusConflict,
	"job_dismissed":          http.StatusConflict,
	"audit_unfinished":       http.StatusConflict,
	"srid_not_working":       http.StatusUnprocessableEntity,
	"bad_cursor":             http.StatusBadRequest,
	"upload_too_large":       http.StatusRequestEntityTooLarge,
	"quota_person":           http.StatusRequestEntityTooLarge,
	"quota_deployment":       http.StatusInsufficientStorage,
	"disk_full":              http.StatusInsufficientStorage,
	"checksum_mismatch":      statusChecksum,
	"chunk_mismatch":         statusChecksum,
	"upload_expired":         http.StatusGone,
	"upload_incomplete":      http.StatusConflict,
}

// statusChecksum is Checksum Mismatch of the tus protocol.
const statusChecksum = 460

// titles say what kind of problem a status is. They stay the same from one
// occurrence to the next (RFC 9457 section 3.1.3).
var titles = map[int]ingest.Text{
	http.StatusBadRequest:            {ZH: "请求有误", EN: "The request is not understood"},
	http.StatusNotFound:              {ZH: "没有找到", EN: "Not found"},
	http.StatusMethodNotAllowed:      {ZH: "不支持该操作", EN: "Method not allowed"},
	http.StatusConflict:              {ZH: "当前状态不允许", EN: "Not in this state"},
	http.StatusPreconditionFailed:    {ZH: "内容已变更", EN: "Changed meanwhile"},
	http.StatusRequestEntityTooLarge: {ZH: "内容过大", EN: "Too large"},
	http.StatusGone:                  {ZH: "已不存在", EN: "Gone"},
	http.StatusLengthRequired:        {ZH: "缺少文件大小", EN: "Length required"},
	http.StatusLocked:                {ZH: "正在使用", EN: "In use"},
	http.StatusInsufficientStorage:   {ZH: "空间不足", EN: "No room"},
	statusChecksum:                   {ZH: "内容不符", EN: "Other bytes than declared"},
	http.StatusUnsupportedMediaType:  {ZH: "上传方式不对", EN: "Sent in the wrong form"},
	http.StatusUnprocessableEntity:   {ZH: "不予受理", EN: "Refused"},
	http.StatusInternalServerError:   {ZH: "系统故障", EN: "Something broke on our side"},
	http.StatusServiceUnavailable:    {ZH: "系统繁忙", EN: "Busy"},
}

// outcomes of HTTP itself, with the status of each.
var (
	errMultipart = &outcome{http.StatusUnsupportedMediaType, mediation.Explanation{
		Code:   "multipart",
		Reason: ingest.Text{ZH: "文件是以网页表单（multipart）方式上传的。", EN: "The file came wrapped in a form (multipart)."},
		Remedy: ingest.Text{ZH: "请直接以文件内容作为请求正文，例如 curl --data-binary @文件。", EN: "Send the bytes of the file as the body, for example with curl --data-binary @file."},
	}}
	errBrokenUpload = &outcome{http.StatusBadRequest, mediation.Explanation{
		Code:   "upload_broken",
		Reason: ingest.Text{ZH: "上传中断，未保留任何内容。", EN: "The upload broke off; nothing was kept."},
		Remedy: ingest.Text{ZH: "请检查网络后重新上传。", EN: "Check the line and send the file again."},
	}}
	errBadTile = &outcome{http.StatusBadRequest, mediation.Explanation{
		Code:   "bad_tile",
		Reason: ingest.Text{ZH: "没有这样的瓦片：行列号超出该级范围。", EN: "There is no such tile: column or row lie outside of this zoom level."},
		Remedy: ingest.Text{ZH: "请使用 XYZ 编号：x、y 小于 2 的 z 次方。", EN: "Use XYZ numbers: x and y below two to the power of z."},
	}}
	errBusy = &outcome{http.StatusServiceUnavailable, mediation.Explanation{
		Code:   "timeout",
		Reason: ingest.Text{ZH: "处理时间过长，已停止。", EN: "It took too long and was stopped."},
		Remedy: ingest.Text{ZH: "请稍后再试，或缩小查询范围。", EN: "Try again in a while, or ask for less."},
	}}
	errFault = &outcome{http.StatusInternalServerError, mediation.Explanation{
		Code:   "fault",
		Reason: ingest.Text{ZH: "系统出现故障，已记录。", EN: "This is a fault of ours. It has been noted."},
		Remedy: ingest.Text{ZH: "请稍后再试；如仍出现，请将请求编号告知管理员。", EN: "Try again later; if it stays, give the request id to the administrator."},
	}}
	errContract = &outcome{http.StatusBadRequest, mediation.Explanation{
		Code:   "bad_request",
		Reason: ingest.Text{ZH: "请求不符合接口约定。", EN: "The request breaks the contract."},
		Remedy: ingest.Text{ZH: "请按所列各处改正后重试。", EN: "Mend the places that are listed and try again."},
	}}
	errNoAddress = &outcome{http.StatusNotFound, mediation.Explanation{
		Code:   "no_such_address",
		Reason: ingest.Text{ZH: "没有这个地址。", EN: "There is no such address."},
		Remedy: ingest.Text{ZH: "接口说明见 /api/v1/openapi.json。", EN: "The contract is at /api/v1/openapi.json."},
	}}
	errNoMethod = &outcome{http.StatusMethodNotAllowed, mediation.Explanation{
		Code:   "method_not_allowed",
		Reason: ingest.Text{ZH: "该地址不支持此方法。", EN: "This address does not know this method."},
		Remedy: ingest.Text{ZH: "可用的方法见 Allow 头。", EN: "The header Allow names those that it knows."},
	}}
	errBodyTooLarge = &outcome{http.StatusRequestEntityTooLarge, mediation.Explanation{
		Code:   "body_too_large",
		Reason: ingest.Text{ZH: "请求正文超过 1 MiB。", EN: "The body of the request is longer than 1 MiB."},
		Remedy: ingest.Text{ZH: "请缩短文字；文件请走上传接口。", EN: "Write less; files have operations of their own."},
	}}
)

// An outcome is an answer that is not 2xx, in words.
type outcome struct {
	status int
	mediation.Explanation
}

func (o *outcome) Error() string { return o.Code + ": " + o.Reason.EN }

// outcomeOf finds what an error means to the person who asked.
func outcomeOf(err error) *outcome {
	if o := (*outcome)(nil); errors.As(err, &o) {
		return o
	}
	if broken := (*brokenUpload)(nil); errors.As(err, &broken) {
		return errBrokenUpload
	}
	if explanation, ok := mediation.Explain(err); ok {
		status, known := statuses[explanation.Code]
		if !known {
			status = http.StatusUnprocessableEntity // what was brought is refused, whatever the reason
		}
		return &outcome{status, explanation}
	}
	if breach := (*contractError)(nil); errors.As(err, &breach) {
		return errContract
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errBusy
	}
	if he := (*echo.HTTPError)(nil); errors.As(err, &he) {
		return outcomeOfHTTP(he)
	}
	return errFault
}

// outcomeOfHTTP takes what routing and binding say.
func outcomeOfHTTP(he *echo.HTTPError) *outcome {
	switch he.Code {
	case http.StatusNotFound:
		return errNoAddress
	case http.StatusMethodNotAllowed:
		return errNoMethod
	case http.StatusRequestEntityTooLarge:
		return errBodyTooLarge
	case http.StatusBadRequest:
		return errContract
	}
	return errFault
}

// answerProblem is where every error ends: a problem for the person, a line in
// the log for a fault of ours, once.
func (s *server) answerProblem(err error, c echo.Context) {
	ctx := c.Request().Context()
	gone := errors.Is(err, context.Canceled) && ctx.Err() != nil || c.Response().Committed && hungUp(err)
	o := outcomeOf(err)
	if o == errFault && !gone {
		s.Log.ErrorContext(ctx, "fault", "request_id", requestID(c), "operation", operationOf(c), "error", err)
	}
	if c.Response().Committed {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	if gone {
		c.Response().Status = 499   // nobody reads it; the access log does
		panic(http.ErrAbortHandler) // or net/http would make an empty 200 of it
	}
	if err := writeProblem(c, problemOf(err, o, c)); err != nil {
		s.Log.WarnContext(ctx, "problem not sent", "request_id", requestID(c), "error", err)
	}
}

// hungUp reports whether a write failed because nobody listens any more: a map
// that is moved drops the tiles it no longer needs.
func hungUp(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

func problemOf(err error, o *outcome, c echo.Context) Problem {
	say := sayIn(c.Request().Header.Get("Accept-Language"))
	p := Problem{
		Type: "urn:problem-type:jieshi:" + o.Code, Title: say(titles[o.status]), Status: o.status, Code: o.Code,
		Detail: ref(say(o.Reason)), Remedy: ref(say(o.Remedy)), RequestId: ref(requestID(c)), Where: refUnlessZero(o.Where), Facts: o.Facts,
	}
	breach := (*contractError)(nil)
	if !errors.As(err, &breach) {
		breach = bindBreach(err, c)
	}
	if breach == nil || o != errContract {
		return p
	}
	list := make([]struct {
		Detail  string `json:"detail"`
		Pointer string `json:"pointer"`
	}, len(breach.breaches))
	for i, b := range breach.breaches {
		list[i].Detail, list[i].Pointer = say(b.words), b.pointer
	}
	p.Errors = &list
	return p
}

// bindBreach names the parameter that the generated code could not bind, which
// the validator lets pass where a number is too long for the machine.
func bindBreach(err error, c echo.Context) *contractError {
	he := (*echo.HTTPError)(nil)
	if !errors.As(err, &he) {
		return nil
	}
	message, _ := he.Message.(string)
	name, found := strings.CutPrefix(message, "Invalid format for parameter ")
	if !found {
		return nil
	}
	name, _, _ = strings.Cut(name, ":")
	place := "/query/"
	if c.Param(name) != "" {
		place = "/path/"
	}
	return &contractError{[]breach{{place + pointerPart(name), wordsUnreadable}}}
}

func writeProblem(c echo.Context, p Problem) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	c.Response().WriteHeader(p.Status)
	encoder := json.NewEncoder(c.Response())
	encoder.SetEscapeHTML(false)
	return encoder.Encode(p)
}

var languages = language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})

// sayIn returns how to say a sentence to a person with these languages: Chinese
// unless English is preferred.
func sayIn(accept string) func(ingest.Text) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err == nil && len(tags) > 0 {
		if _, i, confidence := languages.Match(tags...); i == 1 && confidence > language.No {
			return func(t ingest.Text) string { return t.EN }
		}
	}
	return func(t ingest.Text) string { return t.ZH }
}
