package api

import (
	"bytes"
	"context"
	_ "embed" // the contract
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// maxJSONBytes bounds the body of a request that is no file.
const maxJSONBytes = 1 << 20

// jsonPatience is how long the sender of such a body has.
const jsonPatience = 30 * time.Second

//go:embed openapi.yaml
var contractYAML []byte

// Contract returns openapi.yaml as it was built in, resolved and checked.
func Contract() (*openapi3.T, error) {
	spec, err := openapi3.NewLoader().LoadFromData(contractYAML)
	if err != nil {
		return nil, fmt.Errorf("api: contract: %w", err)
	}
	if err := spec.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("api: contract: %w", err)
	}
	return spec, nil
}

// contract holds requests against the embedded openapi.yaml.
type contract struct {
	router   routers.Router
	document []byte // as JSON
}

func newContract() (*contract, error) {
	spec, err := Contract()
	if err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		return nil, fmt.Errorf("api: routes of the contract: %w", err)
	}
	document, err := spec.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("api: contract: %w", err)
	}
	return &contract{router: router, document: document}, nil
}

// formats are checked for what they mean, not only for how they look:
// 2026-02-30 has the form of a date and is none.
var formats = map[string]openapi3.StringFormatValidator{
	"uuid": openapi3.NewCallbackValidator(func(s string) error {
		_, err := uuid.Parse(s)
		return err
	}),
	"date": openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(time.DateOnly, s)
		return err
	}),
	"date-time": openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(time.RFC3339Nano, s)
		return err
	}),
}

// hold is the middleware that lets through what keeps the contract and says of
// everything else where it breaks it.
func (k *contract) hold(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		route, path, err := k.router.FindRoute(r)
		if err != nil {
			return k.missing(c)
		}
		c.Set(operationKey, route.Operation.OperationID)
		file := takesFile(route.Operation)
		if file && strings.HasPrefix(strings.ToLower(r.Header.Get(echo.HeaderContentType)), "multipart/") {
			return errMultipart
		}
		found := breachesBesides(c, route)
		if route.Operation.RequestBody != nil && !file {
			broken, err := holdBody(r, http.NewResponseController(c.Response()))
			if err != nil {
				return err
			}
			found = append(found, broken...)
		}
		if found = append(found, validate(r, route, path, file || len(found) > 0)...); len(found) > 0 {
			return &contractError{tidy(found)}
		}
		return next(c)
	}
}

// validate asks the validator, without the body if that is a file or broken already.
func validate(r *http.Request, route *routers.Route, path map[string]string, withoutBody bool) []breach {
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: path, QueryParams: r.URL.Query(),
		Options: &openapi3filter.Options{
			MultiError: true, ExcludeRequestBody: withoutBody,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidators(formats)},
		},
	})
	if err != nil {
		return breachesOf(err)
	}
	return nil
}

// missing tells an address that does not exist from a method that it does not have.
func (k *contract) missing(c echo.Context) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		r := c.Request().Clone(c.Request().Context())
		r.Method = method
		if _, _, err := k.router.FindRoute(r); err == nil {
			allowed = append(allowed, method)
			if method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	if len(allowed) == 0 {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Allow", strings.Join(allowed, ", "))
	return echo.ErrMethodNotAllowed
}

func takesFile(o *openapi3.Operation) bool {
	return o.RequestBody != nil && o.RequestBody.Value.Content["application/octet-stream"] != nil
}

// breachesBesides finds what the validator does not look at: parameters that the
// operation does not have (a misspelt filter would count the wrong cases),
// parameters said twice, and text that is none.
func breachesBesides(c echo.Context, route *routers.Route) (found []breach) {
	r := c.Request()
	for _, name := range c.ParamNames() {
		if value, err := url.PathUnescape(c.Param(name)); err != nil || !isText(value) {
			found = append(found, breach{"/path/" + name, wordsNotText})
		}
	}
	parameters := slices.Concat(route.PathItem.Parameters, route.Operation.Parameters)
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch values := query[name]; {
		case parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil:
			found = append(found, breach{"/query/" + pointerPart(name), wordsUnknownParameter})
		case len(values) > 1:
			found = append(found, breach{"/query/" + pointerPart(name), wordsSaidTwice})
		case !isText(values[0]):
			found = append(found, breach{"/query/" + pointerPart(name), wordsNotText})
		}
	}
	for _, p := range parameters {
		if p.Value.In == openapi3.ParameterInHeader && !isText(r.Header.Get(p.Value.Name)) {
			found = append(found, breach{"/header/" + p.Value.Name, wordsNotText})
		}
	}
	if r.URL.RawQuery != "" && !validQuery(r.URL.RawQuery) {
		found = append(found, breach{"/query", wordsNotText})
	}
	return found
}

// holdBody reads a JSON body whole and refuses what encoding/json would mend or
// pass over in silence: broken UTF-8, lone surrogates, NUL, something after the
// document, a member twice.
func holdBody(r *http.Request, response *http.ResponseController) (found []breach, err error) {
	if err := setDeadline(response.SetReadDeadline, jsonPatience); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxJSONBytes+1))
	if err != nil {
		return nil, &brokenUpload{err}
	}
	// An expired deadline would end the request while it is being answered.
	if err := setDeadline(response.SetReadDeadline, 0); err != nil {
		return nil, err
	}
	if len(body) > maxJSONBytes {
		return nil, echo.ErrStatusRequestEntityTooLarge
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	switch {
	case len(body) == 0:
		return nil, nil // the contract says whether there must be one
	case !utf8.Valid(body):
		return []breach{{"/body", wordsNotText}}, nil
	default:
		return walkJSON(body), nil
	}
}

// walkJSON reads tokens and reports strings that are no text and members that
// are said twice. What is no JSON at all is one breach.
func walkJSON(body []byte) (found []breach) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := walkValue(d, "/body", &found, 0); err != nil {
		return []breach{{"/body", wordsNotJSON}}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return []breach{{"/body", wordsNotJSON}}
	}
	return found
}

var errTooDeep = errors.New("api: JSON nested too deeply")

func walkValue(d *json.Decoder, at string, found *[]breach, depth int) error {
	if depth > 64 {
		return errTooDeep
	}
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case string:
		if !isText(t) {
			*found = append(*found, breach{at, wordsNotText})
		}
	case json.Delim:
		if err := walkMembers(d, t, at, found, depth); err != nil {
			return err
		}
		_, err = d.Token() // the closing bracket
	}
	return err
}

func walkMembers(d *json.Decoder, open json.Delim, at string, found *[]breach, depth int) error {
	seen := map[string]bool{}
	for i := 0; d.More(); i++ {
		name := fmt.Sprint(i)
		if open == '{' {
			token, err := d.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string)
			if seen[name] {
				*found = append(*found, breach{at + "/" + pointerPart(name), wordsSaidTwice})
			}
			seen[name] = true
		}
		if err := walkValue(d, at+"/"+pointerPart(name), found, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// isText reports whether s can be stored and shown: UTF-8 without NUL, and
// without the sign that decoders put where there was something else.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsAny(s, "\x00\uFFFD")
}
