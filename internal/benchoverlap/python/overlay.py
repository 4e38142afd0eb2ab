"""Measures geopandas.overlay(claims, claims, "intersection") on a file of claims.

The file is a row of little-endian lengths (uint32), each with so much WKB.
Reading is not timed. One line of JSON comes out. overlay() meets every pair in
both orders and each claim with itself; count and sum are of a < b.

Debian 12 has geopandas 0.12 with shapely 1.8, which needs python3-rtree for
overlay(); newer ones come with shapely 2 and need nothing.
"""

import json
import re
import struct
import sys
import time

import geopandas
import shapely
import shapely.geos

wkb = []
with open(sys.argv[1], "rb") as file:
    while head := file.read(4):
        wkb.append(file.read(struct.unpack("<I", head)[0]))
claims = geopandas.GeoDataFrame({"id": range(len(wkb))}, geometry=geopandas.GeoSeries.from_wkb(wkb))
geos = shapely.geos.geos_version_string if hasattr(shapely.geos, "geos_version_string") else shapely.geos_version_string

begun, cpu = time.perf_counter(), time.process_time()
common = geopandas.overlay(claims, claims, how="intersection")
m2 = common.area
seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu

with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

m2 = m2[common.id_1 < common.id_2]
print(json.dumps({
    "Version": f"geopandas {geopandas.__version__}, shapely {shapely.__version__}, GEOS {re.match('[0-9.]+', geos)[0]}",
    "Seconds": seconds,
    "CPU": cpu,
    "Count": int((m2 > 1e-6).sum()),
    "M2": float(m2.sum()),
    "PeakBytes": peak * 1024,
}))
