package upload

import (
	"errors"
	"fmt"

	"jieshi/ingest"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

func refuseTooLarge(size, limit int64) error {
	return &ingest.Refusal{
		Code: "upload_too_large",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("文件有 %s，超过 %s 的上限。", intake.BytesText(size), intake.BytesText(limit)),
			EN: fmt.Sprintf("The file has %s, more than the limit of %s.", intake.BytesText(size), intake.BytesText(limit)),
		},
		Remedy: ingest.Text{ZH: "请分段导出，或请管理员提高上限。", EN: "Export it in parts, or ask the administrator to raise the limit."},
	}
}

func refuseLength(size int64) error {
	return &ingest.Refusal{
		Code: "length_mismatch",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("收到的字节数与声明的 %d 不符。", size),
			EN: fmt.Sprintf("Not the declared %d bytes have come.", size),
		},
		Remedy: ingest.Text{ZH: "请确认文件没有在上传时被改动，然后重新上传。", EN: "Make sure that nothing changes the file meanwhile, and send it again."},
	}
}

func refuseMismatch(declared, got mediation.Hash) error {
	return &ingest.Refusal{
		Code: "checksum_mismatch",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("收到的内容与声明的 SHA-256 不符：声明 %s，收到 %s。未保留。", declared, got),
			EN: fmt.Sprintf("The bytes are not those that were declared: SHA-256 %s declared, %s received. Nothing was kept.", declared, got),
		},
		Remedy: ingest.Text{
			ZH: "文件可能在上传时被改动，或传输出错。请关闭正在使用该文件的程序，重新上传。",
			EN: "The file changed while it was sent, or the line spoilt it. Close the program that uses it and send it again.",
		},
	}
}

func refuseBroken() error {
	return &ingest.Refusal{
		Code:   "checksum_mismatch",
		Reason: ingest.Text{ZH: "此次上传收到的内容与声明的 SHA-256 不符，未保留。", EN: "The bytes of this upload were not those that were declared; nothing was kept."},
		Remedy: ingest.Text{ZH: "请重新上传该文件。", EN: "Send the file again, as a new upload."},
	}
}

func refuseChunk() error {
	return &ingest.Refusal{
		Code:   "chunk_mismatch",
		Reason: ingest.Text{ZH: "本次请求的内容与 Upload-Checksum 不符，已丢弃。", EN: "The bytes of this request do not match its Upload-Checksum; they were dropped."},
		Remedy: ingest.Text{ZH: "请从 Upload-Offset 处重发。", EN: "Send them again from Upload-Offset on."},
	}
}

func refuseHash() error {
	return &ingest.Refusal{
		Code:   "sha256_missing",
		Reason: ingest.Text{ZH: "没有声明文件的 SHA-256（64 位十六进制）。", EN: "The SHA-256 of the file was not declared (64 hexadecimal digits)."},
		Remedy: ingest.Text{
			ZH: "请在 Upload-Metadata 中加入 sha256；一次性上传可改用 PUT。",
			EN: "Put sha256 into Upload-Metadata; PUT takes a file without it.",
		},
		Where: "sha256",
	}
}

func refuseField(name string) error {
	return &ingest.Refusal{
		Code:   "bad_metadata",
		Reason: ingest.Text{ZH: fmt.Sprintf("上传说明中的 %q 无法识别。", name), EN: fmt.Sprintf("The field %q of the upload is missing, unknown, or cannot be read.", name)},
		Remedy: ingest.Text{
			ZH: "可用：kind（walk、orthophoto 或 flight）、case、party、repair、fixed_only、stops、drop_flagged、consent、closing_gap_m、datum、landmark、convert、sigma_m、track、mapping、crs、axes、utc_offset、captured_from、captured_to、world、prj、model、above_m。",
			EN: "There are kind (walk, orthophoto or flight), case, party, repair, fixed_only, stops, drop_flagged, consent, closing_gap_m, datum, landmark, convert, sigma_m, track, mapping, crs, axes, utc_offset, captured_from, captured_to, world, prj, model, above_m.",
		},
		Where: name,
	}
}

func refuseIncomplete() error {
	return &ingest.Refusal{
		Code:   "upload_incomplete",
		Reason: ingest.Text{ZH: "该文件还没有收齐。", EN: "Not all of this file has come."},
		Remedy: ingest.Text{ZH: "请先完成上传。", EN: "Finish the upload first."},
	}
}

func refuseGone() error {
	return &ingest.Refusal{
		Code:   "upload_expired",
		Reason: ingest.Text{ZH: "该上传已过期或已撤销，内容未保留。", EN: "This upload has expired or was removed; its bytes are gone."},
		Remedy: ingest.Text{ZH: "请重新上传。", EN: "Send the file again."},
	}
}

// explainUpload gives words to outcomes of the database.
func explainUpload(err error) error {
	if errors.Is(err, mediation.ErrUploadGone) {
		return refuseGone()
	}
	return err
}
