// Package bundletest makes a dispute for tests: three claims on a hillside near
// Liujiang with a few hundred vertices each, three contested pieces of which
// one is a sliver, walks, a picture and a chain of evidence. Nothing in it is
// real.
package bundletest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/ingest"
	"jieshi/mediation"
)

// SRID is the working CRS of the dispute: CGCS2000, 3-degree zone, CM 108° E.
const SRID = 4545

// A Dispute is a bundle with the files that its evidence names.
type Dispute struct {
	mediation.Bundle
	Files map[mediation.Hash][]byte
}

// Open reads a file of the dispute by its hash.
func (d *Dispute) Open(_ context.Context, h mediation.Hash) (io.ReadCloser, error) {
	b, ok := d.Files[h]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// MadeAt is when bundles of the dispute are made in tests.
var MadeAt = time.Date(2026, 4, 18, 7, 5, 0, 0, time.UTC)

var filedAt = time.Date(2026, 4, 12, 2, 30, 15, 123456000, time.UTC)

// id returns the same UUID for the same name, always.
func id(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte("jieshi-test/"+name)) }

// New returns the dispute, the same one at every call, in memory of its own.
func New() *Dispute {
	d := &Dispute{Files: map[mediation.Hash][]byte{}}
	parties := []mediation.Party{
		{ID: id("a"), Name: "南屯村第三村民小组", Side: 1},
		{ID: id("b"), Name: "北岭村", Side: 2},
		{ID: id("c"), Name: "国营柳江林场", Side: 3},
	}
	d.Case = mediation.Case{
		ID: mediation.CaseID{UUID: id("case")}, Number: "GX-2026-0042", Kind: mediation.Forest, SRID: SRID, Parties: parties,
		Title: "南屯村、北岭村与柳江林场山林权属争议", Status: mediation.Mediating, AcceptedOn: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
	}
	hill := newHill()
	for i, p := range parties {
		d.Claims = append(d.Claims, claim(p, hill.claims[i], hill.sigma[i]))
	}
	d.contest(hill)
	d.survey(parties)
	return d
}

func claim(p mediation.Party, ground orb.MultiPolygon, sigma float64) mediation.Claim {
	return mediation.Claim{
		ID: id("claim " + p.Name), Version: 1, Party: p, Source: "walk", SigmaM: metres(sigma), SRID: SRID, Ground: ground,
		Area: measure(ground, sigma), SHA256: sha256.Sum256(encode(ground)), FiledAt: filedAt, FiledBy: "覃测量员",
	}
}

func encode(g orb.Geometry) []byte {
	b, err := ewkb.Marshal(g, SRID, binary.LittleEndian)
	if err != nil {
		panic(err) // geometry of our own
	}
	return b
}

func (d *Dispute) contest(hill *hill) {
	r := &d.Run
	*r = mediation.Run{
		ID: id("run"), Number: 3, Case: d.Case.Number, CreatedAt: filedAt.Add(time.Minute), SRID: SRID,
		GridM: mediation.GridMetres, K: mediation.BandSigmas,
		Engine: map[string]string{"PostGIS": "3.3.2", "GEOS": "3.11.1", "PROJ": "9.1.1"},
	}
	for _, c := range d.Claims {
		r.Inputs = append(r.Inputs, mediation.RunInput{
			Claim: c.ID, Version: c.Version, Party: c.Party.Name, Side: c.Party.Side, SigmaM: float64(c.SigmaM), SHA256: fmt.Sprintf("%x", c.SHA256),
		})
	}
	r.Pieces, r.Extents = hill.pieces, hill.extents
	if err := r.Assemble(); err != nil {
		panic(err)
	}
}

// survey adds walks, a picture and the chain of evidence.
func (d *Dispute) survey(parties []mediation.Party) {
	for i, p := range parties[:2] {
		d.addWalk(p, d.Claims[i])
	}
	d.addOrthophoto()
	document, err := d.Run.Document()
	if err != nil {
		panic(err)
	}
	d.Run.SHA256 = sha256.Sum256(document)
	d.File(mediation.Evidence{
		Kind: mediation.EvidenceRun, Subject: d.Run.ID, Title: "争议区计算 contested areas, run 3", Content: document,
		Source: "claims of the case as named in the run",
	})
}

func (d *Dispute) addWalk(p mediation.Party, c mediation.Claim) {
	var text bytes.Buffer
	text.WriteString("% made for a test\n")
	walk := mediation.Walk{ID: id("walk " + p.Name), Case: d.Case.Number, Claim: &c.ID, Party: p, Filename: p.Name + " 踏界.pos", Format: "rtklib-pos", ReceivedAt: filedAt, ReceivedBy: "覃测量员"}
	var fixes []mediation.Fix
	for i, v := range lonLat(c.Ground[0][0]) {
		at := filedAt.Add(time.Duration(i) * 2 * time.Second)
		quality, sigma, height, satellites := ingest.QualityFixed, 0.02, 131.5+float64(i%7)/10, 17
		if i%40 > 33 {
			quality, sigma = ingest.QualityFloat, 0.45
		}
		fixes = append(fixes, mediation.Fix{
			N: i + 1, LonLat: v, Time: &at, Quality: quality, SigmaM: &sigma, HeightM: &height,
			HeightType: ingest.HeightEllipsoidal, Satellites: &satellites, Jump: i == 57,
		})
		fmt.Fprintf(&text, "%s %.9f %.9f %.3f\n", at.Format("2006/01/02 15:04:05"), v[1], v[0], height)
	}
	walk.SHA256 = d.keep(text.Bytes())
	walk.Report = json.RawMessage(fmt.Sprintf(`{"status":"adopted","fixes":%d}`, len(fixes)))
	d.Walks = append(d.Walks, mediation.BundleWalk{Walk: walk, Fixes: fixes})
	content, err := json.Marshal(map[string]any{
		"format": "jieshi-walk/1", "walk": walk.ID, "party": p.Name, "sha256": walk.SHA256, "claim_sha256": mediation.Hash(c.SHA256), "report": walk.Report,
	})
	if err != nil {
		panic(err)
	}
	d.File(mediation.Evidence{
		Kind: mediation.EvidenceWalk, Subject: walk.ID, Title: "踏界记录 boundary walk: " + p.Name, Content: content, Source: walk.Filename,
		Files: []mediation.EvidenceFile{{Role: "original", Filename: walk.Filename, SHA256: walk.SHA256, Size: int64(text.Len())}},
	})
}

func (d *Dispute) addOrthophoto() {
	picture := bytes.Repeat([]byte("II*\x00 not a real picture; "), 400)
	o := mediation.Orthophoto{
		ID: id("orthophoto"), Case: d.Case.Number, Filename: "DJI_0412 正射:影像?.tif", SHA256: d.keep(picture), SRID: SRID,
		CRSName: "CGCS2000 / 3-degree Gauss-Kruger CM 108E", GSDM: 0.032, Width: 21000, Height: 17500, ValidFraction: 0.91,
		CapturedFrom: time.Date(2026, 4, 11, 3, 10, 0, 0, time.UTC), CapturedTo: time.Date(2026, 4, 11, 3, 42, 0, 0, time.UTC),
		ReceivedAt: filedAt, ReceivedBy: "覃测量员",
	}
	d.Orthophotos = append(d.Orthophotos, o)
	content, err := json.Marshal(map[string]any{"format": "jieshi-orthophoto/1", "orthophoto": o.ID, "sha256": o.SHA256, "gsd_m": o.GSDM})
	if err != nil {
		panic(err)
	}
	d.File(mediation.Evidence{
		Kind: mediation.EvidenceOrthophoto, Subject: o.ID, Title: "正射影像 orthophoto: " + o.Filename, Content: content, Source: o.Filename,
		Files: []mediation.EvidenceFile{{Role: "original", Filename: o.Filename, SHA256: o.SHA256, Size: int64(len(picture))}},
	})
}

func (d *Dispute) keep(b []byte) mediation.Hash {
	h := mediation.Hash(sha256.Sum256(b))
	d.Files[h] = b
	return h
}

// File adds an item to the end of the chain, as the store does.
func (d *Dispute) File(e mediation.Evidence) {
	e.Seq = len(d.Evidence) + 1
	e.ID, e.Case = id(fmt.Sprintf("evidence %d", e.Seq)), d.Case.Number
	e.ContentSHA256 = sha256.Sum256(e.Content)
	e.FiledAt, e.FiledBy, e.Software = filedAt.Add(time.Duration(e.Seq)*time.Minute), "覃测量员", "jieshi test"
	if e.Seq > 1 {
		e.PrevSHA256 = d.Evidence[e.Seq-2].LinkSHA256
	}
	e.LinkSHA256 = e.Link()
	d.Evidence = append(d.Evidence, e)
}
