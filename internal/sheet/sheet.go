package sheet

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// A Sheet is what the map of a case shows. Ground is in the working CRS of the
// run, metres, x east.
type Sheet struct {
	Case        mediation.Case
	Run         mediation.Run     // drawn: pieces, their cores, and the areas
	Claims      []mediation.Claim // that the run was computed from
	Orthophotos []mediation.Orthophoto
	Head        mediation.Hash // newest link of the chain of evidence; zero: nothing was filed
	Picture     *Picture       // under everything; nil: white paper
	Software    string
	MadeAt      time.Time // printed, and the date inside the PDF
}

// A Picture is what lies under the lines: an image whose edges are parallel to
// the axes of the working CRS.
type Picture struct {
	Image   []byte    // PNG or JPEG
	Bounds  orb.Bound // of the whole image in the working CRS
	Caption string    // what it is and when it was taken
	Notes   []string  // what must be said wherever it is shown; printed on the map
}

// Write draws s as one page of A4, landscape. Equal sheets give equal bytes.
//
// Lines are drawn as they are; the table of points lists simplified corners
// when there are more vertices than it has rows, and says so. Text that the
// font cannot show is printed as □, with a note. A sheet without any ground is
// an [*ingest.Refusal].
func Write(w io.Writer, s Sheet, font *Font) error {
	win, err := s.window()
	if err != nil {
		return err
	}
	p := newPen(s, font)
	if p.pdf.Err() {
		return fmt.Errorf("sheet: %w", p.pdf.Error())
	}
	d := &drawing{Sheet: s, pen: p, window: win}
	d.corners = cornerPoints(s.Run.Pieces, pointRows(s))
	if err := d.picture(); err != nil {
		return err
	}
	d.ground()
	d.header()
	d.column()
	d.strip()
	d.foot()
	if err := p.pdf.Error(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// A drawing is a sheet while it is drawn.
type drawing struct {
	Sheet
	*pen
	window  window
	corners corners
	labels  placer

	arrowBox, barBox, overviewBox, noteBox rect
}

// picture lays the image under the map, paled so that thin lines stand out.
func (d *drawing) picture() error {
	if d.Picture == nil {
		return nil
	}
	kind := "PNG"
	if bytes.HasPrefix(d.Picture.Image, []byte("\xff\xd8")) {
		kind = "JPEG"
	}
	info := d.pdf.RegisterImageOptionsReader("orthophoto", fpdf.ImageOptions{ImageType: kind}, bytes.NewReader(d.Picture.Image))
	if err := d.pdf.Error(); err != nil || info == nil {
		return fmt.Errorf("sheet: picture: %w", err)
	}
	topLeft := d.window.page(orb.Point{d.Picture.Bounds.Min[0], d.Picture.Bounds.Max[1]})
	bottomRight := d.window.page(orb.Point{d.Picture.Bounds.Max[0], d.Picture.Bounds.Min[1]})
	d.clipped(mapBox, func() {
		d.pdf.ImageOptions("orthophoto", topLeft[0], topLeft[1], bottomRight[0]-topLeft[0], bottomRight[1]-topLeft[1], false,
			fpdf.ImageOptions{ImageType: kind}, 0, "")
		d.pdf.SetAlpha(0.34, "Normal")
		d.fillRect(mapBox, white)
		d.pdf.SetAlpha(1, "Normal")
	})
	return nil
}
