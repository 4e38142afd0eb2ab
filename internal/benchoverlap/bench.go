package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A bench is a running comparison.
type bench struct {
	pg     *postgis
	dir    string // for files of claims and programs
	geos   peer
	pandas peer
	runs   int       // of ours; the median counts
	log    io.Writer // what is being done
}

// A rival is a way in which others do what we do.
type rival string

const (
	postgisSerial   rival = "PostGIS, serial"
	postgisParallel rival = "PostGIS, parallel plan"
	geosPairs       rival = "GEOS"
	pandasPairs     rival = "geopandas"
	postgisRecipe   rival = "PostGIS recipe"
	geosRecipe      rival = "GEOS recipe"
)

// Those who find pairs, and those who find faces, as columns of the tables.
var (
	pairRivals = []rival{postgisSerial, postgisParallel, geosPairs, pandasPairs}
	faceRivals = []rival{postgisRecipe, geosRecipe}
)

// A result is everything that was measured on one layer.
type result struct {
	layer
	ours   map[kind]outcome
	rivals map[rival]finding
}

func (r *result) one() outcome { return r.ours[r.kinds[0]] }

// measure has everybody work on a layer.
func (b *bench) measure(ctx context.Context, l layer) (r result, err error) {
	r = result{layer: l, ours: map[kind]outcome{}, rivals: map[rival]finding{}}
	claims, err := l.make()
	if err != nil {
		return r, fmt.Errorf("layer %s: %w", l.name, err)
	}
	b.say("%s: %d claims", l.name, len(claims))
	table, err := b.pg.load(ctx, l.name, claims)
	if err != nil {
		return r, err
	}
	file := filepath.Join(b.dir, l.name+".wkb")
	if l.geos || l.pandas || l.recipe {
		if err := writeFile(file, claims); err != nil {
			return r, err
		}
	}
	claims = nil //nolint:ineffassign,wastedassign // lets a gigabyte go while children work
	err = errors.Join(b.measureOurs(ctx, &r, table), b.measurePeers(ctx, &r, table, file))
	if err != nil {
		return r, err
	}
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return r, err
	}
	return r, b.pg.exec(ctx, "DROP TABLE "+table+" CASCADE", "DROP TABLE IF EXISTS "+table+"_pair")
}

func (b *bench) measureOurs(ctx context.Context, r *result, table string) error {
	for _, k := range r.kinds {
		done, err := hire(ctx, order{URL: b.pg.url, Table: table, Kind: k, Runs: b.runs})
		if err != nil {
			return err
		}
		b.say("  %s: %s, %s s", k, seconds(done.Compute[1]), seconds(done.Compute[2]))
		r.ours[k] = done
	}
	return nil
}

func (b *bench) measurePeers(ctx context.Context, r *result, table, file string) error {
	const both = 2 // workers beside the leader, as many as PostgreSQL takes by default
	for _, step := range []struct {
		rival  rival
		wanted bool
		ask    func() (finding, error)
	}{
		{postgisSerial, r.serial, func() (finding, error) { return b.pg.ask(ctx, selfJoin, table, 0) }},
		{postgisParallel, r.parallel, func() (finding, error) { return b.pg.ask(ctx, selfJoin, table, both) }},
		{geosPairs, r.geos, func() (finding, error) { return b.geos.run(ctx, "pairs", file) }},
		{pandasPairs, r.pandas, func() (finding, error) { return b.pandas.run(ctx, file) }},
		{geosRecipe, r.recipe, func() (finding, error) { return b.geos.run(ctx, "faces", file) }},
		{postgisRecipe, r.sqlFaces, func() (finding, error) { return b.pg.ask(ctx, recipe, table, both) }},
	} {
		if !step.wanted {
			continue
		}
		f, err := thrice(step.ask)
		if err != nil {
			return fmt.Errorf("%s on %s: %w", step.rival, r.name, err)
		}
		b.say("  %s: %s s %s", step.rival, seconds(f.Seconds), f.fault)
		r.rivals[step.rival] = f
	}
	return nil
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, format+"\n", args...) }
