package api

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"jieshi/ingest"
)

// A breach is one place where a request breaks the contract. The pointer is a
// JSON pointer (RFC 6901) into {path, query, header, body}.
type breach struct {
	pointer string
	words   ingest.Text
}

// A contractError says everywhere where a request breaks the contract.
type contractError struct {
	breaches []breach
}

func (e *contractError) Error() string {
	list := make([]string, len(e.breaches))
	for i, b := range e.breaches {
		list[i] = b.pointer + ": " + b.words.EN
	}
	return "api: request breaks the contract: " + strings.Join(list, "; ")
}

var (
	wordsNotText          = ingest.Text{ZH: "含有空字符或不是有效的 UTF-8 文本。", EN: "It is no UTF-8 text, or holds a NUL."}
	wordsNotJSON          = ingest.Text{ZH: "不是一个完整的 JSON 文档。", EN: "It is not one JSON document."}
	wordsUnknownParameter = ingest.Text{ZH: "没有这个参数。", EN: "There is no such parameter."}
	wordsSaidTwice        = ingest.Text{ZH: "只能出现一次。", EN: "It may be said only once."}
	wordsMissing          = ingest.Text{ZH: "必须填写。", EN: "It is missing."}
	wordsUnreadable       = ingest.Text{ZH: "格式不正确。", EN: "It cannot be read as what it should be."}
	wordsNotKnown         = ingest.Text{ZH: "没有这个字段。", EN: "There is no such member."}
	wordsMediaType        = ingest.Text{ZH: "应为 application/json。", EN: "It must be application/json."}
)

// maxBreaches bounds the list in one answer.
const maxBreaches = 20

// breachesOf turns what the validator found into places and words.
func breachesOf(err error) (found []breach) {
	walkErrors(err, "/body", &found)
	return found
}

// tidy puts breaches in the order of their places, each once.
func tidy(found []breach) []breach {
	slices.SortFunc(found, func(a, b breach) int { return strings.Compare(a.pointer+a.words.EN, b.pointer+b.words.EN) })
	found = slices.Compact(found)
	return found[:min(len(found), maxBreaches)]
}

func walkErrors(err error, at string, found *[]breach) {
	switch e := err.(type) { //nolint:errorlint // a tree, taken apart level by level
	case openapi3.MultiError:
		for _, each := range e {
			walkErrors(each, at, found)
		}
		return
	case *openapi3filter.RequestError:
		if p := e.Parameter; p != nil {
			at = "/" + p.In + "/" + pointerPart(p.Name)
		}
		switch {
		case errors.Is(e.Err, openapi3filter.ErrInvalidRequired), errors.Is(e.Err, openapi3filter.ErrInvalidEmptyValue):
			*found = append(*found, breach{at, wordsMissing})
		case e.Err == nil && strings.HasPrefix(e.Reason, "header Content-Type"):
			*found = append(*found, breach{"/header/Content-Type", wordsMediaType})
		case e.Err == nil:
			*found = append(*found, breach{at, wordsUnreadable})
		default:
			walkErrors(e.Err, at, found)
		}
		return
	case *openapi3.SchemaError:
		*found = append(*found, schemaBreaches(e, at)...)
		return
	}
	*found = append(*found, breach{at, wordsUnreadable})
}

func schemaBreaches(e *openapi3.SchemaError, at string) (found []breach) {
	for _, part := range e.JSONPointer() {
		at += "/" + pointerPart(part)
	}
	members, isObject := e.Value.(map[string]any)
	if e.SchemaField != "properties" || !isObject {
		return []breach{{at, schemaWords(e)}}
	}
	for name := range members {
		if e.Schema.Properties[name] == nil {
			found = append(found, breach{at + "/" + pointerPart(name), wordsNotKnown})
		}
	}
	return found
}

// schemaWords says in two languages what a value should have been; never what
// it was, which may be somebody's name.
func schemaWords(e *openapi3.SchemaError) ingest.Text {
	s := e.Schema
	switch e.SchemaField {
	case "required":
		return wordsMissing
	case "enum":
		list := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			list[i] = fmt.Sprint(v)
		}
		return text("应为以下之一：%s。", "It must be one of: %s.", strings.Join(list, ", "))
	case "minLength":
		return text("至少 %d 个字符。", "It must have %d characters or more.", s.MinLength)
	case "maxLength":
		return text("最多 %d 个字符。", "It must have %d characters or fewer.", *s.MaxLength)
	case "minimum":
		return text("不得小于 %v。", "It must be %v or more.", *s.Min)
	case "maximum":
		return text("不得大于 %v。", "It must be %v or less.", *s.Max)
	case "pattern":
		return text("应符合 %s。", "It must look like %s.", s.Pattern)
	case "format":
		return formatWords(s.Format)
	case "type":
		return text("类型应为 %s。", "It must be of type %s.", strings.Join(s.Type.Slice(), " / "))
	default:
		return wordsUnreadable
	}
}

func formatWords(format string) ingest.Text {
	switch format {
	case "date":
		return ingest.Text{ZH: "应为日期，如 2026-11-22。", EN: "It must be a date such as 2026-11-22."}
	case "date-time":
		return ingest.Text{ZH: "应为 RFC 3339 时间，如 2026-11-22T08:30:00Z。", EN: "It must be a time of RFC 3339 such as 2026-11-22T08:30:00Z."}
	case "uuid":
		return ingest.Text{ZH: "应为 UUID。", EN: "It must be a UUID."}
	default:
		return text("应为 %s。", "It must be a %s.", format)
	}
}

func text(zh, en string, args ...any) ingest.Text {
	return ingest.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// pointerPart escapes a name for a JSON pointer (RFC 6901 section 3).
func pointerPart(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(strings.ToValidUTF8(name, "\uFFFD"))
}

// validQuery reports whether the whole query can be read; net/url drops the
// parts that it cannot.
func validQuery(raw string) bool {
	_, err := url.ParseQuery(raw)
	return err == nil
}
