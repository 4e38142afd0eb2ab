package geo_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// A forester walked round an orchard and stepped over his own path at the end,
// so that the last corner became a loop of its own.
func Example() {
	walk := []orb.Point{{0, 0}, {100, 0}, {100, 60}, {110, 60}, {110, 50}, {0, 50}}

	crossings, err := geo.SelfCrossings(walk)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range crossings {
		fault := c.Fault()
		fmt.Println(fault.Error())
	}

	ground, err := geo.Enclosed(walk)
	if err != nil {
		fmt.Println(err)
		return
	}
	area := geo.PlaneArea(ground)
	fmt.Printf("%.0f m² = %.3f mu\n", float64(area), area.Mu())
	// Output:
	// geo: the line crosses itself near (100.000, 50.000), vertex 1
	// 5100 m² = 7.650 mu
}
