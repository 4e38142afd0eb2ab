package sheet

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// PictureOf is what lies under a map of a stored picture, with the words that
// belong to it: bounds is where the image is shown, a shift applied to it.
func PictureOf(o mediation.Orthophoto, image []byte, bounds orb.Bound) *Picture {
	return &Picture{Image: image, Bounds: bounds, Caption: photo(o), Notes: photoNotes(o)}
}

// photo is the line of a picture among the sources.
func photo(o mediation.Orthophoto) string {
	s := fmt.Sprintf("%s, GSD %.3f m", o.Filename, o.GSDM)
	if !o.CapturedFrom.IsZero() {
		s += ", " + o.CapturedFrom.UTC().Format("2006-01-02")
	}
	if c := o.Check; c != nil && c.Passed {
		s += fmt.Sprintf(", 检查点 %d 个中误差 RMSE %.2f m ≤ %.2f m (1:%d)", c.Points, c.RMSEM, c.LimitM, c.Scale)
	}
	if o.ReferenceOnly() {
		s += "（仅供参考 for reference only）"
	}
	return s
}

// photoNotes is what must be said wherever a picture is shown; nothing of a
// checked one in its place.
func photoNotes(o mediation.Orthophoto) (notes []string) {
	switch {
	case !o.ReferenceOnly():
	case o.Check == nil:
		notes = append(notes, "影像仅供参考：无独立检查点 Image for reference only: no independent check points")
	default:
		notes = append(notes, "影像仅供参考：精度检查未通过 Image for reference only: its check did not pass")
	}
	if s := o.Shift; s != nil {
		notes = append(notes, fmt.Sprintf("影像平移显示 image shown moved: 东 E %s m, 北 N %s m", signed(s.EastM), signed(s.NorthM)))
	}
	return notes
}

func signed(metres float64) string {
	return strings.Replace(fmt.Sprintf("%+.2f", metres), "-", "−", 1)
}

const noteSize, noteLeading = 5.6, 3.0

// noteArea is the size of the plate of notes; zero without notes.
func (d *drawing) noteArea() (width, height float64) {
	if d.Picture == nil {
		return 0, 0
	}
	for _, n := range d.Picture.Notes {
		width = max(width, d.width(n, noteSize)+3)
	}
	return width, noteLeading*float64(len(d.Picture.Notes)) + 1.4
}

func (d *drawing) photoPlate() {
	if d.Picture == nil || len(d.Picture.Notes) == 0 {
		return
	}
	d.backing(d.noteBox)
	for i, n := range d.Picture.Notes {
		d.text(d.noteBox.x0+1.5, d.noteBox.y0+noteLeading*float64(i+1)-0.4, n, style{size: noteSize, ink: alarm, bold: true})
	}
}
