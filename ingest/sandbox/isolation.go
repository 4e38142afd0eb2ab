package sandbox

import "time"

// Limits bound what a child may use. A zero field is not limited, but for Wall.
type Limits struct {
	Memory    uint64        `json:"memory_bytes"`     // address space beyond what the started program maps
	CPU       time.Duration `json:"cpu_ns"`           // whole seconds, rounded up
	FileSize  uint64        `json:"file_bytes"`       // of any one file that it writes
	OpenFiles uint64        `json:"open_files"`       // highest file descriptor plus one
	Wall      time.Duration `json:"wall_clock_ns"`    // then the process group is killed; default 10 minutes
	Threads   uint64        `json:"threads"`          // and processes, where the child has a user alone; default 256
	Output    int           `json:"output_bytes"`     // on stdout; default 64 MiB
	LogOutput int           `json:"log_output_bytes"` // kept of stderr; default 64 KiB
}

const (
	defaultWall      = 10 * time.Minute
	defaultOutput    = 64 << 20
	defaultThreads   = 256
	defaultLogOutput = 64 << 10
)

func (l Limits) withDefaults() Limits {
	if l.Wall <= 0 {
		l.Wall = defaultWall
	}
	if l.Output <= 0 {
		l.Output = defaultOutput
	}
	if l.Threads == 0 {
		l.Threads = defaultThreads
	}
	if l.LogOutput <= 0 {
		l.LogOutput = defaultLogOutput
	}
	return l
}

// Isolation says what confines a child, as the child itself found it after
// [Enter]. Fields that the machine did not offer are false or zero.
type Isolation struct {
	UID              int    `json:"uid"`
	OwnUID           bool   `json:"own_uid"`           // runs as another user than its parent
	Alone            bool   `json:"alone"`             // and no other child of this machine is that user
	NetworkNamespace bool   `json:"network_namespace"` // has a network of its own without any device up
	Seccomp          bool   `json:"seccomp"`           // may make no socket, start no program and signal nobody
	Landlock         int    `json:"landlock"`          // ABI version in force; 0 is none
	NoNewPrivileges  bool   `json:"no_new_privileges"`
	Limits           Limits `json:"limits"`
}

// Networkless reports whether the kernel itself keeps the child off the
// network. Otherwise only settings of libraries do.
func (i Isolation) Networkless() bool { return i.NetworkNamespace || i.Seccomp }
