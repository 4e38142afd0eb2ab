package vector

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// ask is what the parent tells the child.
type ask struct {
	Driver   string `json:"driver"`
	File     string `json:"file"`  // in the private folder
	Layer    string `json:"layer"` // empty for the only one
	SRID     int    `json:"srid"`  // to deliver; 0 leaves it to the file
	Validity bool   `json:"validity"`
	Walks    bool   `json:"walks"` // all shapes of all layers, as they are, instead of polygons of one
}

// ReadMain is the child of [ReadPolygons] and [ReadWalks]: it confines itself, reads the one
// file of its folder as stdin asks, and answers on stdout. The program calls it
// for its hidden verb "read-vector" before anything else and exits with what it
// returns: 0 if it answered, 1 if it could not even do that.
func ReadMain(stdin io.Reader, stdout io.Writer) int {
	isolation, err := sandbox.Enter()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	out := newFrameWriter(stdout)
	if err := out.json(frameIsolation, isolation); err != nil {
		return 1
	}
	var a ask
	if err := json.NewDecoder(stdin).Decode(&a); err != nil {
		fmt.Fprintln(os.Stderr, "read-vector: what to do:", err)
		return 1
	}
	if answer(out, a) != nil || out.w.Flush() != nil {
		return 1
	}
	return 0
}

// answer writes all frames after the first.
func answer(out *frameWriter, a ask) error {
	read := readOriginal
	if a.Walks {
		read = readShapes
	}
	t, err := read(out, a)
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return out.json(frameRefusal, ingest.Refusal{Code: refusal.Code, Where: plain(refusal.Where, longestWhere)})
	}
	if err != nil {
		text := err.Error()
		return out.frame(frameFault, []byte(text[:min(len(text), longestText)]))
	}
	return out.json(frameEnd, t)
}
