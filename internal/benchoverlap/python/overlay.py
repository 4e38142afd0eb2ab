"""Measures geopandas.overlay(claims, claims, "intersection") on a file of claims.

The file is a row of little-endian lengths (uint32), each with so much WKB.
Reading is not timed. One line of JSON comes out. overlay() meets every pair in
both orders and each claim with itself; count and sum are of a < b.
"""

import json
import struct
import sys
import time

import geopandas
import shapely

wkb = []
with open(sys.argv[1], "rb") as file:
    while head := file.read(4):
        wkb.append(file.read(struct.unpack("<I", head)[0]))
claims = geopandas.GeoDataFrame({"id": range(len(wkb))}, geometry=shapely.from_wkb(wkb))

begun, cpu = time.perf_counter(), time.process_time()
common = geopandas.overlay(claims, claims, how="intersection")
m2 = common.area
seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu

with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

m2 = m2[common.id_1 < common.id_2]
print(json.dumps({
    "Version": f"geopandas {geopandas.__version__}, shapely {shapely.__version__}, GEOS {shapely.geos_version_string}",
    "Seconds": seconds,
    "CPU": cpu,
    "Count": int((m2 > 1e-6).sum()),
    "M2": float(m2.sum()),
    "PeakBytes": peak * 1024,
}))
