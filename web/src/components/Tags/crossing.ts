import type { ThreeCross } from '../../api/types';

/** The widest boundary that a dispute crosses, or null. */
export function widest(c: ThreeCross): 'province' | 'city' | 'county' | null {
  return c.province ? 'province' : c.city ? 'city' : c.county ? 'county' : null;
}
