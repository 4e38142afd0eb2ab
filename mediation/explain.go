package mediation

import (
	"errors"
	"fmt"
	"strings"

	"jieshi/ingest"
)

// An Explanation is an error in the words of the person who meets it.
type Explanation struct {
	Code   string // stable, never translated
	Reason ingest.Text
	Remedy ingest.Text
	Where  string // line, element or place; may be empty
	Facts  *ingest.Facts
}

// sentinels are the outcomes that need no facts to be explained.
var sentinels = []struct {
	is error
	Explanation
}{
	{ErrNoRun, Explanation{
		Code:   "no_run",
		Reason: ingest.Text{ZH: "本案还没有任何主张，无争议区可算。", EN: "Nobody has claimed any ground in this case yet, so nothing is contested."},
		Remedy: ingest.Text{ZH: "请先导入各方的踏界记录。", EN: "Bring in the boundary walks of the parties first."},
	}},
	{ErrKeyReused, Explanation{
		Code:   "idempotency_key_reused",
		Reason: ingest.Text{ZH: "同一个 Idempotency-Key 已用于另一个请求，本次未办理。", EN: "This Idempotency-Key was used for another request; nothing was done."},
		Remedy: ingest.Text{ZH: "请为每个新请求换一个新的键。", EN: "Give each new request a key of its own."},
	}},
	{ErrRunNotFiled, Explanation{
		Code:   "run_not_filed",
		Reason: ingest.Text{ZH: "争议区计算结果还没有作为证据归档。", EN: "The contested areas of this case are not filed as evidence yet."},
		Remedy: ingest.Text{ZH: "请先在案件页归档计算结果，或运行 jieshi contest。", EN: "File them first, on the page of the case or with jieshi contest."},
	}},
	{ErrNotFound, Explanation{
		Code:   "not_found",
		Reason: ingest.Text{ZH: "没有找到，或者您无权查看。", EN: "There is no such thing, or it is not for you to see."},
		Remedy: ingest.Text{ZH: "请核对案件编号或链接。", EN: "Check the case number or the link."},
	}},
	{ErrStale, Explanation{
		Code:   "stale",
		Reason: ingest.Text{ZH: "案件在您打开之后已被他人修改。", EN: "The case has changed since you opened it."},
		Remedy: ingest.Text{ZH: "请刷新后再试。", EN: "Reload it and try again."},
	}},
	{ErrEnded, Explanation{
		Code:   "case_ended",
		Reason: ingest.Text{ZH: "案件已办结，不能再增加资料。", EN: "The case is closed and takes nothing more."},
		Remedy: ingest.Text{ZH: "如争议再起，请立新案。", EN: "If the dispute is back, open a new case."},
	}},
	{ErrClaimNotLive, Explanation{
		Code:   "claim_not_live",
		Reason: ingest.Text{ZH: "该主张已撤回或已被新主张取代，不是现行主张。", EN: "The claim was withdrawn or replaced already; it is not live."},
		Remedy: ingest.Text{ZH: "请刷新案件，查看现行主张和撤回记录。", EN: "Reload the case to see its live claims and what was withdrawn."},
	}},
	{ErrTooManyParties, Explanation{
		Code:   "too_many_parties",
		Reason: ingest.Text{ZH: "一个案件最多 26 方当事人。", EN: "A case has at most 26 parties."},
		Remedy: ingest.Text{ZH: "请把利益一致的当事人合并，或分案处理。", EN: "Join parties that claim together, or open a second case."},
	}},
	{ErrJobDismissed, Explanation{
		Code:   "job_dismissed",
		Reason: ingest.Text{ZH: "任务已被取消，未保留任何内容。", EN: "The job was dismissed; nothing was kept."},
		Remedy: ingest.Text{ZH: "如仍需要，请重新提交文件。", EN: "Send the file again if it is still wanted."},
	}},
	{ErrJobEnded, Explanation{
		Code:   "job_not_open",
		Reason: ingest.Text{ZH: "任务已经结束，或仍在进行，当前不能这样操作。", EN: "The job has ended, or is still under way, and cannot take this now."},
		Remedy: ingest.Text{ZH: "请刷新查看任务状态；文件已不在时请重新上传。", EN: "Reload the job to see how it stands; send the file again if it is gone."},
	}},
	{ErrBadCursor, Explanation{
		Code:   "bad_cursor",
		Reason: ingest.Text{ZH: "翻页标记无效。", EN: "The cursor is not one of this list."},
		Remedy: ingest.Text{ZH: "请从第一页重新开始。", EN: "Start again from the first page."},
	}},
}

// Explain returns the words for an outcome of the domain. ok is false for a
// fault of ours, which is nothing that a person could mend.
func Explain(err error) (e Explanation, ok bool) {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return Explanation{refusal.Code, refusal.Reason, refusal.Remedy, refusal.Where, refusal.Facts}, true
	}
	if move := (*MoveError)(nil); errors.As(err, &move) {
		return explainMove(move), true
	}
	if srid := (*SRIDError)(nil); errors.As(err, &srid) {
		return explainSRID(srid), true
	}
	for _, s := range sentinels {
		if errors.Is(err, s.is) {
			return s.Explanation, true
		}
	}
	return Explanation{}, false
}

func explainMove(e *MoveError) Explanation {
	if len(e.Allowed) == 0 {
		return Explanation{
			Code:   "move_not_allowed",
			Reason: ingest.Text{ZH: "案件" + e.From.ZH() + "，已经终结，不能再变更。", EN: fmt.Sprintf("The case is %s, which is final.", e.From)},
			Remedy: ingest.Text{ZH: "如争议再起，请立新案。", EN: "If the dispute is back, open a new case."},
		}
	}
	zh, en := make([]string, len(e.Allowed)), make([]string, len(e.Allowed))
	for i, s := range e.Allowed {
		zh[i], en[i] = s.ZH(), string(s)
	}
	return Explanation{
		Code:   "move_not_allowed",
		Reason: ingest.Text{ZH: fmt.Sprintf("案件不能从“%s”变更为“%s”。", e.From.ZH(), e.To.ZH()), EN: fmt.Sprintf("A case that is %s cannot become %s.", e.From, e.To)},
		Remedy: ingest.Text{ZH: "可变更为：" + strings.Join(zh, "、") + "。", EN: "It can become: " + strings.Join(en, ", ") + "."},
	}
}

func explainSRID(e *SRIDError) Explanation {
	reasons := map[string]ingest.Text{
		"unknown":    {ZH: "数据库不认识该坐标系", EN: "the database does not know it"},
		"geographic": {ZH: "它以经纬度为单位，不能量算", EN: "it is in degrees, and nothing is measured in degrees"},
		"not_metres": {ZH: "它的单位不是米", EN: "its unit is not the metre"},
		"distorts":   {ZH: "它使面积严重变形，只用于显示", EN: "it distorts areas grossly and is for display only"},
	}
	why := reasons[e.Reason]
	return Explanation{
		Code:   "srid_not_working",
		Reason: ingest.Text{ZH: fmt.Sprintf("EPSG:%d 不能作为工作坐标系：%s。", e.SRID, why.ZH), EN: fmt.Sprintf("EPSG:%d cannot be the working CRS: %s.", e.SRID, why.EN)},
		Remedy: ingest.Text{
			ZH: "请不要指定坐标系（由首批数据确定），或选用 CGCS2000 三度带（EPSG:4534–4554）。",
			EN: "Leave the CRS out (the first ground chooses it), or take a CGCS2000 3-degree zone (EPSG:4534 to 4554).",
		},
	}
}
