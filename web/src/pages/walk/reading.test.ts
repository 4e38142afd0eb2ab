import { describe, expect, it } from 'vitest';
import { bodyOf, fieldsOf } from './reading';

describe('how a walk is read anew', () => {
  it('begins with how it was read', () => {
    const fields = fieldsOf({
      party: '甲村',
      told: { repair: 'enclose', fixed_only: false, sigma_m: 0.05, drop_flagged: true, consent: '韦某某', closing_gap_m: 12, datum: { declared: 'gcj02', landmarks: [{ walked: [109.3344, 24.2472], true: [109.33, 24.25] }] }, srid: 4545, utc_offset_s: 28_800 },
    });
    expect(fields).toEqual({
      kind: 'walk', party: '甲村', repair: 'enclose', consent: '韦某某', drop_flagged: 'true', sigma_m: '0.05', closing_gap_m: '12', datum: 'gcj02', landmark: '109.3344,24.2472=109.33,24.25', crs: 'EPSG:4545', utc_offset: '+08:00',
    });
    expect(bodyOf(fields)).toMatchObject({ repair: 'enclose', drop_flagged: true, consent: '韦某某', sigma_m: 0.05, closing_gap_m: 12, landmark: ['109.3344,24.2472=109.33,24.25'], fixed_only: false, track: undefined });
  });

  it('says nothing of what is empty', () => {
    expect(bodyOf({ kind: 'walk', party: 'x', sigma_m: ' ', landmark: ';' })).toEqual({
      repair: undefined, fixed_only: false, stops: undefined, drop_flagged: false, consent: undefined, closing_gap_m: undefined, datum: undefined, landmark: undefined, convert: undefined, sigma_m: undefined,
      track: undefined, mapping: undefined, crs: undefined, axes: undefined, utc_offset: undefined,
    });
  });
});
