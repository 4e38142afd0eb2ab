package intake

import (
	"errors"
	"fmt"

	"jieshi/ingest"
	"jieshi/mediation"
)

// ExplainQuota gives words to a quota that is used up, for the person.
func ExplainQuota(err error) error {
	q := (*mediation.QuotaError)(nil)
	if !errors.As(err, &q) {
		return err
	}
	if q.Deployment {
		return &ingest.Refusal{
			Code: "quota_deployment",
			Reason: ingest.Text{
				ZH: fmt.Sprintf("本系统的存储配额 %s 已用 %s，放不下 %s 的文件。", BytesText(q.Limit), BytesText(q.Used), BytesText(q.Wanted)),
				EN: fmt.Sprintf("Of %s for all, %s are used; there is no room for %s.", BytesText(q.Limit), BytesText(q.Used), BytesText(q.Wanted)),
			},
			Remedy: ingest.Text{ZH: "请联系管理员扩充配额（quota_bytes）。", EN: "Ask the administrator for more (quota_bytes)."},
		}
	}
	return &ingest.Refusal{
		Code: "quota_person",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("您的存储配额 %s 已用 %s，放不下 %s 的文件。", BytesText(q.Limit), BytesText(q.Used), BytesText(q.Wanted)),
			EN: fmt.Sprintf("Of your %s, %s are used; there is no room for %s.", BytesText(q.Limit), BytesText(q.Used), BytesText(q.Wanted)),
		},
		Remedy: ingest.Text{
			ZH: "请撤销不再需要的上传，或请管理员提高配额（user_quota_bytes）。",
			EN: "Remove uploads that are not needed, or ask the administrator for more (user_quota_bytes).",
		},
	}
}

// BytesText is a size for a person, in binary units with one decimal.
func BytesText(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}
