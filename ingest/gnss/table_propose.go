package gnss

import (
	"fmt"
	"regexp"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A tableReading is how a table is going to be read.
type tableReading struct {
	form    tableForm
	told    Told
	mapping Mapping
	srid    crs.SRID // of coordinates in metres
	plane   plane
	table   Table // for the person
}

// readingOf decides how to read a table: by what the person told, else by what
// its header and its numbers say. What stays open is a question in the table.
// A datum that cannot be read is a refusal.
func readingOf(form tableForm, told Told) (*tableReading, error) {
	r := &tableReading{form: form, told: told}
	r.mapping = append(Mapping(nil), form.mapping...)
	if told.Mapping != nil {
		r.mapping = told.Mapping
	}
	r.axes()
	if err := r.grid(); err != nil {
		return nil, err
	}
	if form.header == nil && told.Mapping == nil {
		r.ask("列没有标题，各列的含义是按数值猜测的，需要确认。", "The columns have no names; what they mean is a guess from the numbers, to be confirmed.")
	}
	if r.mapping.position() == positionNone && r.table.Questions == nil {
		r.ask("看不出哪几列是位置（经纬度，或北、东坐标），请指明（--mapping）。", "Which columns are the position (latitude and longitude, or north and east) cannot be seen; say so (--mapping).")
	}
	r.show()
	return r, nil
}

func (r *tableReading) ask(zh, en string) {
	r.table.Questions = append(r.table.Questions, text(zh, en))
}

// axes puts east and north, or lon and lat, in the place of x and y.
func (r *tableReading) axes() {
	x, y := r.mapping.at(meansX), r.mapping.at(meansY)
	position := r.mapping.position()
	if position != positionNone || x < 0 || y < 0 {
		for i, means := range r.mapping { // not needed beside another position
			if means == meansX || means == meansY {
				r.mapping[i] = MeansNothing
			}
		}
		if position == positionMetres {
			r.statedAxes()
		}
		return
	}
	first, second := min(x, y), max(x, y)
	found := axesOf(r.form.rows, first, second, r.form.delimiter)
	order := r.told.Axes
	if order == crs.NoOrder {
		order = found.Order
	}
	a := &r.table.Axes
	a.Order = order
	switch {
	case r.told.Axes != crs.NoOrder:
		a.Reason = text("由人声明。", "A person says so.")
	case order == crs.NoOrder:
		a.Reason = text("数值不符合任何 CGCS2000 投影带的范围，可能是独立坐标系。", "The numbers fit no CGCS2000 zone; it may be a local grid.")
		r.ask("看不出哪一列是北坐标，请指明（--axes）；独立坐标系须先换算。", "Which column is north cannot be seen; say so (--axes). Local coordinates must be converted first.")
	default:
		a.Reason = rangeReason(found)
		if r.form.header != nil {
			r.ask("X、Y 两列按数值判断"+orderZH(order)+"，需要确认（--axes）。", "By their size, columns X and Y have "+orderEN(order)+"; this is to be confirmed (--axes).")
		}
	}
	east, north := MeansEast, MeansNorth
	if found.Degrees {
		east, north = MeansLon, MeansLat
	}
	switch order {
	case crs.EastNorth:
		r.mapping[first], r.mapping[second] = east, north
	case crs.NorthEast:
		r.mapping[first], r.mapping[second] = north, east
	case crs.NoOrder:
		r.mapping[x], r.mapping[y] = MeansNothing, MeansNothing
	}
}

// statedAxes holds columns that say which they are against their numbers.
func (r *tableReading) statedAxes() {
	east, north := r.mapping.at(MeansEast), r.mapping.at(MeansNorth)
	a := &r.table.Axes
	a.Order = crs.EastNorth
	if north < east {
		a.Order = crs.NorthEast
	}
	a.Reason = text("列标题写明。", "The header says so.")
	if r.told.Mapping != nil {
		a.Reason = text("由人声明。", "A person says so.")
	}
	if found := axesOf(r.form.rows, east, north, r.form.delimiter); found.Order == crs.NorthEast && r.told.Mapping == nil {
		r.mapping[east], r.mapping[north] = MeansNorth, MeansEast
		a.Order = map[crs.AxisOrder]crs.AxisOrder{crs.EastNorth: crs.NorthEast, crs.NorthEast: crs.EastNorth}[a.Order]
		a.Reason = rangeReason(found)
		r.ask("东、北坐标的列标题与数值相反，看来写反了，需要确认（--mapping）。", "The numbers under east and north are the other way round than the header says; this is to be confirmed (--mapping).")
	}
}

func rangeReason(a crs.Axes) ingest.Text {
	switch {
	case a.Degrees:
		return text("数值在中国经纬度范围内。", "The numbers are in the range of longitude and latitude in China.")
	case a.Zone != 0:
		return text(fmt.Sprintf("一个数带有带号 %d，另一个在北坐标范围内。", a.Zone), fmt.Sprintf("One number has the zone number %d in front, the other is in the range of northings.", a.Zone))
	}
	return text("一个数在东坐标范围（15 万至 85 万米）内，另一个在北坐标范围（180 万至 600 万米）内。",
		"One number is in the range of eastings (150,000 to 850,000 m), the other in that of northings (1.8 to 6.0 million m).")
}

func orderZH(o crs.AxisOrder) string {
	if o == crs.NorthEast {
		return "北坐标在前、东坐标在后"
	}
	return "东坐标在前、北坐标在后"
}

func orderEN(o crs.AxisOrder) string {
	if o == crs.NorthEast {
		return "north first, east second"
	}
	return "east first, north second"
}

var aboutCRS = regexp.MustCompile(`(?i)坐标系|中央子午线|中央经线|coordinate system|datum|\bCRS\b|EPSG`)

// grid decides what coordinate system the positions are in.
func (r *tableReading) grid() error {
	stated, where, err := r.statedCRS()
	if err != nil {
		return err
	}
	c := &r.table.CRS
	if r.mapping.position() != positionMetres {
		c.SRID = crs.WGS84
		c.Reason = text("经纬度按 WGS 84 / CGCS2000 读取。", "Longitude and latitude count as WGS 84 / CGCS2000.")
		if r.mapping.position() == positionNone {
			c.SRID, c.Reason = 0, text("", "")
		}
		return nil
	}
	found := axesOf(r.form.rows, r.mapping.at(MeansEast), r.mapping.at(MeansNorth), r.form.delimiter)
	zone := sridOfZone(found.Zone)
	switch {
	case r.told.SRID != 0:
		r.srid, c.Reason = r.told.SRID, text("由人声明。", "A person says so.")
	case zone != 0 && (stated == 0 || sameMeridian(zone, stated)):
		r.srid, c.Reason = zone, text(fmt.Sprintf("东坐标前有带号 %d。", found.Zone), fmt.Sprintf("The zone number %d stands before the eastings.", found.Zone))
	case stated != 0:
		r.srid, c.Reason = stated, text("文件中写明："+where+"。", "The file says so: "+where+".")
	default:
		c.Reason = text("东坐标前没有带号，文件中也没有写坐标系。", "No zone number stands before the eastings, and the file does not name its coordinate system.")
		r.ask("坐标系未知，请声明（--crs，例如 CGCS2000 中央子午线 108° 为 EPSG:4545）。", "The coordinate system is not known; state it (--crs, for example EPSG:4545 for CGCS2000 with CM 108°E).")
		return nil
	}
	c.SRID = r.srid
	if r.srid == crs.WGS84 || r.srid == crs.CGCS2000 {
		r.ask("声明的坐标系是经纬度，但各列是以米为单位的坐标。", "The coordinate system is of degrees, but the columns are in metres.")
		return nil
	}
	r.plane, err = planeOf(r.srid)
	return err
}

// sameMeridian says whether two grids differ by no more than the zone number
// before the easting.
func sameMeridian(a, b crs.SRID) bool {
	x, okA := a.CentralMeridian()
	y, okB := b.CentralMeridian()
	return okA && okB && x == y
}

// statedCRS reads what the table says about its coordinate system: in a column,
// or above its header.
func (r *tableReading) statedCRS() (srid crs.SRID, where string, err error) {
	if column := r.mapping.at(MeansCRS); column >= 0 {
		for _, row := range r.form.rows {
			if column < len(row) && row[column] != "" {
				srid, err = readCRS(row[column], r.form.headerLine+1)
				return srid, excerpt(row[column]), err
			}
		}
	}
	for _, above := range r.form.about {
		if !aboutCRS.MatchString(above.text) {
			continue
		}
		if srid, err = readCRS(above.text, above.number); err != nil || srid != 0 {
			return srid, excerpt(above.text), err
		}
	}
	return 0, "", nil
}

// show fills in the table for the person.
func (r *tableReading) show() {
	t := &r.table
	t.Export, t.HeaderLine, t.Encoding = r.form.export, r.form.headerLine, EncodingUTF8
	for _, d := range delimiters {
		if d.mark == r.form.delimiter {
			t.Delimiter = d.name
		}
	}
	if zh, en := crs.ZoneLabel(t.CRS.SRID); t.CRS.SRID != 0 {
		t.CRS.Name = text(zh, en)
	}
	if r.mapping.position() != positionNone {
		t.Mapping = r.mapping.String()
	}
	width := len(r.mapping)
	if r.form.header != nil {
		width = len(r.form.header)
	}
	t.Columns = []Column{}
	for i := range width {
		c := Column{N: i + 1, Meaning: MeansNothing}
		if i < len(r.mapping) {
			c.Meaning = r.mapping[i]
		}
		if i < len(r.form.header) {
			c.Header = shorten(r.form.header[i])
		}
		t.Columns = append(t.Columns, c)
	}
	t.Rows = [][]string{}
	for _, row := range r.form.rows[:min(len(r.form.rows), previewRows)] {
		shown := make([]string, len(row))
		for i, cell := range row {
			shown[i] = shorten(cell)
		}
		t.Rows = append(t.Rows, shown)
	}
	if t.Questions == nil {
		t.Questions = []ingest.Text{}
	}
}

// shorten makes a cell fit to be shown.
func shorten(cell string) string {
	runes := []rune(cleanName(cell))
	if len(runes) > previewCell {
		return string(runes[:previewCell]) + "…"
	}
	return string(runes)
}

// refuseUnconfirmed asks the person what the table leaves open.
func refuseUnconfirmed(t Table) *ingest.Refusal {
	var zh, en string
	for i, q := range t.Questions {
		if i > 0 {
			en += " "
		}
		zh, en = zh+q.ZH, en+q.EN
	}
	flags := t.Flags()
	where := max(t.HeaderLine, 1)
	r := refuse(CodeMapping, atLine(where), text(zh, en),
		text("请查看预览（jieshi ingest walk 文件 --preview），核对后用 --mapping、--axes、--crs 确认；按现在的理解是 "+flags+"。",
			"Look at the preview (jieshi ingest walk FILE --preview) and confirm with --mapping, --axes or --crs; as it is understood now: "+flags+"."))
	r.Facts = &ingest.Facts{Preview: &t}
	return r
}
