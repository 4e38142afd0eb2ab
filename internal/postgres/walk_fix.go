package postgres

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
	"jieshi/mediation"
)

var walkFixInsert = query("walk_fix_insert")

// fixColumn makes one element a fix.
func fixColumn[T any](fixes []ingest.Fix, of func(ingest.Fix) T) []T {
	column := make([]T, len(fixes))
	for i, f := range fixes {
		column[i] = of(f)
	}
	return column
}

// queueFixes keeps every fix as the receiver gave it. A zero that means "the
// receiver did not say" becomes null.
func queueFixes(batch *pgx.Batch, walkID uuid.UUID, w mediation.NewWalk) {
	fixes := w.Walk.Fixes
	jumps := make([]bool, len(fixes))
	for i := range jumps {
		jumps[i] = w.Jumps[i]
	}
	batch.Queue(walkFixInsert, pgx.StrictNamedArgs{
		"walk_id":     walkID,
		"lon":         fixColumn(fixes, func(f ingest.Fix) float64 { return f.Lon }),
		"lat":         fixColumn(fixes, func(f ingest.Fix) float64 { return f.Lat }),
		"height":      fixColumn(fixes, heightOf),
		"height_type": fixColumn(fixes, heightTypeOf),
		"at":          fixColumn(fixes, func(f ingest.Fix) *time.Time { return dateOrNull(f.Time) }),
		"quality":     fixColumn(fixes, func(f ingest.Fix) string { return string(f.Quality) }),
		"sigma_east":  fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(float64(f.SigmaEast)) }),
		"sigma_north": fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(float64(f.SigmaNorth)) }),
		"sigma_up":    fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(float64(f.SigmaUp)) }),
		"satellites":  fixColumn(fixes, func(f ingest.Fix) *int { return orNull(f.Satellites) }),
		"hdop":        fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(f.HDOP) }),
		"pdop":        fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(f.PDOP) }),
		"age":         fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(f.AgeSeconds) }),
		"line":        fixColumn(fixes, func(f ingest.Fix) *int { return orNull(f.Line) }),
		"jump":        jumps,
		"name":        fixColumn(fixes, func(f ingest.Fix) *string { return orNull(f.Name) }),
		"description": fixColumn(fixes, func(f ingest.Fix) *string { return orNull(f.Description) }),
		"epochs":      fixColumn(fixes, func(f ingest.Fix) *int { return orNull(f.Epochs) }),
		"until":       fixColumn(fixes, func(f ingest.Fix) *time.Time { return dateOrNull(f.Until) }),
		"antenna":     fixColumn(fixes, func(f ingest.Fix) *float64 { return orNull(float64(f.AntennaHeight)) }),
		"sigma": fixColumn(fixes, func(f ingest.Fix) float64 {
			sigma, _ := w.Walk.SigmaOf(f)
			return float64(sigma)
		}),
		"sigma_from": fixColumn(fixes, func(f ingest.Fix) string {
			_, from := w.Walk.SigmaOf(f)
			return string(from)
		}),
	})
}

// heightTypeOf is how a height is kept: one whose kind nobody knows as it came,
// like the rest of the fix.
func heightTypeOf(f ingest.Fix) string {
	if f.HeightType == "" {
		return string(ingest.HeightUnknown)
	}
	return string(f.HeightType)
}

func heightOf(f ingest.Fix) *float64 {
	if heightTypeOf(f) == string(ingest.HeightUnknown) && f.Height == 0 {
		return nil
	}
	return &f.Height
}
