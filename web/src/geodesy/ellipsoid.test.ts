import { describe, expect, it } from 'vitest';
import { ellipsoidalArea, ellipsoidalLength } from './ellipsoid';

// Expected values from PostGIS 3.3:
//   SELECT ST_Length('LINESTRING(109.3 24.25,109.31 24.26)'::geography);  -- 1502.6862668626513
//   SELECT ST_Area('POLYGON((109.3 24.25,109.31 24.25,109.31 24.26,109.3 24.26,109.3 24.25))'::geography);
//   -- 1124790.292436123
const square: [number, number][] = [[109.3, 24.25], [109.31, 24.25], [109.31, 24.26], [109.3, 24.26]];

describe('on the ellipsoid', () => {
  it('a line is as long as PostGIS says', () => {
    expect(ellipsoidalLength([[109.3, 24.25], [109.31, 24.26]])).toBeCloseTo(1502.6862668626513, 4);
  });

  it('a square is as large as PostGIS says, whichever way it winds, open or closed', () => {
    expect(ellipsoidalArea(square)).toBeCloseTo(1124790.292436123, 1);
    expect(ellipsoidalArea([...square].reverse())).toBeCloseTo(1124790.292436123, 1);
    expect(ellipsoidalArea([...square, square[0]!])).toBeCloseTo(1124790.292436123, 1);
  });

  it('two places enclose nothing', () => {
    expect(ellipsoidalArea(square.slice(0, 2))).toBe(0);
    expect(ellipsoidalLength([])).toBe(0);
  });
});
