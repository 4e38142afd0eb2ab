package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/geo/overlay"
	"jieshi/ingest"
)

// overlapRequest is one call of `jieshi overlap`.
type overlapRequest struct {
	verb   string // "pairs", "faces" or "validate"
	files  []string
	srid   int      // 0 leaves the CRS to the files
	layers []string // of the files, in their order; may be shorter
	least  geo.SquareMetres
	refuse bool // invalid polygons, instead of repairing them
	out    string
}

// overlapResult is what a person or a program is told. Areas are plane areas in
// the CRS named, square metres.
type overlapResult struct {
	Status  string `json:"status"` // "done"; of validate "questioned" if a polygon is not valid
	N       int    `json:"n"`      // polygons
	Invalid int    `json:"invalid"`
	Narrow  int    `json:"narrow"` // valid, with a part thinner than 0.1 mm that closes on the grid
	*overlapFigures
	Seconds  overlapSeconds   `json:"seconds"`
	Engine   string           `json:"engine"`
	Reader   string           `json:"reader"`
	CRS      overlapCRS       `json:"crs"`
	Files    []overlapFile    `json:"files"`
	Features []invalidFeature `json:"invalid_features"`
	Narrows  []invalidFeature `json:"narrow_features"`
	Out      *overlapOutput   `json:"out,omitempty"`
}

// overlapFigures are what pairs and faces say and validate does not.
type overlapFigures struct {
	Pairs            int                `json:"pairs"` // with more than MinAreaM2 in common
	PairsByThreshold map[string]int     `json:"pairs_by_threshold"`
	SumM2            float64            `json:"sum_m2"`      // over Pairs; ground claimed thrice counts three times
	DistinctM2       float64            `json:"distinct_m2"` // ground of every overlap, counted once
	FacesByDepth     map[string]int     `json:"faces_by_depth"`
	M2ByDepth        map[string]float64 `json:"m2_by_depth"`
	MinAreaM2        float64            `json:"min_area_m2"`
	Method           geo.Method         `json:"method"`
}

type overlapSeconds struct {
	Read    float64 `json:"read"` // opening, projecting, snapping, validating
	Compute float64 `json:"compute"`
	Write   float64 `json:"write"`
}

type overlapCRS struct {
	SRID int    `json:"srid"` // 0 if EPSG does not list it
	Name string `json:"name"`
	// Unit is that of the CRS; areas are in m² whatever it is.
	Unit          string  `json:"unit"`
	MetresPerUnit float64 `json:"metres_per_unit"`
}

type overlapFile struct {
	File      string         `json:"file"`
	SHA256    string         `json:"sha256"`
	Format    string         `json:"format"`
	Layer     string         `json:"layer"`
	CRS       overlapCRS     `json:"crs"` // as the file declares it
	Projected bool           `json:"projected"`
	N         int            `json:"n"`
	Invalid   int            `json:"invalid"`
	Narrow    int            `json:"narrow"`
	Skipped   overlapSkipped `json:"skipped"`
	Notes     []ingest.Note  `json:"notes"`
}

type overlapSkipped struct {
	Lines  int `json:"lines"`
	Points int `json:"points"`
	Empty  int `json:"empty"`
	Others int `json:"others"`
}

func (p *program) overlapCommand() *cobra.Command {
	return group("overlap", "overlaps of whole registers, without a database: Shapefile (zip), GeoPackage, GeoJSON, FlatGeobuf",
		p.overlapVerb("pairs", "pairs of polygons with common ground: within FILE, or between FILE and FILE2"),
		p.overlapVerb("faces", "the ground divided by everyone who claims it"),
		p.overlapVerb("validate", "polygons that are not valid, by feature id, with rule and place (status 3 if there are any)"),
	)
}

func (p *program) overlapVerb(verb, short string) *cobra.Command {
	q := overlapRequest{verb: verb}
	var crs, invalid string
	var least float64
	cmd := &cobra.Command{
		Use: verb + " FILE [FILE2]", Short: short, Args: arguments(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			q.files = args
			if q.srid, err = sridFlag(crs); err != nil {
				return err
			}
			if !(least >= 0) || math.IsInf(least, 0) {
				return usageError{fmt.Errorf("--min-area %v is no area in m²", least)}
			}
			q.least = geo.SquareMetres(least)
			switch invalid {
			case "repair", "refuse":
				q.refuse = invalid == "refuse"
			default:
				return usageError{fmt.Errorf("--invalid %q is neither repair nor refuse", invalid)}
			}
			if len(q.layers) > len(args) {
				return usageError{fmt.Errorf("%d layers are named for %d files", len(q.layers), len(args))}
			}
			if err := checkOut(q.out); err != nil {
				return err
			}
			return p.overlap(cmd.Context(), q)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&crs, "crs", "", "measure in EPSG:N, a projected CRS (default: that of FILE; for degrees the CGCS2000 or UTM zone of the place)")
	flags.StringArrayVar(&q.layers, "layer", nil, "layer of FILE, given a second time of FILE2 (needed where a file has several)")
	flags.StringVar(&invalid, "invalid", "repair", "repair polygons that are not valid (a ring holds what it winds round, a hole is taken off), or refuse them")
	flags.StringVar(&q.out, "out", "", "write the ground, with ids and areas, to a new F.gpkg or F.geojson")
	if verb != "validate" {
		flags.Float64Var(&least, "min-area", 0, "leave out pairs, and faces written, of no more than this many m²")
	}
	return cmd
}

// sridFlag reads EPSG:N. Only numbers are taken: other names of CRSs can make
// PROJ open files or the network.
func sridFlag(value string) (int, error) {
	if value == "" {
		return 0, nil
	}
	number, ok := strings.CutPrefix(strings.ToUpper(value), "EPSG:")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n <= 0 {
		return 0, usageError{fmt.Errorf("--crs %q is not of the form EPSG:4545", value)}
	}
	return n, nil
}

func (p *program) overlap(ctx context.Context, q overlapRequest) error {
	begin := time.Now()
	show := p.progress()
	defer show.end()
	reg, err := p.readRegister(ctx, q, show)
	if err != nil {
		return err
	}
	result := reg.result(q)
	if q.out != "" && result.CRS.SRID == 0 {
		return refuseOverlap("crs_without_epsg", reg.layer.CRS.Name)
	}
	if q.refuse && q.verb != "validate" && result.Invalid > 0 {
		return refuseOverlap("invalid_polygons", result.firstInvalid(5))
	}
	result.Seconds.Read = seconds(begin)

	begin = time.Now()
	var found overlapFound
	if q.verb != "validate" {
		if found, err = reg.overlay(ctx, q, show); err != nil {
			return err
		}
		result.overlapFigures = reg.figures(found, q)
	}
	result.Seconds.Compute = seconds(begin)

	begin = time.Now()
	if q.out != "" {
		if result.Out, err = reg.write(q, found, result); err != nil {
			return err
		}
	}
	result.Seconds.Write = seconds(begin)

	show.end()
	p.answer(result, func(w io.Writer) { tellOverlap(w, q, result) })
	if q.verb == "validate" && result.Invalid > 0 {
		return errQuestioned
	}
	return nil
}

func seconds(since time.Time) float64 { return math.Round(time.Since(since).Seconds()*1000) / 1000 }

// thresholds are those of pairs_by_threshold, m².
var thresholds = []struct {
	name string
	m2   geo.SquareMetres
}{{"0", 0}, {"0.01", 0.01}, {"1", 1}, {"100", 100}, {"10000", 10_000}}

// figures counts what was found.
func (r *register) figures(found overlapFound, q overlapRequest) *overlapFigures {
	f := &overlapFigures{
		PairsByThreshold: map[string]int{}, FacesByDepth: map[string]int{}, M2ByDepth: map[string]float64{},
		MinAreaM2: float64(q.least), Method: geo.Plane,
	}
	var sum overlay.Area
	for _, pair := range found.pairs {
		if pair.Area.Cmp(overlay.AreaOfSquareMetres(q.least)) > 0 {
			f.Pairs++
			sum = sum.Add(pair.Area)
		}
	}
	f.SumM2 = float64(sum.SquareMetres())
	for _, t := range thresholds {
		f.PairsByThreshold[t.name] = 0
		for _, pair := range found.pairs {
			if pair.Area.Cmp(overlay.AreaOfSquareMetres(t.m2)) > 0 {
				f.PairsByThreshold[t.name]++
			}
		}
	}
	var distinct overlay.Area
	depths := map[int]overlay.Area{}
	for i := range found.faces {
		face := &found.faces[i]
		f.FacesByDepth[strconv.Itoa(face.Depth())]++
		depths[face.Depth()] = depths[face.Depth()].Add(face.Area)
		if r.contested(face) {
			distinct = distinct.Add(face.Area)
		}
	}
	for depth, area := range depths {
		f.M2ByDepth[strconv.Itoa(depth)] = float64(area.SquareMetres())
	}
	f.DistinctM2 = float64(distinct.SquareMetres())
	return f
}

// tellOverlap says the result to a person at a terminal.
func tellOverlap(w io.Writer, q overlapRequest, r *overlapResult) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	name := r.CRS.Name
	if r.CRS.SRID != 0 {
		name = fmt.Sprintf("EPSG:%d %s", r.CRS.SRID, name)
	}
	say("面 polygons    %d, 无效 invalid %d, 局部窄于 0.1 mm narrower than the grid %d", r.N, r.Invalid, r.Narrow)
	for _, f := range r.Files {
		say("  %s  %d (%s)", filepath.Base(f.File), f.N, f.Layer)
		for _, n := range f.Notes {
			say("    %s", n.Text)
		}
	}
	say("坐标系 CRS     %s", name)
	if f := r.overlapFigures; f != nil {
		say("重叠对 pairs   %d (> %g m²), 合计 sum %.2f m², 不重复计 counted once %.2f m² = %.2f 亩", f.Pairs, f.MinAreaM2, f.SumM2, f.DistinctM2,
			geo.SquareMetres(f.DistinctM2).Mu())
		for _, t := range thresholds {
			say("    > %-6s m²  %d", t.name, f.PairsByThreshold[t.name])
		}
		for depth, left := 1, len(f.FacesByDepth); left > 0; depth++ {
			if n, ok := f.FacesByDepth[strconv.Itoa(depth)]; ok {
				say("  %d 方 claimants  %d 组 sets, %.2f m²", depth, n, f.M2ByDepth[strconv.Itoa(depth)])
				left--
			}
		}
	}
	for i, f := range r.Features {
		if i == 20 && q.verb != "validate" {
			say("  … %d more (--json lists them)", len(r.Features)-i)
			break
		}
		say("  无效 invalid  %s", f.String())
	}
	for i, f := range r.Narrows {
		if q.verb != "validate" || i == 20 {
			break
		}
		say("  局部过窄 narrow  %s", f.String())
	}
	if r.Out != nil {
		say("写入 written   %s: %d", r.Out.File, r.Out.Features)
	}
	say("用时 seconds   读取 read %.2f, 计算 compute %.2f, 写出 write %.2f  (%s, %s)", r.Seconds.Read, r.Seconds.Compute, r.Seconds.Write, r.Engine, r.Reader)
}
