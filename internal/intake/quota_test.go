package intake_test

import (
	"errors"
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// A quota says what is used, what the limit is, and what to do, in both languages.
func TestAQuotaThatIsUsedUpSaysHowMuchAndWhatToDo(t *testing.T) {
	for name, tc := range map[string]struct {
		quota          mediation.QuotaError
		code           string
		zh, en         []string
		zhToDo, enToDo string
	}{
		"of a person": {
			mediation.QuotaError{Used: 3 << 30, Limit: 4 << 30, Wanted: 5 << 29},
			"quota_person",
			[]string{"4.0 GiB", "已用 3.0 GiB", "2.5 GiB"},
			[]string{"4.0 GiB", "3.0 GiB are used", "2.5 GiB"},
			"撤销", "Remove uploads",
		},
		"of everybody": {
			mediation.QuotaError{Deployment: true, Used: 900, Limit: 1000, Wanted: 101},
			"quota_deployment",
			[]string{"1000 B", "已用 900 B", "101 B"},
			[]string{"1000 B", "900 B are used", "101 B"},
			"管理员", "administrator",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := (*ingest.Refusal)(nil)
			if !errors.As(intake.ExplainQuota(&tc.quota), &r) || r.Code != tc.code {
				t.Fatalf("refusal = %+v, want %s", r, tc.code)
			}
			for _, want := range tc.zh {
				if !strings.Contains(r.Reason.ZH, want) {
					t.Errorf("%q does not say %q", r.Reason.ZH, want)
				}
			}
			for _, want := range tc.en {
				if !strings.Contains(r.Reason.EN, want) {
					t.Errorf("%q does not say %q", r.Reason.EN, want)
				}
			}
			if !strings.Contains(r.Remedy.ZH, tc.zhToDo) || !strings.Contains(r.Remedy.EN, tc.enToDo) {
				t.Errorf("what to do: %q, %q", r.Remedy.ZH, r.Remedy.EN)
			}
		})
	}
}

// A file of unknown length is read no further than the quota goes, and one whose
// bytes wait for a worker counts.
func TestAStreamStopsAtTheQuota(t *testing.T) {
	d, ctx := newDesk(t)
	first := square(1)
	d.Quota = mediation.Quota{Person: int64(len(first)) + 1000}
	if _, err := d.PlaceWalk(ctx, strings.NewReader(first), d.request("甲")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.PlaceWalk(ctx, strings.NewReader(square(2)+strings.Repeat(" ", 1000)), d.request("乙")); !refusedAs("quota_person")(err) {
		t.Errorf("a file behind the quota: %v", err)
	}
	if _, err := d.PlaceWalk(ctx, endless{}, d.request("乙")); !refusedAs("quota_person")(err) {
		t.Errorf("a file without end: %v", err)
	}
	if len(d.stored(t)) != 1 {
		t.Errorf("kept: %v, want the one", d.stored(t))
	}
}
