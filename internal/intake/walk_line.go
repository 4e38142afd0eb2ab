package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/ingest"
)

// adopted returns the closed line that the claim is made from, in lon and lat:
// the fixes as they came and the means of stops, since PostGIS projects them.
func adopted(report ingest.Report) []orb.LineString {
	if report.Status != ingest.Adopted {
		return nil
	}
	line := slices.Clone(report.LonLat)
	if line[0] != line[len(line)-1] {
		line = append(line, line[0])
	}
	return []orb.LineString{line}
}

// sigmas returns the sigma of each point of the line that [adopted] returns; none
// where a person stated one for all.
func sigmas(report ingest.Report) []geo.Metres {
	lines := adopted(report)
	if lines == nil || report.Sigma.Rule == ingest.SigmaStated {
		return nil
	}
	out := slices.Clone(report.Sigmas)
	if len(lines[0]) > len(out) {
		out = append(out, out[0]) // the line was closed
	}
	return out
}

// others returns the grounds that other parties claim, in degrees: a walk in a
// displaced datum does not fit them.
func (in *Intake) others(ctx context.Context, q WalkRequest) (grounds []orb.MultiPolygon, err error) {
	claims, err := in.Store.Claims(ctx, q.Case)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if c.Party.Name == q.Party {
			continue
		}
		var ground struct{ Coordinates orb.MultiPolygon }
		if err := json.Unmarshal(c.LonLat, &ground); err != nil {
			return nil, fmt.Errorf("claim of %s: %w", c.Party.Name, err)
		}
		grounds = append(grounds, ground.Coordinates)
	}
	return grounds, nil
}
