package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"jieshi/ingest/raster"
	"jieshi/mediation"
)

// progress shows how far the work is on one line of a terminal, and nothing
// anywhere else.
type progress struct {
	w     io.Writer // nil: nobody watches
	shown int       // columns of the line at most so far
}

func (p *program) progress() *progress {
	if p.json || !isTerminal(p.stderr) {
		return &progress{}
	}
	return &progress{w: p.stderr}
}

// isTerminal reports whether a person looks at what is written to w.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// jsonIfPiped lets a program read the answer where no person does, unless the
// person said which.
func (p *program) jsonIfPiped(said bool) {
	if f, ok := p.stdout.(*os.File); ok && !said {
		p.json = p.json || !isTerminal(f)
	}
}

// stages are the stages of jobs as people call them.
var stages = map[string]string{
	"": "等待 waiting", "check": "校验 hashing", "copy": "接收 receiving", "read": "读取 reading", "measure": "量测影像 measuring COG",
	"display": "显示影像 display COG", "collect": "核对 collecting", "done": "完成 done", "judge": "检核 checking", "save": "入库 storing",
	"sending": "发送照片 sending photos", "waiting": "引擎排队 in the engine's queue", "computing": "拼接 computing", "downloading": "下载 downloading",
	"tiles": "切片 drawing tiles",
}

// job shows how far a job is.
func (s *progress) job(j mediation.Job) {
	name, known := stages[j.Stage]
	if !known {
		name = j.Stage
	}
	left := ""
	if !j.ETA.IsZero() {
		left = "  剩余 left " + max(0, time.Until(j.ETA)).Round(time.Second).String()
	}
	s.line(fmt.Sprintf("  %s %3.0f %%  %s%s", bar(j.Progress/100), j.Progress, name, left))
}

// stage shows how far a stage is.
func (s *progress) stage(at raster.Progress) {
	s.line(fmt.Sprintf("  %s %3.0f %%  %s", bar(at.Done), 100*at.Done, string(at.Stage)))
}

func bar(done float64) string {
	const width = 24
	full := int(width * min(1, max(0, done)))
	return "[" + strings.Repeat("█", full) + strings.Repeat("·", width-full) + "]"
}

func (s *progress) line(text string) {
	if s.w == nil {
		return
	}
	columns := columnsOf(text)
	_, _ = fmt.Fprintf(s.w, "\r%s%s", text, strings.Repeat(" ", max(0, s.shown-columns)))
	s.shown = max(s.shown, columns)
}

// columnsOf counts what a terminal shows: a Chinese character takes two.
func columnsOf(text string) (n int) {
	for _, r := range text {
		if n++; r >= 0x2E80 {
			n++
		}
	}
	return n
}

func (s *progress) end() {
	if s.shown > 0 {
		_, _ = fmt.Fprintf(s.w, "\r%s\r", strings.Repeat(" ", s.shown))
		s.shown = 0
	}
}
