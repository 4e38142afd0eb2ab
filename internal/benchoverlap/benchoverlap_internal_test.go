package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func TestWKBBringsGroundBackToTheGridPoint(t *testing.T) {
	var reader wkbReader
	for _, claim := range append(overlaytest.C20k.Make(1)[:50], overlaytest.Frames(1, 20, 8, 10)...) {
		got, err := reader.read(appendWKB(nil, claim.Ground))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, claim.Ground) {
			t.Fatalf("claim %d: got %v, want %v", claim.ID, got, claim.Ground)
		}
	}
}

func TestWKBCutShortIsRefused(t *testing.T) {
	var reader wkbReader
	whole := appendWKB(nil, overlaytest.Square(0, 0, 10))
	for n := range whole {
		if _, err := reader.read(whole[:n]); !errors.Is(err, errEWKB) {
			t.Fatalf("%d of %d bytes: got error %v, want %v", n, len(whole), err, errEWKB)
		}
	}
	binary.LittleEndian.PutUint32(whole[14:], 1<<31) // rings
	if _, err := reader.read(whole); !errors.Is(err, errEWKB) {
		t.Fatalf("2^31 rings: got error %v, want %v", err, errEWKB)
	}
}

func TestInPageReplacesItsSectionAndNothingElse(t *testing.T) {
	first, err := inPage("# Performance\n\nabove\n", "one")
	if err != nil {
		t.Fatal(err)
	}
	first += "\nbelow\n"
	second, err := inPage(first, "two")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(first, "one", "two", 1); second != want {
		t.Errorf("got %q, want %q", second, want)
	}
	for _, page := range []string{pageBegins, pageEnds, pageEnds + pageBegins} {
		if _, err := inPage(page, "x"); err == nil {
			t.Errorf("%q: got no error, want one", page)
		}
	}
}

// Everybody measures the same work: what they find must agree.
func TestOursFindsWhatPostGISAndGEOSFind(t *testing.T) {
	t.Setenv(pgtest.Variable, pgtest.URL(t))
	ctx := t.Context()
	pg, err := openPostGIS(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close()
	claims := stars("t", overlaytest.C20k, 500, layer{}).claims(t)
	table, err := pg.load(ctx, "t", claims)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := writeFile(dir+"/t.wkb", claims); err != nil {
		t.Fatal(err)
	}
	work := func(k kind) outcome {
		done, err := order{URL: pg.url, Table: table, Kind: k, Runs: 1}.work(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	pairs, faces := work(pairAreas), work(faceAreas)
	if pairs.Pairs < len(claims) || pairs.Read <= 0 || pairs.Write <= 0 {
		t.Fatalf("got %+v, want pairs and times", pairs)
	}
	check := func(name string, f finding, err error, count int, m2 float64) {
		t.Helper()
		if err != nil || f.fault != "" {
			t.Fatal(name, err, f.fault)
		}
		if d := f.M2 - m2; f.Count != count || d > 1e-6*m2 || d < -1e-6*m2 {
			t.Errorf("%s: got %d and %.6f m², ours has %d and %.6f", name, f.Count, f.M2, count, m2)
		}
	}
	f, err := pg.ask(ctx, selfJoin, table, 0)
	check("PostGIS", f, err, pairs.PairsAbove, pairs.PairsM2)
	f, err = pg.ask(ctx, selfJoin, table, 2)
	check("PostGIS in parallel", f, err, pairs.PairsAbove, pairs.PairsM2)
	// The query was planned for one process before; no plan may be kept.
	if !strings.HasPrefix(f.note, "leader and") || strings.Contains(f.note, "planned") {
		t.Errorf("PostGIS ran as %q, want workers", f.note)
	}
	f, err = pg.ask(ctx, recipe, table, 0)
	check("recipe in PostGIS", f, err, faces.SetsAbove, faces.UnionM2)

	geos := geosPeer(ctx, dir)
	if geos.absent != "" {
		t.Skip(geos.absent)
	}
	f, err = geos.run(ctx, "pairs", dir+"/t.wkb")
	check("GEOS", f, err, pairs.PairsAbove, pairs.PairsM2)
	f, err = geos.run(ctx, "faces", dir+"/t.wkb")
	check("recipe in GEOS", f, err, faces.SetsAbove, faces.UnionM2)
}

func (l layer) claims(t *testing.T) []overlaytest.Claim {
	t.Helper()
	claims, err := l.make()
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestClaimRowsRefuseWhatIsNoCopy(t *testing.T) {
	for name, stream := range map[string]string{
		"no head": "hello", "short row": copyHead + "\x00\x02\x00", "one column": copyHead + "\x00\x01" + strings.Repeat("\x00", 30),
	} {
		if _, err := (&claimRows{}).Write([]byte(stream)); !errors.Is(err, errCopy) {
			t.Errorf("%s: got error %v, want %v", name, err, errCopy)
		}
	}
}

func TestChecksumSeesEveryPart(t *testing.T) {
	a := overlay.AreaOf(0, 7)
	for _, pair := range []overlay.Pair{{A: 2, B: 2, Area: a}, {A: 1, B: 3, Area: a}, {A: 1, B: 2}, {A: 1, B: 2, Area: a, Ground: overlaytest.Square(0, 0, 1)}} {
		one, other := newChecksum(), newChecksum()
		one.pairs([]overlay.Pair{{A: 1, B: 2, Area: a}})
		other.pairs([]overlay.Pair{pair})
		if bytes.Equal(one.hash.Sum(nil), other.hash.Sum(nil)) {
			t.Errorf("%+v has the checksum of another pair", pair)
		}
	}
}
