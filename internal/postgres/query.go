package postgres

import (
	"embed"
	"fmt"
)

//go:embed query/*.sql
var queryFiles embed.FS

// query returns the text of query/name.sql. A missing file is a mistake in this
// package, found when the program starts.
func query(name string) string {
	b, err := queryFiles.ReadFile("query/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("postgres: query %q is not embedded: %v", name, err))
	}
	return string(b)
}
