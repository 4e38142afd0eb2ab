package checkpoint_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/ingest"
	"jieshi/ingest/checkpoint"
)

// bounds is a picture in EPSG:4545 near Liujiang.
var bounds = [4]float64{632000, 2683000, 632500, 2683500}

const chinese = "点号,实测X(北),实测Y(东),影像X(北),影像Y(东)\nJ1,2683100.00,632100.00,2683100.03,632100.04\nJ2,2683400,632400,2683400.03,632399.96\nJ3,2683250,632250,2683249.97,632250.04\n"

func TestTablesOfCheckPointsAreRead(t *testing.T) {
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	xy := strings.NewReplacer("点号", "id", "实测X(北)", "measured_x", "实测Y(东)", "measured_y", "影像X(北)", "image_x", "影像Y(东)", "image_y").Replace(chinese)
	for name, c := range map[string]struct {
		text string
		axes checkpoint.Axes
		code string
		at   string
	}{
		"Chinese names, which say what is north":     {chinese, "", "", ""},
		"the same in GBK":                            {gbk, "", "", ""},
		"semicolons and a byte order mark":           {"\ufeff" + strings.ReplaceAll(chinese, ",", ";"), "", "", ""},
		"English names":                              {strings.Replace(chinese, "点号,实测X(北),实测Y(东),影像X(北),影像Y(东)", "Point ID,Measured North (m),Measured East (m),Image North (m),Image East (m)", 1), "", "", ""},
		"only x and y: what they look like is named": {xy, "", checkpoint.CodeAxes, "x-north"},
		"only x and y, confirmed":                    {xy, checkpoint.XNorth, "", ""},
		"only x and y, the wrong way round":          {xy, checkpoint.XEast, checkpoint.CodeOutside, "J1"},
		"a column is missing":                        {"点号,实测X(北),实测Y(东)\nJ1,2683100,632100\n", "", checkpoint.CodeColumns, ""},
		"a word for a number":                        {strings.Replace(chinese, "632100.04", "east", 1), "", checkpoint.CodeUnreadable, `J1: "east"`},
		"not a number":                               {strings.Replace(chinese, "632100.04", "NaN", 1), "", checkpoint.CodeUnreadable, `J1: "NaN"`},
		"another zone":                               {strings.ReplaceAll(chinese, ",632", ",36632"), "", checkpoint.CodeOutside, "J1"},
		"nothing":                                    {"", "", checkpoint.CodeTooFew, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			points, err := checkpoint.Read(strings.NewReader(c.text), bounds, c.axes)
			if c.code != "" {
				refusal := (*ingest.Refusal)(nil)
				if !errors.As(err, &refusal) || refusal.Code != c.code || (c.at != "" && refusal.Where != c.at) {
					t.Errorf("got %v, want %s at %q", err, c.code, c.at)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(points) != 3 || points[0].ID != "J1" || points[0].Measured != [2]float64{632100, 2683100} || points[0].Picture != [2]float64{632100.04, 2683100.03} {
				t.Errorf("got %+v", points)
			}
		})
	}
}

// Residuals east 0.04, -0.04, 0.04 and north 0.03, 0.03, -0.03: RMSE 0.04 and
// 0.03, in the plane 0.05; means 0.04/3 and 0.01.
func TestThePictureIsJudgedAtItsPoints(t *testing.T) {
	points, err := checkpoint.Read(strings.NewReader(chinese), bounds, "")
	if err != nil {
		t.Fatal(err)
	}
	j, err := checkpoint.Judge(points, checkpoint.Scale{East: 1, North: 1})
	if err != nil {
		t.Fatal(err)
	}
	for what, v := range map[string][2]float64{
		"RMSE east": {j.RMSEEast, 0.04}, "RMSE north": {j.RMSENorth, 0.03}, "RMSE": {j.RMSE, 0.05},
		"mean east": {j.MeanEast, 0.04 / 3}, "mean north": {j.MeanNorth, 0.01}, "largest": {j.Largest, 0.05},
	} {
		if math.Abs(v[0]-v[1]) > 1e-6 {
			t.Errorf("%s is %v, want %v", what, v[0], v[1])
		}
	}
	if _, err := checkpoint.Judge(points[:2], checkpoint.Scale{East: 1, North: 1}); err == nil {
		t.Error("two points are judged")
	}
}

// Two of three points have heights, 0.3 m and 0.4 m too high.
func TestHeightsAreJudgedWhereBothAreGiven(t *testing.T) {
	table := "点号,实测X(北),实测Y(东),实测H(高程),影像X(北),影像Y(东),影像高程\nJ1,2683100,632100,80,2683100,632100,80.3\nJ2,2683400,632400,,2683400,632400,91\nJ3,2683250,632250,100.0,2683250,632250,100.4\n"
	points, err := checkpoint.Read(strings.NewReader(table), bounds, "")
	if err != nil {
		t.Fatal(err)
	}
	j, err := checkpoint.Judge(points, checkpoint.Scale{East: 1, North: 1})
	if err != nil {
		t.Fatal(err)
	}
	if j.RMSEUp == nil || math.Abs(*j.RMSEUp-math.Sqrt(0.125)) > 1e-9 || math.Abs(*j.MeanUp-0.35) > 1e-9 || j.Residuals[1].Up != nil {
		t.Errorf("judged as %+v", j)
	}
}

// SELECT ST_Distance('POINT(109.3 24.25)'::geography, 'POINT(109.30001 24.25)'::geography),
// and to 'POINT(109.3 24.25001)': 1.01552 and 1.10767 m.
func TestDegreesBecomeMetres(t *testing.T) {
	s := checkpoint.Degrees(24.25)
	if math.Abs(s.East*1e-5-1.01552) > 1e-4 || math.Abs(s.North*1e-5-1.10767) > 1e-4 {
		t.Errorf("got %v, %v", s.East*1e-5, s.North*1e-5)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(chinese)
	f.Add("id\tmeasured_x\tmeasured_y\timage_x\timage_y\n1\t632100\t2683100\t632100\t2683100\n")
	f.Fuzz(func(t *testing.T, text string) {
		points, err := checkpoint.Read(strings.NewReader(text), bounds, checkpoint.XEast)
		refusal := (*ingest.Refusal)(nil)
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("a fault instead of a refusal: %v", err)
		}
		for _, p := range points {
			if !(p.Measured[0] >= bounds[0]-50 && p.Measured[0] <= bounds[2]+50) {
				t.Errorf("let through %+v", p)
			}
		}
	})
}
