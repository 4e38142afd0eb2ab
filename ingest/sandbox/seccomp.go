package sandbox

import (
	"errors"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forbidden are the system calls that a converter has no business with: the
// network, other programs, other processes, and the kernel's larger attack
// surfaces. They answer EPERM, so that a library which tries one goes on.
var forbidden = []uint32{
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN,
	unix.SYS_EXECVE, unix.SYS_EXECVEAT,
	unix.SYS_SETSID, unix.SYS_SETPGID, // who leaves the group of processes is not killed with it
	unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO, unix.SYS_PIDFD_SEND_SIGNAL,
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_UNSHARE, unix.SYS_SETNS,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
}

// auditArch names the calling convention whose numbers forbidden has.
var auditArch = map[string]uint32{
	"amd64": unix.AUDIT_ARCH_X86_64,
	"arm64": unix.AUDIT_ARCH_AARCH64,
}

// x32Bit marks the second set of call numbers of an amd64 kernel.
const x32Bit = 0x40000000

// Offsets in struct seccomp_data (linux/seccomp.h).
const (
	seccompNr   = 0
	seccompArch = 4
	seccompArg0 = 16 // its low half: both processors are little endian
)

// restrictCalls forbids those calls to every thread of the process, for ever.
func restrictCalls() error {
	arch, known := auditArch[runtime.GOARCH]
	if !known {
		return errors.New("sandbox: no seccomp filter for this processor")
	}
	filter := callFilter(arch, uint32(os.Getpid())) //nolint:gosec // a pid
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// Both calls below concern one thread first; TSYNC carries them to the rest.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	behind, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		return errno
	}
	if behind != 0 {
		return errors.New("sandbox: a thread has a seccomp filter of its own")
	}
	return nil
}

// callFilter is the classic BPF program: other conventions and the forbidden
// numbers get EPERM, and so do signals to threads of other processes than own,
// the rest may pass.
func callFilter(arch, own uint32) []unix.SockFilter {
	deny := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)}
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	f := []unix.SockFilter{
		load(seccompArch),
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: arch, Jt: 1},
		deny,
		load(seccompNr),
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: x32Bit, Jf: 1},
		deny,
	}
	for _, nr := range forbidden {
		f = append(f, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: nr, Jf: 1}, deny)
	}
	allow := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	return append(f,
		// The Go runtime stops its own threads by signals.
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_TGKILL, Jf: 3},
		load(seccompArg0),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: own, Jt: 1},
		deny, allow)
}
