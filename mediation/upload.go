package mediation

import (
	"errors"
	"time"

	"github.com/google/uuid"
)

// An UploadStatus says where the bytes of an upload are.
type UploadStatus string

// The statuses: 接收中, 已收齐, 已交任务, 内容不符, 已过期.
const (
	UploadReceiving UploadStatus = "receiving"
	UploadComplete  UploadStatus = "complete" // verified and in the store
	UploadTaken     UploadStatus = "taken"    // likewise, and its job has the bytes: it can be ordered once only
	UploadBroken    UploadStatus = "broken"   // other bytes than were declared
	UploadExpired   UploadStatus = "expired"  // gone, unless something was made of them
)

// An Upload is a file on its way to the server, or complete (上传).
type Upload struct {
	ID        uuid.UUID
	Filename  string
	Size      int64 // declared before the first byte
	SHA256    *Hash // likewise; nil while a file comes in whose sender did not say
	CreatedAt time.Time
	CreatedBy string

	Status      UploadStatus
	Offset      int64 // bytes that have arrived for good
	ExpiresAt   time.Time
	CompletedAt time.Time // zero: not yet
	FaultCode   string    // why it is broken, or why the order could not be placed

	Order *Order     // what the file is for, without SHA256, Size, Upload; nil: nobody has said
	Job   *uuid.UUID // what became of the order
}

// A PartialUpload is an upload that this process may write to, with what only
// the writer needs.
type PartialUpload struct {
	Upload
	State []byte // of SHA-256 after Offset bytes
	Parts []byte // where they lie, for the store of files
	Epoch int64  // fencing token of the writer
}

// A Quota bounds bytes that have arrived, are on their way, or were made here. 0
// is no bound.
type Quota struct {
	Person     int64 // of one person
	Deployment int64 // of all together
}

// A QuotaError says that there is no room for a file.
type QuotaError struct {
	Deployment  bool // the quota of all is used up, not that of the person
	Used, Limit int64
	Wanted      int64
}

func (e *QuotaError) Error() string { return "mediation: the quota is used up" }

// Outcomes of uploads.
var (
	// ErrUploadHeld says that somebody else writes to the upload.
	ErrUploadHeld = errors.New("mediation: somebody else writes to the upload")
	// ErrUploadLost says that somebody else has taken over the upload, or that it
	// is no longer to be written to.
	ErrUploadLost = errors.New("mediation: the upload is no longer ours to write")
	// ErrUploadGone says that the upload has expired or was removed.
	ErrUploadGone = errors.New("mediation: the upload has expired")
)
