package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Probed is what confines children on this machine, and what one of them that
// tried got at in spite of it.
type Probed struct {
	Isolation  Isolation `json:"isolation"`
	ReadFile   bool      `json:"read_file"`   // a file of the parent's beside its folder
	ReadSystem bool      `json:"read_system"` // /etc/passwd, as a file that anybody may read
	Dialled    bool      `json:"dialled"`     // a port of this machine
}

// Whole reports whether the child got at nothing that is not its own: it read no
// file of the parent's and reached no port.
func (p Probed) Whole() bool { return !p.ReadFile && !p.Dialled }

// String says it in a line for an operator.
func (p Probed) String() string {
	in := p.Isolation
	words := []string{fmt.Sprintf("uid %d", in.UID)}
	for _, w := range []struct {
		there bool
		name  string
	}{
		{in.OwnUID && in.Alone, "its own"},
		{in.NetworkNamespace, "network namespace"},
		{in.Seccomp, "seccomp"},
		{in.NoNewPrivileges, "no new privileges"},
		{in.Landlock > 0, fmt.Sprintf("Landlock ABI %d", in.Landlock)},
	} {
		if w.there {
			words = append(words, w.name)
		} else {
			words = append(words, "NO "+strings.TrimSuffix(w.name, " ABI 0"))
		}
	}
	said := strings.Join(words, ", ")
	if p.ReadFile {
		said += "; a child could read files of this program: start it as root, or on Linux 5.13 or later with Landlock"
	}
	if p.Dialled {
		said += "; a child could reach the network, but for the settings of libraries: allow namespaces or seccomp"
	}
	return said
}

// probe is what the child of [Probe] is told to try.
type probe struct {
	File    string `json:"file"`
	Address string `json:"address"`
}

// ProbeVerb is the hidden verb for which a program must call [ProbeMain].
const ProbeVerb = "probe-sandbox"

// Probe starts a child that tries to get out, as one that was taken over by a
// file would, and says how far it came. Folders are made below root.
func Probe(ctx context.Context, root string) (_ Probed, err error) {
	dir, err := os.MkdirTemp(root, "jieshi-probe-*")
	if err != nil {
		return Probed{}, fmt.Errorf("sandbox: probe: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	private, file := filepath.Join(dir, "private"), filepath.Join(dir, "file")
	if err := errors.Join(os.Mkdir(private, 0o700), os.WriteFile(file, []byte("not the child's"), 0o600)); err != nil {
		return Probed{}, fmt.Errorf("sandbox: probe: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Probed{}, fmt.Errorf("sandbox: probe: %w", err)
	}
	defer func() { _ = listener.Close() }() // nobody is to come
	stdin, err := json.Marshal(probe{file, listener.Addr().String()})
	if err != nil {
		return Probed{}, err
	}
	var said bytes.Buffer
	if err := Run(ctx, Command{
		Args: []string{ProbeVerb}, Dir: private, Env: []string{"LANG=C.UTF-8"}, Stdin: stdin, Stdout: &said,
		Limits: Limits{Memory: 1 << 30, CPU: 10 * time.Second, FileSize: 1 << 20, OpenFiles: 64, Wall: 20 * time.Second},
	}); err != nil {
		return Probed{}, err
	}
	var p Probed
	if err := json.Unmarshal(said.Bytes(), &p); err != nil {
		return Probed{}, fmt.Errorf("sandbox: probe: %w", err)
	}
	return p, nil
}

// ProbeMain is the child of [Probe]. It returns the status to exit with.
func ProbeMain(stdin io.Reader, stdout io.Writer) int {
	in, err := Enter()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var try probe
	if err := json.NewDecoder(stdin).Decode(&try); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		return 1
	}
	p := Probed{Isolation: in}
	_, err = os.ReadFile(try.File)
	p.ReadFile = err == nil
	_, err = os.ReadFile("/etc/passwd")
	p.ReadSystem = err == nil
	if conn, err := net.DialTimeout("tcp", try.Address, time.Second); err == nil {
		p.Dialled = true
		_ = conn.Close()
	}
	if json.NewEncoder(stdout).Encode(p) != nil {
		return 1
	}
	return 0
}
