// Command benchoverlap measures package geo/overlay against PostGIS, GEOS and
// geopandas: the same claims, one machine, one go. It prints Markdown tables
// and writes them into docs/performance.md between markers.
//
//	make bench-overlap                      everything, 20 minutes on an idle machine of two cores
//	make bench-overlap BENCHOVERLAP=-quick  tiny layers, to try the program; writes no file
//	make bench-overlap BENCHOVERLAP=-full   100,000 claims against every rival, half an hour more
//	make bench-stream                       ten million generated polygons in blocks, without a database
//
// PostGIS is a private cluster that ends with the run, or the server that
// JIESHI_TEST_DATABASE names. GEOS takes part where a C compiler and its
// headers are installed (Debian: gcc, libgeos-dev), geopandas where python3 finds
// it (python3-geopandas and python3-rtree), real layers where JIESHI_REAL_DATA
// names their folder or ../shared/data is one; what is left out is said.
//
// Each kind of work of ours runs in a process of its own, which reads the layer
// out of PostGIS, so that its peak memory is that of the whole job.
package main
