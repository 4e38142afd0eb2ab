package gnss

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"jieshi/ingest"
)

// isTrace says whether text begins like a geotrace or geoshape of ODK: at least
// two positions with a semicolon between them, each "latitude longitude", then
// height and accuracy in metres, if known.
func isTrace(s string) bool {
	groups := strings.SplitN(s[:min(len(s), 256)], ";", 3)
	if len(groups) < 2 {
		return false
	}
	if len(groups) == 2 && len(s) > 256 {
		return false
	}
	for _, g := range groups[:2] {
		if _, err := tracePoint(g); err != nil {
			return false
		}
	}
	return true
}

// tracePoint reads "lat lon [height [accuracy]]". The accuracy is what the phone
// says: the radius of 68 %. ODK writes 0 for what is not known.
func tracePoint(group string) (ingest.Fix, error) {
	fix := ingest.Fix{Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown}
	fields := strings.Fields(group)
	if len(fields) < 2 || len(fields) > 4 {
		return fix, fmt.Errorf("a position has %d numbers: %w", len(fields), errNotNumber)
	}
	var v [4]float64
	for i, f := range fields {
		var err error
		if v[i], err = number(f); err != nil {
			return fix, fmt.Errorf("%q: %w", excerpt(f), err)
		}
	}
	if !lonLatInRange(v[1], v[0]) {
		return fix, fmt.Errorf("latitude %g and longitude %g are not on the globe", v[0], v[1])
	}
	fix.Lat, fix.Lon = v[0], v[1]
	if len(fields) > 2 {
		fix.Height = v[2]
	}
	if v[3] > 0 {
		fix.SigmaEast = ofRadius68(v[3])
		fix.SigmaNorth = fix.SigmaEast
	}
	return fix, nil
}

// readTracePoints reads a whole line of ODK. Forms cut long answers, so an end
// in the middle of a position is a refusal, and so is any other bad position.
func readTracePoints(cell string, line, room int) ([]ingest.Fix, error) {
	var fixes []ingest.Fix
	width := 0 // numbers of a position: all have as many, but one that was cut
	for cell != "" {
		group, rest, _ := strings.Cut(cell, ";")
		cell = rest
		if strings.TrimSpace(group) == "" {
			continue
		}
		fix, err := tracePoint(group)
		if n := len(strings.Fields(group)); err == nil && width != 0 && n != width {
			err = fmt.Errorf("it has %d numbers and the others %d", n, width)
		} else {
			width = n
		}
		if err != nil {
			code := CodeTrace
			if errors.Is(err, errNotFinite) {
				code = CodeNotFinite
			}
			return nil, refuse(code, atLine(line),
				text(fmt.Sprintf("第 %d 个点“%s”读不出来；过长的线可能在导出时被截断。", len(fixes)+1, excerpt(strings.TrimSpace(group))),
					fmt.Sprintf("Position %d, %q, cannot be read (%v); a long line may have been cut when it was exported.", len(fixes)+1, excerpt(strings.TrimSpace(group)), err)),
				text("请从 ODK Central 或 KoboToolbox 重新导出完整的数据后再上传。", "Export the whole data again from ODK Central or KoboToolbox and upload that."))
		}
		if len(fixes) >= room {
			return nil, refuseTooManyFixes(room, line)
		}
		fix.Line = line
		fixes = append(fixes, fix)
	}
	return fixes, nil
}

// kindOfTrace tells a geoshape, which ends where it began, from a geotrace.
func kindOfTrace(fixes []ingest.Fix) ingest.Kind {
	last := len(fixes) - 1
	if last >= 3 && fixes[0].Lon == fixes[last].Lon && fixes[0].Lat == fixes[last].Lat {
		return ingest.KindRing
	}
	return ingest.KindTrack
}

// trace reads the row in hand of a table with whole lines: a walk of its own.
func (t *tableReader) trace(number int) error {
	cell := t.cell(t.columns.trace)
	if cell == "" {
		t.notes.add(noteNoPlace, number, "the row has no line and was passed over")
		return nil
	}
	fixes, err := readTracePoints(cell, number, t.limits.MaxFixes-t.fixes)
	if err != nil {
		return err
	}
	if len(t.lines) >= maxWalks {
		return refuseTooManyTracks(number)
	}
	t.fixes += len(fixes)
	t.lines = append(t.lines, &tableLine{name: cleanName(t.cell(t.columns.name)), fixes: fixes})
	return nil
}

// readODK reads lines of ODK that stand alone in a text, one a line of it.
func readODK(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	records := recordReader{lines: lineReader{br: bufio.NewReaderSize(&textGuard{r: br}, SniffLen)}}
	var walks []ingest.Walk
	fixes := 0
	for {
		record, err := records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		cell := strings.Trim(string(record), "\" \t")
		if cell == "" {
			continue
		}
		points, err := readTracePoints(cell, records.line, limits.MaxFixes-fixes)
		if err != nil {
			return nil, err
		}
		if len(walks) >= maxWalks {
			return nil, refuseTooManyTracks(records.line)
		}
		fixes += len(points)
		walks = append(walks, ingest.Walk{Format: string(FormatODK), Kind: kindOfTrace(points), Fixes: points})
	}
	if fixes == 0 {
		return nil, refuseNoFixes(&notes{}, "文件中没有点。", "The file has no points.")
	}
	return walks, nil
}
