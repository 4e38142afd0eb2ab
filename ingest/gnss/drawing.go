package gnss

import (
	"fmt"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// place brings the coordinates of a drawing, the two as they come where degrees
// will be, to degrees in place, and says in a note from what grid. All positions
// must agree on the axis order and on the zone number. What stays open is
// refused with a preview, as for a table.
func (d *drawing) place(walks []ingest.Walk, see func(*Table)) ([]ingest.Note, error) {
	d.table = Table{Columns: []Column{}, Rows: [][]string{}, Questions: []ingest.Text{}, Delimiter: "none"}
	d.look(walks)
	order := d.order()
	srid := d.grid()
	see(&d.table)
	if len(d.table.Questions) > 0 {
		return nil, refuseUnconfirmed(d.table)
	}
	if srid == crs.WGS84 || srid == crs.CGCS2000 {
		return nil, d.degrees(walks, order)
	}
	grid, err := planeOf(srid)
	if err != nil {
		return nil, err
	}
	for _, w := range walks {
		for i := range w.Fixes {
			f := &w.Fixes[i]
			east, north := f.Lon, f.Lat
			if order == crs.NorthEast {
				east, north = north, east
			}
			var ok bool
			if f.Lon, f.Lat, ok = grid.place(east, north); !ok {
				return nil, refuseOffGrid(east, north, grid, f.Line)
			}
		}
	}
	return []ingest.Note{{Code: noteGrid, Text: fmt.Sprintf("the coordinates are in EPSG:%d: %s", int(srid), d.table.CRS.Reason.EN)}}, nil
}

// A drawing is what is known about the coordinates of one.
type drawing struct {
	told   Told
	custom crs.AxisOrder // of the format
	stated crs.SRID      // by the file; 0: it does not say
	axes   crs.Axes      // as the numbers have it
	table  Table
}

// look finds what all positions say together.
func (d *drawing) look(walks []ingest.Walk) {
	first := true
	for _, w := range walks {
		for _, f := range w.Fixes {
			found := crs.DetectAxes(f.Lon, f.Lat)
			switch {
			case first:
				d.axes, first = found, false
			case found.Order != d.axes.Order || found.Degrees != d.axes.Degrees:
				d.axes = crs.Axes{}
			case found.Zone != d.axes.Zone:
				d.axes.Zone = 0
			}
			if len(d.table.Rows) < previewRows {
				d.table.Rows = append(d.table.Rows, []string{fmt.Sprintf("%.4f", f.Lon), fmt.Sprintf("%.4f", f.Lat), fmt.Sprintf("%.4f", f.Height)})
			}
		}
	}
}

func (d *drawing) ask(zh, en string) { d.table.Questions = append(d.table.Questions, text(zh, en)) }

// order decides which coordinate is east, by the custom of the format, unless
// the numbers say otherwise, and then a person must, too.
func (d *drawing) order() crs.AxisOrder {
	a := &d.table.Axes
	switch {
	case d.told.Axes != crs.NoOrder:
		a.Order, a.Reason = d.told.Axes, text("由人声明。", "A person says so.")
	case d.axes.Order == crs.NoOrder:
		a.Order, a.Reason = d.custom, text("格式惯例："+orderZH(d.custom)+"。", "By the custom of the format: "+orderEN(d.custom)+".")
	case d.axes.Order == d.custom:
		a.Order, a.Reason = d.custom, rangeReason(d.axes)
	default:
		a.Order, a.Reason = d.axes.Order, rangeReason(d.axes)
		d.ask("按数值判断"+orderZH(a.Order)+"，与该格式的惯例相反，需要确认（--axes "+string(a.Order)+"）。",
			"By the numbers it is "+orderEN(a.Order)+", against the custom of the format; this is to be confirmed (--axes "+string(a.Order)+").")
	}
	return a.Order
}

// grid decides the coordinate system.
func (d *drawing) grid() crs.SRID {
	c := &d.table.CRS
	switch zone := sridOfZone(d.axes.Zone); {
	case d.told.SRID != 0:
		c.SRID, c.Reason = d.told.SRID, text("由人声明。", "A person says so.")
	case d.axes.Degrees:
		c.SRID, c.Reason = crs.WGS84, text("数值在中国经纬度范围内。", "The numbers are in the range of longitude and latitude in China.")
	case zone != 0 && (d.stated == 0 || sameMeridian(zone, d.stated)):
		c.SRID, c.Reason = zone, text(fmt.Sprintf("东坐标前有带号 %d。", d.axes.Zone), fmt.Sprintf("The zone number %d stands before the eastings.", d.axes.Zone))
	case d.stated != 0:
		c.SRID, c.Reason = d.stated, text("文件中写明带号。", "The file says so.")
	default:
		c.Reason = text("文件没有写坐标系，东坐标前也没有带号。", "The file names no coordinate system, and no zone number stands before the eastings.")
		d.ask("坐标系未知，请声明（--crs，例如 CGCS2000 中央子午线 108° 为 EPSG:4545）。", "The coordinate system is not known; state it (--crs, for example EPSG:4545 for CGCS2000 with CM 108°E).")
	}
	if c.SRID != 0 {
		zh, en := crs.ZoneLabel(c.SRID)
		c.Name = text(zh, en)
	}
	return c.SRID
}

func (d *drawing) degrees(walks []ingest.Walk, order crs.AxisOrder) error {
	for _, w := range walks {
		for i := range w.Fixes {
			f := &w.Fixes[i]
			if order == crs.NorthEast {
				f.Lon, f.Lat = f.Lat, f.Lon
			}
			if !lonLatInRange(f.Lon, f.Lat) {
				return refuseOutOfRange(f.Lon, f.Lat, f.Line)
			}
		}
	}
	return nil
}
