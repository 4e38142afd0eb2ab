package api

import (
	"context"

	"jieshi/geo"
	"jieshi/mediation"
)

// statistician is the part of the database that these handlers use.
type statistician interface {
	Statistics(ctx context.Context, f mediation.CaseFilter) (mediation.Statistics, error)
}

// ReadStatistics answers GET /statistics.
func (s *server) ReadStatistics(ctx context.Context, r ReadStatisticsRequestObject) (ReadStatisticsResponseObject, error) {
	figures, err := s.Store.Statistics(ctx, statisticsFilter(r.Params))
	if err != nil {
		return nil, err
	}
	return ReadStatistics200JSONResponse(statisticsOf(figures)), nil
}

func statisticsFilter(p ReadStatisticsParams) mediation.CaseFilter {
	return mediation.CaseFilter{
		Area: orZero(p.Area), Kind: mediation.Kind(orZero(p.Kind)),
		AcceptedFrom: dayOf(p.AcceptedFrom), AcceptedBefore: dayOf(p.AcceptedBefore),
	}
}

func statisticsOf(m mediation.Statistics) Statistics {
	out := Statistics{Total: tallyOf(m.Total), Path: ref(each(m.Path, areaNameOf))}
	if m.Area != nil {
		out.Area = ref(areaNameOf(*m.Area))
	}
	out.ByArea = each(m.ByArea, func(a mediation.AreaTally) (row struct {
		Area  AreaName `json:"area"`
		Tally Tally    `json:"tally"`
	},
	) {
		row.Area, row.Tally = areaNameOf(a.Area), tallyOf(a.Tally)
		return row
	})
	out.ByKind = each(m.ByKind, func(k mediation.KindTally) (row struct {
		Kind  CaseKind `json:"kind"`
		Tally Tally    `json:"tally"`
	},
	) {
		row.Kind, row.Tally = CaseKind(k.Kind), tallyOf(k.Tally)
		return row
	})
	out.ByMonth = each(m.ByMonth, func(month mediation.MonthTally) (row struct {
		Month           string `json:"month"`
		ResolvedInMonth int    `json:"resolved_in_month"`
		Tally           Tally  `json:"tally"`
	},
	) {
		row.Month, row.ResolvedInMonth, row.Tally = month.Month, month.ResolvedInMonth, tallyOf(month.Tally)
		return row
	})
	return out
}

func tallyOf(t mediation.Tally) Tally {
	out := Tally{
		Accepted: t.Accepted, Resolved: t.Resolved, Open: t.Open, ThreeCross: t.ThreeCross,
		OpenGround: groundOf(t.OpenGround), ClosedGround: groundOf(t.ClosedGround),
	}
	if rate, ok := t.Rate(); ok {
		out.Rate = &rate
	}
	return out
}

// groundOf turns m² of many cases into areas. Their lines were walked by many
// hands, so that no one sigma holds for the sum: it is 0, not known.
func groundOf(l mediation.Levels) Contested {
	area := func(m2 float64) Area { return geo.Area{SquareMetres: geo.SquareMetres(m2), Method: geo.Ellipsoidal} }
	return Contested{Nominal: area(l.Nominal), Core: area(l.Core), Outer: area(l.Outer)}
}
