package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// seed makes every run work on the same claims.
const seed = 1

// A layer is what is measured on, and by whom.
type layer struct {
	name  string // also that of its table
	about string
	make  func() ([]overlaytest.Claim, error)

	kinds    []kind // what we do
	serial   bool   // PostGIS in one process
	parallel bool   // PostGIS on all cores
	geos     bool
	pandas   bool
	recipe   bool // node, polygonize and label in GEOS
	sqlFaces bool // the same in PostGIS
}

// extent says how much is to be measured.
type extent struct {
	quick, full bool
	realData    string
	budget      time.Duration // no layer is begun later; 0: no limit
	only        string        // names of layers with commas; empty: all
}

// flags says how the program was called, as far as layers go.
func (e extent) flags() string {
	var words []string
	for _, flag := range []struct {
		set  bool
		name string
	}{{e.quick, "-quick"}, {e.full, "-full"}} {
		if flag.set {
			words = append(words, flag.name)
		}
	}
	if e.only != "" {
		words = append(words, "-only "+e.only)
	}
	if e.budget > 0 {
		words = append(words, "-budget "+e.budget.String())
	}
	if words == nil {
		return ""
	}
	return fmt.Sprintf(" BENCHOVERLAP='%s'", strings.Join(words, " "))
}

// chosen returns the layers that are measured, in order.
func (e extent) chosen() []layer {
	list := e.layers()
	if e.only == "" {
		return list
	}
	names := strings.Split(e.only, ",")
	return slices.DeleteFunc(list, func(l layer) bool { return !slices.Contains(names, l.name) })
}

// layers returns all layers that there are.
func (e extent) layers() []layer {
	shrink := 1
	if e.quick {
		shrink = 40
	}
	faces, growth := []kind{faceAreas, faceGrounds}, []kind{pairAreas, faceAreas}
	list := []layer{
		stars("c2k", overlaytest.C20k, 2_000/shrink, layer{kinds: faces, recipe: true, sqlFaces: true}),
		stars("c20k", overlaytest.C20k, 20_000/shrink, layer{
			kinds: allKinds, serial: true, parallel: true, geos: true, pandas: true, recipe: true, sqlFaces: true,
		}),
		stars("big2k", overlaytest.Big2k, 2_000/shrink, layer{kinds: allKinds, serial: true, parallel: true, geos: true}),
		stars("c10k", overlaytest.C20k, 10_000/shrink, layer{kinds: growth}),
		stars("c30k", overlaytest.C20k, 30_000/shrink, layer{kinds: growth}),
		stars("c100k", overlaytest.C20k, 100_000/shrink, layer{
			kinds: allKinds, serial: e.full, parallel: true, geos: true, pandas: e.full, recipe: e.full,
		}),
		stars("c300k", overlaytest.C20k, 300_000/shrink, layer{kinds: growth}),
		stars("c1m", overlaytest.C20k, 1_000_000/shrink, layer{kinds: growth}),
		coverage(60 / min(shrink, 6)),
	}
	if e.realData != "" {
		list = append(list, realLayers(e.realData)...)
	}
	return list
}

// growthOf names the layers of the curve, by size.
var growthOf = []string{"c10k", "c30k", "c100k", "c300k", "c1m"}

func stars(name string, s overlaytest.Stars, claims int, l layer) layer {
	s.Claims = claims
	l.name = name
	l.about = fmt.Sprintf("%d stars of %d to %d vertices (log-uniform), mean radius %g m, %g m noise, one to each %g m × %g m, on the millimetre",
		claims, s.MinVertices, s.MaxVertices, s.Radius, s.Noise, s.Spacing, s.Spacing)
	l.make = func() ([]overlaytest.Claim, error) { return s.Make(seed), nil }
	return l
}

func coverage(n int) layer {
	return layer{
		name:  "coverage",
		about: fmt.Sprintf("%d × %d squares of 100 m that share their sides and have no ground in common", n, n),
		make: func() ([]overlaytest.Claim, error) {
			return overlaytest.Coverage(n, 100*overlay.GridPerMetre), nil
		},
		kinds: allKinds, serial: true, parallel: true, geos: true, recipe: true, sqlFaces: true,
	}
}
