// Package postgres keeps cases, ground and evidence in PostgreSQL with PostGIS,
// and is the only package that writes SQL.
//
// Every method runs in one transaction that works as the role jieshi_app and
// carries the acting person (setting app.user), so that grants, and later row
// security, bind everything the program does. Queries longer than three lines
// are files in query/, each with a header In / Out / Plan / Why; a test
// prepares every one of them on the migrated schema.
//
// Contested areas are computed here, by PostGIS, in the transaction that saves
// the claim that changes them.
package postgres
