package api

import (
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"
)

// The contract marks what may be absent with pointers; the domain, with zero
// values. These turn one into the other.

func ref[T any](v T) *T { return &v }

func refUnlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func dateOf(t time.Time) openapi_types.Date { return openapi_types.Date{Time: t} }

func dateUnlessZero(t time.Time) *openapi_types.Date {
	if t.IsZero() {
		return nil
	}
	return ref(dateOf(t))
}

func timeUnlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return ref(t.UTC())
}

func dayOf(d *openapi_types.Date) time.Time {
	if d == nil {
		return time.Time{}
	}
	return d.Time
}

// each converts a list; an empty one is empty and never null.
func each[T, U any](list []T, convert func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = convert(v)
	}
	return out
}

// strings of one kind become strings of another.
func rename[U, T ~string](v T) U { return U(v) }
