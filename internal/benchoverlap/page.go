package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// The page and the lines between which its section stands.
const (
	pagePath   = "docs/performance.md"
	pageBegins = "<!-- bench-overlap begins: written by make bench-overlap -->"
	pageEnds   = "<!-- bench-overlap ends -->"
	pageTitle  = "# Performance\n\nDated figures with machine and commit. Machines are noisy: read factors, not digits.\n"
)

var errMarkers = errors.New(pagePath + ": the section of bench-overlap has a beginning and no end, or an end before it; mend the file")

// inPage returns page with section in the place of the earlier one, or after
// everything else where there was none.
func inPage(page, section string) (string, error) {
	section = pageBegins + "\n\n" + strings.TrimSpace(section) + "\n\n" + pageEnds
	before, rest, found := strings.Cut(page, pageBegins)
	if !found {
		if strings.Contains(page, pageEnds) {
			return "", errMarkers
		}
		return strings.TrimRight(page, "\n") + "\n\n" + section + "\n", nil
	}
	_, after, found := strings.Cut(rest, pageEnds)
	if !found || strings.Contains(before, pageEnds) {
		return "", errMarkers
	}
	return before + section + after, nil
}

// writePage puts the section into the page at path, which may be missing.
func writePage(path, section string) error {
	old, err := os.ReadFile(path) //nolint:gosec // the page, or where the person wants it
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(pageTitle), nil
	}
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	page, err := inPage(string(old), section)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(page), 0o644) //nolint:gosec // a page of the documentation
}
