package flight

import (
	"fmt"

	"jieshi/ingest"
)

// The codes of the refusals of this package. They never change.
const (
	CodeNotPhoto   = "not_a_photo"
	CodeNoPhotos   = "no_photos"
	CodeUnreadable = "photo_unreadable"
	CodeXMP        = "photo_xmp_invalid"
	CodeTooMany    = "too_many_photos"

	CodePhotoTooLarge = "photo_too_large"
)

func refuse(code, where, zh, en, remedyZH, remedyEN string) *ingest.Refusal {
	return &ingest.Refusal{Code: code, Where: where, Reason: ingest.Text{ZH: zh, EN: en}, Remedy: ingest.Text{ZH: remedyZH, EN: remedyEN}}
}

func refuseNotPhoto(name string) *ingest.Refusal {
	return refuse(CodeNotPhoto, name,
		"这不是 JPEG 或 TIFF 照片。", "This is neither a JPEG nor a TIFF photo.",
		"请只上传无人机拍摄的原始照片。", "Upload the drone's original photos only.")
}

func refuseUnreadable(name string) *ingest.Refusal {
	return refuse(CodeUnreadable, name,
		"照片的元数据已损坏，无法读取。", "The metadata of the photo are damaged and cannot be read.",
		"请重新从存储卡拷贝原始照片后再上传。", "Copy the original from the card again and upload that.")
}

func refuseXMP(name string) *ingest.Refusal {
	return refuse(CodeXMP, name,
		"照片中的 XMP 不是正常的 XML，或带有文档类型声明，不予读取。", "The XMP in the photo is not proper XML, or has a document type; it was not read.",
		"请上传未经其他软件改写的原始照片。", "Upload the original photo, as no other program has rewritten it.")
}

func refuseNone() *ingest.Refusal {
	return refuse(CodeNoPhotos, "",
		"其中没有一张照片。", "There is not one photo in it.",
		"请上传存有无人机原始照片（JPEG 或 TIFF）的文件夹或压缩包。", "Upload a folder or zip with the drone's original photos (JPEG or TIFF).")
}

func refuseTooMany(n int) *ingest.Refusal {
	return refuse(CodeTooMany, "",
		fmt.Sprintf("照片有 %d 张，超过 %d 张的上限。", n, MaxPhotos), fmt.Sprintf("There are %d photos, more than %d.", n, MaxPhotos),
		"请按架次分开上传。", "Upload each flight by itself.")
}
