package checkpoint

import (
	"math"
	"strconv"
)

// MinPoints is the fewest points that accuracy is judged by: two leave no
// freedom to see a blunder.
const MinPoints = 3

// A Judgement says how far a picture is off at its check points, in metres.
type Judgement struct {
	Points    int        `json:"points"`
	RMSEEast  float64    `json:"rmse_east_m"`
	RMSENorth float64    `json:"rmse_north_m"`
	RMSE      float64    `json:"rmse_m"` // in the plane: the root of the sum of both squares
	MeanEast  float64    `json:"mean_east_m"`
	MeanNorth float64    `json:"mean_north_m"`        // picture less ground: what a shift would take away
	RMSEUp    *float64   `json:"rmse_up_m,omitempty"` // over the points with heights; nil: none has
	MeanUp    *float64   `json:"mean_up_m,omitempty"`
	Largest   float64    `json:"largest_m"`  // in the plane
	LargestAt string     `json:"largest_at"` // its id
	Residuals []Residual `json:"residuals"`
}

// A Residual is the picture less the ground at one point, in metres.
type Residual struct {
	Point
	East  float64  `json:"east_m"`
	North float64  `json:"north_m"`
	Up    *float64 `json:"up_m,omitempty"`
}

// A Scale turns differences of coordinates into metres.
type Scale struct{ East, North float64 }

// Degrees is the scale at a latitude in degrees, on the WGS 84 ellipsoid.
func Degrees(lat float64) Scale {
	const a, e2 = 6378137.0, 0.00669437999014
	sin, cos := math.Sincos(lat * math.Pi / 180)
	w := 1 - e2*sin*sin
	return Scale{East: math.Pi / 180 * a / math.Sqrt(w) * cos, North: math.Pi / 180 * a * (1 - e2) / math.Pow(w, 1.5)}
}

// Judge adds up the residuals. Fewer than [MinPoints] are refused.
func Judge(points []Point, scale Scale) (Judgement, error) {
	j := Judgement{Points: len(points)}
	if len(points) < MinPoints {
		return j, refuse(CodeTooFew, strconv.Itoa(len(points)))
	}
	n := float64(len(points))
	for _, p := range points {
		r := Residual{Point: p, East: (p.Picture[0] - p.Measured[0]) * scale.East, North: (p.Picture[1] - p.Measured[1]) * scale.North}
		if h := p.Heights; h != nil {
			up := h[1] - h[0]
			r.Up = &up
		}
		j.Residuals = append(j.Residuals, r)
		j.RMSEEast += r.East * r.East / n
		j.RMSENorth += r.North * r.North / n
		j.MeanEast += r.East / n
		j.MeanNorth += r.North / n
		if d := math.Hypot(r.East, r.North); d > j.Largest || j.LargestAt == "" {
			j.Largest, j.LargestAt = d, p.ID
		}
	}
	j.RMSE = math.Sqrt(j.RMSEEast + j.RMSENorth)
	j.judgeHeights()
	j.RMSEEast, j.RMSENorth = math.Sqrt(j.RMSEEast), math.Sqrt(j.RMSENorth)
	return j, nil
}

func (j *Judgement) judgeHeights() {
	n, sum, squares := 0.0, 0.0, 0.0
	for _, r := range j.Residuals {
		if r.Up != nil {
			n, sum, squares = n+1, sum+*r.Up, squares+*r.Up**r.Up
		}
	}
	if n > 0 {
		rmse, mean := math.Sqrt(squares/n), sum/n
		j.RMSEUp, j.MeanUp = &rmse, &mean
	}
}
