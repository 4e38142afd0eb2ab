package blob

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"jieshi/ingest"
)

// stride is how far a file is written between two looks at the free space, and
// between two points from which an interrupted upload goes on: what a killed
// program loses at most, and little enough that a fsync of it is short.
const stride = 16 << 20

// Free returns how many bytes of the local disk may still be written.
func (s *Store) Free() (int64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(s.dir, &stat); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", s.dir, err)
	}
	return int64(stat.Bavail)*stat.Bsize - s.MinFree, nil
}

// LocalPartials reports whether uploads that are not complete fill the local disk.
func (s *Store) LocalPartials() bool { return s.shelf.onDisk() }

// checkFree refuses where fewer than need bytes, or a stride, may still be written.
func (s *Store) checkFree(need int64) error {
	free, err := s.Free()
	if err != nil {
		return err
	}
	if free < max(need, min(stride, s.MinFree)) {
		return DiskFull()
	}
	return nil
}

// refuseFull makes a refusal of what the system says of a full disk.
func refuseFull(err error) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return DiskFull()
	}
	return err
}

// DiskFull says that the disk has no room for more. What has arrived stays.
func DiskFull() *ingest.Refusal {
	return &ingest.Refusal{
		Code:   "disk_full",
		Reason: ingest.Text{ZH: "服务器磁盘空间不足，已暂停接收。", EN: "The disk of the server is full; receiving has stopped."},
		Remedy: ingest.Text{
			ZH: "已收到的部分会保留。请管理员清理或扩充磁盘后继续上传。",
			EN: "What has arrived is kept. Ask the administrator for more room, then go on with the upload.",
		},
	}
}
