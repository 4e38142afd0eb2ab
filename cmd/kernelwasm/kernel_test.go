package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/divide"
	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// build makes the kernel as `make web` does.
func build(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kernel.wasm")
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, ".")
	command.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return file
}

func TestTheKernelIsSmallEnoughForABadLink(t *testing.T) {
	t.Parallel()
	const most = 1_500_000 // bytes on the wire
	content, err := os.ReadFile(build(t))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the kernel has %d bytes, %d packed", len(content), packed.Len())
	if packed.Len() > most {
		t.Errorf("the kernel has %d bytes packed, want at most %d", packed.Len(), most)
	}
}

// A browser and a server must not tell two parties different figures. Plane
// areas and corners of parts are integers in the end and equal to the bit.
// Ellipsoidal areas go through sines, which processors may round differently in
// the last place: equal to 1e-13.
func TestTheKernelSaysInABrowserWhatItSaysHere(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("this test needs node, as building the page does: ", err)
	}
	pieces := contested(t)
	table, err := divide.NewTable(4545, pieces)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"testdata/drive.mjs", wasmExec(t), build(t), "4545", fmt.Sprint(len(pieces)), write(t, dir, "pieces", flat(pieces))}
	var lines []orb.LineString
	for i := range 40 {
		y := 2_699_950 + 12*float64(i)
		line := orb.LineString{{499_600, y}, {500_000 + 13.37*float64(i), y + 90}, {500_900, y - 40.0001}}
		lines = append(lines, line)
		args = append(args, write(t, dir, fmt.Sprint("line", i), flatLine(line)))
	}
	command := exec.CommandContext(t.Context(), node, args...)
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &said)
	}
	t.Log(said.String())
	answer := numbers(out)
	divided := 0
	for i, line := range lines {
		cuts, err := table.Divide(t.Context(), line)
		if err != nil {
			t.Fatal(err)
		}
		var figures, parts []float64
		figures, answer = take(t, answer)
		parts, answer = take(t, answer)
		divided += compareFigures(t, i, cuts, figures)
		compareParts(t, i, cuts, parts)
	}
	if divided < 100 {
		t.Errorf("the lines divided pieces %d times; that proves little", divided)
	}
}

func compareFigures(t *testing.T, line int, cuts []divide.Cut, figures []float64) (divided int) {
	t.Helper()
	if len(figures) != 7*len(cuts) {
		t.Fatalf("line %d: %d figures for %d pieces", line, len(figures), len(cuts))
	}
	for i, c := range cuts {
		row := figures[7*i : 7*i+7]
		if (row[0] == 1) != c.Divided {
			t.Errorf("line %d piece %d: divided %v, want %v", line, i, row[0], c.Divided)
		}
		if c.Divided {
			divided++
		}
		for k, m := range []divide.Measure{c.Left, c.Right, c.Whole} {
			plane, ellipsoidal := row[1+2*k], row[2+2*k]
			if plane != float64(m.Plane) {
				t.Errorf("line %d piece %d: plane %v m², want %v to the bit", line, i, plane, m.Plane)
			}
			if math.Abs(ellipsoidal-float64(m.Ellipsoidal)) > 1e-13*float64(m.Ellipsoidal) {
				t.Errorf("line %d piece %d: ellipsoidal %v m², want %v", line, i, ellipsoidal, m.Ellipsoidal)
			}
		}
	}
	return divided
}

// compareParts looks at the structure of the parts and at their least corner,
// brought back from the map to the plane.
func compareParts(t *testing.T, line int, cuts []divide.Cut, parts []float64) {
	t.Helper()
	next := func() (v float64) {
		if len(parts) == 0 {
			t.Fatalf("line %d: the parts end early", line)
		}
		v, parts = parts[0], parts[1:]
		return v
	}
	for i, c := range cuts {
		if !c.Divided {
			continue
		}
		for _, p := range c.Parts {
			if n, side, rings := next(), next(), next(); int(n) != i || int(side) != int(p.Side) || int(rings) != len(p.Ground) {
				t.Fatalf("line %d: part of piece %v, side %v, %v rings; want %d, %d, %d", line, n, side, rings, i, p.Side, len(p.Ground))
			}
			for _, ring := range p.Ground {
				if n := int(next()); n != len(ring) || len(parts) < 2*n {
					t.Fatalf("line %d: a ring of %d vertices, want %d", line, n, len(ring))
				}
				parts = parts[2*len(ring):]
			}
		}
	}
	if len(parts) > 0 {
		t.Errorf("line %d: %d numbers too many", line, len(parts))
	}
}

func contested(t *testing.T) []orb.Polygon {
	t.Helper()
	claims := overlaytest.Stars{Claims: 10, MinVertices: 500, MaxVertices: 500, Radius: 250, Noise: 0.15, Spacing: 150}.Make(3)
	partition, err := overlay.Faces(context.Background(), overlaytest.Layer(claims), overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	var pieces []orb.Polygon
	for _, f := range partition.Faces {
		pieces = append(pieces, f.Ground.Metres()...)
	}
	return pieces
}

func wasmExec(t *testing.T) string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
}

func flat(pieces []orb.Polygon) (out []float64) {
	for _, piece := range pieces {
		out = append(out, float64(len(piece)))
		for _, ring := range piece {
			out = append(out, float64(len(ring)))
			out = append(out, flatLine(orb.LineString(ring))...)
		}
	}
	return out
}

func flatLine(line orb.LineString) (out []float64) {
	for _, p := range line {
		out = append(out, p[0], p[1])
	}
	return out
}

func write(t *testing.T, dir, name string, content []float64) string {
	t.Helper()
	file := filepath.Join(dir, name)
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, content); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func numbers(content []byte) []float64 {
	out := make([]float64, len(content)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(content[8*i:]))
	}
	return out
}

// take takes a list that is preceded by its length.
func take(t *testing.T, from []float64) (list, rest []float64) {
	t.Helper()
	if len(from) == 0 || int(from[0]) > len(from)-1 {
		t.Fatal("the answer ends early")
	}
	n := int(from[0])
	return from[1 : n+1], from[n+1:]
}
