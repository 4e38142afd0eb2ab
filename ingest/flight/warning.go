package flight

import (
	"fmt"
	"time"

	"jieshi/ingest"
)

// A Warning is something that will show in the orthophoto, or keep it from being
// made, with the photos that it is about.
type Warning struct {
	Code   string      `json:"code"`
	Text   ingest.Text `json:"text"`
	Photos []string    `json:"photos,omitempty"` // names, at most [maxNamed]
}

const maxNamed = 20

// What a flight for a map should have: overlap by the practice of low-altitude
// photogrammetry (80/70 flown, 60/30 the least with which engines work), and the
// share of photos with a fixed position from which no control points are needed.
const (
	leastForward = 0.60
	leastSide    = 0.30
	leastRTK     = 0.95
	leastFive    = 0.80
	longestPause = 10 * time.Minute
)

func (f *Flight) warnings(far int) []Warning {
	list := []Warning{}
	warn := func(code, zh, en string, photos []string) {
		list = append(list, Warning{Code: code, Text: ingest.Text{ZH: zh, EN: en}, Photos: photos})
	}
	r := &f.Report
	if broken := f.named(func(s *Shot) bool { return s.Problem != "" }); len(broken) > 0 {
		warn("unreadable", "其中有照片的元数据无法读取。", "The metadata of some photos cannot be read.", broken)
	}
	if n := r.Photos - r.Placed - far; n > 0 {
		warn("not_placed", fmt.Sprintf("%d 张照片没有位置。", n), fmt.Sprintf("%d photos have no position.", n),
			f.named(func(s *Shot) bool { return !s.Placed }))
	}
	if far > 0 {
		warn("far_away", fmt.Sprintf("%d 张照片距第一张超过 %d 公里，未上图。", far, farthest/1000),
			fmt.Sprintf("%d photos lie more than %d km from the first and are not on the map.", far, farthest/1000), nil)
	}
	if r.From.IsZero() {
		warn("time_unknown", "照片没有带时区的拍摄时间，拍摄日期需由人填写。", "No photo says when it was taken in a known zone; a person has to state the date.", nil)
	}
	if len(r.Cameras) > 1 {
		warn("several_cameras", fmt.Sprintf("照片来自 %d 台相机或镜头。", len(r.Cameras)), fmt.Sprintf("The photos come from %d cameras or lenses.", len(r.Cameras)), nil)
	}
	if thermal := f.named(func(s *Shot) bool { return s.Thermal }); len(thermal) > 0 {
		warn("thermal", "其中有热红外照片，不能制作正射影像。", "There are thermal photos among them; they make no orthophoto.", thermal)
	}
	if oblique := f.named(func(s *Shot) bool { return s.Gimbal != nil && !s.nadir() }); len(oblique) > 0 {
		warn("oblique", "其中有倾斜照片（俯仰角高于 −75°），未计入重叠度。", "There are oblique photos (pitch above −75°); overlap leaves them out.", oblique)
	}
	if n := r.Placed - r.Footprint; n > 0 {
		warn("no_footprint", fmt.Sprintf("%d 张照片缺航高、焦距或云台姿态，或朝向天边，无法估算覆盖范围。", n),
			fmt.Sprintf("%d photos lack height, focal length or gimbal, or look to the horizon: the ground that they show is not known.", n), nil)
	}
	f.warnOverlap(warn)
	if r.RTKShare < leastRTK {
		warn("rtk_share", fmt.Sprintf("固定解照片占 %.0f %%：需要像控点才能达到测图精度。", 100*r.RTKShare),
			fmt.Sprintf("%.0f %% of the photos have a fixed position: without control points the picture is for viewing.", 100*r.RTKShare), nil)
	}
	if pause, at := f.longestPause(); pause > longestPause {
		warn("pause", fmt.Sprintf("拍摄中断 %s，光照和阴影可能不一致。", pause.Round(time.Minute)),
			fmt.Sprintf("There is a pause of %s: light and shadows may differ.", pause.Round(time.Minute)), []string{at})
	}
	return list
}

func (f *Flight) warnOverlap(warn func(code, zh, en string, photos []string)) {
	r := &f.Report
	if s := r.Forward; s != nil && s.Tenth < leastForward {
		warn("forward_overlap", fmt.Sprintf("航向重叠度不足：一成照片低于 %.0f %%（应不低于 %.0f %%）。", 100*s.Tenth, 100*leastForward),
			fmt.Sprintf("Forward overlap is low: a tenth of the photos are below %.0f %% (least %.0f %%).", 100*s.Tenth, 100*leastForward), nil)
	}
	if s := r.Side; s != nil && s.Tenth < leastSide {
		warn("side_overlap", fmt.Sprintf("旁向重叠度不足：一成照片低于 %.0f %%（应不低于 %.0f %%）。", 100*s.Tenth, 100*leastSide),
			fmt.Sprintf("Side overlap is low: a tenth of the photos are below %.0f %% (least %.0f %%).", 100*s.Tenth, 100*leastSide), nil)
	}
	if c := r.Coverage; c != nil && c.ByFive < leastFive {
		warn("few_photos", fmt.Sprintf("只有 %.0f %% 的地面拍到五张以上，边缘可能出现空洞或变形。", 100*c.ByFive),
			fmt.Sprintf("Only %.0f %% of the ground is on five photos or more: holes or bends are likely at the edges.", 100*c.ByFive), nil)
	}
}

func (f *Flight) named(is func(*Shot) bool) (names []string) {
	for i := range f.Shots {
		if is(&f.Shots[i]) && len(names) < maxNamed {
			names = append(names, f.Shots[i].Name)
		}
	}
	return names
}

// longestPause returns the longest time between two photos, and the photo after it.
func (f *Flight) longestPause() (pause time.Duration, after string) {
	var last time.Time
	for i := range f.Shots {
		at := f.Shots[i].order()
		if at.IsZero() {
			continue
		}
		if d := at.Sub(last); !last.IsZero() && d > pause {
			pause, after = d, f.Shots[i].Name
		}
		last = at
	}
	return pause, after
}
