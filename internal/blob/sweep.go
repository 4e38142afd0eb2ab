package blob

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"jieshi/mediation"
)

// Swept reports whether nothing is on its way in and nothing was left behind.
func (s *Store) Swept() (bool, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		return false, fmt.Errorf("incoming files: %w", err)
	}
	return len(entries) == 0, nil
}

// Sweep empties incoming, and takes back the place that was given to every file
// there that known does not know. The caller makes sure that nothing is on its way in. It
// returns how many files and folders were left behind.
func (s *Store) Sweep(ctx context.Context, known func(mediation.Hash) (bool, error)) (left int, err error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		return 0, fmt.Errorf("sweep of incoming files: %w", err)
	}
	for _, e := range entries {
		if err := s.sweep(ctx, e.Name(), known); err != nil {
			return left, fmt.Errorf("sweep of incoming file %s: %w", e.Name(), err)
		}
		left++
	}
	return left, nil
}

// sweep takes back the place first: a sweep that dies in between finds the
// entry again.
func (s *Store) sweep(ctx context.Context, name string, known func(mediation.Hash) (bool, error)) error {
	var h mediation.Hash
	digits, _, _ := strings.Cut(name, "-")
	if h.UnmarshalText([]byte(digits)) == nil {
		vouched, err := known(h)
		if err != nil {
			return err
		}
		if !vouched {
			if err := s.shelf.takeBack(ctx, h, filepath.Join(s.dir, incoming, name)); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(filepath.Join(s.dir, incoming, name))
}
