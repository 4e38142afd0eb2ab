// Package sheet draws the one-page map of a dispute (争议地范围示意图) as a PDF:
// claims, contested pieces, scale, grid, tables, hashes and places to sign.
package sheet
