package ingest

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// A SigmaRule says where the accuracy of a line comes from.
type SigmaRule string

// The rules.
const (
	SigmaStated   SigmaRule = "stated"                // a person said it, for the whole line
	SigmaReceiver SigmaRule = "receiver"              // root mean square of what the receiver said of each fix
	SigmaMixed    SigmaRule = "receiver_and_defaults" // the same, with defaults for the fixes it did not say it of
	SigmaDefaults SigmaRule = "defaults"              // root mean square of defaults by quality
	SigmaDilution SigmaRule = "hdop_uere"             // the same, each times the dilution that the receiver gave
)

// A SigmaFrom says where the sigma of one fix comes from.
type SigmaFrom string

// Where sigmas come from.
const (
	FromStated   SigmaFrom = "stated"    // a person, for the whole line
	FromReceiver SigmaFrom = "receiver"  // GST, sdn and sde, an accuracy that the receiver wrote beside the fix
	FromRMS      SigmaFrom = "rms"       // an RMS column of a table of points
	FromDilution SigmaFrom = "hdop_uere" // HDOP × the range error of the kind of fix
	FromDefault  SigmaFrom = "default"   // the kind of fix alone
)

// SigmaOf returns 1σ of a coordinate of a fix of w, and where it comes from.
//
// Where the receiver wrote none but an HDOP, sigma is HDOP × UERE/√2. The user
// equivalent range error UERE is √2 × [DefaultSigma] of the kind of fix (fixed
// 0.042 m, float 0.71 m, differential 1.4 m, stand-alone 4.2 m, unknown 7.1 m), so
// that the default is what a receiver has at HDOP 1; a better HDOP counts as 1,
// since multipath does not know of it, and one above 50 as 50.
func (w Walk) SigmaOf(f Fix) (sigma geo.Metres, from SigmaFrom) {
	sigma, said := HorizontalSigma(f)
	switch {
	case said && w.Format == "table":
		return sigma, FromRMS
	case said:
		return sigma, FromReceiver
	case f.HDOP > 0:
		return sigma * geo.Metres(min(max(f.HDOP, 1), 50)), FromDilution
	}
	return sigma, FromDefault
}

// LineSigma is the accuracy of a line: 1σ of a coordinate, and its origin.
//
// The root mean square is taken and not the median, because variances add: a
// walk of which a tenth is float is as good as its float fixes make it. A
// receiver's own sigma is formal, for noise; it does not know of multipath.
type LineSigma struct {
	Metres  geo.Metres `json:"m"`
	Rule    SigmaRule  `json:"rule"`
	Said    int        `json:"said"`    // fixes used whose sigma the receiver said
	Assumed int        `json:"assumed"` // fixes used that took the default of their quality, times HDOP if known

	// From counts the fixes used by where their own sigma comes from.
	From map[SigmaFrom]int `json:"from"`
	Text Text              `json:"text"`
}

// DefaultSigma returns 1σ of a coordinate for a fix whose receiver did not say,
// in metres: fixed 0.03 (the spread that an RTK point may have), float 0.5,
// differential 1.0, stand-alone 3.0. Precise point positioning has 1.0, not for
// its noise but because it comes in a current-epoch frame, 0.7 to 0.9 m off
// CGCS2000 in south China. A file that does not tell the quality (a handheld's
// GPX) has 5.0, as under trees.
func DefaultSigma(q Quality) geo.Metres {
	switch q {
	case QualityFixed:
		return 0.03
	case QualityFloat:
		return 0.5
	case QualityPPP, QualityDGPS:
		return 1
	case QualitySingle:
		return 3
	default:
		return 5
	}
}

// HorizontalSigma returns 1σ of a horizontal coordinate of f and whether the
// receiver said it; if not, it is [DefaultSigma]. East and north are joined by
// their mean square. Sigmas that are no lengths count as not said.
func HorizontalSigma(f Fix) (sigma geo.Metres, said bool) {
	east, north := float64(f.SigmaEast), float64(f.SigmaNorth)
	e, n := east > 0 && !math.IsInf(east, 0), north > 0 && !math.IsInf(north, 0)
	switch {
	case e && n:
		return geo.Metres(math.Sqrt((east*east + north*north) / 2)), true
	case e:
		return f.SigmaEast, true
	case n:
		return f.SigmaNorth, true
	}
	return DefaultSigma(f.Quality), false
}

// takeSigma fills Sigmas and Sigma from the fixes used, or from what is stated.
// What is stated is for the line; the fixes keep their own.
func (r *Report) takeSigma(w Walk, stated geo.Metres) {
	r.Sigma = LineSigma{From: map[SigmaFrom]int{}}
	r.Sigmas = make([]geo.Metres, len(r.Used))
	squares := 0.0
	for k, i := range r.Used {
		s, from := w.SigmaOf(w.Fixes[i])
		s = min(s, maxFixSigma)
		r.Sigmas[k] = s
		r.Sigma.From[from]++
		squares += float64(s) * float64(s)
		if from == FromReceiver || from == FromRMS {
			r.Sigma.Said++
		} else {
			r.Sigma.Assumed++
		}
	}
	r.Sigma.Metres = geo.Metres(math.Sqrt(squares / float64(len(r.Used))))
	switch {
	case stated > 0:
		r.Sigma.Metres, r.Sigma.Rule = stated, SigmaStated
		r.Sigma.Text = Text{"人工声明", "stated by a person"}
	case r.Sigma.Assumed == 0:
		r.Sigma.Rule = SigmaReceiver
		r.Sigma.Text = Text{"各定位点中误差的均方根（接收机给出）", "root mean square of the sigmas that the receiver gave"}
	case r.Sigma.From[FromDilution] == len(r.Used):
		r.Sigma.Rule = SigmaDilution
		r.Sigma.Text = Text{"接收机未给出中误差，按 HDOP × 等效测距误差", "the receiver gave no sigmas; HDOP × range error by kind of fix"}
	case r.Sigma.Said == 0:
		r.Sigma.Rule = SigmaDefaults
		r.Sigma.Text = Text{"接收机未给出中误差，按定位类型取默认值", "the receiver gave no sigmas; defaults by kind of fix"}
	default:
		r.Sigma.Rule = SigmaMixed
		r.Sigma.Text = Text{
			fmt.Sprintf("均方根；%d 个定位点接收机未给出中误差，按定位类型取默认值", r.Sigma.Assumed),
			fmt.Sprintf("root mean square; %d fixes without a sigma took the default of their kind", r.Sigma.Assumed),
		}
	}
}

// maxFixSigma is where a sigma says no more than that there is no position.
const maxFixSigma geo.Metres = 10_000

// areaSigma returns 1σ of the area of ground. Vertices that are fixes have the
// fix's sigma (the largest, where several fell together); where edges cross, and
// when a sigma was stated, it is that of the line.
func (r *Report) areaSigma(ground orb.MultiPolygon) geo.SquareMetres {
	known := make(map[orb.Point]geo.Metres, len(r.Line))
	if r.Sigma.Rule != SigmaStated {
		for k, p := range r.Line {
			known[p] = max(known[p], r.Sigmas[k])
		}
	}
	variance := 0.0
	for _, poly := range ground {
		for _, ring := range poly {
			sigmas := make([]geo.Metres, len(ring))
			for i, p := range ring {
				s, ok := known[p]
				if !ok {
					s = r.Sigma.Metres
				}
				sigmas[i] = s
			}
			s := float64(geo.AreaSigmas(ring, sigmas))
			variance += s * s
		}
	}
	return geo.SquareMetres(math.Sqrt(variance))
}
