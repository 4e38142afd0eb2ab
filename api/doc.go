// Package api serves the contract in openapi.yaml over HTTP: cases, claims,
// walks, orthophotos, contest runs, evidence, sessions and statistics, with the
// page mounted beside them.
//
// Every request is held against the contract before a handler sees it, acts as
// one person, and is answered either with what the contract says or with an
// RFC 9457 problem whose `code` never changes and whose words are Chinese or
// English. The table in problem.go is the one place where an error of the domain
// meets a status.
//
// The package knows no SQL and opens no picture: it states what it needs as
// small interfaces beside the handlers, and cmd/jieshi introduces the two.
package api

//go:generate sh -c "cd .. && go tool oapi-codegen -config api/oapi-codegen.yaml api/openapi.yaml"
