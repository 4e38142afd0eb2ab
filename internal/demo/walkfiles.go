package demo

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"time"
)

// When the sides walked. GPS time is 18 s ahead of UTC since 2017.
var (
	flownAt   = time.Date(2026, 10, 19, 2, 24, 6, 0, time.UTC)
	walkedAtA = time.Date(2026, 10, 20, 1, 12, 0, 0, time.UTC)
	walkedAtB = time.Date(2026, 10, 20, 3, 5, 0, 0, time.UTC)
	walkedAtC = time.Date(2026, 10, 21, 7, 40, 0, 0, time.UTC)
)

const gpsAhead = 18 * time.Second

// trackOf returns the epochs of A's or B's walk.
func (d Dispute) trackOf(side Side) []epoch {
	if side == SideA {
		start, legs := walkA()
		return d.record(11, walkedAtA, strides(newDice(d.Seed, 1), start, legs))
	}
	start, legs := walkB()
	return d.record(12, walkedAtB, strides(newDice(d.Seed, 2), start, legs))
}

// WritePos writes A's or B's boundary walk as RTKLIB solution text: calendar
// GPST, latitude and longitude to 1e-9 degrees, ellipsoidal height, quality
// 1 (fixed) and 2 (float), 1 Hz. Both walks close within a metre. Where the
// epochs of a stop are one point, A's line does not cross itself; B's does so
// once, near the houses, where a reflected signal gave a wrong fix for four
// seconds. C has no such walk.
func (d Dispute) WritePos(w io.Writer, side Side) error {
	if side != SideA && side != SideB {
		return fmt.Errorf("demo: side %c brought no RTK walk", side)
	}
	track := d.trackOf(side)
	b := bufio.NewWriter(w)
	const clock = "2006/01/02 15:04:05.000"
	fmt.Fprintf(b, "%% program   : jieshi demo (synthetic)\n")
	fmt.Fprintf(b, "%% sol start : %s GPST\n", track[0].at.Add(gpsAhead).Format(clock[:21]))
	fmt.Fprintf(b, "%% sol end   : %s GPST\n", track[len(track)-1].at.Add(gpsAhead).Format(clock[:21]))
	fmt.Fprintf(b, "%% pos mode  : Kinematic\n%% solution  : Forward\n%% elev mask : 15.0 deg\n%% navi sys  : GPS GLONASS Galileo BDS\n")
	fmt.Fprintf(b, "%% amb res   : Continuous\n%% val thres : 3.0\n%%\n")
	fmt.Fprintf(b, "%% (lat/lon/height=WGS84/ellipsoidal,Q=1:fix,2:float,3:sbas,4:dgps,5:single,6:ppp,ns=# of satellites)\n")
	fmt.Fprintf(b, "%%  GPST                  latitude(deg) longitude(deg)  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)  sdne(m)  sdeu(m)  sdun(m) age(s)  ratio\n")
	for _, e := range track {
		q := 1
		if e.solution == float {
			q = 2
		}
		p := lonLatOf(grid, e.plane)
		fmt.Fprintf(b, "%s %14.9f %14.9f %10.4f %3d %3d %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %6.2f %6.1f\n",
			e.at.Add(gpsAhead).Format(clock), p[1], p[0], e.height, q, e.satellites,
			e.sigmaN, e.sigmaE, e.sigmaU, 0.1*e.sigmaE, -0.1*e.sigmaU, 0.2*e.sigmaN, e.age, e.ratio)
	}
	return b.Flush()
}

// WriteNMEA writes A's walk as the receiver's own NMEA 0183 log: GGA, RMC and
// GST each second, CRLF, with checksums. The positions are those of
// [Dispute.WritePos] to 1e-7 minutes (0.2 mm).
func (d Dispute) WriteNMEA(w io.Writer) error {
	b := bufio.NewWriter(w)
	say := func(format string, args ...any) {
		body := fmt.Sprintf(format, args...)
		var sum byte
		for i := range len(body) {
			sum ^= body[i]
		}
		fmt.Fprintf(b, "$%s*%02X\r\n", body, sum)
	}
	track := d.trackOf(SideA)
	for i, e := range track {
		quality := 4
		if e.solution == float {
			quality = 5
		}
		p := lonLatOf(grid, e.plane)
		place := fmt.Sprintf("%s,N,%s,E", degreesMinutes(p[1], 2), degreesMinutes(p[0], 3))
		at := e.at.Format("150405.00")
		say("GNGGA,%s,%s,%d,%02d,%.2f,%.4f,M,%.4f,M,%.1f,0001",
			at, place, quality, e.satellites, e.hdop, e.height-geoid, geoid, e.age)
		speed, course := e.motion(track[max(i-1, 0)])
		mode := "R"
		if e.solution == float {
			mode = "F"
		}
		say("GNRMC,%s,A,%s,%.3f,%.2f,%s,,,%s,V", at, place, speed, course, e.at.Format("020106"), mode)
		say("GNGST,%s,%.4f,%.4f,%.4f,0.0,%.4f,%.4f,%.4f",
			at, math.Hypot(e.sigmaN, e.sigmaE), e.sigmaN, e.sigmaE, e.sigmaN, e.sigmaE, e.sigmaU)
	}
	return b.Flush()
}

// degreesMinutes writes an angle as NMEA does: degrees with the given number of
// digits, then minutes. It rounds before it splits, so that minutes never
// read 60.
func degreesMinutes(angle float64, digits int) string {
	units := int64(math.Round(angle * 60 * 1e7))
	whole, minutes := units/(60*1e7), units%(60*1e7)
	return fmt.Sprintf("%0*d%02d.%07d", digits, whole, minutes/1e7, minutes%int64(1e7))
}

// motion returns speed in knots and course in degrees since the epoch before.
func (e epoch) motion(before epoch) (knots, course float64) {
	dx, dy := e.plane[0]-before.plane[0], e.plane[1]-before.plane[1]
	seconds := e.at.Sub(before.at).Seconds()
	if seconds == 0 || dx == 0 && dy == 0 {
		return 0, 0
	}
	return math.Hypot(dx, dy) / seconds * 3600 / 1852, math.Mod(math.Atan2(dx, dy)*180/math.Pi+360, 360)
}

// WriteGPX writes C's walk round its forest as GPX 1.1 from a handheld
// receiver: a point each five seconds, errors of about 2 m. GPX carries no
// sigma; who adopts it must state one.
func (d Dispute) WriteGPX(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	fmt.Fprintf(b, "<gpx version=\"1.1\" creator=\"jieshi demo (synthetic)\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n")
	fmt.Fprintf(b, "  <metadata><time>%s</time></metadata>\n", walkedAtC.Format(time.RFC3339))
	fmt.Fprintf(b, "  <trk>\n    <name>%s 指界</name>\n    <trkseg>\n", d.Joining.Name)
	for _, e := range d.handheldTrack(walkedAtC) {
		p := lonLatOf(grid, e.plane)
		fmt.Fprintf(b, "      <trkpt lat=\"%.7f\" lon=\"%.7f\"><ele>%.1f</ele><time>%s</time><fix>3d</fix><sat>%d</sat><hdop>%.1f</hdop></trkpt>\n",
			p[1], p[0], e.height, e.at.Format(time.RFC3339), e.satellites, e.hdop)
	}
	fmt.Fprintf(b, "    </trkseg>\n  </trk>\n</gpx>\n")
	return b.Flush()
}
