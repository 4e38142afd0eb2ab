#ifndef JIESHI_ISOLINE_H
#define JIESHI_ISOLINE_H

#include <gdal_alg.h>
#include <stdint.h>

// jieshi_tracer makes a generator that hands its lines to the Go tracer behind handle.
GDALContourGeneratorH jieshi_tracer(int width, int height, double nothing, double interval, uintptr_t handle);

#endif
