package hostiletest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/isolation.md says of each attack which test proves that it fails. A test
// that is gone proves nothing.
func TestEveryTestThatTheTableOfAttacksNamesIsThere(t *testing.T) {
	table, err := os.ReadFile("../../docs/isolation.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]+)(…?)`").FindAllStringSubmatch(string(table), -1)
	if len(names) < 30 {
		t.Fatalf("the table names %d tests", len(names))
	}
	var code strings.Builder
	err = filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		code.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		want := "func " + name[1]
		if name[2] == "" {
			want += "("
		}
		if !strings.Contains(code.String(), want) {
			t.Errorf("there is no %s", name[1])
		}
	}
}
