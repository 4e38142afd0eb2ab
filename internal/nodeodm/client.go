package nodeodm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client talks to one NodeODM. It is safe for use by several goroutines.
type Client struct {
	URL   string // e.g. "http://127.0.0.1:3000"
	Token string // empty: the node asks for none
	// HTTP defaults to a client that waits a minute for an answer to begin and
	// follows no redirect: an engine in the own network does not send one elsewhere.
	HTTP *http.Client
}

// An Error is what a node says that it cannot do.
type Error struct {
	Op      string // "init", "upload", …
	Message string
}

func (e *Error) Error() string { return "nodeodm: " + e.Op + ": " + e.Message }

// A statusError is an answer that no NodeODM gives by itself: a proxy, or a node
// that breaks down.
type statusError struct {
	op     string
	status int
}

func (e *statusError) Error() string { return fmt.Sprintf("nodeodm: %s: HTTP %d", e.op, e.status) }

// Passing reports whether err may go away by itself: a connection that broke, a
// proxy in between, a node that restarts. What the node itself said, and what the
// caller gave up, does not.
func Passing(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if said := (*Error)(nil); errors.As(err, &said) {
		return false
	}
	if status := (*statusError)(nil); errors.As(err, &status) {
		return status.status >= 500 || status.status == http.StatusTooManyRequests || status.status == http.StatusRequestTimeout
	}
	return true
}

// maxAnswer bounds an answer that is not a file: the console output of a long task.
const maxAnswer = 64 << 20

var patient = &http.Client{
	Transport: func() http.RoundTripper {
		t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // what the standard library documents
		t.ResponseHeaderTimeout = time.Minute
		t.Proxy = nil // an engine of one's own
		return t
	}(),
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (c *Client) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return patient
}

func (c *Client) address(path string, query url.Values) string {
	if query == nil {
		query = url.Values{}
	}
	if c.Token != "" {
		query.Set("token", c.Token)
	}
	address := strings.TrimSuffix(c.URL, "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

// ask sends a request and reads a JSON answer into out, which may be nil.
func (c *Client) ask(req *http.Request, op string, out any) error {
	answer, err := c.client().Do(req)
	if err != nil {
		return fmt.Errorf("nodeodm: %s: %w", op, withoutToken(err))
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("nodeodm: %s: %w", op, err)
	}
	return judge(answer.StatusCode, body, op, out)
}

// judge tells a node's own error from a broken answer.
func judge(status int, body []byte, op string, out any) error {
	var said struct {
		Error   string `json:"error"`
		Success *bool  `json:"success"`
	}
	if json.Unmarshal(body, &said) == nil {
		switch {
		case said.Error != "":
			return &Error{Op: op, Message: said.Error}
		case said.Success != nil && !*said.Success:
			return &Error{Op: op, Message: "not done, and the node does not say why"}
		}
	}
	if status != http.StatusOK {
		return &statusError{op, status}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("nodeodm: %s: the answer is not what NodeODM answers: %w", op, err)
	}
	return nil
}

// withoutToken keeps the address, and with it the token, out of messages.
func withoutToken(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (c *Client) get(ctx context.Context, op, path string, query url.Values, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address(path, query), http.NoBody)
	if err != nil {
		return fmt.Errorf("nodeodm: %s: %w", op, err)
	}
	return c.ask(req, op, out)
}

// Info says what a node is.
type Info struct {
	Version       string `json:"version"`
	Engine        string `json:"engine"`
	EngineVersion string `json:"engineVersion"`
	MaxImages     *int   `json:"maxImages"` // nil: no limit
	QueueCount    int    `json:"taskQueueCount"`
}

// Info asks the node what it is.
func (c *Client) Info(ctx context.Context) (info Info, err error) {
	return info, c.get(ctx, "info", "/info", nil, &info)
}

// An Option is one of the engine's, e.g. {"orthophoto-resolution", "2"}.
type Option struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// A NewTask is what a task is begun with.
type NewTask struct {
	UUID    string // chosen by us, so that a lost answer does no harm; version 1 to 5
	Name    string
	Options []Option
	Outputs []string // paths that all.zip is to hold; empty: the engine's choice
}

// Init begins a task; photos may follow.
func (c *Client) Init(ctx context.Context, t NewTask) error {
	options, err1 := json.Marshal(t.Options)
	outputs, err2 := json.Marshal(t.Outputs)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("nodeodm: init: %w", err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := [][2]string{{"name", t.Name}, {"skipPostProcessing", "true"}}
	if len(t.Options) > 0 {
		fields = append(fields, [2]string{"options", string(options)})
	}
	if len(t.Outputs) > 0 {
		fields = append(fields, [2]string{"outputs", string(outputs)})
	}
	for _, field := range fields {
		if err := form.WriteField(field[0], field[1]); err != nil {
			return fmt.Errorf("nodeodm: init: %w", err)
		}
	}
	if err := form.Close(); err != nil {
		return fmt.Errorf("nodeodm: init: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address("/task/new/init", nil), &body)
	if err != nil {
		return fmt.Errorf("nodeodm: init: %w", err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("set-uuid", t.UUID)
	var begun struct {
		UUID string `json:"uuid"`
	}
	if err := c.ask(req, "init", &begun); err != nil {
		return err
	}
	if begun.UUID != t.UUID {
		return &Error{"init", "the node began a task of another name"}
	}
	return nil
}

// Upload sends one photo; the same name sent again replaces the first.
func (c *Client) Upload(ctx context.Context, task, name string, photo io.Reader) error {
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		part, err := form.CreateFormFile("images", name)
		if err == nil {
			_, err = io.Copy(part, photo)
		}
		w.CloseWithError(errors.Join(err, form.Close()))
	}()
	defer func() { _ = body.Close() }() // ends the goroutine if the node gives up first
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address("/task/new/upload/"+url.PathEscape(task), nil), body)
	if err != nil {
		return fmt.Errorf("nodeodm: upload: %w", err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return c.ask(req, "upload", nil)
}

// Commit ends the sending; the task waits for its turn from then on.
func (c *Client) Commit(ctx context.Context, task string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address("/task/new/commit/"+url.PathEscape(task), nil), http.NoBody)
	if err != nil {
		return fmt.Errorf("nodeodm: commit: %w", err)
	}
	return c.ask(req, "commit", nil)
}

// A Status is what becomes of a task.
type Status int

// The statuses, as NodeODM numbers them.
const (
	Queued    Status = 10
	Running   Status = 20
	Failed    Status = 30
	Completed Status = 40
	Canceled  Status = 50
)

// A Task is a task as the node tells of it.
type Task struct {
	UUID     string  `json:"uuid"`
	Images   int     `json:"imagesCount"`
	Progress float64 `json:"progress"` // 0 to 100
	Status   struct {
		Code    Status `json:"code"`
		Message string `json:"errorMessage"` // of some versions, when it failed
	} `json:"status"`
}

// Task asks after a task that was committed.
func (c *Client) Task(ctx context.Context, task string) (t Task, err error) {
	return t, c.get(ctx, "info of the task", "/task/"+url.PathEscape(task)+"/info", nil, &t)
}

// Output returns what the engine printed, from a line on.
func (c *Client) Output(ctx context.Context, task string, from int) (lines []string, err error) {
	return lines, c.get(ctx, "output", "/task/"+url.PathEscape(task)+"/output", url.Values{"line": {fmt.Sprint(from)}}, &lines)
}

// Cancel stops a task.
func (c *Client) Cancel(ctx context.Context, task string) error {
	return c.command(ctx, "cancel", task)
}

// Remove forgets a task with all its files.
func (c *Client) Remove(ctx context.Context, task string) error {
	return c.command(ctx, "remove", task)
}

// Restart does a task once more that ended in whatever way.
func (c *Client) Restart(ctx context.Context, task string) error {
	return c.command(ctx, "restart", task)
}

func (c *Client) command(ctx context.Context, op, task string) error {
	body := strings.NewReader(url.Values{"uuid": {task}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address("/task/"+op, nil), body)
	if err != nil {
		return fmt.Errorf("nodeodm: %s: %w", op, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.ask(req, op, nil)
}
