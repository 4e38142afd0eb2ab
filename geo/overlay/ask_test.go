package overlay_test

import (
	"context"

	"jieshi/geo/overlay"
)

// The three below ask without a time limit, as tables of cases do.

func faultsOf(m overlay.MultiPolygon) []overlay.Fault {
	return sure(overlay.Validate(context.Background(), m))
}

func repairOf(m overlay.MultiPolygon) overlay.MultiPolygon {
	return sure(overlay.Repair(context.Background(), m))
}

func partsOf(m overlay.MultiPolygon, line []overlay.Point) []overlay.Part {
	return sure(overlay.Split(context.Background(), m, line))
}

func sure[T any](got T, err error) T {
	if err != nil {
		panic(err)
	}
	return got
}
