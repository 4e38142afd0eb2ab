package pgserver

import (
	"errors"
	"fmt"
)

// The outcomes that a caller may tell apart with [errors.Is].
var (
	// ErrInUse says that another program holds the data directory; errors.As
	// with [*InUseError] tells which.
	ErrInUse = errors.New("pgserver: the data directory is in use")
	// ErrNoPostgres says that no usable PostgreSQL is installed.
	ErrNoPostgres = errors.New("pgserver: PostgreSQL is not installed")
	// ErrNoPostGIS says that PostgreSQL is installed and PostGIS is not.
	ErrNoPostGIS = errors.New("pgserver: PostGIS is not installed")
	// ErrNoServer says that the server could not be brought up.
	ErrNoServer = errors.New("pgserver: the database did not start")
)

// A Trouble says why there is no database, in words for the person who runs
// the program. It wraps one of the sentinels of this package.
type Trouble struct {
	Code   string // stable: pg_in_use, pg_missing, postgis_missing, pg_version, pg_rights, pg_copy, pg_start
	EN, ZH string // what is wrong and what to do
	Err    error  // the cause; never nil
}

func (t *Trouble) Error() string { return t.EN }

// Unwrap returns the cause.
func (t *Trouble) Unwrap() error { return t.Err }

// InUseError says which program holds a data directory.
type InUseError struct {
	DataDir string
	PID     int    // 0 if the owner has not yet said who it is
	Program string // its command line's first words; may be empty
	Serving bool   // the owner is exclusive too, so waiting is no use
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("pgserver: %s is in use by process %d (%s)", e.DataDir, e.PID, e.Program)
}

// Is reports whether target is [ErrInUse].
func (e *InUseError) Is(target error) bool { return target == ErrInUse }

func inUse(e *InUseError) error {
	return &Trouble{
		Code: "pg_in_use",
		EN: fmt.Sprintf("The data directory %s is in use by process %d (%s). Stop that program first, or give this one a data directory of its own.",
			e.DataDir, e.PID, e.Program),
		ZH: fmt.Sprintf("数据目录 %s 正被进程 %d(%s)使用。请先停止该程序，或为本程序另外指定数据目录。",
			e.DataDir, e.PID, e.Program),
		Err: e,
	}
}

func rights(path, en, zh string, err error) error {
	return &Trouble{
		Code: "pg_rights",
		EN:   fmt.Sprintf("The database files in %s cannot be used: %s", path, en),
		ZH:   fmt.Sprintf("无法使用 %s 中的数据库文件：%s", path, zh),
		Err:  err,
	}
}
