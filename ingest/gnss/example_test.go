package gnss_test

import (
	"fmt"
	"strings"

	"jieshi/ingest/gnss"
)

// A receiver wrote the corner by the well twice with the ambiguities fixed, and
// once before; the battery then fell out in the middle of a line.
func ExampleRead() {
	const file = `%  GPST                  latitude(deg) longitude(deg)  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)
2024/05/01 08:30:18.000   24.250000000  109.330000000   123.4000   2   9   0.3100   0.2900   0.8000
2024/05/01 08:30:19.000   24.250000100  109.330000100   123.4100   1  17   0.0110   0.0120   0.0250
2024/05/01 08:30:20.000   24.250000100  109.330000100   123.4100   1  17   0.0110   0.0120   0.0250
2024/05/01 08:30:21.000   24.2500
`
	walks, err := gnss.Read(strings.NewReader(file), gnss.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range walks[0].Fixes {
		fmt.Println(f.Time.Format("15:04:05Z"), f.Quality, f.SigmaNorth)
	}
	for _, n := range walks[0].Notes {
		fmt.Printf("line %d: %s\n", n.Line, n.Text)
	}
	// Output:
	// 08:30:00Z float 0.31
	// 08:30:01Z fixed 0.011
	// 08:30:02Z fixed 0.011
	// line 5: the line was passed over: it ends before Q
}
