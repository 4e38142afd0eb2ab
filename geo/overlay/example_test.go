package overlay_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
)

// Two orchards share a hedge strip, and a third family claims its southern half.
func Example() {
	orchards := []orb.Polygon{
		{{{0, 0}, {10, 0}, {10, 4}, {0, 4}, {0, 0}}},
		{{{6, 0}, {16, 0}, {16, 4}, {6, 4}, {6, 0}}},
		{{{5, 0}, {11, 0}, {11, 2}, {5, 2}, {5, 0}}},
	}
	var b overlay.Builder
	for i, orchard := range orchards {
		ground, err := overlay.Snap(orb.MultiPolygon{orchard})
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := b.Add(int64(i+1), ground); err != nil {
			fmt.Println(err)
			return
		}
	}
	layer, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	partition, err := overlay.Faces(context.Background(), layer, overlay.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range partition.Faces {
		fmt.Printf("%v %g m²\n", f.Claims, f.Area.SquareMetres())
	}
	fmt.Printf("contested, counted once: %g m²\n", partition.Contested().SquareMetres())
	// Output:
	// [1] 22 m²
	// [1 2] 8 m²
	// [1 2 3] 8 m²
	// [1 3] 2 m²
	// [2] 22 m²
	// [2 3] 2 m²
	// contested, counted once: 20 m²
}
