package pgserver

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldest is the first PostgreSQL release that the schema runs on.
const oldest = 14

// Binaries is one installation of PostgreSQL.
type Binaries struct {
	Dir     string // holds initdb and postgres
	Version string // as it states itself, e.g. "15.20"
	Major   int
	PostGIS bool // the extension can be created
}

// Find returns the newest PostgreSQL of this machine that has PostGIS. It looks
// where pg_config points, in the places where Debian and the RPM distributions
// install, and on PATH.
//
// The error is a [*Trouble] with [ErrNoPostgres] or [ErrNoPostGIS] and the name
// of the missing package.
func Find() (Binaries, error) { return pick(installed(), 0) }

// pick returns the newest of found that has PostGIS. If major is not 0, a
// cluster of that version exists and no other will do.
func pick(found []Binaries, major int) (Binaries, error) {
	found = slices.DeleteFunc(slices.Clone(found), func(b Binaries) bool {
		return b.Major < oldest || (major != 0 && b.Major != major)
	})
	slices.SortStableFunc(found, func(a, b Binaries) int { return cmp.Compare(b.Major, a.Major) })
	for _, b := range found {
		if b.PostGIS {
			return b, nil
		}
	}
	switch {
	case len(found) > 0:
		return Binaries{}, noPostGIS(found[0])
	case major != 0:
		return Binaries{}, noMajor(major)
	default:
		return Binaries{}, &Trouble{
			Code: "pg_missing",
			EN:   "PostgreSQL is not installed. On Debian 12: apt install postgresql-15 postgresql-15-postgis-3. Or set DATABASE_URL to a PostGIS database.",
			ZH:   "本机未安装 PostgreSQL。Debian 12 请执行：apt install postgresql-15 postgresql-15-postgis-3；或将 DATABASE_URL 指向已有的 PostGIS 数据库。",
			Err:  ErrNoPostgres,
		}
	}
}

func noPostGIS(b Binaries) error {
	name := fmt.Sprintf("postgresql-%d-postgis-3", b.Major)
	return &Trouble{
		Code: "postgis_missing",
		EN:   fmt.Sprintf("PostgreSQL %s in %s has no PostGIS. On Debian: apt install %s. Or set DATABASE_URL to a PostGIS database.", b.Version, b.Dir, name),
		ZH:   fmt.Sprintf("%[2]s 中的 PostgreSQL %[1]s 缺少 PostGIS 扩展。Debian 请执行：apt install %[3]s；或将 DATABASE_URL 指向已有的 PostGIS 数据库。", b.Version, b.Dir, name),
		Err:  ErrNoPostGIS,
	}
}

func noMajor(major int) error {
	return &Trouble{
		Code: "pg_version",
		EN:   fmt.Sprintf("The database of this data directory was made by PostgreSQL %[1]d, which is not installed. Install it (apt install postgresql-%[1]d postgresql-%[1]d-postgis-3), or dump the database where it still runs and load it into a new data directory.", major),
		ZH:   fmt.Sprintf("该数据目录中的数据库由 PostgreSQL %[1]d 创建，而本机未安装此版本。请安装(apt install postgresql-%[1]d postgresql-%[1]d-postgis-3)，或在原机器上导出后载入新的数据目录。", major),
		Err:  ErrNoPostgres,
	}
}

// installed lists every PostgreSQL server of this machine, each once.
func installed() []Binaries {
	var dirs []string
	if out, err := ask("pg_config", "--bindir"); err == nil {
		dirs = append(dirs, out)
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"} {
		match, _ := filepath.Glob(pattern) // the patterns are well formed
		dirs = append(dirs, match...)
	}
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)

	var found []Binaries
	seen := map[string]bool{}
	for _, dir := range dirs {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil || seen[path] {
			continue
		}
		seen[path] = true
		if b, ok := inspect(filepath.Dir(path)); ok {
			found = append(found, b)
		}
	}
	return found
}

var versionNumber = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect reads what is in dir; ok is false if it is not a whole server.
func inspect(dir string) (b Binaries, ok bool) {
	if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err != nil {
		return b, false
	}
	out, err := ask(filepath.Join(dir, "postgres"), "--version")
	if err != nil {
		return b, false
	}
	m := versionNumber.FindStringSubmatch(out)
	if m == nil {
		return b, false
	}
	major, err := strconv.Atoi(m[2])
	if err != nil {
		return b, false
	}
	b = Binaries{Dir: dir, Version: m[1], Major: major}
	b.PostGIS = slices.ContainsFunc(shareDirs(b), func(share string) bool {
		_, err := os.Stat(filepath.Join(share, "extension", "postgis.control"))
		return err == nil
	})
	return b, true
}

// shareDirs lists where b may keep its extensions. Debian ships pg_config with
// the client package, which a server does not need, hence the fixed places.
func shareDirs(b Binaries) []string {
	if out, err := ask(filepath.Join(b.Dir, "pg_config"), "--sharedir"); err == nil {
		return []string{out}
	}
	return []string{
		fmt.Sprintf("/usr/share/postgresql/%d", b.Major),
		filepath.Join(b.Dir, "../share/postgresql"),
		filepath.Join(b.Dir, "../share"),
	}
}

// ask runs a program that prints one line about itself.
func ask(name string, arg string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, arg).Output()
	return strings.TrimSpace(string(out)), err
}
