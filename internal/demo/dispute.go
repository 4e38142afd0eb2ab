package demo

import (
	"time"

	"jieshi/geo"
)

// Side names a party of the dispute: 'A' 甲方, 'B' 乙方, 'C' 丙方.
type Side byte

// The sides, in the order in which they join the case.
const (
	SideA Side = 'A'
	SideB Side = 'B'
	SideC Side = 'C'
)

// A Party is one side of the dispute.
type Party struct {
	Side Side
	Name string
	Area string // 12-digit code of the lowest area that the party belongs to
}

// A Dispute is the sample dispute: who quarrels, about what, the files that the
// surveyors brought, and the truth. It is a value; its files are written on
// demand and depend on the seed alone.
type Dispute struct {
	Seed       uint64
	Title      string
	Kind       string // "mixed": paddies, woods and a reservoir
	SRID       int    // 4545, the working CRS
	AcceptedAt time.Time
	SurveyedAt time.Time // when the drone took its first picture
	Parties    []Party   // A and B
	Joining    Party     // C, the forest farm, which may join later
	Truth      Truth

	// AreaTolerance is how far the contested area measured from the walks may
	// be from the truth; see the reasons at areaTolerance.
	AreaTolerance geo.SquareMetres
}

// areaTolerance bounds the error of a contested area measured from the walks.
// Fixed stretches (2 cm) hardly count. Each float stretch along contested
// ground, 60 and 77 m long with 0.6 m of drift that forgets itself over 30 m,
// shifts 0.6·sqrt(length·2·30): 36 and 41 m², together 55 m². The tolerance is
// 2.7 times that, and 0.3 % of the ground.
const areaTolerance geo.SquareMetres = 150

// NewDispute returns the dispute of a seed. The seed moves trees, noise and
// drift; people, ground and truth are always the same.
func NewDispute(seed uint64) Dispute {
	east := time.FixedZone("CST", 8*3600)
	return Dispute{
		Seed:       seed,
		Title:      "龙塘水库库区及周边土地山林水利权属纠纷",
		Kind:       "mixed",
		SRID:       int(srid),
		AcceptedAt: time.Date(2026, 10, 12, 9, 30, 0, 0, east),
		SurveyedAt: flownAt,
		Parties: []Party{
			{SideA, "柳州市柳江区百朋镇龙塘村第三村民小组", "450206102000"},
			{SideB, "来宾市忻城县大塘镇岭西村第五村民小组", "451321101000"},
		},
		Joining:       Party{SideC, "国有青云岭林场", "450206000000"},
		Truth:         newTruth(),
		AreaTolerance: areaTolerance,
	}
}
