package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest/flight"
	"jieshi/ingest/flight/flighttest"
	"jieshi/mediation"
)

// flown is a flight of two strips of five photos, one of them without a place.
func flown(t *testing.T, number string) mediation.NewFlight {
	t.Helper()
	names, files := flighttest.Mission{
		Lon: 109.3, Lat: 24.25, Above: 100, Focal35: 24, Strips: 2, PerStrip: 5, Along: 20, Over: 40,
		Begin: time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC),
	}.Files()
	names, files = append(names, "IMG_0001.JPG"), append(files, flighttest.Photo{}.JPEG())
	n := mediation.NewFlight{
		Case: number, Filename: "航飞.zip", Options: json.RawMessage(`{}`), Hashes: map[string]mediation.Hash{},
		Archive: mediation.Asset{SHA256: sha256.Sum256([]byte("archive")), Size: 7, MediaType: "application/zip"},
	}
	var photos []flight.Photo
	for i, file := range files {
		p, err := flight.ReadPhoto(names[i], bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		photos = append(photos, p)
		n.Hashes[p.Name] = sha256.Sum256(file)
	}
	var err error
	if n.Flight, err = flight.New(photos, flight.Options{}); err != nil {
		t.Fatal(err)
	}
	if n.Report, err = json.Marshal(n.Flight.Report); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFlightIsKeptWithEveryPhotoAndFiled(t *testing.T) {
	db, url, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	n := flown(t, number)
	tell := func(uuid.UUID, bool) (json.RawMessage, error) { return json.RawMessage(`{}`), nil }
	id, known, err := db.SaveFlight(ctx, n, tell)
	if err != nil || known {
		t.Fatalf("SaveFlight() = %v, known %v", err, known)
	}
	if again, known, err := db.SaveFlight(ctx, n, tell); err != nil || !known || again != id {
		t.Errorf("the same archive again: %v, known %v, %v", again, known, err)
	}

	flights, err := db.Flights(ctx, number)
	if err != nil || len(flights) != 1 {
		t.Fatalf("Flights() = %d, %v", len(flights), err)
	}
	f := flights[0]
	if f.ID != id || f.Case != number || f.Photos != 11 || f.SHA256 != n.Archive.SHA256 || f.Line == nil || f.ReceivedBy != "测绘员 surveyor" {
		t.Errorf("%+v", f)
	}
	// Footprints are 144 m wide: the box reaches 72 m beyond the first photo.
	if f.BBox == nil || math.Abs((109.3-f.BBox[0])*111320*math.Cos(24.25*math.Pi/180)-72.1) > 1 {
		t.Errorf("box %v", f.BBox)
	}
	if !f.ExposedFrom.Equal(time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC)) || f.ExposedTo.Sub(f.ExposedFrom) != 18*time.Second {
		t.Errorf("exposed %v to %v", f.ExposedFrom, f.ExposedTo)
	}

	_, photos, err := db.Flight(ctx, id)
	if err != nil || len(photos) != 11 {
		t.Fatalf("Flight() = %d photos, %v", len(photos), err)
	}
	placed := 0
	for _, p := range photos {
		if p.SHA256 != n.Hashes[p.Filename] {
			t.Errorf("%s has another hash", p.Filename)
		}
		if p.LonLat != nil {
			placed++
			if p.Quality != "fixed" || p.SigmaM == nil || *p.SigmaM != 0.012 || p.Footprint == nil || p.Strip == nil {
				t.Errorf("%+v", p)
			}
		}
	}
	if placed != 10 {
		t.Errorf("%d photos have a place, want 10", placed)
	}

	items, _, err := db.Evidence(ctx, number)
	if err != nil || len(items) != 1 || items[0].Kind != mediation.EvidenceFlight || len(items[0].Files) != 1 {
		t.Fatalf("evidence %+v, %v", items, err)
	}
	var content struct {
		Format string
		Photos []struct{ Filename, SHA256 string }
	}
	if err := json.Unmarshal(items[0].Content, &content); err != nil || content.Format != "jieshi-flight/1" || len(content.Photos) != 11 {
		t.Errorf("content %s, %v", items[0].Content, err)
	}

	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{"UPDATE flight SET photos = 1", "DELETE FROM flight_photo", "TRUNCATE flight CASCADE"} {
		if _, err := conn.Exec(ctx, sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
}

func TestAFlightThatDoesNotExistIsNotFound(t *testing.T) {
	db, _, ctx := open(t)
	if _, _, err := db.Flight(ctx, uuid.New()); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("Flight() = %v", err)
	}
	if _, err := db.Flights(ctx, "JS-1999-0001"); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("Flights() = %v", err)
	}
}
