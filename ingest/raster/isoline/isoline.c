#include "isoline.h"

#include "_cgo_export.h"

static CPLErr hand_on(double level, int points, double *xs, double *ys, void *handle) {
	jieshiTakeLine((uintptr_t)handle, level, points, xs, ys);
	return CE_None;
}

GDALContourGeneratorH jieshi_tracer(int width, int height, double nothing, double interval, uintptr_t handle) {
	return GDAL_CG_Create(width, height, TRUE, nothing, interval, 0, hand_on, (void *)handle);
}
