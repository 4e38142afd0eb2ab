package pgserver

import (
	"errors"
	"strings"
	"testing"
)

func TestPick(t *testing.T) {
	pg13 := Binaries{Dir: "/13", Version: "13.9", Major: 13, PostGIS: true}
	pg15 := Binaries{Dir: "/15", Version: "15.20", Major: 15, PostGIS: true}
	pg17 := Binaries{Dir: "/17", Version: "17.2", Major: 17, PostGIS: true}
	bare := Binaries{Dir: "/18", Version: "18.1", Major: 18}
	for _, tc := range []struct {
		name  string
		found []Binaries
		major int
		want  int
		err   error
		says  string
	}{
		{name: "the newest wins", found: []Binaries{pg15, pg17, pg13}, want: 17},
		{name: "a newer one without PostGIS does not", found: []Binaries{pg15, bare}, want: 15},
		{name: "an existing cluster decides", found: []Binaries{pg17, pg15}, major: 15, want: 15},
		{name: "nothing installed", err: ErrNoPostgres, says: "apt install postgresql-15 postgresql-15-postgis-3"},
		{name: "only one that is too old", found: []Binaries{pg13}, err: ErrNoPostgres, says: "not installed"},
		{name: "only without PostGIS", found: []Binaries{bare}, err: ErrNoPostGIS, says: "postgresql-18-postgis-3"},
		{name: "the cluster's version has gone", found: []Binaries{pg17}, major: 15, err: ErrNoPostgres, says: "apt install postgresql-15 postgresql-15-postgis-3"},
		{name: "the cluster's version has lost PostGIS", found: []Binaries{pg17, {Major: 15}}, major: 15, err: ErrNoPostGIS, says: "postgresql-15-postgis-3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := pick(tc.found, tc.major)
			if got.Major != tc.want || !errors.Is(err, tc.err) {
				t.Fatalf("pick() = %d, %v; want %d, %v", got.Major, err, tc.want, tc.err)
			}
			if err == nil {
				return
			}
			trouble := (*Trouble)(nil)
			if !errors.As(err, &trouble) || !strings.Contains(trouble.EN, tc.says) || trouble.ZH == "" {
				t.Errorf("pick() says %v, want %q in it, and Chinese", err, tc.says)
			}
		})
	}
}

func TestSharedMemoryOfAContainer(t *testing.T) {
	if got := sharedMemory("/nonexistent"); got != "mmap" {
		t.Errorf("sharedMemory() = %s where there is none, want mmap", got)
	}
}
