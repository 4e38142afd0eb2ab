package offline_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/internal/offline"
	"jieshi/mediation"
)

func photo() mediation.Orthophoto {
	return mediation.Orthophoto{
		ID: uuid.MustParse("39b13f7c-72e7-45af-a5ef-ac6d71c3501c"), Case: "JS-2026-0001", Filename: "龙塘.tif", Display: mediation.Hash{7}, DisplayZoom: 21,
		BBox: [4]float64{109.2958, 24.2464, 109.3036, 24.2536}, ToleranceM: 0.4, CapturedFrom: time.Date(2026, 10, 20, 1, 30, 0, 0, time.UTC),
	}
}

// Whoever opens the file reads what the picture is worth, in both languages.
func TestAPackageSaysWhatItsPictureIsWorth(t *testing.T) {
	check := func(passed, independent bool) *mediation.OrthophotoCheck {
		return &mediation.OrthophotoCheck{Scale: 500, RMSEM: 0.123, LimitM: 0.3, Points: 12, Passed: passed, Independent: independent}
	}
	for name, tc := range map[string]struct {
		check  *mediation.OrthophotoCheck
		shift  *mediation.OrthophotoShift
		status string
		says   []string
		named  string
	}{
		"without check points": {nil, nil, offline.ReferenceOnly, []string{"仅供参考：没有独立检查点", "For reference only: no independent check points"}, "仅供参考 for reference only"},
		"passed": {check(true, true), nil, offline.Checked, []string{
			"精度：1:500 合格，平面中误差 0.123 m（限差 0.30 m，独立检查点 12 个）。", "Accuracy: 1:500 passed, RMSE 0.123 m (limit 0.30 m, 12 independent check points).",
		}, "1:500 检查合格 checked"},
		"too far off":     {check(false, true), nil, offline.ReferenceOnly, []string{"仅供参考：检查点未达到限差（1:500，平面中误差 0.123 m", "check points beyond the limit"}, "仅供参考 for reference only"},
		"not independent": {check(false, false), nil, offline.ReferenceOnly, []string{"检查点未声明独立", "not stated to be independent"}, "仅供参考 for reference only"},
		"shown moved": {nil, &mediation.OrthophotoShift{EastM: 1.5, NorthM: -2, Web: [2]float64{1.6, -2.2}, Reason: "三个界桩"}, offline.ReferenceOnly, []string{
			"显示时已平移：东 1.50 m，北 -2.00 m（三个界桩），不得据以量算。", "Shown moved: east 1.50 m, north -2.00 m (三个界桩)",
		}, "仅供参考 for reference only"},
	} {
		t.Run(name, func(t *testing.T) {
			p := photo()
			p.Check, p.Shift = tc.check, tc.shift
			c, err := offline.OfOrthophoto(p, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.Status != tc.status || !strings.Contains(c.Name, tc.named) || !strings.Contains(c.Attribution, tc.named) || !strings.Contains(c.Attribution, "captured 2026-10-20 01:30 UTC") {
				t.Errorf("contents %+v, want %s", c, tc.status)
			}
			for _, want := range tc.says {
				if !strings.Contains(c.Description, want) {
					t.Errorf("description %q, want %q in it", c.Description, want)
				}
			}
		})
	}
}

// What is stored with the order and read by a worker is the same package, and
// everything that changes the file changes its name.
func TestContentsKeepTheirHash(t *testing.T) {
	one := func(change func(p *mediation.Orthophoto)) mediation.Hash {
		t.Helper()
		p := photo()
		change(&p)
		c, err := offline.OfOrthophoto(p, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		before, err1 := c.Hash()
		stored, err2 := json.Marshal(c)
		var read offline.Contents
		err3 := json.Unmarshal(stored, &read)
		after, err4 := read.Hash()
		if err := errors.Join(err1, err2, err3, err4); err != nil || before != after {
			t.Fatalf("hash %s, when read again %s, %v", before, after, err)
		}
		return before
	}
	seen := map[mediation.Hash]string{}
	for name, change := range map[string]func(p *mediation.Orthophoto){
		"as it is":  func(*mediation.Orthophoto) {},
		"display":   func(p *mediation.Orthophoto) { p.Display[0]++ },
		"shift":     func(p *mediation.Orthophoto) { p.Shift = &mediation.OrthophotoShift{EastM: 1, Web: [2]float64{1.1, 0}} },
		"check":     func(p *mediation.Orthophoto) { p.Check = &mediation.OrthophotoCheck{Scale: 1000, Passed: true} },
		"footprint": func(p *mediation.Orthophoto) { p.BBox[0] -= 0.001 },
	} {
		h := one(change)
		if other, twice := seen[h]; twice {
			t.Errorf("%s and %s are one package", name, other)
		}
		seen[h] = name
	}
	if h := one(func(p *mediation.Orthophoto) { p.Coverage.Claimed = new(float64) }); seen[h] != "as it is" {
		t.Error("what does not show changes the package")
	}
}

func TestZoomsThatCannotBeAreRefused(t *testing.T) {
	p := photo()
	for _, zoom := range []int{-1, 5, 22} {
		refusal := (*ingest.Refusal)(nil)
		if _, err := offline.OfOrthophoto(p, "", &zoom); !errors.As(err, &refusal) || refusal.Code != "package_zoom" || !strings.Contains(refusal.Reason.EN, "and 21") {
			t.Errorf("zoom %d: %v", zoom, err)
		}
	}
	if _, err := offline.OfOrthophoto(p, "gif", nil); err == nil {
		t.Error("there is a format gif")
	}
	unfinished := mediation.Audit{ID: 3, Layer: "land"}
	refusal := (*ingest.Refusal)(nil)
	if _, err := offline.OfAudit(unfinished, nil, 10); !errors.As(err, &refusal) || refusal.Code != "audit_unfinished" {
		t.Errorf("an unfinished audit: %v", err)
	}
	unfinished.FinishedAt = time.Unix(1, 0)
	if _, err := offline.OfAudit(unfinished, nil, 19); !errors.As(err, &refusal) || refusal.Code != "package_zoom" {
		t.Errorf("zoom 19 of an audit: %v", err)
	}
}
