// Package raster turns a surveyor's orthophoto (正射影像) into what the product
// shows and measures: a display COG, the footprint and area of its valid
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
//     georeference and the CRS; read each pixel once, writing 8-bit display
//     pixels and the mask, and counting the valid ones; make the COG;
//  4. check the header of the COG too, since a child that was taken over may
//     have written anything; move the results out.
package raster
