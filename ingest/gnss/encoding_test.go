package gnss_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// encoded writes text in another encoding.
func encoded(t testing.TB, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, in string) []ingest.Walk {
	t.Helper()
	walks, err := gnss.Read(strings.NewReader(in), gnss.Limits{})
	if err != nil {
		t.Fatalf("Read() error = %v", err)
	}
	return walks
}

func noteCodes(w ingest.Walk) string {
	codes := make([]string, len(w.Notes))
	for i, n := range w.Notes {
		codes[i] = n.Code
	}
	return strings.Join(codes, " ")
}

// One track in every encoding: the same name, the same lines, and a note where
// the bytes had to be converted.
func TestAllEncodingsGiveTheSameWalk(t *testing.T) {
	t.Parallel()
	const name = "柳江区龙塘村第三村民小组与朱镕屯分界"
	doc := gpxOf("<trk><name>" + name + `</name><trkseg><trkpt lat="24" lon="109"/><trkpt lat="24.1" lon="109"/></trkseg></trk>`)
	declared := strings.Replace(doc, "UTF-8", "GB2312", 1)
	far := strings.Replace(doc, "<trk>", "<!--"+strings.Repeat("\n", 200<<10)+"-->\n<trk>", 1) // beyond every buffer
	mark16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for _, tc := range []struct{ name, in, notes string }{
		{"UTF-8", doc, ""},
		{"UTF-8 with its mark", "\xef\xbb\xbf" + doc, ""},
		{"UTF-8 that says it is GB 2312", declared, ""},
		{"GBK", encoded(t, simplifiedchinese.GBK, declared), "encoding_converted"},
		{"GBK that says it is UTF-8", encoded(t, simplifiedchinese.GBK, doc), "encoding_converted"},
		{"GBK whose first Chinese comes late", encoded(t, simplifiedchinese.GBK, far), "encoding_converted"},
		{"GB 18030", encoded(t, simplifiedchinese.GB18030, doc), "encoding_converted"},
		{"UTF-16, small end first", encoded(t, mark16, doc), "encoding_converted"},
		{"UTF-16, big end first", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), doc), "encoding_converted"},
		{"UTF-16 that says it is", encoded(t, mark16, strings.Replace(doc, "UTF-8", "UTF-16", 1)), "encoding_converted"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, src := range []io.Reader{strings.NewReader(tc.in), iotest.OneByteReader(strings.NewReader(tc.in))} {
				walks, err := gnss.Read(src, gnss.Limits{})
				if err != nil {
					t.Fatalf("Read() error = %v", err)
				}
				w := walks[0]
				if w.Name != name || len(w.Fixes) != 2 || noteCodes(w) != tc.notes {
					t.Errorf("walk %q of %d fixes with notes %q, want %q, 2, %q", w.Name, len(w.Fixes), noteCodes(w), name, tc.notes)
				}
			}
		})
	}
}

func TestAReceiverLogMayBeUTF16(t *testing.T) {
	t.Parallel()
	log := nmeaLine("GPGGA,083015.00,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,1.0,0001")
	pos := posHeader + posLine(0)
	for name, in := range map[string]string{"nmea": log, "pos": pos} {
		walks := read(t, encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), in))
		want := read(t, in)
		if len(walks) != 1 || len(walks[0].Fixes) != 1 || walks[0].Fixes[0] != want[0].Fixes[0] {
			t.Errorf("%s: UTF-16 gives %+v, want %+v", name, walks, want)
		}
	}
}

// Notepad and RTKLIB write the paths of their inputs into comments, in GBK.
func TestGBKInTheCommentsOfASolutionIsNoMatter(t *testing.T) {
	t.Parallel()
	in := "% inp file  : D:\\\xca\xfd\xbe\xdd\\rover.obs\n" + posHeader + posLine(0)
	if w := read(t, in)[0]; len(w.Fixes) != 1 || len(w.Notes) != 0 {
		t.Errorf("%d fixes with notes %v, want one without", len(w.Fixes), w.Notes)
	}
}

// The shorter a text, the more often it is valid in both by chance; the words of
// the trade are not.
func TestShortWordsInGBKAreKnown(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"界址线", "田坎", "注记", "图框", "李大山", "柳江", "龙塘村", "点名,北坐标,东坐标", "固定解", "第三村民小组", "镕基"} {
		doc := encoded(t, simplifiedchinese.GBK, gpxOf("<trk><name>"+word+`</name><trkseg><trkpt lat="24" lon="109"/></trkseg></trk>`))
		if got := oneWalk(t, doc).Name; got != word {
			t.Errorf("%s in GBK is read as %q", word, got)
		}
	}
}
