// Package offline makes packages for offline maps (离线地图包): the tiles of an
// orthophoto or of an audit in one MBTiles 1.3 file, which QField, QGIS and Locus
// Map open where there is no network.
//
// [Contents] says whole what a package holds, down to the words of its metadata, so
// equal contents are equal bytes: whoever orders a package fixes them, and whoever
// makes it, however often it is begun anew, adds nothing of his own.
package offline
