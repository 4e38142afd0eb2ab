// Package raster turns a surveyor's orthophoto (正射影像) into what the product
// shows and measures: a display COG on the grid of web maps, a lossless
// measuring COG in the CRS of the picture, the footprint and area of its valid
// pixels, a thumbnail, and map tiles.
//
// Bytes from outside are opened by GDAL in one place only: the short-lived
// child process that [Convert] starts and [ConvertMain] runs, confined by
// package sandbox. Before that, [CheckHeader] walks the file's own structure in
// pure Go. [TileSource] opens nothing but COGs that Convert wrote.
//
// What is not here: where files are kept (the caller moves them into its
// store), rights, jobs, and vector formats.
//
// The order of the work, each step refusing with an [ingest.Refusal]:
//
//  1. copy the original into a private folder, hashing it on the way;
//  2. check the header: magic bytes, sizes, codecs, metadata domains;
//  3. in the child: open with GTiff only, without overviews; check the
//     georeference and the CRS; read each pixel of the file once, counting the
//     valid ones and writing the finest sheet of the measuring COG; from that
//     sheet make its overviews, and the display COG, warped part by part;
//  4. check the headers of the COGs too, since a child that was taken over may
//     have written anything; move the results out.
package raster
