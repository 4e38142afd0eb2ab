// Package migrations embeds the numbered SQL that makes and grows the schema.
package migrations

import "embed"

// FS holds every migration, goose format, forward only in production.
//
//go:embed *.sql
var FS embed.FS
