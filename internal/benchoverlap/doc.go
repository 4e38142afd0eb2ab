// Command benchoverlap measures package geo/overlay against PostGIS, GEOS and
// geopandas: the same claims, one machine, one go. It prints Markdown tables
// and writes them into docs/performance.md between markers.
//
//	make bench-overlap                      the default, some minutes
//	make bench-overlap BENCHOVERLAP=-quick  tiny layers, to try the program; writes no file
//	make bench-overlap BENCHOVERLAP=-full   also 10^6 claims, and the recipe in PostGIS on 20,000
//
// PostGIS is a private cluster that ends with the run, or the server that
// JIESHI_TEST_DATABASE names. GEOS takes part where a C compiler and its
// headers are installed, geopandas where python3 finds it, real layers where
// JIESHI_REAL_DATA names their folder; what is left out is said.
//
// Each kind of work of ours runs in a process of its own, which reads the layer
// out of PostGIS, so that its peak memory is that of the whole job.
package main
