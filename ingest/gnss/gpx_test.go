package gnss_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

func TestGPXPointCarriesAllThatTheFileSays(t *testing.T) {
	t.Parallel()
	const body = `<trk><name> 李家 &amp; 王家	山界 </name><trkseg>
<trkpt lat="24.250001" lon="109.330002"><ele>150.5</ele><time>2024-05-01T16:30:15.2+08:00</time><geoidheight>-20.5</geoidheight>
<fix>dgps</fix><sat>12</sat><hdop>0.8</hdop><vdop>1</vdop><pdop>1.4</pdop><ageofdgpsdata>1.5</ageofdgpsdata>
<extensions><trkpt lat="1" lon="1"><ele>9</ele></trkpt><speed>1.2</speed></extensions></trkpt>
</trkseg></trk>`
	want := ingest.Fix{
		Lat: 24.250001, Lon: 109.330002, Height: 130, HeightType: ingest.HeightEllipsoidal,
		Time: time.Date(2024, 5, 1, 8, 30, 15, 200_000_000, time.UTC), Quality: ingest.QualityDGPS,
		Satellites: 12, HDOP: 0.8, PDOP: 1.4, AgeSeconds: 1.5, Line: 4,
	}
	plain := gpxOf(body)
	for name, in := range map[string]string{
		"GPX 1.1":       plain,
		"GPX 1.0":       strings.ReplaceAll(strings.ReplaceAll(plain, "1.1", "1.0"), "GPX/1/1", "GPX/1/0"),
		"no namespace":  strings.Replace(plain, ` xmlns="http://www.topografix.com/GPX/1/1"`, "", 1),
		"a mark first":  "\xef\xbb\xbf" + plain,
		"CDATA":         strings.Replace(plain, "李家 &amp; 王家", "<![CDATA[李家 & 王家]]>", 1),
		"a comment in":  strings.Replace(plain, "<ele>150.5", "<ele><!-- <!DOCTYPE x> > -->150.5", 1),
		"US-ASCII said": strings.Replace(plain, "UTF-8", "US-ASCII", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, in)
			if walk.Format != "gpx" || walk.Name != "李家 & 王家 山界" || len(walk.Notes) != 0 {
				t.Errorf("format %q, name %q, notes %v", walk.Format, walk.Name, walk.Notes)
			}
			if len(walk.Fixes) != 1 || walk.Fixes[0] != want {
				t.Errorf("fixes\n got %+v\nwant %+v", walk.Fixes, want)
			}
		})
	}
}

func TestGPXTracksAreNumberedAsInTheFile(t *testing.T) {
	t.Parallel()
	walks, err := gnss.Read(strings.NewReader(gpxOf(`<wpt lat="1" lon="1"/>
<trk><name>empty</name><trkseg/></trk>
<rte><name>route</name><rtept lat="24" lon="109"/><rtept lat="24.1" lon="109"/></rte>
<trk><name>in three</name>
<trkseg><trkpt lat="24" lon="109"/></trkseg>
<trkseg/>
<trkseg><trkpt lat="24.1" lon="109"/></trkseg></trk>`)), gnss.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name  string
		fixes int
		note  string
		line  int
	}{{"empty", 0, "track_empty", 4}, {"route", 2, "", 0}, {"in three", 2, "segments_joined", 9}, {"", 1, "", 0}}
	if len(walks) != len(want) {
		t.Fatalf("%d walks, want %d", len(walks), len(want))
	}
	for i, w := range want {
		got := walks[i]
		if got.Name != w.name || len(got.Fixes) != w.fixes {
			t.Errorf("walk %d: %q of %d fixes, want %q of %d", i, got.Name, len(got.Fixes), w.name, w.fixes)
		}
		if w.note != "" && (len(got.Notes) == 0 || got.Notes[0].Code != w.note || got.Notes[0].Line != w.line) {
			t.Errorf("walk %d: notes %v, want %s on line %d", i, got.Notes, w.note, w.line)
		}
	}
	if got := kinds(walks); got != "track route track points" {
		t.Errorf("kinds %q", got)
	}
}

func kinds(walks []ingest.Walk) string {
	list := make([]string, len(walks))
	for i, w := range walks {
		list[i] = string(w.Kind)
	}
	return strings.Join(list, " ")
}

// Corners that somebody stood on and marked, without a track between them.
func TestGPXWaypointsAloneAreAWalkOfPoints(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, gpxOf(`<wpt lat="24" lon="109"><name>J1</name><desc>大樟树下</desc></wpt>
<wpt lat="24.1" lon="109"><name>J2</name><cmt>木桩</cmt></wpt><wpt lat="24.1" lon="109.1"/>`))
	if walk.Kind != ingest.KindPoints || len(walk.Fixes) != 3 || len(walk.Notes) != 0 {
		t.Fatalf("%s of %d fixes, notes %v; want three points", walk.Kind, len(walk.Fixes), walk.Notes)
	}
	if a, b := walk.Fixes[0], walk.Fixes[1]; a.Name != "J1" || a.Description != "大樟树下" || b.Name != "J2" || b.Description != "木桩" {
		t.Errorf("points %q %q, %q %q", a.Name, a.Description, b.Name, b.Description)
	}
}

func TestGPXExtensionsCarryAccuracyAndFix(t *testing.T) {
	t.Parallel()
	const phone = 3 / 1.5096 // 3 m, the radius of 68 %
	const rms = 0.02 / math.Sqrt2
	for _, tc := range []struct {
		name, in  string
		quality   ingest.Quality
		sigma, up geo.Metres
		more      func(ingest.Fix) bool
	}{
		{"a phone's accuracy", "<accuracy>3</accuracy>", ingest.QualityUnknown, phone, 0, nil},
		{"nested and prefixed", "<m:point xmlns:m='urn:m'><m:h_acc>3</m:h_acc><m:v-acc>5</m:v-acc></m:point>", ingest.QualityUnknown, phone, 5, nil},
		{"a receiver's RMS", "<hrms>0.02</hrms><vrms>0.03</vrms><fix>RTK Fixed</fix>", ingest.QualityFixed, rms, 0.03, nil},
		{
			"Chinese words", "<solution>浮点解</solution><sats>19</sats><antennaHeight>1.8</antennaHeight>", ingest.QualityFloat, 0, 0,
			func(f ingest.Fix) bool { return f.Satellites == 19 && f.AntennaHeight == 1.8 },
		},
		{"a number is no word", "<fix>4</fix>", ingest.QualityUnknown, 0, 0, nil},
	} {
		walk := oneWalk(t, gpxOf(`<trk><trkseg><trkpt lat="24" lon="109"><extensions>`+tc.in+`</extensions></trkpt></trkseg></trk>`))
		f := walk.Fixes[0]
		if f.Quality != tc.quality || !near(float64(f.SigmaEast), float64(tc.sigma), 1e-4) || f.SigmaNorth != f.SigmaEast || f.SigmaUp != tc.up || tc.more != nil && !tc.more(f) {
			t.Errorf("%s: %+v", tc.name, f)
		}
	}
	osmand := strings.Replace(gpxOf(`<trk><trkseg><trkpt lat="24" lon="109"><hdop>3</hdop></trkpt></trkseg></trk>`), `creator="test"`, `creator="OsmAnd 4.7"`, 1)
	if w := oneWalk(t, osmand); w.Fixes[0].HDOP != 0 || !near(float64(w.Fixes[0].SigmaEast), phone, 1e-4) || noteCodes(w) != "hdop_is_metres" {
		t.Errorf("OsmAnd: %+v, notes %v", w.Fixes[0], w.Notes)
	}
}

func TestGPXValuesThatSayLittleAreTakenForWhatTheyAre(t *testing.T) {
	t.Parallel()
	zero := time.Time{}
	at := time.Date(2024, 5, 1, 8, 30, 15, 0, time.UTC)
	for _, tc := range []struct {
		name, in string
		quality  ingest.Quality
		time     time.Time
		above    ingest.HeightType
		code     string
	}{
		{"nothing", "", ingest.QualityUnknown, zero, ingest.HeightUnknown, ""},
		{"a height above who knows what", "<ele>150</ele>", ingest.QualityUnknown, zero, ingest.HeightUnknown, ""},
		{"a 2d fix", "<fix>2d</fix>", ingest.QualitySingle, zero, ingest.HeightUnknown, ""},
		{"a 3d fix", "<fix> 3d </fix>", ingest.QualitySingle, zero, ingest.HeightUnknown, ""},
		{"a pps fix", "<fix>pps</fix>", ingest.QualitySingle, zero, ingest.HeightUnknown, ""},
		{"a word GPX does not have", "<fix>rtk?</fix>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "quality_unknown"},
		{"a time in Z", "<time>2024-05-01T08:30:15Z</time>", ingest.QualityUnknown, at, ingest.HeightUnknown, ""},
		{"a time without a zone", "<time>2024-05-01T08:30:15</time>", ingest.QualityUnknown, at, ingest.HeightUnknown, "time_zone_assumed"},
		{"a time west of Greenwich", "<time>2024-05-01T01:30:15-07:00</time>", ingest.QualityUnknown, at, ingest.HeightUnknown, ""},
		{"a time before GPS", "<time>1970-01-01T00:00:00Z</time>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "time_unreadable"},
		{"a time in words", "<time>yesterday</time>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "time_unreadable"},
		{"a negative HDOP", "<hdop>-1</hdop>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "value_ignored"},
		{"a height of NaN", "<ele>NaN</ele>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "value_ignored"},
		{"satellites in words", "<sat>many</sat>", ingest.QualityUnknown, zero, ingest.HeightUnknown, "value_ignored"},
	} {
		walk := oneWalk(t, gpxOf(`<trk><trkseg><trkpt lat="24" lon="109">`+tc.in+`</trkpt></trkseg></trk>`))
		f := walk.Fixes[0]
		if f.Quality != tc.quality || !f.Time.Equal(tc.time) || f.HeightType != tc.above {
			t.Errorf("%s: %+v", tc.name, f)
		}
		switch {
		case tc.code == "" && len(walk.Notes) > 0, tc.code != "" && (len(walk.Notes) != 1 || walk.Notes[0].Code != tc.code):
			t.Errorf("%s: notes %v, want %q", tc.name, walk.Notes, tc.code)
		}
	}
}

func TestGPXBadPointsArePassedOverAndNoted(t *testing.T) {
	t.Parallel()
	for in, code := range map[string]string{
		`<trkpt lat="91" lon="109"/>`:                       "line_skipped",
		`<trkpt lat="24"/>`:                                 "line_skipped",
		`<trkpt lat="24" lon="a"/>`:                         "line_skipped",
		`<trkpt lat="0x18" lon="109"/>`:                     "line_skipped",
		`<trkpt lat="24" lon="-Inf"/>`:                      "not_finite",
		`<trkpt lat="24" lon="1e999"/>`:                     "not_finite",
		`<trkpt lat="24" lon="109"><fix>none</fix></trkpt>`: "no_fix",
	} {
		walk := oneWalk(t, gpxOf("<trk><trkseg>\n<trkpt lat=\"24\" lon=\"109\"/>\n"+in+"\n<trkpt lat=\"25\" lon=\"109\"/></trkseg></trk>"))
		if len(walk.Fixes) != 2 || len(walk.Notes) != 1 || walk.Notes[0].Code != code || walk.Notes[0].Line != 5 {
			t.Errorf("%s: %d fixes, notes %v; want 2 and %s on line 5", in, len(walk.Fixes), walk.Notes, code)
		}
	}
}

// A name goes to screens, maps and PDFs: no controls, no overrides, no length.
func TestNamesAreFitToBeShown(t *testing.T) {
	t.Parallel()
	name := func(in string) string {
		return oneWalk(t, gpxOf(`<trk><name>`+in+`</name><trkseg><trkpt lat="24" lon="109"/></trkseg></trk>`)).Name
	}
	if got := name("e\u0301\u202etxt.\u200b exe\n\t x"); got != "étxt. exe x" {
		t.Errorf("name %q, want %q", got, "étxt. exe x")
	}
	if got := []rune(name(strings.Repeat("界", 5000))); len(got) != 200 {
		t.Errorf("a name of %d characters, want 200", len(got))
	}
}
