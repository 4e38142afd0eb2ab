//go:build js && wasm

// Kernelwasm is the overlay kernel for the web page: package geo/divide behind
// four functions of JavaScript. `make web` builds it; web/src/kernel loads it when
// someone begins a proposal.
//
// It sets the global jieshiKernel with
//
//	version: string                    the rules, as in overlay.Version
//	lay(srid, numbers): string         lays the pieces on the table
//	divide(line, figures): string      divides them all by a line
//	parts(): Uint8Array                the parts that the last line made
//
// Functions that return a string return "" or what went wrong. All arrays are
// Uint8Arrays over Float64Arrays, so that a frame costs no JSON and two copies:
//
//   - numbers: for each piece its count of rings; for each ring its count of
//     vertices, then east and north of each, in metres, as the API gives them;
//   - line: east and north of each vertex;
//   - figures, filled in: [Columns] numbers a piece;
//   - parts: for each part its piece (from 0), its side (-1 right, 0 none, +1
//     left) and its count of rings; for each ring its count of vertices, then x and
//     y of each in EPSG:3857, in which the page draws.
package main
