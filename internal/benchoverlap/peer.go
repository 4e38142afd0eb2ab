package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"jieshi/geo/overlay/overlaytest"
)

//go:embed geos/overlay.c
var geosSource []byte

//go:embed python/overlay.py
var pandasSource []byte

// A peer is a program outside of PostGIS that works on a file of claims.
type peer struct {
	name    string
	command []string // to be followed by its arguments
	absent  string   // why it takes no part
}

// geosPeer compiles the driver in dir.
func geosPeer(ctx context.Context, dir string) peer {
	p := peer{name: "GEOS"}
	compiler, err := exec.LookPath("cc")
	if err != nil {
		p.absent = "GEOS was left out: there is no C compiler (Debian: apt-get install gcc libgeos-dev)."
		return p
	}
	source, program := filepath.Join(dir, "overlay.c"), filepath.Join(dir, "overlay")
	if err := os.WriteFile(source, geosSource, 0o600); err != nil {
		p.absent = "GEOS was left out: " + err.Error()
		return p
	}
	out, err := exec.CommandContext(ctx, compiler, "-O2", "-o", program, source, "-lgeos_c").CombinedOutput() //nolint:gosec // our own source
	if err != nil {
		p.absent = fmt.Sprintf("GEOS was left out: its headers are missing or too old (Debian: apt-get install libgeos-dev): %s.", firstLine(string(out)))
		return p
	}
	p.command = []string{program}
	return p
}

// pandasPeer looks for a geopandas that can overlay: in the first python3, and in
// that of Debian, which may be another.
func pandasPeer(ctx context.Context, dir string) peer {
	p := peer{name: "geopandas"}
	const able = "import geopandas; geopandas.GeoSeries([]).sindex"
	python := ""
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(ctx, name, "-c", able).Run() == nil { //nolint:gosec // one of the two above
			python = name
			break
		}
	}
	if python == "" {
		p.absent = "geopandas was left out: python3 does not find it (Debian: apt-get install python3-geopandas python3-rtree)."
		return p
	}
	script := filepath.Join(dir, "overlay.py")
	if err := os.WriteFile(script, pandasSource, 0o600); err != nil {
		p.absent = "geopandas was left out: " + err.Error()
		return p
	}
	p.command = []string{python, script}
	return p
}

// run measures the peer. What it breaks on is a finding, too.
func (p peer) run(ctx context.Context, args ...string) (f finding, err error) {
	if p.absent != "" {
		return finding{fault: "left out"}, nil
	}
	words := append(append([]string{}, p.command[1:]...), args...)
	cmd := exec.CommandContext(ctx, p.command[0], words...) //nolint:gosec // what geosPeer and pandasPeer found
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && ctx.Err() == nil {
		return finding{fault: firstLine(complaint.String())}, nil
	}
	if err != nil {
		return f, fmt.Errorf("%s: %w", p.name, err)
	}
	answer := struct {
		*finding
		Version string
	}{finding: &f}
	if err := json.Unmarshal(out, &answer); err != nil {
		return f, fmt.Errorf("%s: %w", p.name, err)
	}
	f.note = answer.Version
	return f, nil
}

// writeFile writes the claims for peers, in the order of their IDs.
func writeFile(path string, claims []overlaytest.Claim) (err error) {
	file, err := os.Create(path) //nolint:gosec // in our own folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriterSize(file, 1<<16)
	var wkb, head []byte
	for _, c := range claims {
		wkb = appendWKB(wkb[:0], c.Ground)
		head = binary.LittleEndian.AppendUint32(head[:0], uint32(len(wkb))) //nolint:gosec // below 1 GB
		_, _ = w.Write(head)
		_, _ = w.Write(wkb)
	}
	return w.Flush() // returns the first error of all
}
