package pgserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const confHead = `# Jieshi writes this file anew at every start. Put settings of your own into
# conf.d/*.conf beside it; they are read last and win.

`

const hbaHead = `# Jieshi writes this file anew at every start. The password is in the file
# password beside it; nothing listens on a network.
local all all `

// The ways to let somebody in.
const (
	byPassword = "scram-sha-256"
	byTrust    = "trust" // only while a cluster gets its password, see adopt
)

// A setting is one line of postgresql.conf.
type setting struct{ name, value string }

// settings returns a configuration for a laptop or a small server that does
// other work too. Volatile gives up safety for speed.
func settings(h home, socketDir string, volatile bool) []setting {
	s := []setting{
		{"listen_addresses", ""},
		{"port", "5432"},
		{"unix_socket_directories", quoteList(socketDir)},
		{"unix_socket_permissions", "0700"},
		{"cluster_name", "jieshi"},

		{"max_connections", "50"},
		{"shared_buffers", "256MB"},
		{"effective_cache_size", "1GB"},
		{"work_mem", "16MB"},
		{"maintenance_work_mem", "128MB"},
		{"dynamic_shared_memory_type", sharedMemory("/dev/shm")},

		{"fsync", "on"},
		{"synchronous_commit", "on"},
		{"max_wal_size", "1GB"},
		// A disk of today reads a page anywhere at nearly the price of the
		// next one; without this the planner shuns GiST indexes.
		{"random_page_cost", "1.1"},
		// Compiling costs more than it saves on queries of milliseconds.
		{"jit", "off"},

		{"TimeZone", "UTC"},
		{"log_timezone", "UTC"},
		{"lc_messages", "C"},

		// A file per weekday, written over after a week.
		{"logging_collector", "on"},
		{"log_directory", h.logs()},
		{"log_filename", "postgresql-%a.log"},
		{"log_truncate_on_rotation", "on"},
		{"log_rotation_age", "1d"},
		{"log_rotation_size", "0"},
		{"log_file_mode", "0600"},
		{"log_line_prefix", "%m [%p] %q%u@%d %a "},
		{"log_min_duration_statement", "2s"},
		// Parameters are people's names and the ground they quarrel about.
		{"log_parameter_max_length", "0"},
	}
	if volatile {
		s = append(s,
			setting{"fsync", "off"},
			setting{"full_page_writes", "off"},
			setting{"max_connections", "200"}, // many packages test at once
		)
	}
	return s
}

// sharedMemory returns how parallel workers share memory. A container's
// /dev/shm is often 64 MB, too little for one parallel hash join.
func sharedMemory(shm string) string {
	var fs unix.Statfs_t
	if err := unix.Statfs(shm, &fs); err != nil || int64(fs.Blocks)*fs.Bsize < 512<<20 {
		return "mmap"
	}
	return "posix"
}

// quoteList quotes one element of a setting that is a list of names.
func quoteList(element string) string {
	return `"` + strings.ReplaceAll(element, `"`, `""`) + `"`
}

// configure writes the configuration into the cluster; auth is how the server
// lets somebody in.
func (h home) configure(socketDir, auth string, volatile bool) error {
	dir := h.cluster()
	var conf strings.Builder
	conf.WriteString(confHead)
	for _, s := range settings(h, socketDir, volatile) {
		fmt.Fprintf(&conf, "%s = '%s'\n", s.name, strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s.value))
	}
	conf.WriteString("include_dir = 'conf.d'\n")

	own := filepath.Join(dir, "conf.d")
	if err := os.MkdirAll(own, 0o700); err != nil {
		return h.closed(err)
	}
	if err := h.account.own(own); err != nil {
		return h.closed(err)
	}
	for name, text := range map[string]string{"postgresql.conf": conf.String(), "pg_hba.conf": hbaHead + auth + "\n"} {
		if err := h.replace(filepath.Join(dir, name), text); err != nil {
			return h.closed(err)
		}
	}
	return nil
}

// replace puts text at path so that a reader sees the old or the new, whole.
func (h home) replace(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	if err := h.account.own(path + ".new"); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
