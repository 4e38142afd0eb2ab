/* Measures GEOS on a file of claims, in one thread:
 *
 *     overlay pairs FILE    index, prepared intersects, intersection, area
 *     overlay faces FILE    node all boundaries, polygonize, label by a point inside
 *
 * FILE is a row of little-endian lengths (uint32), each with so much WKB. Reading
 * is not timed. One line of JSON comes out: seconds, the count of pairs or
 * claimant sets above 1e-6 m2, the sum of their areas, peak memory. Needs
 * GEOS 3.10 or newer; an exception of GEOS ends the program with its words. */
#include <geos_c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void die(const char *what) {
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static void complain(const char *message, void *unused) {
	(void)unused;
	fprintf(stderr, "%s\n", message);
}

static void *must(void *p, const char *what) {
	if (!p) die(what);
	return p;
}

static double now(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Not getrusage, whose figure includes the program that started this one. */
static long long peak_bytes(void) {
	FILE *f = must(fopen("/proc/self/status", "r"), "cannot read /proc/self/status");
	char line[256];
	long long kib = 0;
	while (fgets(line, sizeof line, f) && sscanf(line, "VmHWM: %lld", &kib) != 1) continue;
	fclose(f);
	return kib * 1024;
}

static GEOSContextHandle_t geos;

struct claim {
	size_t n;
	GEOSGeometry *g;
	const GEOSPreparedGeometry *ready;
};
static struct claim *claims;
static size_t count;

static void read_claims(const char *path) {
	FILE *f = must(fopen(path, "rb"), "cannot open the claims");
	GEOSWKBReader *reader = GEOSWKBReader_create_r(geos);
	unsigned char *wkb = NULL;
	uint32_t size;
	while (fread(&size, sizeof size, 1, f) == 1) {
		wkb = must(realloc(wkb, size), "out of memory");
		if (fread(wkb, 1, size, f) != size) die("claims cut short");
		claims = must(realloc(claims, (count + 1) * sizeof *claims), "out of memory");
		claims[count].n = count;
		claims[count].g = must(GEOSWKBReader_read_r(geos, reader, wkb, size), "bad WKB");
		claims[count].ready = NULL;
		count++;
	}
	free(wkb);
	GEOSWKBReader_destroy_r(geos, reader);
	fclose(f);
}

static const GEOSPreparedGeometry *ready(struct claim *c) {
	if (!c->ready) c->ready = must((void *)GEOSPrepare_r(geos, c->g), "prepare");
	return c->ready;
}

static GEOSSTRtree *index_claims(void) {
	GEOSSTRtree *tree = must(GEOSSTRtree_create_r(geos, 10), "index");
	for (size_t i = 0; i < count; i++) GEOSSTRtree_insert_r(geos, tree, claims[i].g, &claims[i]);
	return tree;
}

static size_t found;
static double total;

static void add(double m2) {
	found += m2 > 1e-6;
	total += m2;
}

static void compare(void *other, void *self) {
	struct claim *a = self, *b = other;
	if (a->n >= b->n) return;
	char meet = GEOSPreparedIntersects_r(geos, ready(a), b->g);
	if (meet == 2) die("intersects failed");
	if (!meet) return;
	GEOSGeometry *common = must(GEOSIntersection_r(geos, a->g, b->g), "intersection failed");
	double m2;
	if (!GEOSArea_r(geos, common, &m2)) die("area failed");
	add(m2);
	GEOSGeom_destroy_r(geos, common);
}

static void pairs(void) {
	GEOSSTRtree *tree = index_claims();
	for (size_t i = 0; i < count; i++) GEOSSTRtree_query_r(geos, tree, claims[i].g, compare, &claims[i]);
}

/* A cell is one polygon of the noded boundaries with the claims that hold it. */
struct cell {
	const GEOSGeometry *inside;
	double m2;
	uint32_t *set;
	size_t n, room;
};

static void label(void *candidate, void *self) {
	struct claim *c = candidate;
	struct cell *cell = self;
	char in = GEOSPreparedContains_r(geos, ready(c), cell->inside);
	if (in == 2) die("contains failed");
	if (!in) return;
	if (cell->n == cell->room) {
		cell->room = cell->room ? 2 * cell->room : 4;
		cell->set = must(realloc(cell->set, cell->room * sizeof *cell->set), "out of memory");
	}
	cell->set[cell->n++] = (uint32_t)c->n;
}

static int by_number(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static int by_set(const void *a, const void *b) {
	const struct cell *x = a, *y = b;
	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (x->set[i] != y->set[i]) return x->set[i] < y->set[i] ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

static void faces(void) {
	GEOSGeometry **lines = must(malloc(count * sizeof *lines), "out of memory");
	for (size_t i = 0; i < count; i++) lines[i] = must(GEOSBoundary_r(geos, claims[i].g), "boundary failed");
	GEOSGeometry *all = must(GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, lines, (unsigned)count), "collection failed");
	GEOSGeometry *nodes = must(GEOSUnaryUnion_r(geos, all), "noding failed");
	const GEOSGeometry *in[] = {nodes};
	GEOSGeometry *polygons = must(GEOSPolygonize_r(geos, in, 1), "polygonize failed");
	GEOSSTRtree *tree = index_claims();
	int n = GEOSGetNumGeometries_r(geos, polygons);
	struct cell *cells = must(calloc(n > 0 ? n : 1, sizeof *cells), "out of memory");
	for (int i = 0; i < n; i++) {
		const GEOSGeometry *g = GEOSGetGeometryN_r(geos, polygons, i);
		GEOSGeometry *point = must(GEOSPointOnSurface_r(geos, g), "point failed");
		cells[i].inside = point;
		if (!GEOSArea_r(geos, g, &cells[i].m2)) die("area failed");
		GEOSSTRtree_query_r(geos, tree, point, label, &cells[i]);
		qsort(cells[i].set, cells[i].n, sizeof *cells[i].set, by_number);
		GEOSGeom_destroy_r(geos, point);
	}
	qsort(cells, n, sizeof *cells, by_set);
	for (int i = 0; i < n;) {
		double m2 = 0;
		int first = i;
		while (i < n && by_set(&cells[first], &cells[i]) == 0) m2 += cells[i++].m2;
		if (cells[first].n) add(m2);
	}
}

int main(int argc, char **argv) {
	if (argc != 3) die("usage: overlay pairs|faces FILE");
	geos = GEOS_init_r();
	GEOSContext_setErrorMessageHandler_r(geos, complain, NULL);
	read_claims(argv[2]);
	double begun = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	if (!strcmp(argv[1], "pairs")) pairs();
	else faces();
	double seconds = now(CLOCK_MONOTONIC) - begun;
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("{\"Version\": \"GEOS %s\", \"Seconds\": %.6f, \"CPU\": %.6f, \"Count\": %zu, \"M2\": %.9f, \"PeakBytes\": %lld}\n",
		GEOS_VERSION, seconds, cpu, found, total, peak_bytes());
	return 0;
}
